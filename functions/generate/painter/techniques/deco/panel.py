"""A lacquered panel: shapes painted back to front, outlined and gilded."""

from collections.abc import Sequence

import numpy as np

from generate.painter.kit.color import get_chroma, get_hue, get_lightness, ramp, tone, vivid
from generate.painter.kit.fields import blur, shift
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over, make_sheet, shade
from generate.painter.kit.types import Color, Mask, Points, Sheet
from generate.painter.scene import Scene

LACQUER, SECOND, THIRD, IVORY, GOLD = range(-1, 4)
THICK, MEDIUM, HAIR = 0.0065, 0.0038, 0.0022


class Panel:
    """A panel of lacquer; what is painted later covers what was before, gold lines too."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._layers = [Drawing(scene.size) for _ in range(4)]
        self.is_somber = scene.mood in ("dark", "melancholic", "epic")
        # The motif's masks: what is kept clear around it, and what is painted in gold or in lacquer over everything.
        self.clear: Mask | None = None
        self.gilded: Mask | None = None
        self.dark: Mask | None = None

    def fill(self, points: Points | Sequence[tuple[float, float]], layer: int) -> None:
        """Fill a polygon."""
        for index, drawing in enumerate(self._layers):
            drawing.polygon(points, float(index == layer))

    def disc(self, x: float, y: float, radius: float, layer: int) -> None:
        """Fill a circle."""
        for index, drawing in enumerate(self._layers):
            drawing.disc(x, y, radius, float(index == layer))

    def line(self, points: Points | Sequence[tuple[float, float]], width: float) -> None:
        """Draw a line of gold."""
        self._layers[GOLD].line(points, width)

    def groove(self, points: Points | Sequence[tuple[float, float]], width: float) -> None:
        """Draw a line of lacquer."""
        for drawing in self._layers:
            drawing.line(points, width, 0)

    def outlined(self, points: Points | Sequence[tuple[float, float]], layer: int, width: float = MEDIUM) -> None:
        """Fill a polygon and outline it in gold."""
        self.fill(points, layer)
        closed = np.concatenate([np.asarray(points), np.asarray(points)[:2]])
        self.line(closed, width)

    def frame(self) -> None:
        """Draw a double line along the edges."""
        for margin, width in ((0.024, THICK), (0.036, HAIR)):
            self.line(_outline_square(margin), width)

    def finish(self) -> Sheet:
        """Return the panel, gilded."""
        scene, colors = self._scene, self._choose_colors()
        x, y = scene.grid
        sheet = shade(make_sheet(scene.size, colors[0]), 1 + 0.08 * (scene.make_noise(4, 3) - 0.5))
        masks = [layer.to_mask() for layer in self._layers]
        for mask, color in zip(masks[:GOLD], colors[1:], strict=True):
            sheet = lay_over(sheet, mask, color)
        gold = masks[GOLD]
        if self.clear is not None:
            sheet, gold = lay_over(sheet, self.clear, colors[0]), gold * (1 - self.clear)
        if self.gilded is not None:
            gold = np.maximum(gold, self.gilded)
        if self.dark is not None:
            gold = gold * (1 - self.dark)
            sheet = lay_over(sheet, self.dark, colors[0])
        relief = blur(gold, 0.0022)
        edge = shift(relief, -0.002, -0.002) - shift(relief, 0.002, 0.002)
        brushed = scene.make_noise(110, 2, aspect=12)
        shine = 0.5 + 0.30 * np.sin((x * 0.8 + y) * 6.5 + 0.8) + 0.18 * (brushed - 0.5) + 0.55 * edge
        metal = _choose_metal(scene)
        stops = [(0.47, 0.05, 0.12), (0.66, 0.06, 0.14), (0.80, 0.06, 0.14), (0.95, 0.02, 0.07), (0.74, 0.06, 0.14)]
        leaf = ramp(shine, [tone(metal, *stop) for stop in stops])
        worn = gold
        if 0 < scene.decade < 1970:
            worn = gold * (1 - 0.7 * (scene.make_noise(40, 4) > 0.66))
        return np.asarray(sheet + (leaf - sheet) * worn[..., None], np.float32)

    def _choose_colors(self) -> tuple[Color, Color, Color, Color]:
        """Return lacquer, second, third and ivory. A dark yellow would be mud, so the second color avoids it."""
        inks = self._scene.inks
        darkest = inks.by_lightness[0]
        rest = inks.by_prominence[1:] or inks.by_prominence
        cool = next((c for c in rest if get_chroma(c) > 0.03 and not 55 < get_hue(c) < 125), rest[0])
        third = vivid(inks.by_prominence[0], darker=0.08)
        depth = 0.06 if self.is_somber else 0.0
        third = tone(third, min(get_lightness(third), 0.52) - depth)
        return (
            tone(darkest, 0.17, 0.02, 0.07, 1.0 if get_chroma(darkest) > 0.03 else 0.4),
            tone(cool, 0.33 - depth, 0.05, 0.13),
            third,
            tone(inks.by_lightness[-1], 0.9, 0.02, 0.05),
        )


def _choose_metal(scene: Scene) -> Color:
    """Return the palette's color that is the nearest to gold, or its lightest where none has a hue."""
    metal = max(
        scene.inks.palette,
        key=lambda c: (
            get_chroma(c) + 0.4 * get_lightness(c) - 0.004 * abs((get_hue(c) - 80 + 180) % 360 - 180)
            if get_chroma(c) > 0.03
            else -1.0
        ),
    )
    return metal if get_chroma(metal) > 0.03 else scene.inks.by_lightness[-1]


