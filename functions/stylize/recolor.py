"""Applies a map of colors to a painting so that its JPEG stays as good as the painting's.

What costs bytes and decibels is chroma with the detail of the painting's lightness, more contrast, and rounding to
YCbCr on the way. So the light changes pixel by pixel, but gains no contrast, the chroma changes smoothly, and a gray
painting is toned with one tint, as photographs are.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from coverart.images.color import to_oklab
from stylize import tints

Floats = NDArray[np.float32]

# Pixels, at 1024, over which the change of chroma is averaged: finer color is hardly seen.
_CHROMA_PIXELS = 11
# Columns, and points along a side, that are compared.
_SIDE = 64
# Of the painting's contrast.
_MAX_CONTRAST = 1.03
# From the JPEG File Interchange Format 1.02: luma, and the chroma channels Cb and Cr, from and to RGB.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_TO_CHROMA = np.array([[-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
_FROM_CHROMA = np.array([[0, 1.402], [-0.344136, -0.714136], [1.772, 0]])
# Below the half at which rounding would go to another number.
_MAX_ROUNDING = 0.45


def apply_lookup(painting: Image.Image, lookup: ImageFilter.Color3DLUT) -> Image.Image:
    """Return the painting, RGB and square, in the colors of the map."""
    pixels = np.asarray(painting, np.float32)
    change = np.asarray(np.asarray(painting.filter(lookup)) - pixels, np.float32)
    luma, light = pixels @ _LUMA, change @ _LUMA
    change -= light[..., None]
    light = np.asarray(light * np.float32(_choose_light_share(luma, light)), np.float32)
    grid = np.ix_(*[np.linspace(0, len(pixels) - 1, _SIDE).astype(int)] * 2)
    color = tints.measure_color(to_oklab(pixels[grid] / 255)[..., 1:].reshape(-1, 2))
    tone = _choose_tone(change.mean(axis=(0, 1)))
    if color > 0:
        change = np.float32(color) * _smooth(change) + np.float32(1 - color) * tone
    else:
        change[:] = tone
    change += pixels + light[..., None] + np.float32(0.5)
    return Image.fromarray(change.clip(0, 255).astype(np.uint8))


def _choose_light_share(luma: Floats, light: Floats) -> float:
    """Return how much of the change of light to apply: it must not add contrast, nor between neighbors."""
    columns = slice(None, None, max(len(luma) // _SIDE, 1))
    values, changes = luma[:, columns], light[:, columns]
    limits = [_MAX_CONTRAST * contrast + 0.1 for contrast in _measure_contrasts(values)]
    for share in (1.0, 0.75, 0.5, 0.25):
        contrasts = _measure_contrasts(values + np.float32(share) * changes)
        if all(contrast <= limit for contrast, limit in zip(contrasts, limits, strict=True)):
            return share
    return 0.0


def _measure_contrasts(luma: Floats) -> tuple[float, float]:
    return float(luma.std()), float(np.diff(luma, axis=0).std())


def _smooth(change: Floats) -> Floats:
    """Return the channels, (side, side, 3), averaged over _CHROMA_PIXELS."""
    size = change.shape[:2]
    small = (max(len(change) // _CHROMA_PIXELS, _SIDE),) * 2
    channels = (Image.fromarray(change[..., channel]) for channel in range(3))
    smooth = (image.resize(small, Image.Resampling.BOX).resize(size, Image.Resampling.BICUBIC) for image in channels)
    return np.stack([np.asarray(image) for image in smooth], axis=-1)


def _choose_tone(change: Floats) -> Floats:
    """Return whole numbers near the change of RGB, (3,), that a gray picture's JPEG gives back exactly."""
    nearest = np.rint(_TO_CHROMA @ change)
    chroma = nearest + np.stack(np.meshgrid(range(-2, 3), range(-2, 3)), axis=-1).reshape(-1, 2)
    tones = np.rint(chroma @ _FROM_CHROMA.T)
    errors = np.column_stack([tones @ _LUMA, tones @ _TO_CHROMA.T - chroma])
    distances = np.linalg.norm(tones - change, axis=-1) + 1000 * (np.abs(errors).max(axis=-1) > _MAX_ROUNDING)
    return np.asarray(tones[distances.argmin()], np.float32)
