"""Ink without a motif: a circle, a gesture, bamboo."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.sumi.brush import Painting, get_accent, lay_paper, paint_sun, press_leaf


def paint_enso(scene: Scene) -> Sheet:
    """A circle in one stroke; the wilder the music, the drier and more open it is."""
    x, y = scene.grid
    rng, painting = scene.rng, Painting(scene)
    sheet = lay_paper(scene)
    radius = float(rng.choice((0.30, 0.36, 0.43)))
    center_x, center_y = 0.5 + rng.uniform(-0.04, 0.04), 0.5 + rng.uniform(-0.03, 0.03)
    start, turn = rng.uniform(0, 2 * np.pi), float(rng.choice((-1, 1)))
    squash, tilt = 1 + rng.uniform(0.02, 0.10), rng.uniform(0, np.pi)
    if rng.random() < 0.55:
        sheet = paint_sun(scene, sheet, center_x, center_y, radius * rng.uniform(0.30, 0.62))
    right, down = x - center_x, y - center_y
    along_axis = right * np.cos(tilt) + down * np.sin(tilt)
    beside = (down * np.cos(tilt) - right * np.sin(tilt)) * squash
    angle = np.arctan2(beside, along_axis) * turn - start
    swept = 0.97 - 0.10 * scene.energy
    along: Field = np.asarray((angle / (2 * np.pi)) % 1 / swept, np.float32)
    width = (0.10 + 0.09 * scene.energy) * radius / 0.36
    half = width / 2 * (1.12 - 0.45 * along + 0.08 * np.sin(9 * along + start))
    distance = np.hypot(along_axis, beside) - radius * (1 + 0.05 * np.sin(2 * np.pi * along + 2))
    across = np.asarray(distance / half, np.float32)
    inside = np.clip((1 - np.abs(across)) * half * scene.size + 0.5, 0, 1)
    painting.lay(painting.drag(along, np.clip(across, -1, 1), 0.45 + 0.55 * scene.energy) * inside, 1.05)
    painting.lay(painting.drag(along, np.clip(across * 0.7, -1, 1), 0.3) * inside * 0.25)
    begin = start * turn
    drop_x = center_x + radius * (np.cos(begin) * np.cos(tilt) - np.sin(begin) * np.sin(tilt) / squash)
    drop_y = center_y + radius * (np.cos(begin) * np.sin(tilt) + np.sin(begin) * np.cos(tilt) / squash)
    painting.splatter(float(drop_x), float(drop_y), 20 + round(90 * scene.energy), 0.14 + 0.22 * scene.energy)
    return painting.finish(sheet)


def paint_gesture(scene: Scene) -> Sheet:
    """A few strokes as wide as a broom that run off the sheet, one of them in color."""
    rng, painting = scene.rng, Painting(scene)
    sheet = lay_paper(scene)
    lean = rng.uniform(-0.5, 0.5)
    width = 0.13 + 0.07 * scene.energy
    accent_at, accent_end = (rng.uniform(0.2, 0.4), -0.1), (rng.uniform(0.6, 0.9), 1.1)
    if lean > 0:
        accent_at, accent_end = (1 - accent_at[0], -0.1), (1 - accent_end[0], 1.1)
    mask, (rows, columns) = painting.shape_stroke(
        accent_at, accent_end, width * 1.35, bend=rng.uniform(-0.12, 0.12), dryness=0.45
    )
    under = sheet[rows, columns]
    sheet[rows, columns] = under + (get_accent(scene) - under) * np.clip(mask, 0, 1)[..., None]
    count = 3 + round(2 * scene.energy)
    heaviest = rng.integers(count)
    for index in range(count):
        share = (index + 0.5) / count
        steep = index % 2 == 0
        wide = width * (1.5 if index == heaviest else rng.uniform(0.35, 0.95)) * (1.15 if is_somber(scene.mood) else 1)
        ends = [share + rng.uniform(-0.1, 0.1) - lean * 0.5, share + rng.uniform(-0.1, 0.1) + lean * 0.5]
        first, last = rng.uniform(-0.15, 0.15), rng.uniform(0.80, 1.15)
        start, end = ((ends[0], first), (ends[1], last)) if steep else ((first, ends[0]), (last, ends[1]))
        if rng.random() < 0.5:
            start, end = end, start
        painting.stroke(
            start,
            end,
            wide,
            bend=rng.uniform(-0.13, 0.13),
            dryness=rng.uniform(0.35, 0.75) + 0.25 * scene.energy,
            strength=1.0 if index == heaviest else rng.choice((0.95, 0.9, 0.45)),
        )
        painting.splatter(
            *end, 8 + round(40 * scene.energy), 0.30, float(np.arctan2(end[1] - start[1], end[0] - start[0]))
        )
    return painting.finish(sheet)


def paint_bamboo(scene: Scene) -> Sheet:
    """Stems of bamboo in three depths, leaves in the wind, a disc of color; at night the disc is left in a gray sky."""
    x, y = scene.grid
    rng, painting = scene.rng, Painting(scene)
    sheet = lay_paper(scene)
    side = float(rng.choice((-1, 1)))

    def place(at: float) -> float:
        return 0.5 + side * (at - 0.5)

    sun_x, sun_y, radius = place(rng.uniform(0.64, 0.74)), rng.uniform(0.26, 0.42), rng.uniform(0.12, 0.19)
    if scene.time == "night":
        distance = np.hypot(x - sun_x, y - sun_y)
        sky = np.clip((distance - radius) * 120, 0, 1) * (0.42 + 0.20 * scene.make_noise(3, 3) + 0.15 * distance)
        painting.lay(np.asarray(sky, np.float32), 0.9)
        sheet = lay_over(sheet, np.asarray(distance < radius, np.float32), scene.inks.paper)
    else:
        sheet = paint_sun(scene, sheet, sun_x, sun_y, radius)
    wind = rng.uniform(0.02, 0.05) + 0.10 * scene.energy
    knots: list[tuple[float, float, float]] = []
    for at, width, strength in ((0.52, 0.022, 0.22), (0.10, 0.034, 0.34), (0.40, 0.046, 0.50), (0.25, 0.078, 1.0)):
        lean, foot = rng.uniform(-0.02, 0.05) + wind, 1.08
        while foot > -0.1:
            top = foot - rng.uniform(0.20, 0.29)
            stem = [(place(at + lean * (1 - level) ** 1.5 if level < 1 else at), level) for level in (foot, top)]
            painting.stroke(
                (stem[0][0], foot - 0.005),
                (stem[1][0], top + 0.006),
                width,
                dryness=0.25 + 0.2 * scene.energy,
                strength=strength,
                pressure=lambda along: np.asarray(1.04 - 0.18 * np.sin(np.pi * along), np.float32),
            )
            knots.append((stem[1][0], top, strength))
            foot = top
    for _ in range(34 + round(14 * scene.energy)):
        knot_x, knot_y, strength = knots[rng.integers(len(knots))]
        if not -0.05 < knot_y < 0.8:
            continue
        leaf_x, leaf_y = knot_x + side * rng.normal(0.05, 0.05), knot_y + rng.normal(0, 0.05)
        angle, length = rng.normal(0.75 - wind * 4, 0.40), rng.uniform(0.12, 0.24)
        tip = (leaf_x + side * length * np.cos(angle), leaf_y + length * np.sin(angle))
        painting.stroke(
            (leaf_x, leaf_y),
            tip,
            rng.uniform(0.022, 0.034),
            bend=-side * rng.uniform(0.0, 0.02),
            dryness=0.3,
            strength=float(np.clip(strength * rng.uniform(0.7, 1.2), 0.2, 1)),
            pressure=press_leaf,
        )
    return painting.finish(sheet)
