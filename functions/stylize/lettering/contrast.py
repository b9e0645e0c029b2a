"""Contrast as WCAG 2.2 defines it (success criterion 1.4.3), in the worst tenth of the letters' surroundings."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from stylize.lettering.fields import Field, Picture

LEAST_CONTRAST = 4.5
_WEIGHTS = (0.2126, 0.7152, 0.0722)
_SCALE = 640 / 1024
_PERCENTILE = 10
_STEPS = 1023


def to_luminance(picture: Picture) -> Field:
    """Return the relative luminance, (height, width), or of a single color."""
    indices = (np.clip(picture, 0, 1) * _STEPS + 0.5).astype(np.int32)
    return np.asarray(sum(_TABLES[channel][indices[..., channel]] for channel in range(3)), np.float32)


def measure_contrast(color: Field, luminance: Field) -> float:
    """Return the contrast of a color against pixels, at their worst tenth; 21 where there are none."""
    if not luminance.size:
        return 21.0
    own = float(to_luminance(color))
    brighter, darker = np.maximum(luminance, own), np.minimum(luminance, own)
    return float(np.percentile((brighter + 0.05) / (darker + 0.05), _PERCENTILE))


def find_surroundings(mask: Field, reach: float, others: Field | None = None) -> NDArray[np.bool_]:
    """Return where the letters' surroundings are: up to `reach` pixels from their ink, without their soft edge.

    `others`: another line's mask, which is left out.
    """
    ink = Image.fromarray((mask * 255).astype(np.uint8))
    near = ink.filter(ImageFilter.GaussianBlur(reach / 2))
    edge = ink.filter(ImageFilter.GaussianBlur(1.5))
    surroundings = (np.asarray(near) > 4) & (np.asarray(edge) < 20)
    if others is not None:
        other = Image.fromarray((others * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(3))
        surroundings &= np.asarray(other) < 5
    return np.asarray(surroundings)


def measure_lettering(picture: Picture, mask: Field, reach: float, others: Field | None = None) -> float:
    """Return the contrast of letters as they came out: the median of their cores against the worst tenth around.

    `picture` and `mask`: a part of a picture of 1024 pixels; `reach` is in these. It is measured at 640 pixels, the
    size that Spotify shows.
    """
    picture, mask, reach = _reduce(picture), _reduce(mask), reach * _SCALE
    core = mask > 0.8
    if core.sum() < 12:
        core = mask > 0.5
    if not core.any():
        return 0.0
    surroundings = find_surroundings(mask, reach, None if others is None else _reduce(others))
    color = np.median(picture[core], axis=0).astype(np.float32)
    return measure_contrast(color, to_luminance(picture[surroundings]))


def _reduce(array: Field) -> Field:
    size = round(array.shape[1] * _SCALE), round(array.shape[0] * _SCALE)
    image = Image.fromarray((np.clip(array, 0, 1) * 255 + 0.5).astype(np.uint8))
    return np.asarray(image.resize(size, Image.Resampling.BOX), np.float32) / np.float32(255)


def _make_tables() -> list[Field]:
    values = np.linspace(0, 1, _STEPS + 1)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return [(linear * weight).astype(np.float32) for weight in _WEIGHTS]


_TABLES = _make_tables()
