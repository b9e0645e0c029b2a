"""What the watercolor's layouts share: glazes, blots, the colors, the weather."""

from collections.abc import Sequence

import numpy as np

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import (
    choose_dark_hue,
    choose_hue,
    get_chroma,
    get_hue,
    get_lightness,
    is_yellow,
    tint,
    tone,
)
from generate.painter.kit.fields import blur, make_noise, resize, smoothstep
from generate.painter.kit.marks import Drawing, draw_marks
from generate.painter.kit.types import Color, Field, Mask, Points, Sheet
from generate.painter.scene import Scene

_BLOT_SIZE = 512  # pixels at which blots are drawn
_GREENEST_YELLOW = 112  # degrees of hue; a greener pigment may be darker


class Painting:
    """Glazes on a sheet of paper, held as OKLab planes. `scene`: what is painted."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        age = measure_age(scene.decade)
        paper = to_oklab(tone(choose_hue(scene.inks.by_lightness[::-1]), 0.97 - 0.035 * age, 0.0, 0.010 + 0.025 * age))
        self._planes = [np.full((scene.size, scene.size), value, np.float32) for value in paper]
        self._tooth = scene.make_noise(120, 2)
        self._pool = scene.make_noise(4, 4)

    def glaze(self, mask: Mask, color: Color, strength: float = 1.0, rim: float = 0.8) -> None:
        """Lay a transparent color, pigment thicker at the mask's edge by `rim`."""
        edge = np.clip(mask - blur(mask, 0.007), 0, 1) * np.float32(rim)
        density = (mask * (0.72 + 0.42 * self._pool) + edge) * (0.91 + 0.18 * self._tooth) * np.float32(strength)
        lightness, first, second = to_oklab(color)
        # A glaze at full density multiplies the light as much as the color does on white.
        self._planes[0] *= np.exp(np.clip(density, 0, 1.7) * np.float32(np.log(max(float(lightness), 0.05))))
        share = 1 - np.exp(-2.2 * density)
        for plane, value in zip(self._planes[1:], (first, second), strict=True):
            plane += (value - plane) * share

    def blot(
        self, outline: Points, color: Color, strength: float = 0.85, layers: int = 9, variance: float = 0.2
    ) -> None:
        """Lay a frayed blot: its outline, (count, 2), is deformed again for every layer, more so for wild music."""
        rng = self.scene.rng
        size = min(_BLOT_SIZE, self.scene.size)
        variance = variance * (0.65 + 0.7 * self.scene.energy)
        base = deform(rng, deform(rng, np.asarray(outline, float), variance * 0.6), variance * 0.6)
        total = np.zeros((size, size), np.float32)
        uneven = [make_noise(rng, size, 6, 2) for _ in range(3)]
        for index in range(layers):
            points = base
            for _ in range(3):
                points = deform(rng, points, variance)
            drawing = Drawing(size, 1)
            drawing.polygon(points)
            total += drawing.to_mask() * (0.6 + 0.8 * uneven[index % 3])
        self.glaze(np.clip(blur(resize(total / np.float32(layers), self.scene.size), 0.001), 0, 1), color, strength)

    def lift(self, mask: Mask, share: float = 1.0) -> None:
        """Take paint up again, down to the paper: a wet brush, or salt."""
        share_of = np.clip(mask, 0, 1) * np.float32(share)
        self._planes[0] += (np.float32(0.965) - self._planes[0]) * share_of
        for plane in self._planes[1:]:
            plane *= 1 - share_of

    def spatter(self, color: Color, count: int) -> None:
        """Shake drops from a full brush."""
        rng, drawing = self.scene.rng, Drawing(self.scene.size)
        for x, y, chance in rng.random((count, 3)):
            drawing.disc(x, y, 0.0014 / (chance + 0.09))
        self.glaze(drawing.to_mask(), color, 0.8)

    def finish(self) -> Sheet:
        """Return the sheet."""
        return np.clip(from_oklab(np.stack(self._planes, axis=-1)), 0, 1).astype(np.float32)


def deform(rng: np.random.Generator, points: Points, variance: float) -> Points:
    """Return a closed outline with a point more between any two, displaced by `variance` of their distance."""
    following = np.roll(points, -1, axis=0)
    lengths = np.hypot(*(following - points).T)[:, None]
    middle = (points + following) / 2 + rng.normal(0, 1, points.shape) * lengths * variance
    return np.asarray(np.stack([points, middle], axis=1).reshape(-1, 2))


def make_circle(center: Sequence[float] | Points, radius: float, count: int = 14) -> Points:
    """Return the outline of a circle around (x, y), (count, 2)."""
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.asarray(np.stack([center[0] + radius * np.cos(turns), center[1] + radius * np.sin(turns)], axis=1))


def get_pigments(scene: Scene) -> list[Color]:
    """Return three transparent colors, the strongest first, and a dark one: thin where the music is calm.

    A somber mood has darker ones; those of a nearly gray artwork are nearly gray.
    """
    strength = 0.13 * (scene.energy - 0.3)
    darker = 0.10 if is_somber(scene.mood) else 0.0
    own = scene.inks.by_prominence
    pigments = []
    for index, (lightness, chroma) in enumerate(((0.74, 0.17), (0.66, 0.14), (0.74, 0.13))):
        color = own[index % len(own)]
        if is_yellow(color) and get_hue(color) < _GREENEST_YELLOW:
            pigments.append(tint(color, 0.91, 0.16, 1.25))
            continue
        level = 0.6 * lightness + 0.4 * get_lightness(scene.inks.get_accent(index)) - strength - darker
        pigments.append(tint(color, level, max(0.05, min(chroma, get_chroma(color) * 1.1)), 1.8))
    return [*pigments, tint(choose_dark_hue(scene.inks.by_lightness), 0.40 - darker, 0.08, 1.8)]


def deepen(pigments: Sequence[Color], lightness: float) -> list[Color]:
    """Return the pigments at a darker lightness without the yellow ones, which would turn olive; at least one."""
    bold = [pigment for pigment in pigments if not is_yellow(pigment)] or list(pigments)
    return [tone(pigment, min(lightness, get_lightness(pigment))) for pigment in bold]


def add_weather(painting: Painting) -> None:
    """Let rain run through the wet paint, drop salt for snow, or lift veils of mist."""
    scene = painting.scene
    _, y = scene.grid
    everywhere = np.full_like(y, 0.9)
    if scene.weather == "rain":
        slant = np.full_like(y, 1.8)
        painting.lift(blur(draw_marks(scene.rng, 190, slant, everywhere, 0.22, 0.006, jitter=0.02), 0.001), 0.65)
        rain = draw_marks(scene.rng, 120, slant, everywhere, 0.2, 0.005, jitter=0.02)
        painting.glaze(rain, get_pigments(scene)[3], 0.30, 0)
    elif scene.weather == "snow":
        flakes = Drawing(scene.size)
        for left, top, chance in scene.rng.random((230, 3)):
            flakes.disc(left, top, 0.004 + 0.008 * chance**2)
        painting.lift(blur(flakes.to_mask(), 0.0015), 0.95)
    elif scene.weather == "mist":
        veil: Field = 0.85 * smoothstep(
            np.asarray(np.sin(15 * y + 2.5 * scene.make_noise(2, 2)), np.float32), -0.1, 1.0
        )
        painting.lift(np.asarray(veil * smoothstep(y, 0.3, 0.55), np.float32), 0.9)
