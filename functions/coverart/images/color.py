"""Color arithmetic with NumPy. Arrays have the shape (..., 3) and dtype float64; sRGB is in [0, 1].

OKLab comes from B. Ottosson, "A perceptual color space for image processing", 2020: lightness L in [0, 1], and the
opponent axes a (green to red) and b (blue to yellow), within about ±0.4. OKLCH is the same in polar form: lightness,
chroma and hue.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Colors = NDArray[np.float64]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS, _FROM_LAB = np.linalg.inv(_TO_LMS), np.linalg.inv(_TO_LAB)


def from_hex(color: str) -> Colors:
    """Convert `#rrggbb` to sRGB."""
    return np.asarray(np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255)


def to_hex(srgb: ArrayLike) -> str:
    """Convert one color to `#rrggbb`. Clips channels to [0, 1]."""
    return "#" + "".join(f"{round(float(channel) * 255):02x}" for channel in np.clip(srgb, 0, 1))


def to_oklab(srgb: ArrayLike) -> Colors:
    """Convert sRGB to OKLab."""
    lms = np.cbrt(_to_linear(np.asarray(srgb, float)) @ _TO_LMS.T)
    return np.asarray(lms @ _TO_LAB.T)


def from_oklab(lab: ArrayLike) -> Colors:
    """Convert OKLab to sRGB, which is outside [0, 1] for a color that sRGB lacks."""
    linear = (np.asarray(lab, float) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T
    return np.asarray(
        np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)
    )


def to_lch(srgb: ArrayLike) -> tuple[float, float, float]:
    """Convert one color to OKLCH: lightness, chroma, and the hue in degrees."""
    lightness, a, b = (float(value) for value in to_oklab(srgb))
    return lightness, float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360)


def _to_linear(srgb: Colors) -> Colors:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((np.maximum(srgb, 0) + 0.055) / 1.055) ** 2.4)
