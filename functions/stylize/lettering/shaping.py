"""Words as outlines: HarfBuzz shapes them, letters are kerned by the white between them, and HarfBuzz draws them."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from coverart.typefaces import Typeface, load_typefaces
from stylize.lettering.text import apply_case, order_runs
from typefaces import load_typeface

Mask = NDArray[np.float32]

_ROWS = 64  # per em, at which the white between letters is measured
_ABOVE = 1.2  # em above the baseline, where the measurement begins; it ends 0.4 below
_DEPTH = 0.20  # em: white deeper in a letter does not count
_SHARE = 0.62  # of the way to the white of two straight stems that kerning goes
_CLOSEST = 0.42  # of that white: letters never come nearer
_LEAST_KERN, _MOST_KERN = -0.13, 0.03  # em
_HANG = 0.35  # of a letter's mean inset that hangs over the margin
_MOST_HANG = 0.04  # em; quotes and hyphens hang more
_HANGING_MARKS = "“”‘’\"'-–.,"
_BEARINGS = 0.07  # em, on both sides of a space
_WORD_SPACE = (0.27, 0.42)  # em, between the words' ink


@dataclass(frozen=True)
class Glyph:
    """A glyph of a face; position and advance in em, y up from the baseline."""

    index: int
    x: float
    y: float
    advance: float


@dataclass(frozen=True)
class Word:
    """Shaped text in em: its glyphs from left to right, and the box of its ink, whose left is 0.

    `hangs`: how far the first and the last letter stand over the margin at the ends of a line.
    """

    glyphs: tuple[Glyph, ...]
    width: float
    top: float
    bottom: float
    hangs: tuple[float, float]


class Face:
    """A typeface, ready to set. Lengths are in em."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.typeface: Typeface = load_typefaces()[key]
        face = hb.Face(load_typeface(key))
        self._font, self._em = hb.Font(face), face.upem
        self._profiles: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]] | None] = {}
        self._words: dict[tuple[str, bool], Word] = {}

    @cached_property
    def cap_height(self) -> float:
        """Height of its capitals."""
        return float(self._font.get_glyph_extents(self._find_glyph("H")).y_bearing / self._em)

    @cached_property
    def word_space(self) -> float:
        """Width between words."""
        advance = self._font.get_glyph_h_advance(self._find_glyph(" ")) / self._em
        return float(np.clip(advance + _BEARINGS, *_WORD_SPACE))

    def covers(self, text: str) -> bool:
        """Return whether the face has every character, in the case that it is set in."""
        marks = "\u200c\u200d"
        return all(self._find_glyph(char) for char in apply_case(text, self.typeface) if char not in marks)

    def shape(self, text: str, right_to_left: bool) -> Word:
        """Shape a word; `right_to_left`: the direction of its paragraph."""
        if (text, right_to_left) not in self._words:
            self._words[text, right_to_left] = self._shape(apply_case(text, self.typeface), right_to_left)
        return self._words[text, right_to_left]

    def draw(self, words: list[tuple[Word, float, float, float]], width: int, height: int) -> Mask:
        """Return a mask (height, width) of words, each with x and y of its origin and its em in pixels, y down."""
        raster = hb.RasterDraw()
        for word, left, baseline, em in words:
            scale = em / self._em
            for glyph in word.glyphs:
                raster.transform = (scale, 0, 0, scale, left + glyph.x * em, height - baseline + glyph.y * em)
                raster.draw_glyph(self._font, glyph.index)
        raster.extents = hb.RasterExtents(0, 0, width, height, 0)
        image = raster.render()
        rows = np.frombuffer(image.buffer, np.uint8).reshape(height, image.extents.stride)
        return rows[::-1, :width].astype(np.float32) / np.float32(255)

    def _find_glyph(self, char: str) -> int:
        return self._font.get_nominal_glyph(ord(char)) or 0

    def _shape(self, text: str, right_to_left: bool) -> Word:
        glyphs: list[Glyph] = []
        x = 0.0
        for run in order_runs(text, right_to_left):
            buffer = hb.Buffer()
            buffer.add_str(run.text)
            buffer.guess_segment_properties()
            buffer.direction = "rtl" if run.is_right_to_left else "ltr"
            hb.shape(self._font, buffer, {"kern": not self.typeface.optical})
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
                x_offset, y_offset, advance = (
                    value / self._em for value in (position.x_offset, position.y_offset, position.x_advance)
                )
                glyph = Glyph(info.codepoint, x + x_offset, y_offset, advance)
                if glyphs and self.typeface.optical and advance:
                    step = self._kern(glyphs[-1], glyph) + self.typeface.tracking
                    glyph, x = replace(glyph, x=glyph.x + step), x + step
                glyphs.append(glyph)
                x += advance
        return self._trim(text, glyphs)

    def _trim(self, text: str, glyphs: list[Glyph]) -> Word:
        """Return the word with its left edge at 0."""
        boxes = [(glyph, self._font.get_glyph_extents(glyph.index)) for glyph in glyphs]
        with_ink = [(glyph, box) for glyph, box in boxes if box and box.width]
        if not with_ink:
            return Word((), 0.0, 0.0, 0.0, (0.0, 0.0))
        left = min(glyph.x + box.x_bearing / self._em for glyph, box in with_ink)
        right = max(glyph.x + (box.x_bearing + box.width) / self._em for glyph, box in with_ink)
        hangs = (self._hang(with_ink[0][0], 0, text[0]), self._hang(with_ink[-1][0], 1, text[-1]))
        top = max(glyph.y + box.y_bearing / self._em for glyph, box in with_ink)
        bottom = min(glyph.y + (box.y_bearing + box.height) / self._em for glyph, box in with_ink)
        at_zero = tuple(replace(glyph, x=glyph.x - left) for glyph in glyphs)
        return Word(at_zero, right - left, top, bottom, hangs)

    def _hang(self, glyph: Glyph, side: int, char: str) -> float:
        """Return how far a letter at the left (0) or right (1) end stands over the margin."""
        if not self.typeface.optical:
            return 0.0
        if char in _HANGING_MARKS:
            return glyph.advance / 2
        profile = self._get_profile(glyph.index)
        if profile is None:
            return 0.0
        inset = profile[side][np.isfinite(profile[side])]
        return float(np.clip((np.minimum(inset - inset.min(), _DEPTH).mean()) * _HANG, 0, _MOST_HANG))

    def _get_profile(self, index: int) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return the white left and right of a glyph in every row, within its advance; infinite where no ink is."""
        if index not in self._profiles:
            width, height = 3 * _ROWS, int((_ABOVE + 0.4) * _ROWS)
            raster = hb.RasterDraw()
            scale = _ROWS / self._em
            raster.transform = (scale, 0, 0, scale, _ROWS, 0.4 * _ROWS)
            raster.extents = hb.RasterExtents(0, 0, width, height, 0)
            image = raster.render() if raster.draw_glyph_or_fail(self._font, index) else None
            self._profiles[index] = None
            if image is not None:
                rows = np.frombuffer(image.buffer, np.uint8).reshape(height, image.extents.stride)
                ink = rows[::-1, :width] > 100
                if ink.any():
                    advance = self._font.get_glyph_h_advance(index) / self._em
                    filled = ink.any(axis=1)
                    left = np.where(filled, ink.argmax(axis=1) / _ROWS - 1, np.inf)
                    right = np.where(filled, advance + 1 - (width - ink[:, ::-1].argmax(axis=1)) / _ROWS, np.inf)
                    self._profiles[index] = (left, right)
        return self._profiles[index]

    def _kern(self, first: Glyph, second: Glyph) -> float:
        """Return the kerning of two letters: part of the way to the white between two stems."""
        white = self._measure_white(first.index, second.index)
        stems = self._stem_white
        if white is None or stems is None:
            return 0.0
        step = float(np.clip((stems[0] - white[0]) * _SHARE, _LEAST_KERN, _MOST_KERN))
        return max(step, min(0.0, stems[1] * _CLOSEST - white[1]))

    @cached_property
    def _stem_white(self) -> tuple[float, float] | None:
        stem = self._find_glyph("H" if self.typeface.case == "upper" else "n")
        return self._measure_white(stem, stem)

    def _measure_white(self, first: int, second: int) -> tuple[float, float] | None:
        """Return the mean and the least white between two glyphs, over the rows where either has ink."""
        profiles = self._get_profile(first), self._get_profile(second)
        if profiles[0] is None or profiles[1] is None:
            return None
        right, left = profiles[0][1], profiles[1][0]
        rows = np.isfinite(right) | np.isfinite(left)
        rows[int(_ABOVE * _ROWS) + 1 :] = False
        if not rows.any():
            return None
        mean = (np.minimum(right, _DEPTH) + np.minimum(left, _DEPTH))[rows].mean()
        # Rows a little apart count, too: letters come near each other along slants.
        near = min(
            float(
                np.min(right[max(0, step) : len(right) + min(0, step)] + left[max(0, -step) : len(left) - max(0, step)])
            )
            for step in (-3, 0, 3)
        )
        return float(mean), near if np.isfinite(near) else _DEPTH


@lru_cache(maxsize=8)
def load_face(key: str) -> Face:
    """Return a typeface of coverart/typefaces.toml. Raises KeyError where there is none."""
    return Face(key)
