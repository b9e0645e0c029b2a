"""A comic's page: flat colors, Ben-Day dots and a black key."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from generate.painter.kit.color import get_hue, get_lightness, is_gray, tone
from generate.painter.kit.fields import blur, resize, shift, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import fill_inside, get_normals, inflate
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Color, Field, Mask, Points, Sheet
from generate.painter.scene import Scene

OUTLINE = 0.011


class Comic:
    """A page that is printed form by form; `first` and `second` are its colors."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        inks = scene.inks
        self.is_old = 0 < scene.decade < 1970
        self.is_dark = scene.mood in ("dark", "melancholic")
        self.paper = tone(inks.by_lightness[-1], 0.93 if self.is_old else 0.965, 0.006, 0.035)
        darkest = inks.by_lightness[0]
        self.black = tone(darkest, 0.16, 0.005, 0.05, 1.0 if not is_gray(darkest) else 0.3)
        self.first, self.second = _choose_colors(scene)
        # A motif is mostly bare paper: what lies behind it is the darker color, and its shade is the lighter one.
        self.ground, self.shade = sorted((self.first, self.second), key=get_lightness)
        self.ground = tone(self.ground, min(get_lightness(self.ground), 0.64))
        self.sheet: Sheet = make_paper(scene.rng, scene.size, self.paper, 0.015)
        self._offset = 0.005 if self.is_old else 0.002
        self._cells = 25 if self.is_old else 31

    def flat(self, mask: Mask, color: Color) -> None:
        """Print a flat color, a little off register."""
        self.sheet = lay_over(self.sheet, shift(mask, -self._offset, self._offset), color)

    def dots(self, mask: Mask, color: Color, density: Field | float) -> None:
        """Print a screen of dots; `density`: the share of the area that they cover, 0 to 0.8."""
        x, y = self.scene.grid
        across, down = (x + y) * np.float32(self._cells * 0.7071), (x - y) * np.float32(self._cells * 0.7071)
        distance = np.hypot(across % 1 - 0.5, down % 1 - 0.5)
        radius = np.sqrt(np.clip(density, 0, 0.8) / np.pi)
        edge = np.clip((radius - distance) * np.float32(0.45 * self.scene.size / self._cells) + 0.5, 0, 1)
        self.sheet = lay_over(self.sheet, edge * mask * (radius > 0.09), color)

    def key(self, mask: Mask) -> None:
        """Print black."""
        self.sheet = lay_over(self.sheet, mask, self.black)

    def forms(self, outlines: Sequence[Points], color: Color, *, weight: float = 1.0, density: float = 0.0) -> None:
        """Print closed forms with a swelling outline; `density`: dots on paper instead of the flat color."""
        fill, line = Drawing(self.scene.size), Drawing(self.scene.size)
        for outline in outlines:
            fill.polygon(outline)
            line.polygon(outline + np.array([0.006, 0.008]) * weight)
            line.line(np.concatenate([outline, outline[:2]]), OUTLINE * weight)
        inside = fill.to_mask()
        self.key(line.to_mask())
        self.sheet = lay_over(self.sheet, inside, self.paper if density else color)
        if density:
            self.dots(inside, color, density)
        rim = Drawing(self.scene.size)
        for outline in outlines:
            rim.line(np.concatenate([outline, outline[:2]]), OUTLINE * 0.7 * weight)
        self.key(rim.to_mask())

    def figure(self, motif: Mask, color: Color) -> Mask:
        """Print the motif: bare toward the light, then dots, flat color and spotted shadows. Return its silhouette."""
        body = fill_inside(motif)
        grown = np.clip(blur(body, 0.006) * 7 - 0.2, 0, 1)
        contour = np.maximum(np.maximum(grown, shift(grown, 0.004, 0.005)), shift(grown, 0.007, 0.009))
        self.key(contour)
        light = _light(motif, body, self.is_dark)
        self.sheet = lay_over(self.sheet, motif, self.paper)
        self.dots(motif, color, 0.36 * smoothstep(light, 0.50, 0.44))
        self.flat(motif * smoothstep(light, 0.26, 0.23), color)
        # A little wider than the motif, so that no seam of paper is left before the outline.
        self.key(np.clip(blur(motif, 0.0015) * 3, 0, 1) * smoothstep(light, 0.055, 0.03))
        return body


