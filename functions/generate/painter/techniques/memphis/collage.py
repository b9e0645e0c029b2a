"""A collage: pieces of laminate that are laid over one another."""

from collections.abc import Sequence

import numpy as np

from generate.painter.kit.color import get_lightness, mix, tone, vivid
from generate.painter.kit.fields import shift
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over, make_sheet
from generate.painter.kit.types import Color, Mask, Points, Sheet
from generate.painter.scene import Scene

FLAT, DOTS, BARS, CHECKS, ZIGZAG, BACTERIO, GRID = range(7)
SHADOW = 0.016


class Collage:
    """Pieces on a ground."""

    def __init__(self, scene: Scene, ground: Color | None = None) -> None:
        self.scene = scene
        inks = scene.inks
        self.colors = _choose_colors(scene)
        self.black, self.white = tone(inks.ink, 0.18, 0.01, 0.05), tone(inks.paper, 0.965, 0.005, 0.03)
        if scene.mood in ("dark", "epic"):
            ground = self.black
        self.is_dark = ground is self.black
        self.sheet: Sheet = make_sheet(scene.size, tone(inks.pale, 0.94, 0.015, 0.05) if ground is None else ground)
        self._density = 0.85 + 0.4 * scene.energy

    def lay(self, outline: Points, color: Color, pattern: int = FLAT, second: Color | None = None) -> None:
        """Lay a polygon with its shadow."""
        drawing = Drawing(self.scene.size)
        drawing.polygon(outline)
        turn = float(self.scene.rng.uniform(-0.6, 0.6)) if pattern in (DOTS, BARS, ZIGZAG) else 0.0
        self.lay_mask(drawing.to_mask(), color, pattern, second, turn=turn)

    def lay_mask(
        self,
        mask: Mask,
        color: Color,
        pattern: int = FLAT,
        second: Color | None = None,
        *,
        turn: float = 0.0,
        shadow: float = SHADOW,
    ) -> None:
        """Lay a piece with its shadow; only the rows and columns that it covers are touched."""
        if shadow:
            shade = self.white if self.is_dark else self.black
            self._paste(shift(mask, shadow, shadow) * (1 - mask), shade)
        self._paste(mask, color, self.black if second is None else second, pattern, turn)

    def squiggle(self, x: float, y: float, length: float, turn: float, color: Color | None = None) -> None:
        """Lay a zigzag or wavy line without a shadow."""
        along = np.linspace(-0.5, 0.5, 60)
        wave = self.scene.rng.choice((0, 1))
        across = np.where(wave, np.sin(along * 20), np.abs((along * 3.5) % 1 - 0.5) * 4 - 1) * 0.16
        points = np.stack([along, across], axis=1) * length @ _turn(turn) + [x, y]
        drawing = Drawing(self.scene.size)
        drawing.line(points, 0.013)
        line = self.white if self.is_dark else self.black
        self.lay_mask(drawing.to_mask(), line if color is None else color, shadow=0)

    def _paste(
        self, mask: Mask, color: Color, second: Color | None = None, pattern: int = FLAT, turn: float = 0.0
    ) -> None:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not len(rows):
            return
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        part = self.sheet[box]
        over = np.broadcast_to(color, part.shape)
        if pattern != FLAT and second is not None:
            over = over + (second - over) * self._draw_pattern(pattern, turn, box)[..., None]
        self.sheet[box] = part + (over - part) * mask[box][..., None]

    def _draw_pattern(self, pattern: int, turn: float, box: tuple[slice, slice]) -> Mask:
        """Return where a laminate has its second color, in a box of the sheet."""
        x, y = (axis[box] for axis in self.scene.grid)
        scale = self._density
        across, along = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        size = self.scene.size
        if pattern == DOTS:
            cells = 22 * scale
            row = np.floor(along * cells)
            offset = np.hypot((across * cells + 0.5 * (row % 2)) % 1 - 0.5, (along * cells) % 1 - 0.5)
            return _cover((offset - 0.26) / cells, size)
        if pattern == BARS:
            cells = 17 * scale
            return _cover((np.abs((along * cells) % 1 - 0.5) - 0.24) / cells, size)
        if pattern == CHECKS:
            cells = 15 * scale
            waves = np.sin(across * cells * np.pi) * np.sin(along * cells * np.pi)
            return _cover(waves / (cells * 2.2), size)
        if pattern == ZIGZAG:
            cells = 15 * scale
            bend = np.abs((across * cells * 0.8) % 1 - 0.5) * 0.9
            return _cover((np.abs((along * cells + bend) % 1 - 0.5) - 0.2) / cells / 1.3, size)
        if pattern == GRID:
            cells = 12 * scale
            lines = np.minimum(np.abs((across * cells) % 1 - 0.5), np.abs((along * cells) % 1 - 0.5))
            return _cover((lines - 0.09) / cells, size)
        return draw_bacterio(self.scene, round(300 * scale * scale))[box]


