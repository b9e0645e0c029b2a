"""Oil paintings without a motif: a shore and a field."""

import numpy as np

from generate.painter.kit.color import blend, get_lightness, ramp, tone
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.impasto.canvas import (
    GOAL_SIZE,
    Oils,
    make_goal_grid,
    make_goal_noise,
    mix_oils,
    paint_over,
)


def paint_sky(
    scene: Scene, oils: Oils, sun: tuple[float, float, float], horizon: float, drift: Field
) -> tuple[Sheet, Field]:
    """Return a sky with a sun or, at night, a moon and whirling stars, and the direction of its strokes.

    `sun`: x, y and radius. `drift`: noise in [0, 1].
    """
    x, y = make_goal_grid()
    distance = np.hypot(x - sun[0], y - sun[1])
    night = scene.time == "night"
    level = np.clip(1 - y / horizon + 0.35 * (drift - 0.5), 0, 1)
    first, second = oils.first, oils.second
    if night:
        sky = ramp(level, [tone(oils.dark, 0.50), tone(oils.dark, 0.36), tone(oils.dark, 0.24)])
    else:
        sky = ramp(level, [tone(first, 0.86), tone(first, 0.76, gain=0.9), second, tone(second, 0.52)])
    angle = np.arctan2(y - sun[1], x - sun[0]) + np.pi / 2 + 0.5 * np.sin(7 * drift)
    halo = oils.pale if not night else tone(first, 0.82)
    rings = 0.5 + 0.5 * np.sin(distance / sun[2] * 5.5)
    glow = np.exp(-((distance / (sun[2] * 2.3)) ** 2)) * (0.45 + 0.55 * rings)
    sky = blend(sky, np.broadcast_to(halo, sky.shape), np.asarray(np.clip(glow, 0, 1), np.float32))
    if night:
        for star_x, star_y, chance in scene.rng.random((11, 3)):
            near = np.hypot(x - star_x, y - star_y * horizon * 0.85)
            size = 0.012 + 0.014 * chance
            shine = np.exp(-((near / size) ** 2)) + 0.55 * np.exp(-(((near - 2.4 * size) / (0.6 * size)) ** 2))
            shine = np.where(distance > sun[2] * 2, np.clip(shine, 0, 1), 0)
            sky = blend(sky, np.broadcast_to(halo, sky.shape), np.asarray(shine, np.float32))
            turn = np.arctan2(y - star_y * horizon * 0.85, x - star_x) + np.pi / 2
            angle = np.where(near < 3.4 * size, turn, angle)
    disc = smoothstep(distance, sun[2], sun[2] * 0.9)
    sky = blend(sky, np.broadcast_to(tone(first, 0.93) if not night else oils.pale, sky.shape), disc)
    return sky, np.asarray(angle, np.float32)


def paint_shore(scene: Scene) -> Sheet:
    """A sun or a moon over the sea, its path on the water, surf in front that breaks toward us."""
    x, y = make_goal_grid()
    rng, oils = scene.rng, mix_oils(scene)
    horizon = rng.uniform(0.42, 0.56)
    sun = (0.5 + rng.uniform(-0.24, 0.24), horizon - rng.uniform(0.10, 0.22), rng.uniform(0.06, 0.10))
    drift = make_goal_noise(scene, 3)
    goal, angle = paint_sky(scene, oils, sun, horizon, drift)
    angle = np.where(y > sun[1] - 0.3, angle, 0.4 * np.sin(5 * x + 4 * drift))
    depth = np.clip((y - horizon) / (1 - horizon), 0, 1)
    night = scene.time == "night"
    body = oils.dark if night else oils.second
    deep, near, crest = (tone(body, lightness - 0.06 * night) for lightness in (0.30, 0.44, 0.62))
    wave = depth**0.6 * 9 + 1.2 * np.sin(4 * x + 5 * drift) + 1.5 * make_goal_noise(scene, 5)
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * wave / (1.6 - 0.4 * scene.energy))
    water = ramp(np.clip(0.75 * swell + 0.3 * drift - 0.1, 0, 1), [deep, near, crest])
    foam = smoothstep(swell + 0.35 * make_goal_noise(scene, 26, 2), 1.10, 1.20) * smoothstep(depth, 0.25, 0.7)
    path = np.exp(-(((x - sun[0]) / (0.05 + 0.22 * depth)) ** 2)) * (np.sin(wave * 9 + 5 * x) > -0.2)
    water = blend(water, np.broadcast_to(tone(oils.first, 0.86), goal.shape), np.asarray(0.9 * path, np.float32))
    water = blend(water, np.broadcast_to(oils.pale, goal.shape), np.asarray(foam, np.float32))
    sea = smoothstep(y, horizon, horizon + 0.006)
    slope = 0.35 * np.cos(4 * x + 5 * drift) * depth
    return paint_over(scene, blend(goal, water, sea), np.asarray(np.where(sea > 0.5, slope, angle), np.float32))


