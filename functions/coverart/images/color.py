"""Colour arithmetic for the rooms that carry NumPy. Arrays are (..., 3); sRGB in [0, 1], float64."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Colors = NDArray[np.float64]

# OKLab: B. Ottosson, "A perceptual color space for image processing", 2020.
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
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def from_hex(colour: str) -> Colors:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def to_hex(srgb: ArrayLike) -> str:
    return "#" + "".join(f"{round(float(channel) * 255):02x}" for channel in np.clip(srgb, 0, 1))


def to_oklab(srgb: ArrayLike) -> Colors:
    lms = np.cbrt(_linear(np.asarray(srgb, float)) @ _TO_LMS.T)
    return np.asarray(lms @ _TO_LAB.T)


def from_oklab(lab: ArrayLike) -> Colors:
    """May lie outside [0, 1] where sRGB has no such colour."""
    linear = (np.asarray(lab, float) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)


def from_lch(lightness: float, chroma: float, hue: float) -> Colors:
    """OKLCH, hue in degrees, to sRGB inside [0, 1]: chroma gives way until the colour exists."""
    direction = np.array([np.cos(np.radians(hue)), np.sin(np.radians(hue))])
    for part in np.linspace(1, 0, 26):
        srgb = from_oklab([lightness, *(direction * chroma * part)])
        if srgb.min() >= -1e-3 and srgb.max() <= 1 + 1e-3:
            break
    return np.clip(srgb, 0, 1)


def to_lch(srgb: ArrayLike) -> tuple[float, float, float]:
    lightness, a, b = (float(value) for value in to_oklab(srgb))
    return lightness, float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360)


def contrast(one: ArrayLike, other: ArrayLike) -> float:
    """1 to 21 (WCAG 2.2, contrast ratio)."""
    low, high = sorted(float(_linear(np.asarray(colour, float)) @ _LUMINANCE) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _linear(srgb: Colors) -> Colors:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((np.maximum(srgb, 0) + 0.055) / 1.055) ** 2.4)
