"""From words to lines: faces that have the characters, line breaks, and the greatest size that fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from coverart.typefaces import load_typefaces
from stylize.lettering.shaping import Face, Word, load_face
from stylize.lettering.text import find_scripts, is_right_to_left, order_runs, split_words

MAX_CHARACTERS = 100
_MAX_LINES = 5
_MAX_PARTS = 16  # between which breaks are tried; more are joined in twos
_STANDS_IN = "manrope"
_HAN_FACES = ("chinese", "japanese")
# A line does not end on these.
_LOOSE_WORDS = "a an the of and & to in on at for by my i de la le el los las du des y e da do der die das und"
_LOOSE = frozenset(_LOOSE_WORDS.split(" "))
_LOOSE_COST, _LINE_COST, _RAGGED_COST = 0.14, 0.05, 0.10
_CAPITALS_STEP = 1.16  # from baseline to baseline of a face without descenders, in heights of its capitals


class TitleNotSetError(Exception):
    """`str(error)` is a sentence for the listener: why the lettering was left out."""


@dataclass(frozen=True)
class Line:
    """A line's words, each with its x in em, and the line's width."""

    words: tuple[tuple[Word, float], ...]
    width: float


@dataclass(frozen=True)
class Block:
    """Lines of one face. Lengths are shares of the cover's side.

    `em`: the size. `step`: from baseline to baseline. `rise`: from the first baseline to the highest ink. `fall`: from
    the last baseline to the lowest ink.
    """

    face: Face
    lines: tuple[Line, ...]
    em: float
    step: float
    rise: float
    fall: float
    is_right_to_left: bool

    @property
    def cap(self) -> float:
        """Height of the capitals."""
        return self.em * self.face.cap_height

    @property
    def width(self) -> float:
        """Of the longest line."""
        return max(line.width for line in self.lines) * self.em

    @property
    def depth(self) -> float:
        """From the first baseline to the last."""
        return self.step * (len(self.lines) - 1)


def choose_face(key: str, text: str) -> Face:
    """Return the typeface, or the next of its kin that has all characters. Raises TitleNotSetError where none has."""
    scripts = find_scripts(text)
    typefaces = load_typefaces()
    # A prompt of another version may name a typeface that this one lacks.
    candidates = [key, *typefaces[key].kin, _STANDS_IN] if key in typefaces else [_STANDS_IN]
    foreign = scripts - {"latin", "greek", "cyrillic"}
    if foreign == {"han"}:
        candidates = list(_HAN_FACES)
    elif foreign:
        candidates = sorted(foreign - {"han"})
    for candidate in dict.fromkeys(candidates):
        face = load_face(candidate)
        if face.covers(text):
            return face
    raise TitleNotSetError("The title has characters that none of the typefaces has, so the cover has no lettering.")


def arrange(
    face: Face, text: str, width: float, height: float, *, cap: float, most: int = 3, exact: bool = False
) -> Block:
    """Return the block with the largest letters that fit into a box, and with good line breaks.

    `cap`: the greatest height of the capitals. `most`: lines. `exact`: a series has this height, in as few lines as it
    takes. The block may be smaller than the typeface's least height; the caller decides.
    """
    best: tuple[float, Block] | None = None
    for lines in _list_breaks(face, text, most):
        block = _size(face, lines, width, height, cap, is_right_to_left(text))
        score = block.cap * (1 - _LINE_COST * (len(lines) - 1))
        if exact:
            score = min(block.cap, cap) / cap - 0.2 * len(lines) if block.cap > cap * 0.995 else block.cap - 9
        score *= 1 - _LOOSE_COST * sum(text_of.split()[-1].lower() in _LOOSE for text_of in _texts(lines)[:-1])
        widths = [line.width for line in _lines(lines)]
        score *= 1 - _RAGGED_COST * (max(widths) - min(widths)) / max(widths)
        if best is None or score > best[0]:
            best = (score, block)
    if best is None:
        raise TitleNotSetError("The title has nothing that can be set in type, so the cover has no lettering.")
    return best[1]


_Broken = list[tuple[str, Line]]


def _texts(broken: _Broken) -> list[str]:
    return [text for text, _ in broken]


def _lines(broken: _Broken) -> list[Line]:
    return [line for _, line in broken]


def _list_breaks(face: Face, text: str, most: int) -> Iterator[_Broken]:
    parts = split_words(text)
    while len(parts) > _MAX_PARTS:
        pairs = [parts[index : index + 2] for index in range(0, len(parts), 2)]
        parts = [
            ("".join((" " if space and at else "") + word for at, (word, space) in enumerate(pair)), pair[0][1])
            for pair in pairs
        ]
    base = is_right_to_left(text)
    cache: dict[tuple[int, int], tuple[str, Line]] = {}
    for count in range(1, min(most, _MAX_LINES, len(parts)) + 1):
        for cuts in combinations(range(1, len(parts)), count - 1):
            spans = list(pairwise((0, *cuts, len(parts))))
            for span in spans:
                if span not in cache:
                    words = parts[slice(*span)]
                    joined = "".join((" " if space and at else "") + word for at, (word, space) in enumerate(words))
                    cache[span] = (joined, _set_line(face, joined, base))
            yield [cache[span] for span in spans]


def _set_line(face: Face, text: str, base: bool) -> Line:
    # Words of both directions change places, and what is not kerned here needs no words.
    if base or not face.typeface.optical or len(order_runs(text, base)) > 1:
        word = face.shape(text, base)
        return Line(((word, 0.0),), word.width)
    words = [face.shape(part, base) for part in text.split()]
    x, places = -words[0].hangs[0], []
    for word in words:
        places.append(x)
        x += word.width + face.word_space
    return Line(tuple(zip(words, places, strict=True)), x - face.word_space - words[-1].hangs[1])


def _size(face: Face, broken: _Broken, width: float, height: float, cap: float, right_to_left: bool) -> Block:
    lines = _lines(broken)
    tops = [max(word.top for word, _ in line.words) for line in lines]
    fall = -min(0.0, *(word.bottom for word, _ in lines[-1].words))
    step = face.typeface.leading * max(1.0, face.cap_height / 0.72)
    if not face.typeface.leading:
        accents = max([0.0, *(top - face.cap_height for top in tops[1:])])
        step = face.cap_height * _CAPITALS_STEP + max(0.0, accents - face.cap_height * 0.04)
    widest = max(line.width for line in lines)
    tall = tops[0] + step * (len(lines) - 1) + fall
    em = min(width / widest, height / tall, cap / face.cap_height)
    return Block(face, tuple(lines), em, step * em, tops[0] * em, fall * em, right_to_left)
