"""What a style may take from a painting at most, measured at the size of a list of covers.

The motif's mask stays with the painter, and an image model's painting has none. So the painting's own structure stands
in: the areas that stand out most from their surroundings. Their contrast tells when a motif is lost (correlation 0.5
with the change of how well the motif stands out); how well a line separates them from their surroundings
does not (0.0).
"""

import numpy as np
from PIL import Image

from coverart.images.color import Colors, to_oklab
from stylize.strokes import blur

# Pixels, and the radius of an area's surroundings.
_SIDE, _SURROUNDINGS = 64, 6
# Of all pixels, those that stand out most; of their contrast, of the painting's variety of tints and of the differences
# between neighbors, at least these shares stay.
_SALIENT_SHARE, _MIN_CONTRAST, _MIN_VARIETY, _MIN_DISTINCTNESS = 0.15, 0.93, 0.8, 0.75
# Added to both varieties: that of a gray painting is noise.
_NO_VARIETY = 0.005


def keeps_structure(painting: Image.Image, styled: Image.Image) -> bool:
    """Return whether the styled painting still shows what the painting shows. Both are RGB and square."""
    small = (image.resize((_SIDE, _SIDE), Image.Resampling.BOX) for image in (painting, styled))
    before, after = (to_oklab(np.asarray(image) / 255) for image in small)
    deviations = _subtract_surroundings(before)
    squares = (deviations**2).sum(axis=-1)
    is_salient = squares > np.quantile(squares, 1 - _SALIENT_SHARE)
    contrasts = (deviations * _subtract_surroundings(after)).sum(axis=-1)
    return bool(
        contrasts[is_salient].sum() >= _MIN_CONTRAST * squares[is_salient].sum()
        and _measure_variety(after) >= _MIN_VARIETY * min(1, _measure_chroma(after, before)) * _measure_variety(before)
        and _measure_distinctness(after) >= _MIN_DISTINCTNESS * _measure_distinctness(before)
    )


def _subtract_surroundings(lab: Colors) -> Colors:
    means = np.stack([blur(channel, _SURROUNDINGS) for channel in np.moveaxis(lab, -1, 0)], axis=-1)
    return np.asarray(lab - means)


def _measure_variety(lab: Colors) -> float:
    """Return how far the tints spread in both directions: the mean radius of the ellipse of their deviations."""
    determinant = float(np.linalg.det(np.cov(lab[..., 1:].reshape(-1, 2).T)))
    return float(max(determinant, 0.0) ** 0.25 + _NO_VARIETY)


def _measure_chroma(lab: Colors, other: Colors) -> float:
    """Return the mean chroma, relative to the other's: a gray style may take chroma, but from all hues alike."""
    chroma, other_chroma = (float(np.hypot(*np.moveaxis(values[..., 1:], -1, 0)).mean()) for values in (lab, other))
    return chroma / max(other_chroma, 1e-3)


def _measure_distinctness(lab: Colors) -> float:
    """Return the mean difference between neighbors."""
    return float(np.mean([np.linalg.norm(np.diff(lab, axis=axis), axis=-1).mean() for axis in (0, 1)]))
