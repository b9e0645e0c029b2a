"""Landscapes in opalescent glass, as Tiffany's workshop made them."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import choose_cold_hue, choose_dark_hue, mix, neutralize, tint, tone, vivid
from generate.painter.kit.types import Color, Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.stained_glass.glazing import glaze


def paint_landscape(scene: Scene) -> Sheet:
    """A low sun or moon in rings of sky, hills or peaks in bent panes, and water with its path of light."""
    rng = scene.rng
    x, y = scene.grid
    night = scene.time == "night" or (not scene.time and is_somber(scene.mood))
    place = scene.place or str(rng.choice(["mountains", "hills", "sea"]))
    horizon = rng.uniform(0.50, 0.58)
    sun_x, radius = rng.uniform(0.30, 0.70), rng.uniform(0.085, 0.125)
    sun_y = horizon - (0.02 if place == "sea" else 0.20) - 0.5 * radius
    away = np.hypot(x - sun_x, y - sun_y)
    colors: list[Color] = []
    panes = np.zeros(x.shape, np.int32)

    def add(inside: np.ndarray, part: Field | np.ndarray, count: int, glass: list[Color]) -> None:
        """Give panes to an area: `part` counts them from 0 to count - 1."""
        nonlocal panes
        number = np.clip(part, 0, count - 1).astype(np.int32) + len(colors)
        panes = np.where(inside, number, panes)
        colors.extend(glass[index % len(glass)] for index in range(count))

    prominent = scene.inks.by_prominence
    cold, warm = choose_cold_hue(prominent), prominent[0]
    low = choose_dark_hue([*prominent[1:], prominent[0]])
    pale = tone(neutralize(scene.inks.by_lightness[-1]), 0.95, 0.0, 0.05)
    if night:
        sky = [tint(cold, lightness, 0.13) for lightness in (0.58, 0.50, 0.43, 0.36, 0.30, 0.26, 0.22)]
    else:
        strong = vivid(warm)
        sky = [mix(pale, strong, 0.25), mix(pale, strong, 0.5), strong, tone(strong, 0.62, 0.0, 0.2)]
        sky += [tint(cold, lightness, 0.12) for lightness in (0.62, 0.52, 0.44)]
    wave = 0.020 * np.sin(7 * x + rng.uniform(0, 6)) + 0.014 * np.sin(15 * x + rng.uniform(0, 6))
    ring = np.clip((away + wave * 1.3 - radius) / (0.100 - 0.02 * scene.energy), 0, 6.99).astype(np.int32)
    turn = np.arctan2(y - sun_y, x - sun_x) / (2 * np.pi) + 0.5
    sectors = 7 + 2 * (ring % 3)
    for index in range(7):
        count = 7 + 2 * (index % 3)
        add((ring == index) & (away > radius), np.floor((turn * sectors + 0.37 * index) % sectors), count, [sky[index]])
    add(away < radius, np.zeros_like(x), 1, [pale if night else mix(vivid(warm), pale, 0.35)])
    water = rng.uniform(0.74, 0.82) if place != "sea" else horizon
    if place != "sea":
        for index in range(4):
            share = index / 3
            bend = rng.uniform(2.5, 4.5)
            crest = np.full(x.shape, horizon + 0.05 + (water - horizon - 0.03) * share)
            swing = (0.10 - 0.05 * share) * (0.6 + 0.8 * scene.energy)
            if place == "mountains":
                fold = 1 - np.abs(((x * bend / 2 + rng.random()) % 1) * 2 - 1)
                crest = crest + 0.04 - 2.4 * swing * fold
            else:
                crest = crest - swing * np.sin(bend * x + rng.uniform(0, 6))
            count = 5 + index
            slant = x * count + 1.6 * (y - crest) * (-1) ** index + 0.25 * np.sin(9 * y + index)
            hue = (cold, low)[index % 2]
            shades = (0.50 - 0.09 * share, 0.44 - 0.09 * share, 0.38 - 0.09 * share)
            glass = [tint(hue, (0.72 if night else 1.0) * shade, 0.12) for shade in shades]
            add(y > crest, np.floor(slant) % count, count, glass)
    deep = y - water
    row = np.floor((np.clip(deep + 0.35 * wave * np.clip(deep * 6, 0, 1), 0, 1)) ** 0.8 * 15)
    near_path = np.abs(x - sun_x) < 0.05 + 0.22 * np.clip(deep, 0, 1) + 0.03 * np.sin(row * 2.4)
    rows = 16
    sea = [tint(cold, (0.75 if night else 1.0) * lightness, 0.12) for lightness in (0.55, 0.42, 0.49, 0.36)]
    add(deep > 0, row, rows, sea)
    for side in (-1, 1):
        add((deep > 0) & ((x - sun_x) * side > 0.30 + 0.1 * np.sin(row * 1.7)), row, rows, [*sea[1:], sea[0]])
    add((deep > 0) & near_path, row, rows, [pale, mix(vivid(warm), pale, 0.4)] if not night else [pale, sea[0]])
    table = np.stack(colors).astype(np.float32)
    return glaze(scene, panes, table, 0.0085, None, (sun_x, sun_y))