def draw_bacterio(scene: Scene, count: int) -> Mask:
    """Return short crooked worms, evenly scattered, after Sottsass's laminate of 1978."""
    rng = scene.rng
    side = max(2, round(count**0.5))
    drawing = Drawing(scene.size)
    steps = np.linspace(-1, 1, 9)
    for cell in range(side * side):
        x, y = (cell % side + rng.uniform(0.2, 0.8)) / side, (cell // side + rng.uniform(0.2, 0.8)) / side
        angle, bend = rng.uniform(0, 2 * np.pi), rng.uniform(-1, 1, 2)
        across = bend[0] * 0.5 * (steps**2 - 0.5) + bend[1] * 0.35 * np.sin(steps * 3)
        worm = np.stack([steps, across], axis=1) @ _turn(angle) * (0.38 / side) + [x, y]
        drawing.line(worm, 0.20 / side)
        for end in (worm[0], worm[-1]):
            drawing.disc(end[0], end[1], 0.095 / side)
    return drawing.to_mask()


def outline_form(kind: int, x: float, y: float, radius: float, turn: float) -> Points:
    """Return a form's outline: 0 disc, 1 triangle, 2 bar, 3 half disc, 4 arch, 5 stair, 6 quarter disc, 7 capsule."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    circle, half = np.stack([np.cos(angles), np.sin(angles)], axis=1), np.linspace(-np.pi, 0, 48)
    arc = np.stack([np.cos(half), np.sin(half)], axis=1)
    if kind == 1:
        points = circle[::24] * 1.15
    elif kind == 2:
        points = np.array([(-1.25, -0.4), (1.25, -0.4), (1.25, 0.4), (-1.25, 0.4)])
    elif kind == 3:
        points = arc * 1.15 + [0, 0.5]
    elif kind == 4:
        points = np.concatenate([arc, [(1, 0.8), (0.45, 0.8)], arc[::-1] * 0.45, [(-0.45, 0.8), (-1, 0.8)]])
    elif kind == 5:
        corners = [(-1 + 0.5 * (step // 2 + step % 2), 0.8 - 0.4 * (step // 2 + 1)) for step in range(8)]
        points = np.array([(-1, 0.8), *corners, (1, 0.8)])
    elif kind == 6:
        points = np.concatenate([[(0, 0)], arc[:24] * 1.6]) + np.array([0.6, 0.6])
    elif kind == 7:
        points = np.concatenate([arc * 0.4 + [0, -0.8], arc[::-1] * [0.4, -0.4] + [0, 0.8]])
    else:
        points = circle
    return np.asarray(points @ _turn(turn) * radius + [x, y], np.float64)


def _choose_colors(scene: Scene) -> list[Color]:
    """Return four colors that differ; where the palette has no hue, four grays."""
    inks = scene.inks
    if inks.is_gray:
        return [tone(inks.by_prominence[0], lightness) for lightness in (0.66, 0.48, 0.80, 0.58)]
    strength = 0.16 if 0 < scene.decade < 1980 else 0.22
    colors = [vivid(color, 0.09, strength) for color in inks.by_prominence[:4]]
    while len(colors) < 4:
        colors.append(mix(colors[0], inks.paper if get_lightness(colors[0]) < 0.6 else inks.ink, 0.3 * len(colors)))
    return colors


def _cover(distance: Mask, size: int) -> Mask:
    return np.asarray(np.clip(np.float32(0.5) - distance * np.float32(size), 0, 1), np.float32)


def _turn(angle: float) -> Points:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.asarray(np.array([[cosine, sine], [-sine, cosine]]))


def draw_chips(scene: Scene, colors: Sequence[Color], centers: Points, radii: Points) -> tuple[Sheet, Mask]:
    """Return chips of stone as colors and their mask; each color's chips are drawn at once."""
    rng = scene.rng
    choice = rng.integers(len(colors), size=len(centers))
    sheet, cover = np.zeros((scene.size, scene.size, 3), np.float32), np.zeros((scene.size, scene.size), np.float32)
    for index, color in enumerate(colors):
        drawing = Drawing(scene.size)
        for center, radius in zip(centers[choice == index], radii[choice == index], strict=True):
            angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 7))))
            reach = radius * rng.uniform(0.7, 1.25, len(angles))
            drawing.polygon(center + np.stack([reach * np.cos(angles), reach * np.sin(angles)], axis=1))
        mask = drawing.to_mask()
        sheet, cover = lay_over(sheet, mask, color), np.maximum(cover, mask)
    return sheet, cover