def draw_wedges(size: int, x: float, y: float, angles: Sequence[float], widths: Sequence[float], inner: float) -> Mask:
    """Return wedges that start in points `inner` away from (x, y) and widen outward."""
    drawing = Drawing(size)
    for angle, width in zip(angles, widths, strict=True):
        tip = (x + inner * np.cos(angle), y + inner * np.sin(angle))
        ends = [(x + 1.6 * np.cos(angle + turn), y + 1.6 * np.sin(angle + turn)) for turn in (-width / 2, width / 2)]
        drawing.polygon([tip, *ends])
    return drawing.to_mask()


def outline_burst(
    rng: np.random.Generator, x: float, y: float, inner: float, outer: float, spikes: int, aspect: float = 1.0
) -> Points:
    """Return a star with uneven spikes, `aspect` times as wide as high."""
    angles = (np.arange(2 * spikes) + rng.uniform(-0.28, 0.28, 2 * spikes)) * np.pi / spikes
    reach = np.where(np.arange(2 * spikes) % 2 == 0, outer, inner) * rng.uniform(0.8, 1.2, 2 * spikes)
    return np.asarray(np.stack([x + aspect * reach * np.cos(angles), y + reach * np.sin(angles)], axis=1))


def outline_cloud(
    rng: np.random.Generator, x: float, y: float, width: float, height: float, puffs: int, depth: float = 0.22
) -> Points:
    """Return a cloud's outline: arcs that meet in notches around an ellipse."""
    edges = np.cumsum(rng.uniform(0.7, 1.4, puffs))
    edges = np.concatenate([[0], edges / edges[-1]]) * 2 * np.pi
    share = np.linspace(0, 1, 14, endpoint=False)
    angles = np.concatenate([start + (end - start) * share for start, end in pairwise(edges.tolist())])
    bulge = np.tile(np.sin(share * np.pi) ** 0.6, puffs) * depth
    return np.asarray(
        np.stack([x + width * (1 + bulge) * np.cos(angles), y + height * (1 + bulge) * np.sin(angles)], axis=1)
    )


def _light(motif: Mask, body: Mask, from_below: bool) -> Field:
    """Return the light on the motif, with the broad smooth edges of a brush."""
    small, small_body = resize(motif, 512), resize(body, 512)
    normal_x, normal_y, normal_z = get_normals(blur(inflate(small_body, 0.06), 0.009), 0.22)
    light = 0.44 - 0.52 * normal_x - (-0.5 if from_below else 0.5) * normal_y + 0.08 * normal_z
    # Thin limbs keep more bare paper: shadows from both sides would close over them.
    thick = smoothstep(blur(small_body, 0.03), 0.5, 0.9)
    light = 0.52 + (light - 0.52) * (0.3 + 0.7 * thick)
    return resize(blur(np.asarray(light, np.float32), 0.006), len(motif)) if small.any() else np.zeros_like(motif)


def _choose_colors(scene: Scene) -> tuple[Color, Color]:
    inks = scene.inks
    first, second = inks.get_accent(0), inks.get_accent(1)
    if inks.is_gray:
        return tone(inks.by_prominence[0], 0.46), tone(inks.by_prominence[0], 0.74)
    near = is_gray(second) or abs((get_hue(first) - get_hue(second) + 180) % 360 - 180) < 30
    if near and abs(get_lightness(first) - get_lightness(second)) < 0.16:
        second = tone(second, get_lightness(first) + (0.2 if get_lightness(first) < 0.62 else -0.22))
    return first, second
