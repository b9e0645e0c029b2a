"""Where a picture is calm: lettering may stand there without a ground."""

import numpy as np

from coverart.lettering_room import MARGIN
from stylize.lettering.contrast import to_luminance
from stylize.lettering.fields import Field, Picture
from stylize.lettering.places import SPOTS, Box

_PIXELS = 64  # along a side; finer texture is averaged
_PAD = 0.02  # of the side, around the ink
_FAR = 0.13  # difference in lightness from the median that belongs to something else
_MOST_FAR = 0.03  # share of such pixels
_MOST_EDGES = 0.045  # mean step of the lightness from pixel to pixel
_HEIGHT = 0.3  # of the side, that lettering may take where its words are not known yet
_MARGINS: dict[str, tuple[Box]] = {
    "foot": ((0, 1 - MARGIN, 1, 1),),
    "head": ((0, 0, 1, MARGIN),),
    "spine": ((1 - MARGIN, 0, 1, 1),),
}
_WISH = 0.8  # factor for the place that was wished for


def is_calm(picture: Picture, box: Box, edge: str) -> bool:
    """Return whether a box (left, top, right, bottom, shares of the side) has hardly any edges or shades.

    So must the margin at the edge where the lettering of the painter's sheet stands, as the sheet is mirrored there.
    `edge`: "" for an image model's painting.
    """
    lightness = _reduce(picture)
    boxes = [box, *_MARGINS.get(edge, ())]
    return all(far < _MOST_FAR and edges < _MOST_EDGES for far, edges in (_measure(lightness, one) for one in boxes))


def find_calmest(picture: Picture, wish: str) -> list[str]:
    """Return the names of the spots, the calmest first."""
    lightness = _reduce(picture)

    def rate(name: str) -> float:
        spot = SPOTS[name]
        top, bottom = {"head": (0.05, _HEIGHT), "middle": (0.35, 0.65)}.get(spot.edge, (1 - _HEIGHT, 0.95))
        box = (1 - _HEIGHT, 0.05, 0.95, 0.95) if spot.edge == "spine" else (spot.left, top, spot.right, bottom)
        far, edges = _measure(lightness, box)
        return (far + 4 * edges) * (_WISH if name == wish else 1)

    return sorted((name for name in SPOTS if name not in ("middle", "spine") or name == wish), key=rate)


def _reduce(picture: Picture) -> Field:
    """Return the lightness, about linear to the eye, (_PIXELS, _PIXELS)."""
    step = len(picture) // _PIXELS
    whole = picture[: step * _PIXELS, : step * _PIXELS]
    small = whole.reshape(_PIXELS, step, _PIXELS, step, 3).mean(axis=(1, 3))
    return np.asarray(np.cbrt(to_luminance(small)), np.float32)


def _measure(lightness: Field, box: Box) -> tuple[float, float]:
    """Return the share of pixels that differ from the box's median, and how much lightness changes in it."""
    left, top, right, bottom = (
        round(value * _PIXELS) for value in (box[0] - _PAD, box[1] - _PAD, box[2] + _PAD, box[3] + _PAD)
    )
    part = lightness[max(top, 0) : bottom, max(left, 0) : right]
    steps = [np.abs(np.diff(part, axis=axis)).mean() for axis in (0, 1)]
    far = np.abs(part - np.median(part)) > _FAR
    return float(far.mean()), float(sum(steps))
