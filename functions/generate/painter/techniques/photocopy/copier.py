"""The copier and the table: toner, misfeeds, torn scraps, tape, staples."""

from dataclasses import dataclass

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import WHITE, get_lightness, mix, tone
from generate.painter.kit.fields import blur, get_slope, sample, shift, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover, fill_inside, inflate
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene


@dataclass(frozen=True, eq=False)
class Scrap:
    """A piece of paper of a color, and the toner on it."""

    stock: Color
    toner: Mask


class Collage:
    """A table on which scraps of copies are pasted.

    `stocks`: papers, the first white, then the colored ones, light enough for toner. `toner`: the black. `sheet`: what
    is on the table.
    """

    def __init__(self, scene: Scene, ground: int | Color | None = None) -> None:
        self.scene = scene
        inks, age = scene.inks, measure_age(scene.decade)
        self.toner = inks.settle(tone(inks.by_lightness[0], 0.19 + 0.04 * age, 0.0, 0.05))
        self.stocks = [
            inks.settle(tone(inks.paper, 0.945 - 0.04 * age, 0.0, 0.035)),
            *map(_lighten, _get_accents(scene)),
        ]
        if ground is None:
            ground = self.toner if is_somber(scene.mood) else 1
        color = self.stocks[ground] if isinstance(ground, int) else ground
        self._paper = make_paper(scene.rng, scene.size, WHITE, 0.012)
        self._tears = scene.make_noise(7, 5, 0.55) - np.float32(0.5), scene.make_noise(9, 3)
        self._scraps = 0
        self.sheet: Sheet = self._paper * color

    def copy(self, toner: Mask, color: Color | None = None) -> None:
        """Print toner on everything that lies on the table."""
        self.sheet = lay_over(self.sheet, toner, self.toner if color is None else color)

    def paste(self, distance: Field, scrap: Scrap, *, torn: float = 1.0) -> Mask:
        """Paste a scrap where `distance` is negative, torn or (0) cut; return where it lies."""
        rough = np.asarray(distance, np.float32)
        if torn:
            # Turned, the same two noises serve for eight scraps.
            self._scraps += 1
            tear, width = (np.rot90(field, self._scraps)[:: (-1) ** (self._scraps // 4)] for field in self._tears)
            rough = np.asarray(rough + np.float32(0.022 * torn) * tear, np.float32)
        lies = core = cover(rough)
        if torn:
            core = cover(rough + np.float32(0.010 * torn) * smoothstep(width, 0.2, 0.8))
        shadow = np.float32(0.45) * blur(shift(lies, 0.003, 0.006), 0.006)
        window = _find_window(rough)
        under, bare, printed = self.sheet[window], lies[window][..., None], core[window][..., None]
        ink = scrap.toner[window][..., None] * printed
        paper = self._paper[window] * scrap.stock
        under *= (1 - shadow[window][..., None]) * (1 - bare)
        under += (bare - printed) * self.stocks[0] + (printed - ink) * paper + ink * self.toner
        return core

    def make_scrap(self, stock: int, toner: Mask) -> Scrap:
        """Return a scrap of a stock with a copy on it."""
        return Scrap(self.stocks[stock % len(self.stocks)], toner)

    def tape(self, x: float, y: float, angle: float, length: float = 0.17, width: float = 0.05) -> None:
        """Stick a strip of clear tape, its ends serrated."""
        window, strip, across = self._measure_strip(x, y, angle, length, width, teeth=0.004)
        gloss = strip * (0.30 + 0.12 * np.sin(across / width * 5 + 1))
        self._lay(window, gloss, self.scene.inks.pale)

    def staple(self, x: float, y: float, angle: float) -> None:
        """Press a staple in, its shadow below it."""
        for offset, color, opacity in ((0.003, self.toner, 0.5), (0.0, mix(self.stocks[0], self.toner, 0.35), 1.0)):
            window, wire, _ = self._measure_strip(x, y + offset, angle, 0.044, 0.005)
            self._lay(window, wire * opacity, color)

    def _measure_strip(
        self, x: float, y: float, angle: float, length: float, width: float, teeth: float = 0.0
    ) -> tuple[tuple[slice, slice], Field, Field]:
        """Return the window in which a strip lies, its coverage and the distance across it."""
        size, reach = self.scene.size, 0.5 * length + width
        window = tuple(slice(max(0, int((at - reach) * size)), max(1, int((at + reach) * size))) for at in (y, x))
        columns, rows = (axis[window] for axis in self.scene.grid)
        along = (columns - x) * np.cos(angle) + (rows - y) * np.sin(angle)
        across = (rows - y) * np.cos(angle) - (columns - x) * np.sin(angle)
        serrated = teeth * np.abs(((across * 90) % 1) - 0.5)
        outside = np.maximum(np.abs(along) - length / 2 + serrated, np.abs(across) - width / 2)
        return (window[0], window[1]), np.clip(0.5 - outside * size, 0, 1), across

    def _lay(self, window: tuple[slice, slice], mask: Field, color: Color) -> None:
        part = self.sheet[window]
        part += (color - part) * mask.astype(np.float32)[..., None]


def copy_tone(scene: Scene, darkness: Field) -> Mask:
    """Return toner where `darkness` is above a half, eaten and speckled: the older, the more."""
    age = measure_age(scene.decade)
    eaten = (0.16 + 0.20 * age) * (scene.make_noise(90, 2) - 0.5) + 0.20 * (scene.make_noise(5, 3) - 0.5)
    toner = smoothstep(darkness + eaten, 0.46, 0.54)
    specks = Drawing(scene.size)
    for x, y, chance in scene.rng.random((int(60 + 160 * age), 3)):
        specks.disc(x, y, 0.0012 + 0.0032 * chance**4)
    streaks = scene.rng.random((int(1 + 4 * scene.energy), 3))
    for x, chance, strength in streaks:
        specks.line([(x, 0), (x + 0.004 * (chance - 0.5), 1)], 0.0016 + 0.003 * chance**2, 0.35 + 0.5 * strength)
    return np.asarray(np.clip(np.maximum(toner, specks.to_mask()), 0, 1), np.float32)


def photograph(scene: Scene, motif: Mask, exposure: float = 0.0) -> Field:
    """Return the motif as a harsh photograph: darkness 0 to 1, lit hard from one side, inner lines white."""
    body = fill_inside(motif)
    across, down = get_slope(blur(inflate(body, 0.09), 0.006))
    lamp = -0.6 if is_somber(scene.mood) else 0.6
    light = (across * 0.7 + down * lamp) * np.float32(0.22)
    lit = smoothstep(light, 0.42, 1.0) * 0.62 + 0.20 * smoothstep(scene.make_noise(4, 3), 0.62, 0.9)
    return np.asarray(np.clip(1.04 - lit + exposure, 0, 1) * motif, np.float32)


def make_halftone(scene: Scene, darkness: Field, cells: float = 44, angle: float = 0.62) -> Mask:
    """Return a screen of round dots, coarser the older."""
    x, y = scene.grid
    cells = cells * (1.1 - 0.3 * measure_age(scene.decade))
    u = (x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi * cells
    v = (y * np.cos(angle) - x * np.sin(angle)) * 2 * np.pi * cells
    threshold = 0.5 + 0.25 * (np.cos(u) + np.cos(v))
    return smoothstep(darkness - threshold.astype(np.float32), -0.10, 0.10)


def misfeed(scene: Scene, toner: Mask, jumps: int, reach: float, drags: int) -> Mask:
    """Return the copy with its rows pushed sideways in `jumps` bands, and stretched at `drags` places."""
    x, y = scene.grid
    rng = scene.rng
    offset = np.zeros(scene.size, np.float32)
    row = y[:, 0].copy()
    for top in rng.uniform(0.05, 0.95, jumps):
        bottom = top + rng.uniform(0.03, 0.16)
        inside = (y[:, 0] > top) & (y[:, 0] < bottom)
        offset += np.float32(rng.uniform(-reach, reach)) * inside
    for top in rng.uniform(0.25, 0.80, drags):
        bottom = top + rng.uniform(0.06, 0.16)
        row = np.where((row > top) & (row < bottom), np.float32(top), row)
    return sample(toner, x - offset[:, None], np.broadcast_to(row[:, None], x.shape))


def slant(scene: Scene, tilt: float) -> Field:
    """Return y along axes turned by `tilt`."""
    x, y = scene.grid
    return np.asarray((y - 0.5) * np.cos(tilt) - (x - 0.5) * np.sin(tilt) + 0.5, np.float32)


def _get_accents(scene: Scene) -> list[Color]:
    return [scene.inks.get_accent(index) for index in (0, 1)]


def _lighten(color: Color) -> Color:
    return tone(color, max(0.64, get_lightness(color)))


def _find_window(distance: Field) -> tuple[slice, slice]:
    """Return the rows and columns where something lies or throws its shadow."""
    near = distance < 0.04
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
