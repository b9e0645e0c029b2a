"""What the tarot's layouts share: the card's two plates (flat colors and the key line), the figure, the press."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_dark_hue, get_lightness, mix, neutralize, tint, tone
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.ornaments import hatch
from generate.painter.kit.shapes import cover, fill_inside, get_normals, inflate, measure_distance
from generate.painter.kit.types import Color, Mask, Points, Sheet
from generate.painter.scene import Scene

LINE = 0.0065
Outline = Points | Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Colors:
    """A card's inks: light paper, dark key, a light and a deep one, two strong ones and a pale one for large areas."""

    paper: Color
    key: Color
    first: Color
    second: Color
    pale: Color
    deep: Color

    @property
    def earth(self) -> Color:
        """The darker color of land: never a dark yellow, which is olive."""
        return darken(choose_dark_hue((self.second, self.first)), 0.3)


def choose_colors(scene: Scene) -> Colors:
    """Return a card's inks; those of a gray artwork are grays of their own lightness."""
    inks, age = scene.inks, measure_age(scene.decade)
    paper = tone(inks.paper, 0.95 - 0.05 * age, 0.0, 0.035 + 0.02 * age)
    first, second = inks.get_accent(0), inks.get_accent(1)
    if inks.is_gray:
        first, second = tone(first, 0.58), tone(second, 0.76)
    elif abs(get_lightness(first) - get_lightness(second)) < 0.08:
        second = tone(second, get_lightness(first) + (0.14 if get_lightness(first) < 0.72 else -0.14))
    deep = tone(choose_dark_hue(inks.by_prominence), 0.27, 0.0, 0.085)
    pale = tint(second, 0.92 if get_lightness(second) > 0.78 else 0.85, 0.085)
    return Colors(paper, neutralize(inks.deep), first, second, pale, neutralize(deep))


class Card:
    """The two plates of a card, drawn from back to front: what comes later covers what was there, line and color."""

    def __init__(self, scene: Scene, ground: Color) -> None:
        self._size, self._scale = scene.size, scene.size * 2
        self._color = Image.new("RGB", (self._scale, self._scale), _to_bytes(ground))
        self._key = Image.new("L", (self._scale, self._scale))
        self._draw_color, self._draw_key = ImageDraw.Draw(self._color), ImageDraw.Draw(self._key)

    def shape(self, outline: Outline, color: Color, line: float = LINE) -> None:
        """Fill a shape, with a key line around it unless its width is 0."""
        points = (np.asarray(outline) * self._scale).ravel().tolist()
        self._draw_color.polygon(points, fill=_to_bytes(color))
        self._draw_key.polygon(points, fill=0)
        if line:
            self._draw_key.line([*points, *points[:4]], fill=255, width=self._measure(line), joint="curve")

    def disc(self, x: float, y: float, radius: float, color: Color, line: float = LINE) -> None:
        """Fill a disc, with a key line around it unless its width is 0."""
        box = [(value + sign * radius) * self._scale for sign in (-1, 1) for value in (x, y)]
        self._draw_color.ellipse(box, fill=_to_bytes(color))
        self._draw_key.ellipse(box, fill=0, outline=255 if line else 0, width=self._measure(line))

    def solid(self, outline: Outline) -> None:
        """Fill a shape of the key plate."""
        self._draw_key.polygon((np.asarray(outline) * self._scale).ravel().tolist(), fill=255)

    def dot(self, x: float, y: float, radius: float) -> None:
        """Print a dot with the key plate."""
        box = [(value + sign * radius) * self._scale for sign in (-1, 1) for value in (x, y)]
        self._draw_key.ellipse(box, fill=255)

    def stroke(self, points: Outline, width: float = LINE) -> None:
        """Draw a key line."""
        coordinates = (np.asarray(points) * self._scale).ravel().tolist()
        self._draw_key.line(coordinates, fill=255, width=self._measure(width), joint="curve")

    def separate(self) -> tuple[Sheet, Mask]:
        """Return the colors and the key plate."""
        size = (self._size, self._size)
        color, key = (plate.resize(size, Image.Resampling.BOX) for plate in (self._color, self._key))
        return np.asarray(color, np.float32) / np.float32(255), np.asarray(key, np.float32) / np.float32(255)

    def _measure(self, width: float) -> int:
        return max(1, round(width * self._scale))


