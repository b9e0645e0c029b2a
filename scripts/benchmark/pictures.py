"""Figures about covers that agree with the eye: foreign color, and what Spotify's size limit costs."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageColor

from coverart.images.color import to_oklab
from coverart.images.jpeg import encode_cover_jpeg

_PALETTE_SIDE = 96
_FOREIGN_DEGREES = 40


def measure_jpeg(image: Image.Image) -> float:
    """Return the PSNR in dB of the JPEG that Spotify gets, at 640 pixels."""
    with Image.open(io.BytesIO(encode_cover_jpeg(image))) as file:
        jpeg = np.asarray(file.convert("RGB"), float)
    original = np.asarray(image.convert("RGB").resize((jpeg.shape[1], jpeg.shape[0]), Image.Resampling.LANCZOS), float)
    return float(10 * np.log10(255**2 / max(((original - jpeg) ** 2).mean(), 1e-9)))


def measure_palette(image: Image.Image, palette: Sequence[str]) -> float:
    """Return the share of the color, by chroma, that is over 40 degrees of hue from all of the palette.

    Where the palette has no hue, return the picture's mean chroma.
    """
    small = image.convert("RGB").resize((_PALETTE_SIDE, _PALETTE_SIDE), Image.Resampling.LANCZOS)
    lab = to_oklab(np.asarray(small, float) / 255).reshape(-1, 3)
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
    own = to_oklab(np.array([ImageColor.getrgb(color)[:3] for color in palette]) / 255)
    hues = np.degrees(np.arctan2(own[:, 2], own[:, 1]))[np.hypot(own[:, 1], own[:, 2]) > 0.02]
    if not len(hues):
        return float(chroma.mean())
    distances = np.abs((hue[:, None] - hues + 180) % 360 - 180).min(1)
    return float((chroma * (distances > _FOREIGN_DEGREES)).sum() / chroma.sum())
