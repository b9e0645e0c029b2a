"""Room for lettering: how a composition makes way for it.

Every layout composes for the whole sheet. For lettering, the motif is scaled towards the sheet's middle, and the sheet
is then moved away from the lettering, so that motif, horizon and discs keep their places to each other. What the
movement leaves open is mirrored; the lettering or its ground stands there. Sheets with a frame are
not moved: there the motif alone is.
"""

import numpy as np

from coverart.lettering_room import Room
from coverart.techniques import Technique
from generate.painter.kit.types import Sheet

# Of the room's share: how much smaller the motif is, and how far the sheet moves.
_SHRINKAGE, _MOVEMENT = 0.80, 0.42
_CLEAR = 0.85  # of the room, that no motif enters at the head or at a spine
_EDGE = 0.03  # of the side, between a motif and the sheet's edge
# Axis along which the sheet moves, and direction; the other places leave the composition as it is.
_DIRECTIONS: dict[str, tuple[int, int]] = {"foot": (0, -1), "corner": (0, -1), "head": (0, 1), "spine": (1, -1)}
_CORNER_EASE = 0.7  # beside a corner there is room left


def place_beside(
    room: Room, x: float, y: float, width: float, height: float, *, sheet_moves: bool
) -> tuple[float, float, float, float]:
    """Return a motif's box (center and size) as the lettering leaves it; `sheet_moves`: before that movement."""
    if room.place not in _DIRECTIONS:
        return x, y, width, height
    axis, direction = _DIRECTIONS[room.place]
    scale, movement = 1 - _SHRINKAGE * _ease(room), _MOVEMENT * _ease(room)
    center, length = (x, width) if axis else (y, height)
    # From here on, positions are distances from the lettering's edge.
    center = center if direction > 0 else 1 - center
    # On the far side, a motif leaves the sheet no more than without lettering. A foot's ground may cover its lower end.
    far = max(center + length / 2, 1 - _EDGE)
    near = movement if room.place in ("foot", "corner") else _CLEAR * room.share
    scale *= min(1.0, (far - near) / (length * scale))
    half = length * scale / 2
    center = min(max(0.5 + (center - 0.5) * scale + movement, near + half), far - half)
    if sheet_moves:
        center -= movement
    center = center if direction > 0 else 1 - center
    other = 0.5 + ((y if axis else x) - 0.5) * scale
    x, y = (center, other) if axis else (other, center)
    return x, y, width * scale, height * scale


def free_frame(room: Room | None) -> tuple[float, float, float, float]:
    """Return what the lettering leaves of the sheet: left, top, right, bottom."""
    share = 0.0 if room is None else room.share
    place = "" if room is None else room.place
    return (
        0.0,
        share if place == "head" else 0.0,
        1 - share if place == "spine" else 1.0,
        1 - share if place in ("foot", "corner") else 1.0,
    )


def moves_sheet(technique: Technique, room: Room) -> bool:
    """Return whether the technique's sheets are moved away from the lettering."""
    return room.place in _DIRECTIONS and not technique.framed


def move_away(sheet: Sheet, room: Room) -> Sheet:
    """Return the sheet moved away from the lettering, or a mask of it, (size, size)."""
    axis, direction = _DIRECTIONS[room.place]
    steps = round(_MOVEMENT * _ease(room) * len(sheet))
    margins = [(0, 0)] * sheet.ndim
    margins[axis] = (steps, 0) if direction > 0 else (0, steps)
    padded = np.pad(sheet, margins, mode="symmetric")
    start = 0 if direction > 0 else steps
    return padded.take(range(start, start + len(sheet)), axis=axis)


def _ease(room: Room) -> float:
    return room.share * (_CORNER_EASE if room.place == "corner" else 1)
