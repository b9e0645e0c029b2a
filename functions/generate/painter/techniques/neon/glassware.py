"""Tubes and their light."""

from dataclasses import dataclass, field

import numpy as np

from generate.painter.kit.color import from_linear, get_chroma, get_hue, is_gray, tint, to_linear
from generate.painter.kit.fields import blur, resize
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import resample, trace_outlines
from generate.painter.kit.types import Color, Field, Mask, Points, Sheet
from generate.painter.scene import Scene

_STEP = 0.004  # distance of a tube's points
_BEND = 0.02  # glass does not bend in less than this


@dataclass
class Sign:
    """Tubes of two gases, 0 and 1."""

    scene: Scene
    gases: list[Drawing] = field(init=False)
    ends: Drawing = field(init=False)

    def __post_init__(self) -> None:
        self.gases = [Drawing(self.scene.size), Drawing(self.scene.size)]
        self.ends = Drawing(self.scene.size)

    def bend(self, points: Points, gas: int, width: float, *, closed: bool = False, gap: float = 0.018) -> None:
        """Add a tube along points; a closed one gets a gap, whose ends are painted black."""
        length = float(np.hypot(*np.diff(points, axis=0).T).sum())
        count = max(12, round(length / _STEP))
        line = resample(points, count)
        if closed:
            line = np.roll(_round_off(line), -int(self.scene.rng.integers(count)), axis=0)
            line = line[: max(8, count - round(gap / _STEP))]
        self.gases[gas].line(line, width)
        for end in (line[:4], line[-4:]):
            self.gases[gas].disc(float(end[0, 0]), float(end[0, 1]), width / 2)
            if closed:
                self.ends.line(end, width * 1.5)

    def trace(self, mask: Mask, gas: int, width: float, count: int = 16, min_length: float = 0.1) -> None:
        """Add tubes along the mask's longest outlines, `count` at most."""
        for outline in trace_outlines(mask)[:count]:
            if np.hypot(*np.diff(outline, axis=0).T).sum() > min_length:
                self.bend(outline, gas, width, closed=True)

    def light(self) -> "Light":
        """Return the light of the tubes."""
        cores = [drawing.to_mask() for drawing in self.gases]
        colors = choose_gases(self.scene)
        half = max(96, self.scene.size // 2)
        lamp = np.zeros((half, half, 3), np.float32)
        glow = np.zeros((self.scene.size, self.scene.size, 3), np.float32)
        for core, color in zip(cores, colors, strict=True):
            if not core.any():
                continue
            small = resize(core, half)
            halo = (
                0.9 * blur(small, 0.004) + 0.9 * blur(small, 0.014) + 1.2 * blur(small, 0.047) + 1.5 * blur(small, 0.12)
            )
            lamp += halo[..., None] * color
            glow += blur(core, 0.0008)[..., None] * (color * np.float32(0.6) + np.float32(0.75))
        decade, mood = self.scene.decade, self.scene.mood
        # Old signs hang in hazier air, present ones are crisp.
        lamp *= 1.3 if 0 < decade < 1980 else 0.8 if decade >= 2010 else 1.0
        exposure = 1.15 if mood in ("dark", "melancholic") else 1.75 if mood in ("energetic", "playful") else 1.5
        return Light(lamp, glow, self.ends.to_mask(), colors, exposure)


@dataclass
class Light:
    """The glow at half the size, the burnt-out tubes at full size, the tubes' black ends, and the gases in linear."""

    lamp: Sheet
    tubes: Sheet
    ends: Mask
    colors: list[Color]
    exposure: float

    def expose(self, lit: Sheet, size: int) -> Sheet:
        """Return the photograph: `lit` is what the glow makes of the surroundings, linear, at any size."""
        scene = lit if len(lit) == size else resize(lit, size)
        scene = scene + self.tubes + 0.06 * resize(self.lamp, size)
        scene *= 1 - 0.85 * self.ends[..., None]
        return from_linear(1 - np.exp(-self.exposure * scene.clip(0)))


def choose_gases(scene: Scene) -> list[Color]:
    """Return two gases in linear light, the second as far in hue as the palette has it."""
    inks = scene.inks.by_prominence
    second = next((color for color in inks[1:] if not is_gray(color) and _get_gap(color, inks[0]) > 40), inks[-1])
    return [to_linear(tint(inks[0], 0.67, 0.25, 2.2)), to_linear(tint(second, 0.75, 0.20, 2.2))]


def light_wall(lamp: Sheet, albedo: Field, color: Color, strength: float = 5.0) -> Sheet:
    """Return the light that a wall of this color sends back."""
    return np.asarray(lamp * (albedo[..., None] * strength * (0.6 + 0.8 * color)), np.float32)


def _get_gap(first: Color, second: Color) -> float:
    return abs((get_hue(first) - get_hue(second) + 180) % 360 - 180) if get_chroma(second) > 0 else 180.0


def _round_off(line: Points) -> Points:
    reach = min(max(1, round(_BEND / 2 / _STEP)), (len(line) - 1) // 4)
    weights = np.hanning(2 * reach + 3)[1:-1]
    padded = np.concatenate([line[-reach:], line, line[:reach]])
    smooth = [np.convolve(padded[:, axis], weights / weights.sum(), "valid") for axis in (0, 1)]
    return np.asarray(np.stack(smooth, axis=1))
