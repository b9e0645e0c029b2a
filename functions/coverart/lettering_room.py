"""How much of a cover its lettering takes, estimated without the typefaces: the painter leaves this much room."""

from dataclasses import dataclass

from coverart.models import Lettering, LetteringPlace
from coverart.typefaces import load_typefaces

MARGIN = 1 / 16  # the grid: 16 modules, one of them margin on each side
SECOND_CAP = 0.0245  # height of the second line's capitals
MAX_CAP = 0.125  # of the title's, where the lettering names no height
CORNER_WIDTH = 0.62  # what "corner" takes of the side, margins not counted
SPINE_LENGTH = 1 - 2 * MARGIN
_COMFORTABLE_CAP = 0.085  # a single line of this height is preferred to two larger ones
_LINE_STEP = 1.32  # from baseline to baseline, as a multiple of the capitals' height
_GAP = 0.05  # between the lettering and the picture
_USUAL_ADVANCE = 0.7  # of a typeface that another version knows
_LEAST, _MOST = 0.16, 0.44


@dataclass(frozen=True)
class Room:
    """`place`: the edge that the lettering stands at. `share`: how much of the side it takes from there."""

    place: LetteringPlace
    share: float


def estimate_room(lettering: Lettering) -> Room | None:
    """Return the room that the lettering needs; the typesetter fits it into about that much.

    None where it will not set the title: without letters, or with a word that is too long.
    """
    typeface = load_typefaces().get(lettering.typeface)
    advance, least = (typeface.advance, typeface.min_cap) if typeface else (_USUAL_ADVANCE, 0.0)
    length = max(1, len(lettering.title))
    width = {"corner": CORNER_WIDTH, "spine": SPINE_LENGTH}.get(lettering.place, 1 - 2 * MARGIN)
    words = [word for word in lettering.title.split() if any(map(str.isalnum, word))]
    if not words or max(map(len, words)) * advance * least > width:
        return None
    most = lettering.cap_height or MAX_CAP
    lines = 1
    cap = min(most, width / (length * advance))
    while cap < min(most, _COMFORTABLE_CAP) and lines < min(4, lettering.title.count(" ") + 1):
        lines += 1
        # Lines are never quite as long as each other.
        cap = min(most, width * lines / (length * advance * 1.15))
    share = MARGIN + cap + (lines - 1) * cap * _LINE_STEP + _GAP
    if lettering.second_line:
        share += SECOND_CAP * 2.2
    return Room(lettering.place, min(_MOST, max(_LEAST, share)))
