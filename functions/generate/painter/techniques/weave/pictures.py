"""Woven pictures: landscapes, and compositions of rectangles."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import choose_cold_hue, choose_dark_hue, get_hue, is_gray, mix, tint
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.weave.loom import DARK, LIGHT, Design, choose_yarns, drape, weave_cells


def paint_tapestry(scene: Scene) -> Sheet:
    """A landscape with a great sun or moon, in stepped blocks whose colors are hatched into each other."""
    rng = scene.rng
    cells = 104
    night = scene.time == "night" or (not scene.time and is_somber(scene.mood))
    place = scene.place or str(rng.choice(["mountains", "hills", "desert", "sea"]))
    prominent = scene.inks.by_prominence
    low = choose_dark_hue([*prominent[1:], prominent[0]])
    plain = choose_yarns(scene)
    row, column = np.mgrid[:cells, :cells]
    hatch = (row % 2) * 2 - 1
    x, y = (column + 0.5 + 1.6 * hatch) / cells, (row + 0.5) / cells
    horizon = rng.uniform(0.50, 0.58)
    sky_steps = np.linspace(0.24, 0.46, 5) if night else np.linspace(0.80, 0.93, 5)
    sky = [tint(low if night else prominent[0], float(step), 0.10 if night else 0.075) for step in sky_steps]
    land_hues = [color for color in prominent if is_gray(color) or not 75 < get_hue(color) < 125][:3] or [low]
    if place == "sea":
        land_hues = [choose_cold_hue(prominent)]
    land_lightness = np.linspace(0.46, 0.14, 6) if night else np.linspace(0.66, 0.24, 6)
    land = [
        tint(land_hues[index % len(land_hues)], float(lightness), 0.13)
        for index, lightness in enumerate(land_lightness)
    ]
    sun = plain[LIGHT] if night else plain[0]
    colors: list[Color] = [*sky, *land, sun, plain[LIGHT], plain[DARK]]
    rise = np.clip(y / horizon, 0, 1) * 5
    design = np.clip(np.floor(rise + 0.28 * hatch), 0, 4).astype(np.intp)
    if night:
        stars = rng.random((cells, cells)) < 0.012
        design = np.where(stars & (y < horizon - 0.05), 12, design)
    sun_x, radius = rng.uniform(0.26, 0.74), rng.uniform(0.15, 0.21)
    sun_y = horizon - radius * (0.6 if place in ("sea", "desert") else 1.3)
    away = np.hypot((column + 0.5) / cells - sun_x, y - sun_y)
    design = np.where(away < radius, 11, design)
    if not night:
        ring = (away > radius + 0.03) & (away < radius + 0.05)
        design = np.where(ring & (row % 2 == 0), 11, design)
    for index in range(6):
        share = index / 5
        crest = np.full(x.shape, horizon + (1.0 - horizon) * share * 0.92)
        bend = rng.uniform(2, 5)
        if place == "mountains":
            crest = (
                crest
                - (0.30 - 0.20 * share)
                * (0.4 + scene.energy)
                * (1 - np.abs(((x * bend / 2.2 + rng.random()) % 1) * 2 - 1))
                + 0.05
            )
        elif place == "hills":
            crest = crest - (0.10 - 0.03 * share) * (0.4 + scene.energy) * np.sin(bend * x + rng.uniform(0, 6))
        elif place == "desert":
            blocks = np.floor((x + rng.random()) * (3 + index))
            mesa = rng.random(16)[blocks.astype(int) % 16] > 0.55
            crest = crest - np.where(mesa & (index < 3), 0.16 - 0.04 * index, 0.0) * (0.5 + scene.energy) + 0.02
        design = np.where(y > crest, 5 + index, design)
    if place == "sea":
        waves = (row % 4 == 0) & ((column + 3 * (row // 4)) % 10 < 5 + 4 * (y - horizon)) & (y > horizon + 0.02)
        design = np.where(waves, np.where(design < 7, design + 2, design - 2), design)
        path = np.abs((column + 0.5) / cells - sun_x) < 0.05 + 0.35 * (y - horizon) * (row % 3 == 0)
        design = np.where(path & (y > horizon + 0.01) & (row % 3 != 2), 11, design)
    return drape(scene, weave_cells(scene, design, colors, wefts=2, warps=1))


def paint_bauhaus(scene: Scene) -> Sheet:
    """Rectangles of plain color, stripes and checks, divided again and again, as Albers and Stoelzl wove them."""
    rng = scene.rng
    cells = 96
    yarns = choose_yarns(scene)
    yarns = [*yarns, mix(yarns[0], yarns[LIGHT], 0.5), tint(choose_dark_hue(scene.inks.by_prominence), 0.36, 0.12)]
    design = np.zeros((cells, cells), np.intp)
    parts = [(0, 0, cells, cells)]
    least = 24 if scene.energy < 0.4 else 16 if scene.energy < 0.7 else 12
    done: list[tuple[int, int, int, int]] = []
    while parts:
        left, top, width, height = parts.pop()
        across = width > height if width != height else rng.random() < 0.5
        length = width if across else height
        if length < 2 * least or (len(done) > 3 and length < 40 and rng.random() < 0.25):
            done.append((left, top, width, height))
            continue
        cut = int(rng.choice(np.arange(least, length - least + 1, 4)))
        if across:
            parts += [(left, top, cut, height), (left + cut, top, width - cut, height)]
        else:
            parts += [(left, top, width, cut), (left, top + cut, width, height - cut)]
    order = rng.permutation(len(done))
    for number, index in enumerate(order.tolist()):
        left, top, width, height = done[index]
        design[top : top + height, left : left + width] = _fill_rectangle(rng, number, width, height)
    return drape(scene, weave_cells(scene, design, yarns))


def _fill_rectangle(rng: np.random.Generator, number: int, width: int, height: int) -> Design:
    row, column = np.mgrid[:height, :width]
    ground = (DARK, LIGHT, 0, LIGHT, 1, DARK, 6, 2, 5)[number % 9]
    others = [index for index in range(7) if index != ground]
    figure, third = rng.choice(others, 2, replace=False)
    beat = int(rng.choice([2, 4, 4]))
    style = number % 5
    if style == 0:
        return np.full((height, width), ground)
    if style == 1:
        return np.where(row // beat % 2, figure, ground)
    if style == 2:
        return np.where(column // beat % 2, figure, np.where(row > height * 0.6, third, ground))
    if style == 3:
        return np.where((row // 4 + column // 4) % 2, figure, ground)
    bars = (row % 8 < 2) | ((row % 8 == 4) & (column % 4 < 2))
    return np.where(bars, figure, np.where(column < width // 3, third, ground))
