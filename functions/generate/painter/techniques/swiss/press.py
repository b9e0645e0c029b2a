"""The press of the Swiss lithograph: three plates, their inks, and outlines to draw on them."""

import numpy as np

from generate.painter.kit.color import get_hue, get_lightness, is_gray, mix, overprint, tone
from generate.painter.kit.fields import blur
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Color, Mask, Points, Sheet
from generate.painter.scene import Scene

FIRST, SECOND, KEY = 0, 1, 2


class Press:
    """Three plates and the paper."""

    def __init__(self, scene: Scene, *, dark: bool | None = None) -> None:
        self._scene = scene
        self.plates = [Drawing(scene.size) for _ in range(3)]
        self.masks: list[Mask] = [np.zeros((scene.size, scene.size), np.float32)] * 3
        self.is_dark = scene.mood in ("dark", "epic") if dark is None else dark
        inks = scene.inks
        self.first, self.second = _choose_inks(scene)
        self.paper = tone(inks.paper, 0.955, 0.006, 0.03)
        # A dark gray's hue is an accident, and the key covers much.
        self.key = tone(inks.ink, 0.23, 0.01, 0.06, 0.4 if is_gray(inks.ink) else 1.0)
        if 0 < scene.decade < 1980:
            self.paper = tone(inks.by_lightness[-1], 0.925, 0.012, 0.045)
        self.both = overprint(self.first, self.second)
        if self.is_dark:
            self.paper, self.key = self.key, self.paper
            self.first, self.second = (_lighten(color) for color in (self.first, self.second))
            self.both = mix(self.first, self.paper, 0.45)

    def print_all(self) -> Sheet:
        """Return the sheet with all plates printed."""
        scene = self._scene
        rough = (scene.make_noise(260, 2) - 0.5) * 0.5
        wear = (0.22 if 0 < scene.decade < 1980 else 0.12) * (scene.make_noise(230, 2) > 0.55) * scene.make_noise(7, 3)
        first, second, key = (
            np.clip((blur(np.maximum(plate.to_mask(), mask), 0.0009) - 0.5 + rough) * 3 + 0.5, 0, 1) * (1 - wear)
            for plate, mask in zip(self.plates, self.masks, strict=True)
        )
        sheet = lay_over(make_paper(scene.rng, scene.size, self.paper, 0.02), first, self.first)
        under = lay_over(np.broadcast_to(self.second, sheet.shape), first, self.both)
        sheet += (under - sheet) * second[..., None]
        return lay_over(sheet, key, self.key)


def _choose_inks(scene: Scene) -> tuple[Color, Color]:
    first, second = scene.inks.get_accent(0), scene.inks.get_accent(1)
    if scene.inks.is_gray:
        return tone(scene.inks.by_prominence[0], 0.68), tone(
            scene.inks.by_prominence[1 % len(scene.inks.palette)], 0.47
        )
    near = is_gray(second) or abs((get_hue(first) - get_hue(second) + 180) % 360 - 180) < 30
    if near and abs(get_lightness(first) - get_lightness(second)) < 0.15:
        second = tone(second, get_lightness(first) - 0.2)
    return first, second


def _lighten(color: Color) -> Color:
    return tone(color, max(0.6, get_lightness(color)))


def choose_angle(scene: Scene) -> float:
    """Return the picture's one angle: none where it is calm."""
    return float(scene.rng.choice((-0.6, -0.35, 0.35, 0.6))) if scene.energy > 0.35 else 0.0


def outline_box(left: float, top: float, right: float, bottom: float) -> Points:
    """Return a rectangle's corners."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def outline_sector(x: float, y: float, inner: float, outer: float, start: float, span: float) -> Points:
    """Return the outline of a part of a ring; angles from the right, clockwise."""
    angles = np.linspace(start, start + span, 120)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(np.concatenate([circle * outer, circle[::-1] * inner]) + np.array([x, y]), np.float64)


def rotate(points: Points, angle: float) -> Points:
    """Return points around (0, 0), turned and moved to the sheet's center."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(points @ turn + 0.5, np.float64)
