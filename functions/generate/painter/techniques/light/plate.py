"""The plate that gathers light, and its development."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.color import (
    blend,
    choose_dark_hue,
    get_chroma,
    get_lightness,
    is_gray,
    mix,
    ramp,
    tint,
    tone,
    vivid,
)
from generate.painter.kit.fields import blur, resize, smoothstep
from generate.painter.kit.single import GRAY_CHROMA
from generate.painter.kit.types import Color, Field, Sheet
from generate.painter.scene import Scene

Points1D = NDArray[np.float32]  # (count,)


class Plate:
    """Light per area, and the mean of what colors it (0: first hue, 1: second hue)."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._counts = np.zeros(scene.size**2, np.float64)
        self._shades = np.zeros(scene.size**2, np.float64)
        self._total = 0

    def add(self, x: Points1D, y: Points1D, shade: Points1D | None = None, weight: Points1D | None = None) -> None:
        """Add points of light. `shade`: 0 to 1 each; `weight`: brightness, 1 if it is None."""
        size = self.scene.size
        column, row = (x * size).astype(np.int32), (y * size).astype(np.int32)
        inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
        places = (row * size + column)[inside]
        light = None if weight is None else weight[inside]
        self._counts += np.bincount(places, light, size**2)
        if shade is not None:
            self._shades += np.bincount(places, shade[inside] if light is None else shade[inside] * light, size**2)
        self._total += len(x)

    def read(self, gain: float, peak: float, softness: float = 0.0007) -> tuple[Field, Field]:
        """Return the exposure in [0, 1] and above, 1 at the percentile `peak`, and the shade."""
        size = self.scene.size
        scale = size**2 / max(1, self._total)
        density = blur((self._counts * scale).astype(np.float32).reshape(size, size), softness)
        shades = blur((self._shades * scale).astype(np.float32).reshape(size, size), softness * 3)
        shade = np.clip(shades / (blur(density, softness * 3) + np.float32(1e-3)), 0, 1)
        highest = max(float(np.percentile(density[::2, ::2], peak)), 1e-3)
        light = np.log1p(gain * density.clip(0)) / np.float32(np.log1p(gain * highest))
        return np.asarray(light, np.float32), np.asarray(shade, np.float32)


def is_negative(scene: Scene) -> bool:
    """Return whether the picture is dark on pale paper: where the artwork is pale."""
    return get_lightness(scene.inks.palette[0]) > 0.78 and scene.mood not in ("dark", "epic")


def develop(scene: Scene, light: Field, shade: Field, *, negative: bool = False) -> Sheet:
    """Map the exposure to the palette, each shade with its hue, and add the halo of what is bright."""
    inks = scene.inks
    first, second = choose_hues(scene)
    if negative:
        ramps = [_make_negative(scene, hue) for hue in (first, second)]
        return _color(np.float32(0.94) * light, shade, ramps)
    small = resize(light, max(96, scene.size // 4))
    halo = resize(0.6 * blur(small, 0.012) + 0.7 * blur(small, 0.05), scene.size)
    glare = 0.26 if 0 < scene.decade < 1990 else 0.16  # Old film spreads light.
    exposure = 0.80 if scene.mood in ("dark", "melancholic") else 0.90
    white = tone(inks.by_lightness[-1], 0.985, 0, 0.03)
    deep = choose_darkness(scene)
    ramps = []
    for hue in (first, second):
        full = vivid(hue, 0.0 if get_chroma(hue) < 2 * GRAY_CHROMA else 0.12)
        dim = tint(choose_dark_hue([hue, first, inks.by_lightness[0]]), 0.27, 0.12)
        ramps.append([deep, dim, mix(dim, full, 0.6), full, mix(full, white, 0.65), white])
    return _color(np.float32(exposure) * (np.float32(0.86) * light + np.float32(glare) * halo), shade, ramps)


def choose_hues(scene: Scene) -> tuple[Color, Color]:
    """Return the two hues of the light."""
    hues = scene.inks.by_prominence
    return hues[0], hues[1 % len(hues)]


def choose_darkness(scene: Scene) -> Color:
    """Return a black with a trace of the palette's hue."""
    darkest = scene.inks.by_lightness[0]
    return tint(choose_dark_hue(scene.inks.by_prominence) if is_gray(darkest) else darkest, 0.105, 0.018)


def _make_negative(scene: Scene, hue: Color) -> list[Color]:
    inks = scene.inks
    dark = tint(choose_dark_hue([hue, *inks.by_prominence]), 0.40, 0.16)
    return [inks.paper, mix(inks.paper, dark, 0.35), dark, tint(dark, 0.25, 0.09), inks.deep]


def _color(light: Field, shade: Field, ramps: list[list[Color]]) -> Sheet:
    return blend(ramp(light, ramps[0]), ramp(light, ramps[1]), smoothstep(shade, 0.2, 0.8))
