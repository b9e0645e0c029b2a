"""Brings the network's brush strokes to a painting whose medium bears them, away from the painting's own edges."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.floating[Any]]

# The strokes' resolution; the radii of the means between which they lie, in its pixels. At 1024 pixels, a stroke is 20
# to 60 wide: finer ones are the network's crackle.
_SIDE, _FINE, _COARSE = 384, 2, 10
# Deviation of lightness above which an area counts as busy and takes no strokes.
_BUSY = 0.03
# Luma between which a tone counts as bare paper.
_PAPER = (0.75, 0.95)
# Deviation of lightness below which a painting is so faint that strokes of full amplitude would cover it.
_FAINT = 0.2


def add_strokes(image: Image.Image, painting: Image.Image, advice: Floats, amplitude: float) -> Image.Image:
    """Return the image with strokes in the lightness of its calm areas.

    `painting`: where they are calm, RGB, square. `advice`: the network's image, (side, side, 3) sRGB in [0, 1].
    `amplitude`: of the strokes, in sRGB.
    """
    small = painting.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    amplitude *= min(1.0, float(np.asarray(small).std()) / 255 / _FAINT)
    own = _filter_band(small)
    lightness = Image.fromarray((advice.mean(axis=-1) * 255 + 0.5).astype(np.uint8))
    strokes = _filter_band(lightness.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC))
    # What the network only repeats of the painting is no stroke.
    strokes -= own * ((strokes * own).mean() / max(float((own * own).mean()), 1e-8))
    calm = 1 / (1 + blur(own * own, _COARSE) / _BUSY**2)
    # On bare paper, strokes look like dirt.
    calm *= 1 - ((np.asarray(small, np.float32) / 255 - _PAPER[0]) / (_PAPER[1] - _PAPER[0])).clip(0, 0.8)
    strokes = amplitude * np.tanh(0.8 * strokes / max(float(strokes.std()), 1e-4)) * calm
    enlarged = Image.fromarray(strokes).resize(image.size, Image.Resampling.BICUBIC)
    values = np.asarray(image, np.float32) + np.asarray(enlarged)[..., None] * np.float32(255)
    return Image.fromarray((values.clip(0, 255) + 0.5).astype(np.uint8))


def _filter_band(lightness: Image.Image) -> Floats:
    values = np.asarray(lightness, np.float32) / np.float32(255)
    return np.asarray(blur(blur(values, _FINE), _FINE) - blur(blur(values, _COARSE), _COARSE))


def blur(values: NDArray[np.floating], radius: int) -> Floats:
    """Return means over square windows of 2 * `radius` + 1; the edge continues."""
    for _ in range(2):  # along the rows, and turned, along the columns
        sums = np.cumsum(np.pad(values, ((radius + 1, radius), (0, 0)), mode="edge"), axis=0, dtype=np.float64)
        values = ((sums[2 * radius + 1 :] - sums[: -2 * radius - 1]) / (2 * radius + 1)).astype(np.float32).T
    return values
