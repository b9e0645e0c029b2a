"""Layouts of buildings."""

import math

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import get_lightness, mix, neutralize, ramp, tone, vivid
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.isometric.blocks import Blocks, fade_print

# Heights of towers in edges, and how often they occur.
_HEIGHTS, _FREQUENCIES = (0.6, 1.2, 2.0, 3.0, 4.4, 6.2), (0.16, 0.25, 0.24, 0.20, 0.11, 0.04)
# Roofs of the stairs' towers: i, j, height.
_TOWERS = (
    (2, 0, 5.0), (0, 3, 3.2), (4, 2, 2.0), (-2, 5, 5.5), (2, 5, 0.8), (5, 5, 3.4), (0, 8, 1.2), (7, 3, 4.4),
    (-4, 8, 2.6), (4, 8, -1.2), (8, 7, -0.5), (-1, 11, -1.8),
)  # fmt: skip


def paint_city(scene: Scene) -> Sheet:
    """Towers before a sun by day or a moon by night; energy makes them taller and lights more windows."""
    _, y = scene.grid
    inks, rng = scene.inks, scene.rng
    is_night = scene.time == "night" or (scene.time == "" and (is_somber(scene.mood) or inks.is_dark))
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    darkest = inks.by_lightness[0]
    if is_night:
        sky = [neutralize(tone(darkest, 0.17, 0.0, 0.09)), tone(second, 0.46, 0.0, 0.15)]
        bodies = [
            neutralize(tone(darkest, 0.30, 0.0, 0.09)),
            tone(second, 0.38, 0.0, 0.13),
            tone(first, 0.46, 0.0, 0.17),
        ]
        disc, lamp = vivid(first, 0.1, 0.2), tone(inks.by_lightness[-1], 0.93, 0.0, 0.10)
    else:
        sky = [tone(second, 0.86, 0.0, 0.09), inks.paper]
        bodies = [
            tone(first, 0.62, 0.0, 0.17),
            tone(second, 0.74, 0.0, 0.13),
            neutralize(tone(inks.by_lightness[-1], 0.86)),
        ]
        disc, lamp = vivid(first), neutralize(tone(darkest, 0.30, 0.0, 0.08))
    city = Blocks(ramp(np.clip(y * 1.1, 0, 1), sky), 0.078, 0.5, 0.56, sky[-1])
    city.draw_disc(0.5 + rng.uniform(-0.2, 0.2), 0.30, 0.235, disc)
    frequencies = np.array(_FREQUENCIES) * np.array([1.4, 1.2, 1, 1, 1, 1]) ** (1 - 2 * scene.energy)
    for row in range(-2, 30):
        for i in range(-12, 30):
            j = row - i
            if abs(j - i) > 13 or j % 4 == 0 or i % 6 == 0:
                continue
            height = float(rng.choice(_HEIGHTS, p=frequencies / frequencies.sum()))
            body = bodies[int(rng.choice(3, p=(0.5, 0.32, 0.18)))]
            fade = float(np.clip(0.5 - row * 0.035, 0, 0.5))
            city.draw_block(i, j, -3, height, body, (0.92, 0.92), fade)
            _draw_windows(city, rng, (i, j, height), mix(lamp, sky[-1], fade * 0.7), 0.2 + 0.3 * scene.energy)
            if rng.random() < 0.3:
                city.draw_block(
                    i + 0.3, j + 0.3, height, height + 0.28, tone(body, get_lightness(body) * 0.9), (0.34, 0.34), fade
                )
    return fade_print(scene, city.to_sheet())


def _draw_windows(
    city: Blocks, rng: np.random.Generator, tower: tuple[float, float, float], color: Color, share: float
) -> None:
    """Draw the lit windows of a tower's two sides."""
    i, j, height = tower
    for level in np.arange(0.25, height - 0.2, 0.42):
        for place in (0.14, 0.40, 0.66):
            for side in (0, 1):
                if rng.random() > share:
                    continue
                ends = (place * 0.92, (place + 0.17) * 0.92)
                corners = [(ends[0], level), (ends[1], level), (ends[1], level + 0.22), (ends[0], level + 0.22)]
                if side == 0:
                    city.draw_face([(i + along, j + 0.92, k) for along, k in corners], color)
                else:
                    city.draw_face([(i + 0.92, j + along, k) for along, k in corners], color)


def paint_stairs(scene: Scene) -> Sheet:
    """Pale towers over a gradient; mist hides their feet."""
    _, y = scene.grid
    inks, rng = scene.inks, scene.rng
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    third = inks.by_prominence[2 % len(inks.by_prominence)]
    is_dark = is_somber(scene.mood)
    top, bottom = (tone(first, 0.34, 0.0, 0.12), tone(second, 0.20, 0.0, 0.10)) if is_dark else (
        tone(first, 0.84, 0.0, 0.11), tone(second, 0.62, 0.0, 0.15))  # fmt: skip
    pale = neutralize(inks.pale)
    colors = [vivid(first, darker=0.05), vivid(second, 0.07, 0.2, darker=0.05), tone(third, 0.62, 0.0, 0.15), pale]
    scenery = Blocks(ramp(np.clip(y * 1.1, 0, 1), [top, bottom]), 0.075, 0.5, 0.22, bottom)
    shuffle = int(rng.integers(4))
    for number, (i, j, roof) in enumerate(sorted(_TOWERS, key=lambda tower: tower[0] + tower[1])):
        height = roof + float(rng.uniform(-0.8, 0.8)) * (0.3 + scene.energy)
        fade = float(np.clip(0.22 - 0.02 * number, 0, 1))
        scenery.draw_block(i, j, -14, height, colors[(number + shuffle) % 4], (2, 2), fade)
        scenery.draw_block(i - 0.12, j - 0.12, height, height + 0.16, pale, (2.24, 2.24), fade)
        for side in (0, 1):
            for place in (0.30, 1.20):
                _draw_arch(scenery, (i, j, height - 2.1), side, place, mix(tone(third, 0.24, 0.0, 0.10), bottom, fade))
        if number % 3 == 0:
            for step in range(9):
                level = height - 0.25 * (step + 1)
                scenery.draw_block(i + 2 - 0.25 * (step + 1), j + 2, level - 1, level, pale, (0.25, 0.5), fade)
    sheet = fade_print(scene, scenery.to_sheet())
    mist = (
        smoothstep(y + 0.10 * scene.make_noise(3, 3, aspect=3), 0.45, 1.05)
        if scene.weather == "mist"
        else 0.35 * smoothstep(y, 0.6, 1.1)
    )
    return lay_over(sheet, mist, inks.paper if scene.weather == "mist" else bottom)


def _draw_arch(
    scenery: Blocks, foot: tuple[float, float, float], side: int, place: float, color: Color, width: float = 0.52
) -> None:
    i, j, base = foot
    turns = [math.pi * number / 10 for number in range(11)]
    curve = [(place + width / 2 * (1 + math.cos(turn)), 0.8 + 0.36 * math.sin(turn)) for turn in turns]
    outline = [(place, 0.0), (place + width, 0.0), *curve]
    scenery.draw_face(
        [(i + along, j + 2, base + up) if side == 0 else (i + 2, j + along, base + up) for along, up in outline], color
    )
