"""What the paper cuts share: colored papers, and how one is laid over the others."""

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_dark_hue, mix, neutralize, tint
from generate.painter.kit.fields import blur, resize, shift
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene


class PaperStack:
    """Sheets of paper, laid one over the other."""

    def __init__(self, scene: Scene, ground: Sheet) -> None:
        self.sheet = ground
        self._size = scene.size
        roughness = 0.04 + 0.05 * measure_age(scene.decade)
        self._fibers = 1 + np.float32(roughness) * (scene.make_noise(170, 2) - np.float32(0.5))
        # Light comes from above; for somber moods it comes from below.
        self._down = -1 if is_somber(scene.mood) else 1

    def lay(
        self,
        mask: Mask,
        color: Color,
        lift: float = 0.010,
        dark: float = 0.45,
        shading: Field | None = None,
        *,
        bleeds: bool = False,
    ) -> None:
        """Lay a sheet over the others: `lift` is its height above them, `dark` how dark its shadow is.

        `bleeds`: whether it reaches beyond the picture, so that its edge is not seen there.
        """
        small = resize(mask, self._size // 2)
        moved = shift(small, lift * 0.45, lift * self._down)
        shadow = resize(blur(moved, lift * 1.1), self._size)
        texture = self._fibers if shading is None else self._fibers * shading
        behind = (1 - np.float32(dark) * shadow) * (1 - mask)
        self.sheet *= behind[..., None]
        self.sheet += (mask * texture)[..., None] * color.astype(np.float32)
        # The cut edge that faces the light.
        edge = np.clip(mask - shift(mask, 0.0012, 0.0020 * self._down), 0, 1)
        if bleeds:
            rim = 1 + self._size // 256
            edge[:rim] = edge[-rim:] = edge[:, :rim] = edge[:, -rim:] = 0
        self.sheet += (edge * np.float32(0.30))[..., None] * (1 - self.sheet)


def choose_papers(scene: Scene, count: int, light: float = 0.88, dark: float = 0.24) -> list[Color]:
    """Return papers from light to dark: the first accent's hue in the light ones, a hue that bears it in the dark."""
    prominent = scene.inks.by_prominence
    low = choose_dark_hue([*prominent[1:], prominent[0]])
    fade = 0.12 * measure_age(scene.decade)
    papers = []
    for position in np.linspace(0, 1, count):
        hue = prominent[0] if position < 0.52 else low
        chroma = (0.10 + 0.05 * scene.energy) * (0.75 + np.sin(np.pi * position) * 0.4)
        papers.append(mix(tint(hue, light + (dark - light) * float(position), chroma), scene.inks.paper, fade * 0.5))
    return papers


def choose_shadow(scene: Scene) -> Color:
    """Return the paper of the nearest sheets, nearly black."""
    return neutralize(scene.inks.ink)


def draw_fir(drawing: Drawing, x: float, foot: float, height: float) -> None:
    """Draw a fir of paper: tiers of branches on a trunk."""
    drawing.polygon([(x - height * 0.03, foot + 0.02), (x + height * 0.03, foot + 0.02), (x, foot - height * 0.4)])
    for tier in range(5):
        top, low = foot - height * (1 - 0.16 * tier), foot - height * (0.70 - 0.145 * tier)
        half = height * (0.09 + 0.048 * tier)
        drawing.polygon([(x, top), (x + half, low + half * 0.25), (x, low - half * 0.1), (x - half, low + half * 0.25)])


def add_weather(scene: Scene, stack: PaperStack) -> None:
    """Lay snowflakes or slanting strips of rain over the sheets."""
    if scene.weather not in ("snow", "rain"):
        return
    drawing = Drawing(scene.size)
    for x, y, near in scene.rng.random((150, 3)).tolist():
        if scene.weather == "snow":
            drawing.disc(x, y, 0.0035 + 0.007 * near**2)
        else:
            length = 0.05 + 0.07 * near
            drawing.line([(x * 1.2, y), (x * 1.2 - length * 0.3, y + length)], 0.0022 + 0.002 * near)
    stack.lay(drawing.to_mask(), scene.inks.paper, 0.006, 0.3)
