"""What the stained glass shares: choosing glass, and leading a map of panes."""

import edt
import numpy as np
from numpy.typing import NDArray

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_cold_hue, is_gray, neutralize, tint, tone, vivid
from generate.painter.kit.fields import blur, get_slope, resize, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

Panes = NDArray[np.int32]

_WORK_SIZE = 512  # pixels at which distances to the lead are measured


def choose_glass(scene: Scene) -> tuple[list[Color], list[Color]]:
    """Return warm and bright glass for what is shown, and deep glass for the ground behind it."""
    prominent = scene.inks.by_prominence
    deep_hue = choose_cold_hue(prominent)
    bright_hues = [color for color in prominent if color is not deep_hue][:3] or [deep_hue]
    light = scene.inks.by_lightness[-1]
    bright = [vivid(color, 0.10, 0.21) for color in bright_hues]
    bright += [tint(bright_hues[0], 0.84, 0.10), tone(neutralize(light), 0.93, 0.0, 0.05)]
    if is_gray(prominent[0]):
        bright = [
            tone(color, lightness) for color, lightness in zip(bright, (0.80, 0.70, 0.88, 0.84, 0.94), strict=False)
        ]
    chroma = 0.13 + 0.04 * scene.energy
    deep = [tint(deep_hue, lightness, chroma) for lightness in (0.30, 0.38, 0.46, 0.34)]
    return bright, deep


def glaze(
    scene: Scene,
    panes: Panes,
    colors: NDArray[np.float32],
    lead: float = 0.010,
    heavy: Mask | None = None,
    light: tuple[float, float] = (0.5, 0.42),
    matting: float = 0.026,
) -> Sheet:
    """Return the window.

    `panes`: each pixel's row of `colors`. `lead`: the strips' width. `heavy`: further lead. `light`: where the light
    behind is brightest. `matting`: how far from the lead the glass is darkened.
    Old glass is grimier and has more bubbles; the wilder the music, the more the panes' shades differ.
    """
    rng, size = scene.rng, scene.size
    x, y = scene.grid
    age = measure_age(scene.decade)
    lab = to_oklab(colors)
    lab[:, 0] += (0.03 + 0.04 * scene.energy) * rng.normal(0, 1, len(lab)) * np.clip(1.6 * lab[:, 0], 0.3, 1)
    glass = np.clip(from_oklab(lab), 0, 1).astype(np.float32)[panes]
    # Streaks run one way in one pane and the other way in its neighbor.
    streaks = np.where(panes % 2 == 0, scene.make_noise(5, 4, 0.6, 0.25), scene.make_noise(22, 4, 0.6, 4.0))
    away = np.hypot(x - light[0], y - light[1])
    fall = (0.52 if is_somber(scene.mood) else 0.36) + 0.06 * age
    brightness = np.float32(1.16) - np.float32(fall) * smoothstep(away, 0.1, 0.78)
    distance = _measure_panes(panes, size)
    grime = 0.34 + 0.16 * age
    clean = np.float32(1 - grime) + np.float32(grime) * smoothstep(distance, lead * 0.4, lead * 0.4 + matting)
    factor = brightness * (np.float32(0.84) + np.float32(0.40) * streaks) * clean
    glass *= factor[..., None]
    # The middle of a bright pane is whiter than its color.
    glass += (np.clip(factor - 0.92, 0, 1) * np.float32(0.8))[..., None] * (1 - glass)
    bubbles = Drawing(size)
    for bubble_x, bubble_y, radius in rng.random((round(60 + 120 * age), 3)).tolist():
        bubbles.disc(bubble_x, bubble_y, 0.0016 + 0.0026 * radius)
    glass += (bubbles.to_mask() * np.float32(0.16))[..., None]
    came = cover(distance - np.float32(lead / 2))
    if heavy is not None:
        came = np.maximum(came, heavy)
    glow = blur(glass * (1 - came)[..., None], 0.012)
    color = neutralize(tone(scene.inks.by_lightness[0], 0.13, 0.0, 0.04))
    across, down = get_slope(blur(came, 0.0022))
    round_light = np.clip((across + down) * np.float32(0.0035), 0, 0.12)
    metal = color.astype(np.float32) + round_light[..., None] + glow * np.float32(0.20)
    sheet = glass + (metal - glass) * came[..., None]
    return np.asarray(np.clip(sheet + blur(glow, 0.03) * np.float32(0.12), 0, 1), np.float32)


def split_radially(x: Field, y: Field, center: tuple[float, float], rings: list[float], counts: list[int]) -> Panes:
    """Return panes between rings of these radii; ring k is divided into counts[k] sectors, the last goes on outward."""
    radius = np.hypot(x - center[0], y - center[1])
    turn = np.arctan2(y - center[1], x - center[0]) / (2 * np.pi) + 0.5
    ring = np.searchsorted(np.array(rings), radius).astype(np.int32)
    count = np.array(counts, np.int32)[ring]
    sector = np.floor((turn * count + 0.5 * (ring % 2)) % count).astype(np.int32)
    return np.asarray(np.cumsum([0, *counts[:-1]]).astype(np.int32)[ring] + sector, np.int32)


def _measure_panes(panes: Panes, size: int) -> Field:
    """Return every pixel's distance to the nearest pixel of another pane, as a fraction of the side."""
    work = min(_WORK_SIZE, max(size, 256))
    picks = ((np.arange(work) + 0.5) / work * size).astype(np.int32)
    small = (panes[picks[:, None], picks[None]] + 1).astype(np.uint32)
    distance = np.asarray(edt.edt(small, parallel=1), np.float32) - np.float32(0.5)
    return resize(blur(distance / np.float32(work), 0.8 / work), size)
