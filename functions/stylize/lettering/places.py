"""Where lettering stands on a cover: a grid of sixteen modules, one of them margin on each side.

Lengths are shares of the side. A spine is set as a head and turned, so that it reads downwards at the right edge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coverart.lettering_room import CORNER_WIDTH, MARGIN, MAX_CAP, SECOND_CAP, SPINE_LENGTH
from coverart.models import Lettering
from stylize.lettering.arrange import Block, Line, TitleNotSetError, arrange, choose_face
from stylize.lettering.shaping import Mask
from stylize.lettering.text import clean_title

Align = Literal["left", "center", "right"]
Box = tuple[float, float, float, float]
Edge = Literal["foot", "head", "middle", "spine"]

_HEIGHTS = {"foot": 0.36, "head": 0.36, "middle": 0.5, "spine": 0.2}  # that a title may take
_GAP = 0.024  # between the title's lowest ink and the second line
_SERIES_FALL = 0.26  # of the cap height: room for descenders that all covers of a series leave
_ONE_LINE_CAP = 0.082  # a single line of this height is not broken
_LEAST_SECOND_CAP = 0.017
_OVERSHOOT = 0.012  # how far a lone title's baseline stands inside the margin


@dataclass(frozen=True)
class Spot:
    """`edge`: at which the lettering stands. `left`, `right`: how far it may reach."""

    edge: Edge
    align: Align = "left"
    left: float = MARGIN
    right: float = 1 - MARGIN


SPOTS = {
    "foot": Spot("foot"),
    "head": Spot("head"),
    "corner": Spot("foot", right=MARGIN + CORNER_WIDTH),
    "middle": Spot("middle", "center"),
    "spine": Spot("spine", right=MARGIN + SPINE_LENGTH),
    "foot-right": Spot("foot", "right", left=1 - MARGIN - CORNER_WIDTH),
    "head-left": Spot("head", right=MARGIN + CORNER_WIDTH),
    "head-right": Spot("head", "right", left=1 - MARGIN - CORNER_WIDTH),
}


@dataclass(frozen=True, eq=False)
class Setting:
    """Lettering at its spot, as masks (size, size) of the title and of the second line.

    `box`: left, top, right, bottom of their ink. `lines`: such a box for each line of the title, but for those of a
    spine, before it is turned. `cap`: height of the title's capitals. `note`: what had to be changed.
    """

    spot: Spot
    title: Mask
    second: Mask | None
    box: Box
    lines: tuple[Box, ...]
    cap: float
    key: str
    note: str | None = None


def set_lettering(lettering: Lettering, spot: Spot, size: int) -> Setting:
    """Set the title and the second line for a cover of `size` pixels. Raises TitleNotSetError."""
    title, second = clean_title(lettering.title), clean_title(lettering.second_line)
    if not title:
        raise TitleNotSetError("The title has no letters, so the cover has no lettering.")
    face = choose_face(lettering.typeface, title)
    width, height = spot.right - spot.left, _HEIGHTS[spot.edge]
    block, note = _arrange_title(face.key, title, width, height, lettering)
    under, second_note = _arrange_second(lettering.second_typeface, second, width)
    series_fall = _SERIES_FALL * block.cap if block.face.typeface.leading else 0.0
    fall = max(block.fall, series_fall) if lettering.series else block.fall
    # Covers of a series have one baseline, with a second line or without.
    row = under.cap if under else SECOND_CAP if lettering.series else 0.0
    below = fall + _GAP + row if row else 0.0
    match spot.edge:
        case "head" | "spine":
            first = MARGIN + max(block.cap, block.rise - MARGIN / 2)
        case "middle":
            first = 0.5 + (block.cap - block.depth - below) / 2
        case _:
            bottom = 1 - MARGIN + (0.0 if row else _OVERSHOOT / 2 - max(0.0, fall - MARGIN / 2))
            first = bottom - below - block.depth
    mask = _draw(block, spot, first, size)
    second_mask = _draw(under, spot, first + block.depth + below, size) if under else None
    if spot.edge == "spine":
        mask = np.rot90(mask, -1)
        second_mask = None if second_mask is None else np.rot90(second_mask, -1)
    both = mask if second_mask is None else np.maximum(mask, second_mask)
    rows, columns = np.flatnonzero(both.max(axis=1) > 0.3), np.flatnonzero(both.max(axis=0) > 0.3)
    box = (columns[0] / size, rows[0] / size, (columns[-1] + 1) / size, (rows[-1] + 1) / size)
    notes = " ".join(text for text in (note, second_note) if text)
    lines = tuple(_list_lines(block, spot, first))
    return Setting(spot, mask, second_mask, box, lines, block.cap, block.face.key, notes or None)


def _arrange_title(key: str, title: str, width: float, height: float, lettering: Lettering) -> tuple[Block, str | None]:
    face = choose_face(key, title)
    cap = lettering.cap_height or MAX_CAP
    if lettering.series and lettering.cap_height:
        block = arrange(face, title, width, height, cap=cap, exact=True)
        if block.cap > cap * 0.98:
            return block, None
        if block.cap >= face.typeface.min_cap:
            return block, "The title is set smaller than those of the series, because it is long."
    block = arrange(face, title, width, height, cap=cap, most=1)
    if block.cap < min(cap, _ONE_LINE_CAP):
        block = max(block, arrange(face, title, width, height, cap=cap, most=2), key=lambda one: one.cap)
    if block.cap < 0.6 * min(cap, _ONE_LINE_CAP):
        block = arrange(face, title, width, height, cap=cap, most=5)
    if block.cap < face.typeface.min_cap:
        raise TitleNotSetError("The title is too long to be read on a cover, so the cover has no lettering.")
    return block, None


def _arrange_second(key: str, second: str, width: float) -> tuple[Block | None, str | None]:
    if not second:
        return None, None
    try:
        block = arrange(choose_face(key, second), second, width, 0.2, cap=SECOND_CAP, most=1)
    except TitleNotSetError:
        return None, "The second line has characters that none of the typefaces has."
    if block.cap < _LEAST_SECOND_CAP:
        return None, "The second line is too long to be read."
    return block, None


def _draw(block: Block, spot: Spot, first: float, size: int) -> Mask:
    words = []
    for index, line in enumerate(block.lines):
        left = _find_left(block, spot, line)
        for word, x in line.words:
            words.append((word, (left + x * block.em) * size, (first + index * block.step) * size, block.em * size))
    return block.face.draw(words, size, size)


def _find_left(block: Block, spot: Spot, line: Line) -> float:
    align = "right" if block.is_right_to_left and spot.align == "left" else spot.align
    spare = spot.right - spot.left - line.width * block.em
    return spot.left + spare * {"left": 0.0, "center": 0.5, "right": 1.0}[align]


def _list_lines(block: Block, spot: Spot, first: float) -> Iterator[Box]:
    for index, line in enumerate(block.lines):
        left, baseline = _find_left(block, spot, line), first + index * block.step
        top = max(word.top for word, _ in line.words) * block.em
        bottom = min(0.0, *(word.bottom for word, _ in line.words)) * block.em
        yield left, baseline - top, left + line.width * block.em, baseline - bottom
