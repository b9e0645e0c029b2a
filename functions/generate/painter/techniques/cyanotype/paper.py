"""Sensitized paper: what is laid on it, and how it develops."""

from collections.abc import Callable

import numpy as np

from generate.painter.kit.color import choose_dark_hue, get_chroma, get_hue, get_lightness, mix, ramp, tint
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene


class Print:
    """A sheet of coated paper in the sun; `light` is the share of it that reaches the coating."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.light: Field = np.ones((scene.size, scene.size), np.float32)

    def lay(self, draw: Callable[[Drawing], None], softness: float, density: float) -> None:
        """Lay what `draw` draws on the paper. `softness`: how far it lies from it; `density`: what it holds back."""
        drawing = Drawing(self.scene.size)
        draw(drawing)
        self.lay_mask(drawing.to_mask(), softness, density)

    def lay_mask(self, mask: Mask, softness: float, density: float) -> None:
        """Lay a mask on the paper; parts of it lift off and are softer."""
        lift = smoothstep(self.scene.make_noise(3, 2), 0.45, 0.95)
        near = blur(mask, softness)
        self.light *= 1 - np.float32(density) * (near + (blur(mask, softness + 0.006) - near) * lift)

    def develop(self, border: Field | None = None) -> Sheet:
        """Return the washed print. `border`: distance to the coating's edge, positive inside; else a rectangle's."""
        scene = self.scene
        x, y = scene.grid
        streak = scene.make_noise(90, 3, aspect=14)
        if scene.rng.random() < 0.5:
            streak = streak.T
        if border is None:
            border = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y)) - np.float32(0.050)
        ragged = 0.016 + 0.020 * scene.energy
        edge = border - ragged * (scene.make_noise(5, 2) - 0.5) - ragged * (blur(streak, 0.0015) - 0.5)
        edge = edge - 0.006 * (scene.make_noise(70, 2) - 0.5)
        coat = smoothstep(edge, 0, 0.006) * (1 - 0.35 * smoothstep(edge, 0.03, 0) * scene.make_noise(40, 2))
        exposure = 0.88 if scene.mood in ("dark", "melancholic", "epic") else 0.79
        tone = self.light * coat * (exposure + 0.12 * streak + 0.15 * scene.make_noise(4, 4))
        age = float(np.clip((2010 - scene.decade) / 90, 0, 1)) if scene.decade else 0.3
        tone = tone * (1 - 0.18 * age * smoothstep(border, 0.16, 0.0))
        return np.asarray(
            ramp(tone, _mix_tones(scene, age)) * (1 + 0.035 * (scene.make_noise(200, 2) - 0.5))[..., None]
        )


def _mix_tones(scene: Scene, age: float) -> list[Color]:
    """Return the print's tones from bare paper to full exposure."""
    inks = scene.inks
    weights = [_rate(color) + 0.05 * place for place, color in enumerate(inks.palette)]
    base = choose_dark_hue([inks.palette[index] for index in np.argsort(weights).tolist()])
    full, pale = tint(base, 0.33, 0.125), tint(base, 0.80, 0.06)
    paper = tint(inks.by_lightness[-1], 0.955 - 0.035 * age, 0.012 + 0.02 * age)
    return [paper, mix(paper, pale, 0.7), mix(pale, full, 0.55), full, tint(base, 0.245, 0.10)]


def _rate(color: Color) -> float:
    """Return how unlike a cyanotype's blue the color is: neither too light nor gray nor warm."""
    cool = 0.12 if 150 < get_hue(color) < 310 else 0.0
    return abs(get_lightness(color) - 0.42) - 1.5 * get_chroma(color) - cool