def outline_box(left: float, top: float, right: float, bottom: float) -> Points:
    """Return a rectangle's corners."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def outline_arc(x: float, y: float, radius_x: float, radius_y: float, start: float, end: float) -> Points:
    """Return points along a part of an ellipse; angles from the right, clockwise."""
    angles = np.linspace(start, end, 90)
    return np.stack([x + radius_x * np.cos(angles), y + radius_y * np.sin(angles)], axis=1)


def draw_rays(panel: Panel, x: float, y: float, count: int, inner: float, layers: Sequence[int]) -> None:
    """Draw rays around a point, symmetrical to the vertical through it, each between two hairlines."""
    step = np.pi / count
    for index in range(-count, count):
        middle = -np.pi / 2 + index * step
        directions = [np.array([np.cos(middle + turn), np.sin(middle + turn)]) for turn in (-step / 4, step / 4)]
        center = np.array([x, y])
        corners = [center + directions[0] * inner, center + directions[0] * 1.6]
        corners += [center + directions[1] * 1.6, center + directions[1] * inner]
        layer = layers[abs(index) % len(layers)]
        if layer != LACQUER:
            panel.fill(np.array(corners), layer)
        for direction in directions:
            panel.line(np.array([center + direction * inner, center + direction * 1.6]), HAIR)


def draw_scales(panel: Panel, top: float, bottom: float, count: int, layers: Sequence[int]) -> None:
    """Draw rows of overlapping scales, the lower ones in front, `count` to a row."""
    radius = 0.5 / count
    rows = int((bottom - top) / (radius * 0.5)) + 3
    for row in range(rows):
        y = top + radius + row * radius * 0.5
        for column in range(-1, count + 1):
            x = (column + 0.5 + 0.5 * (row % 2)) * 2 * radius
            for share, width in ((1.0, MEDIUM), (0.68, HAIR), (0.36, HAIR)):
                panel.disc(x, y, radius * share, GOLD)
                panel.disc(x, y, radius * share - width, layers[row % len(layers)])


def _outline_square(margin: float) -> Points:
    corners = [(margin, margin), (1 - margin, margin), (1 - margin, 1 - margin), (margin, 1 - margin)]
    return np.array([*corners, *corners[:2]], np.float64)