@dataclass(frozen=True, eq=False)
class Figure:
    """A motif as a drawing: where its color lies, its key lines, and the room that they clear around it."""

    body: Mask
    lines: Mask
    room: Mask

    def turn(self) -> "Figure":
        """Return the figure head down."""
        return Figure(self.body[::-1, ::-1], self.lines[::-1, ::-1], self.room[::-1, ::-1])

    def cut(self, where: Mask) -> "Figure":
        """Return the part of the figure that lies where the mask is 1."""
        return Figure(self.body * where, self.lines * where, self.room * where)


def draw_figure(scene: Scene, motif: Mask) -> Figure:
    """Return the motif as a drawing: contour, inner lines, parallel strokes on the shadow side."""
    x, y = scene.grid
    body = fill_inside(motif)
    across, down, _ = get_normals(blur(inflate(body, 0.08), 6 / 1280), 0.25)
    # Light falls from the upper left; for a somber mood from below.
    shadow = across - down if is_somber(scene.mood) else across + down
    tones = smoothstep(shadow, 0.30, 1.15) * np.float32(0.40 + 0.25 * scene.energy)
    strokes = hatch((x * 0.55 + y) * 46, tones, 46 * 1.14) * motif
    contour = cover(np.abs(measure_distance(body)) - np.float32(0.0045))
    lines = np.maximum(np.maximum(strokes, contour), np.clip(body - motif, 0, 1))
    return Figure(body, lines, np.clip(blur(body, 0.004) * 2.4, 0, 1))


def lay_figure(plates: tuple[Sheet, Mask], figure: Figure, color: Color) -> tuple[Sheet, Mask]:
    """Return the plates with the figure before what they show."""
    sheet, key = plates
    sheet = sheet + (color - sheet) * figure.body[..., None]
    return np.asarray(sheet, np.float32), np.maximum(key * (1 - figure.room), figure.lines)


def choose_contrast(colors: Colors) -> tuple[Color, Color]:
    """Return a figure's color and that of what lies behind it: a light figure stands before the dark."""
    if get_lightness(colors.first) > 0.70:
        return colors.first, colors.deep
    return colors.first, colors.paper


def press(scene: Scene, plates: tuple[Sheet, Mask], colors: Colors) -> Sheet:
    """Print the card: the colors off register and worn, the key line uneven; the older, the more so."""
    sheet, key = plates
    age = measure_age(scene.decade)
    moved = (round((0.002 + 0.0025 * age) * scene.size), round((0.0015 + 0.0015 * age) * scene.size))
    padded = np.pad(sheet, ((moved[0], 0), (moved[1], 0), (0, 0)), mode="edge")
    sheet = padded[: scene.size, : scene.size]
    worn = (
        (0.05 + 0.22 * age)
        * smoothstep(scene.make_noise(60, 2), 0.60, 0.85)
        * smoothstep(scene.make_noise(5, 2), 0.25, 0.8)
    )
    sheet = sheet + (colors.paper - sheet) * worn[..., None]
    key = smoothstep(key + np.float32(0.2) * (scene.make_noise(120, 2) - np.float32(0.5)), 0.32, 0.68)
    sheet = sheet + (colors.key - sheet) * (key * (1 - 0.4 * worn))[..., None]
    grain = 1 + np.float32(0.03) * (scene.make_noise(180, 2) - np.float32(0.5))
    return np.asarray(sheet * grain[..., None], np.float32)


def darken(color: Color, share: float) -> Color:
    """Return the color darker, in its own hue: the key ink mixed in would turn it."""
    return tone(color, get_lightness(color) * (1 - share), gain=1 - 0.5 * share)


def lighten(color: Color, colors: Colors, share: float = 0.4) -> Color:
    """Return the color thinned with paper."""
    return mix(color, colors.paper, share)


def _to_bytes(color: Color) -> tuple[int, int, int]:
    red, green, blue = (round(float(np.clip(value, 0, 1)) * 255) for value in color)
    return red, green, blue
