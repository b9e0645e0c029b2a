"""Oil paintings without land: a wet street, slabs of a palette knife."""

import numpy as np

from generate.painter.kit.color import blend, ramp, tone
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.impasto.canvas import (
    GOAL_SIZE,
    KNIVES,
    Oils,
    make_goal_grid,
    make_goal_noise,
    mix_oils,
    paint_over,
)


def paint_street(scene: Scene) -> Sheet:
    """A street at night: houses on both sides, lamps, and all of it again on the wet pavement."""
    x, y = make_goal_grid()
    rng, oils = scene.rng, mix_oils(scene)
    vanish, horizon = 0.5 + rng.uniform(-0.12, 0.12), 0.56
    glow = np.exp(-np.hypot((x - vanish) * 1.3, y - horizon + 0.04) / 0.16)
    night_sky, ground = tone(oils.dark, 0.36), tone(oils.dark, 0.30)
    goal = ramp(np.asarray(glow, np.float32), [night_sky, oils.second, tone(oils.first, 0.80), oils.pale])
    lamps = np.zeros((GOAL_SIZE, GOAL_SIZE), np.float32)
    for side in (-1, 1):
        for depth in np.sort(rng.uniform(0.10, 0.62, 6)):
            left = vanish + side * depth
            inside = side * (x - left) > 0
            roof = horizon - depth * rng.uniform(0.65, 1.25) - 0.05
            wall = tone((oils.dark, oils.second)[rng.integers(2)], 0.22 + 0.16 * rng.random() + 0.2 * (0.62 - depth))
            goal = np.where((inside & (y > roof) & (y < horizon + depth * 0.22))[..., None], wall, goal)
            for _ in range(5):
                window_x = left + side * rng.uniform(0.02, 0.16)
                window_y = roof + (horizon - roof) * rng.uniform(0.12, 0.9)
                pane = (np.abs(x - window_x) < 0.010 + 0.016 * depth) & (np.abs(y - window_y) < 0.014 + 0.024 * depth)
                lit = oils.first if rng.random() < 0.6 else oils.pale
                goal = np.where(pane[..., None], tone(lit, 0.84), goal)
    for index in range(7):
        side, near = (-1, 1)[index % 2], 0.10 + 0.06 * index
        lamp_x, lamp_y = vanish + side * near * 0.82, horizon - near * 0.62
        lamps += np.exp(-((np.hypot(x - lamp_x, y - lamp_y) / (0.012 + 0.05 * near)) ** 2)).astype(np.float32)
        post = (np.abs(x - lamp_x) < 0.003 + 0.006 * near) & (y > lamp_y) & (y < horizon + near * 0.3)
        goal = np.where(post[..., None], oils.dark, goal)
    goal = blend(goal, np.broadcast_to(oils.pale, goal.shape), np.clip(lamps, 0, 1))
    # The pavement mirrors the street, drawn out toward us.
    mirrored = np.clip(horizon - (y - horizon) * 0.92, 0, 1)
    wobble = 0.022 * np.sin(60 * y + 5 * np.sin(9 * x)) * smoothstep(y, horizon, 1)
    columns = np.clip(((x + wobble) * GOAL_SIZE).astype(int), 0, GOAL_SIZE - 1)
    image = goal[(mirrored * (GOAL_SIZE - 1)).astype(int), columns]
    wet = 0.86 - 0.30 * make_goal_noise(scene, 9, 2)
    road = ground + (image - ground) * wet[..., None]
    pavement = smoothstep(y, horizon, horizon + 0.01)
    goal = blend(np.asarray(goal, np.float32), np.asarray(road, np.float32), pavement)
    _add_walker(scene, goal, oils, vanish, horizon)
    angle = np.where(y > horizon, 0.12 * np.sin(8 * x), np.pi / 2 + 0.1 * np.sin(9 * y))
    sky = (y < horizon) & (np.abs(x - vanish) < 0.12)
    angle = np.where(sky, np.arctan2(y - horizon, x - vanish), angle)
    if scene.weather == "rain":
        drops = Drawing(GOAL_SIZE)
        for left, top, chance in rng.random((64, 3)):
            drops.line([(left, top), (left - 0.03, top + 0.13 + 0.06 * chance)], 0.0055)
        goal = blend(goal, np.broadcast_to(tone(oils.second, 0.82), goal.shape), 0.62 * drops.to_mask())
        angle = np.where(drops.to_mask() > 0.3, 1.82, angle)
    return paint_over(scene, goal, np.asarray(angle, np.float32))


def paint_knife(scene: Scene) -> Sheet:
    """Slabs of paint laid with a knife around a low horizon: half a landscape, half a wall of color."""
    x, y = make_goal_grid()
    rng, oils = scene.rng, mix_oils(scene)
    tilt = rng.uniform(-0.25, 0.25)
    colors = [
        oils.first,
        oils.second,
        oils.third,
        oils.pale,
        oils.dark,
        tone(oils.second, 0.70),
        tone(oils.first, 0.55),
    ]
    horizon = rng.uniform(0.36, 0.64)
    ground = ramp(
        np.asarray(np.clip(y + 0.3 * (make_goal_noise(scene, 2, 2) - 0.5), 0, 1), np.float32),
        [tone(oils.second, 0.74), oils.second] if rng.random() < 0.5 else [oils.pale, tone(oils.third, 0.8)],
    )
    goal, angle = ground, np.zeros_like(x)
    count = 16 + round(16 * scene.energy)
    for index in range(count):
        share = index / count
        center_x, center_y = rng.uniform(-0.05, 1.05), horizon + rng.normal(0.02, 0.10 + 0.16 * (1 - share))
        wide, tall = rng.uniform(0.10, 0.30) * (1.25 - 0.8 * share), rng.uniform(0.05, 0.16) * (1.25 - 0.7 * share)
        turn = tilt + rng.normal(0, 0.12) + (np.pi / 2 if rng.random() < 0.3 else 0)
        right, down = x - center_x, y - center_y
        u = right * np.cos(turn) + down * np.sin(turn)
        v = down * np.cos(turn) - right * np.sin(turn)
        slab = smoothstep(np.maximum(np.abs(u) / wide, np.abs(v) / tall), 1.0, 0.96)
        color = colors[(0, 1, 4, 2, 0, 5, 3, 6, 1)[index % 9]]
        goal = blend(goal, np.broadcast_to(color, goal.shape), slab)
        angle = np.where(slab > 0.5, turn, angle)
    return paint_over(scene, goal, np.asarray(angle, np.float32), KNIVES, bristles=0.25)


def _add_walker(scene: Scene, goal: Sheet, oils: Oils, vanish: float, horizon: float) -> None:
    """Put a small walker with an umbrella in the middle of the street, and the dark image below, in place."""
    x, y = make_goal_grid()
    at, foot, tall = vanish + scene.rng.uniform(-0.08, 0.08), horizon + 0.20, 0.20
    body = (np.abs(x - at) < 0.020 + 0.05 * (y - foot + tall * 0.6).clip(0)) & (y > foot - tall * 0.75) & (y < foot)
    umbrella = (np.hypot((x - at) / 1.5, y - foot + tall * 0.72) < 0.05) & (y < foot - tall * 0.70)
    image = (np.abs(x - at + 0.01 * np.sin(70 * y)) < 0.024) & (y >= foot) & (y < foot + 0.13)
    goal[body | image] = oils.dark
    goal[umbrella] = tone(oils.first, 0.62)
