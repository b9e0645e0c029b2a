"""Layouts that show a land alone."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import mix, neutralize, ramp, tone, vivid
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.sheets import lay_over, shade
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.topographic.survey import Survey, draw_crosses, stack_card


def paint_isles(scene: Scene) -> Sheet:
    """A chart of islands; energy breaks them up, and a somber mood deepens the water."""
    noise = scene.make_noise(1.6 + 1.8 * scene.energy, 5, gain=0.45)
    x, y = scene.grid
    center = np.hypot(x - 0.5, y - 0.5)
    height = np.clip(noise * 1.1 - 0.25 * smoothstep(center, 0.30, 0.75), 0, 0.999).astype(np.float32)
    shore = float(np.quantile(height, 0.66))
    inks = scene.inks
    depth = np.clip((shore - height) / shore, 0, 1)
    lightest, darkest = (0.60, 0.20) if is_somber(scene.mood) else (0.86, 0.46)
    water = inks.by_prominence[0]
    sea = ramp(
        np.sqrt(depth), [tone(water, light, 0.0, 0.14) for light in (lightest, (lightest + darkest) / 2, darkest)]
    )
    survey = Survey(height, 34)
    sea = lay_over(sea, survey.draw_lines(0.0015) * (1 - smoothstep(depth, 0.05, 0.75)), inks.paper, 0.75)
    rise = np.clip((height - shore) / max(1 - shore, 1e-3), 0, 1)
    second = inks.by_prominence[1 % len(inks.by_prominence)]
    land = ramp(rise * 1.6, [inks.paper, tone(second, 0.80, 0.0, 0.12), vivid(second), tone(second, 0.42, 0.0, 0.12)])
    land = lay_over(land, survey.draw_lines(0.0018), tone(inks.by_lightness[0], 0.32, 0.0, 0.08), 0.7)
    is_land = smoothstep(height, shore - 0.002, shore + 0.002)
    shadow = 1 - 0.35 * blur(is_land, 0.008) * (1 - is_land)
    sheet = (
        shade(sea, shadow) * (1 - is_land[..., None])
        + shade(land, 0.8 + 0.4 * survey.measure_relief()) * is_land[..., None]
    )
    coast = np.exp(-(((height - shore) / 0.004) ** 2))
    sheet = lay_over(np.asarray(sheet, np.float32), coast, neutralize(inks.ink), 0.8)
    return lay_over(sheet, draw_crosses(scene), inks.paper, 0.7)


def paint_canyon(scene: Scene) -> Sheet:
    """A valley of stacked card; hills are round, mountains ridged, and a desert lies in wide terraces."""
    x, y = scene.grid
    lean, phase = scene.rng.uniform(-0.35, 0.35), scene.rng.uniform(0, 6.28)
    rough = scene.make_noise(2.4 + 2.2 * scene.energy, 5, gain=0.5)
    course = 0.5 + lean * (y - 0.5) + 0.17 * np.sin(4.2 * y + phase) + 0.06 * np.sin(11 * y + 2 * phase)
    distance = np.abs(x - course)
    height = smoothstep(distance, 0.0, 0.62) * 0.75 + 0.34 * (rough - 0.35)
    if scene.place == "mountains":
        height = height * 0.7 + 0.5 * (1 - np.abs(2 * scene.make_noise(3.4, 4) - 1)) * smoothstep(distance, 0.05, 0.4)
    elif scene.place == "hills":
        height = blur(height.astype(np.float32), 0.03) + 0.12 * scene.make_noise(5, 2) * smoothstep(distance, 0.05, 0.3)
    levels = 8 if scene.place == "desert" else 11 + round(5 * scene.energy)
    height = np.clip(height - height.min(), 0, None)
    survey = Survey(np.asarray(np.clip(height / (height.max() * 1.001), 0, 0.999), np.float32), levels)
    return stack_card(scene, survey, _choose_terraces(scene))


def _choose_terraces(scene: Scene) -> list[Color]:
    """Return the colors of the terraces from the river up: dark to light, or for somber moods light to dark."""
    inks = scene.inks
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    third = inks.by_prominence[2 % len(inks.by_prominence)]
    colors = [
        neutralize(tone(inks.by_lightness[0], 0.20, 0.0, 0.08)),
        tone(first, 0.40, 0.0, 0.15),
        vivid(first, darker=0.05),
        mix(vivid(first), vivid(second), 0.5) if inks.is_gray else vivid(second),
        tone(third, 0.82, 0.0, 0.10),
        inks.paper,
    ]
    return colors[::-1] if is_somber(scene.mood) else colors
