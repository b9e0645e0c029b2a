"""What the marbled papers share: the paints, drops on water, combs and whirls."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_dark_hue, choose_hue, get_chroma, get_lightness, tint, tone
from generate.painter.kit.fields import make_grid, make_noise, resize
from generate.painter.kit.sheets import shade
from generate.painter.kit.types import Color, Field, Points, Sheet
from generate.painter.scene import Scene

_MARGIN = 0.2  # the bath is wider than the sheet: combs pull paint in
_POINTS = 260  # of a drop's outline
_MAP_SIZE = 512  # pixels at which combs and whirls are undone


def choose_paints(scene: Scene) -> tuple[Color, Color, list[Color]]:
    """Return a pale paint, a dark one, and up to four colored ones, the leading one first."""
    own = scene.inks.by_prominence
    somber = 0.06 if is_somber(scene.mood) else 0.0
    age = measure_age(scene.decade)
    pale = tone(choose_hue(scene.inks.by_lightness[::-1]), 0.94 - 0.05 * age, 0.0, 0.02 + 0.03 * age)
    dark = tint(choose_dark_hue(scene.inks.by_lightness), 0.20, 0.05, 1.6)
    colors = []
    for index in range(min(4, len(own))):
        color = own[index]
        level = 0.5 * get_lightness(color) + 0.5 * get_lightness(scene.inks.get_accent(index)) - somber
        colors.append(tint(color, level, min(0.19 - 0.04 * age, max(0.05, get_chroma(color) * 1.1)), 1.8))
    return pale, dark, colors


class Bath:
    """Paint on water: drops in the order in which they fell, later pushed along by others."""

    def __init__(self, scene: Scene, ground: Color) -> None:
        self.scene = scene
        self._ground = ground
        # x and y apart, which takes half the time of pairs.
        self._outlines: NDArray[np.float64] = np.empty((2, 0, _POINTS))
        self._colors: list[Color] = []

    def drop(self, x: float, y: float, radius: float, color: Color) -> None:
        """Let a drop fall; what is there moves outward, its area unchanged."""
        center = np.array([x, y])[:, None, None]
        away = self._outlines - center
        squares = away[0] ** 2 + away[1] ** 2
        self._outlines = center + away * np.sqrt(1 + radius**2 / np.maximum(squares, 1e-9))
        turns = np.linspace(0, 2 * np.pi, _POINTS, endpoint=False)
        ring = center + radius * np.stack([np.cos(turns), np.sin(turns)])[:, None]
        self._outlines = np.concatenate([self._outlines, ring], axis=1)
        self._colors.append(color)

    def lift(self, source: tuple[Field, Field] | None = None, uneven: float = 0.006) -> Sheet:
        """Return the sheet that is laid on the bath. `source`: where every place came from, at the map's size."""
        scene = self.scene
        size = scene.size * 2
        pixels = round(size * (1 + 2 * _MARGIN))
        image = Image.new("L", (pixels, pixels), 0)
        draw = ImageDraw.Draw(image)
        points = np.moveaxis((self._outlines + _MARGIN) * size, 0, -1)
        for number, outline in enumerate(points.reshape(len(points), -1).tolist(), 1):
            draw.polygon(outline, fill=number)
        x, y = source or make_grid(_MAP_SIZE)
        x = x + np.float32(uneven) * (_swell(scene, 7) - 0.5)
        y = y + np.float32(uneven) * (_swell(scene, 7) - 0.5)
        column = np.clip((resize(x, size) + _MARGIN) * size, 0, pixels - 1).astype(np.int32)
        row = np.clip((resize(y, size) + _MARGIN) * size, 0, pixels - 1).astype(np.int32)
        numbers = np.asarray(image)[row, column]
        table = (np.clip(np.stack([self._ground, *self._colors]), 0, 1) * 255 + 0.5).astype(np.uint8)
        flat = np.asarray(Image.fromarray(table[numbers]).reduce(2), np.float32) / np.float32(255)
        tooth = 1 + 0.05 * (scene.make_noise(5, 3) - 0.5) + 0.03 * (scene.make_noise(120, 2) - 0.5)
        return shade(flat, np.asarray(tooth, np.float32))


def start_source() -> tuple[Field, Field]:
    """Return where every place came from before anything is drawn: itself."""
    return make_grid(_MAP_SIZE)


def comb(
    source: tuple[Field, Field], angle: float, gap: float, pull: float, phase: float = 0.0, *, both: bool = False
) -> tuple[Field, Field]:
    """Undo a comb drawn in a direction, its teeth `gap` apart, pulling paint along by `pull`; `both`: to and fro."""
    x, y = source
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    across = (y * cosine - x * sine) / gap + phase
    near = 1 - np.abs(across % 1 - 0.5) * 2
    moved = pull * (1 - near) ** 2 * (3 - 2 * (1 - near))
    if both:
        moved = moved * np.where(np.floor(across + 0.5) % 2 < 1, 1, -1)
    return np.asarray(x - moved * cosine, np.float32), np.asarray(y - moved * sine, np.float32)


def wave(source: tuple[Field, Field], angle: float, length: float, height: float, phase: float) -> tuple[Field, Field]:
    """Undo a wave: places are moved across a direction."""
    x, y = source
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    moved = height * np.sin(2 * np.pi * (x * cosine + y * sine) / length + phase)
    return np.asarray(x + moved * sine, np.float32), np.asarray(y - moved * cosine, np.float32)


def whirl(source: tuple[Field, Field], x: float, y: float, turn: float, reach: float) -> tuple[Field, Field]:
    """Undo a whirl of a stylus around (x, y): `turn` in radians at its middle, fading with the distance."""
    right, down = source[0] - x, source[1] - y
    angle = turn * np.exp(-np.sqrt(right**2 + down**2 + 1e-4) / reach)
    cosine, sine = np.cos(angle), np.sin(angle)
    return (
        np.asarray(x + right * cosine - down * sine, np.float32),
        np.asarray(y + right * sine + down * cosine, np.float32),
    )


def sprinkle(
    bath: Bath, count: int, colors: Sequence[Color], chances: Sequence[float], size: float, rings: int = 1
) -> None:
    """Let drops fall anywhere, each color with its chance, their radii around `size`; `rings`: drops in each other."""
    rng = bath.scene.rng
    shares = np.array(chances[: len(colors)]) / sum(chances[: len(colors)])
    for x, y in rng.uniform(-0.12, 1.12, (count, 2)):
        radius = size * float(np.clip(rng.lognormal(0, 0.45), 0.4, 2.2))
        for _ in range(rings):
            bath.drop(x, y, radius, colors[int(rng.choice(len(colors), p=shares))])
            radius *= 0.72


def spread_points(rng: np.random.Generator, count: int, least: float) -> Points:
    """Return points on the sheet that keep a distance where they can."""
    points = np.empty((0, 2))
    for _ in range(40 * count):
        point = rng.uniform(0.1, 0.9, 2)
        if (np.hypot(*(points - point).T) > least).all():
            points = np.append(points, point[None], axis=0)
        if len(points) == count:
            break
    return points


def _swell(scene: Scene, cells: float) -> Field:
    return make_noise(scene.rng, _MAP_SIZE, cells, 3)
