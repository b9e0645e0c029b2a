"""Blocks on an isometric grid: i runs to the lower right, j to the lower left, k up."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageDraw

from generate.painter.kit.character import measure_age
from generate.painter.kit.color import get_lightness, mix, tone
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene

_OVERSAMPLING = 2
_ACROSS, _DOWN = 3**0.5 / 2, 0.5

Point = tuple[float, float, float]


@dataclass(eq=False)
class Blocks:
    """`unit`: the length of an edge, `x` and `y` the place of the grid's origin, in fractions of the side.

    `haze`: the color into which things fade.
    """

    ground: Sheet
    unit: float
    x: float
    y: float
    haze: Color

    @cached_property
    def _image(self) -> Image.Image:
        side = len(self.ground) * _OVERSAMPLING
        pixels = (np.clip(self.ground, 0, 1) * 255 + 0.5).astype(np.uint8)
        return Image.fromarray(pixels).resize((side, side), Image.Resampling.BILINEAR)

    @cached_property
    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self._image)

    def project(self, i: float, j: float, k: float) -> tuple[float, float]:
        """Return the place of a point in fractions of the side."""
        return self.x + _ACROSS * self.unit * (i - j), self.y + self.unit * (_DOWN * (i + j) - k)

    def draw_face(self, points: Sequence[Point], color: Color) -> None:
        """Fill a polygon of grid points."""
        scale = self._image.width
        corners = [(x * scale, y * scale) for x, y in (self.project(*point) for point in points)]
        self._draw.polygon(corners, fill=_to_bytes(color))

    def draw_block(
        self,
        i: float,
        j: float,
        bottom: float,
        top: float,
        color: Color,
        size: tuple[float, float] = (1, 1),
        fade: float = 0,
    ) -> None:
        """Draw a block from its corner (i, j): a light top, a middle left and a dark right side."""
        across, down = size
        light, middle, dark = get_tones(color)
        roof = [(i, j, top), (i + across, j, top), (i + across, j + down, top), (i, j + down, top)]
        self.draw_face(roof, mix(light, self.haze, fade))
        if top > bottom:
            left, right = (i, j + down), (i + across, j)
            near = (i + across, j + down)
            self.draw_face([(*left, bottom), (*near, bottom), (*near, top), (*left, top)], mix(middle, self.haze, fade))
            side = [(*right, bottom), (*near, bottom), (*near, top), (*right, top)]
            self.draw_face(side, mix(dark, self.haze, fade * 0.8))

    def draw_disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """Fill a circle, in fractions of the side."""
        scale = self._image.width
        box = [(value + sign * radius) * scale for sign in (-1, 1) for value in (x, y)]
        self._draw.ellipse(box, fill=_to_bytes(color))

    def to_sheet(self) -> Sheet:
        """Return what has been drawn."""
        side = len(self.ground)
        small = self._image.resize((side, side), Image.Resampling.BOX)
        return np.asarray(small, np.float32) / np.float32(255)


def get_tones(color: Color) -> tuple[Color, Color, Color]:
    """Return the color in light, half light and shade."""
    lightness = get_lightness(color)
    return tone(color, min(0.97, lightness + 0.10)), tone(color, lightness - 0.06), tone(color, lightness * 0.55)


def fade_print(scene: Scene, sheet: Sheet) -> Sheet:
    """Return the print as it looks today: older ones have lost contrast."""
    share = np.float32(0.14 * measure_age(scene.decade))
    return np.asarray(sheet + (scene.inks.pale - sheet) * share, np.float32)


def _to_bytes(color: Color) -> tuple[int, int, int]:
    red, green, blue = (round(float(value) * 255) for value in np.clip(color, 0, 1))
    return red, green, blue