def paint_field(scene: Scene) -> Sheet:
    """Furrowed land under a turning sky, flowers in front and one dark tree that rises past the horizon."""
    x, y = make_goal_grid()
    rng, oils = scene.rng, mix_oils(scene)
    horizon = rng.uniform(0.50, 0.60)
    sun = (0.5 + rng.uniform(-0.25, 0.25), rng.uniform(0.16, 0.28), rng.uniform(0.055, 0.09))
    drift = make_goal_noise(scene, 3)
    goal, angle = paint_sky(scene, oils, sun, horizon + 0.1, drift)
    night = scene.time == "night"
    lands = [tone(oils.third, 0.74), oils.third, tone(oils.second, 0.6), oils.first]
    if night:
        lands = [tone(oils.dark, 0.42), tone(oils.second, 0.38), tone(oils.dark, 0.34), tone(oils.second, 0.34)]
    steep = scene.place == "mountains"
    for index, land in enumerate(lands):
        color = tone(land, get_lightness(land) - 0.02 * index)
        wave = np.sin(rng.uniform(3, 6) * x + rng.uniform(0, 6.28))
        if steep and index < 2:
            wave = 2.2 * (1 - 2 * np.abs((x * rng.uniform(1.6, 2.4) + rng.uniform(0, 1)) % 1 - 0.5)) - 0.6
        line = horizon + 0.10 * index - (0.055 if index < 3 else 0.03) * wave
        below = y - line
        vanish = rng.uniform(0.1, 0.9)
        rows = np.arctan2(y - line + 0.05, x - vanish)
        furrow = 0.5 + 0.5 * np.sin(rows * (26 if index > 1 else 14))
        light = np.clip(0.55 * furrow + 0.5 * make_goal_noise(scene, 7, 2), 0, 1)
        body = ramp(
            light,
            [tone(color, 0.62 * get_lightness(color)), color, tone(color, min(0.92, get_lightness(color) + 0.14))],
        )
        mask = smoothstep(below, 0, 0.008)
        goal = blend(goal, body, mask)
        angle = np.where(mask > 0.5, rows, angle)
    if scene.place != "hills":
        goal = _add_flowers(scene, goal, oils)
    tree = _draw_cypress(scene, 0.5 - np.sign(sun[0] - 0.5) * rng.uniform(0.22, 0.34))
    stripes = 0.5 + 0.5 * np.sin(60 * x + 9 * drift)
    leaves = ramp(np.asarray(stripes, np.float32), [tone(oils.dark, 0.13), tone(oils.dark, 0.26 if night else 0.36)])
    goal = blend(goal, leaves, tree)
    upward = np.pi / 2 + 0.45 * np.sin(17 * y + 6 * drift)
    return paint_over(scene, goal, np.asarray(np.where(tree > 0.5, upward, angle), np.float32))


def _add_flowers(scene: Scene, goal: Sheet, oils: Oils) -> Sheet:
    """Dot flowers over the foreground, larger toward us."""
    for color, count in ((oils.pale, 60), (tone(oils.second, 0.66), 70), (oils.first, 60)):
        flowers = Drawing(GOAL_SIZE)
        for left, chance, size in scene.rng.random((count, 3)):
            near = chance**0.7
            flowers.disc(left, 0.72 + 0.3 * near, (0.005 + 0.013 * near) * (0.6 + 0.8 * size))
        goal = blend(goal, np.broadcast_to(color, goal.shape), flowers.to_mask())
    return goal


def _draw_cypress(scene: Scene, foot: float) -> Mask:
    """Return a tree like a flame."""
    drawing = Drawing(GOAL_SIZE)
    along = np.linspace(0, 1, 26)
    half = 0.085 * np.sin(np.pi * np.clip(along, 0, 1) ** 0.62) ** 0.9 * (1 + 0.25 * scene.rng.normal(0, 1, 26))
    sway = 0.03 * np.sin(4 * along + scene.rng.uniform(0, 6))
    top, base = scene.rng.uniform(0.06, 0.16), 0.92
    level = base - (base - top) * along
    left = np.stack([foot + sway - half, level], axis=1)
    right = np.stack([foot + sway + half, level], axis=1)
    drawing.polygon(np.concatenate([left, right[::-1]]))
    return drawing.to_mask()
