"""Memphis collages without a motif: laminates and furniture."""

import numpy as np

from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.types import Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.memphis.collage import (
    BACTERIO,
    BARS,
    CHECKS,
    DOTS,
    FLAT,
    GRID,
    ZIGZAG,
    Collage,
    draw_bacterio,
    outline_form,
)


def paint_laminate(scene: Scene) -> Sheet:
    """Great cut forms on a laminate of crooked worms."""
    rng = scene.rng
    collage = Collage(scene, tone(scene.inks.pale, 0.93, 0.02, 0.07))
    worms = draw_bacterio(scene, 150 + round(scene.energy * 180))
    collage.lay_mask(worms, collage.white if collage.is_dark else collage.black, shadow=0)
    order = rng.permutation(4)
    places = [(0.28, 0.30), (0.74, 0.26), (0.30, 0.76), (0.72, 0.72)]
    kinds = rng.permutation([0, 1, 3, 4, 5, 6])
    patterns = rng.permutation([FLAT, FLAT, BARS, CHECKS])
    for index, place in enumerate(order[: 3 + (scene.energy > 0.4)]):
        x, y = np.array(places[place]) + rng.uniform(-0.05, 0.05, 2)
        radius = (0.33, 0.24, 0.20, 0.15)[index]
        color = collage.colors[index]
        second = collage.white if get_lightness(color) < 0.7 else collage.black
        turn = _choose_turn(scene)
        collage.lay(outline_form(int(kinds[index]), x, y, radius, turn), color, int(patterns[index]), second)
    x, y = rng.uniform(0.4, 0.6, 2)
    small = int(rng.choice((2, 4, 5, 7)))
    collage.lay(outline_form(small, x, y, rng.uniform(0.12, 0.2), _choose_turn(scene)), collage.black)
    x, y = rng.uniform(0.3, 0.7, 2)
    collage.lay(outline_form(0, x, y, 0.055, 0), collage.white, DOTS if scene.energy > 0.5 else FLAT)
    return collage.sheet


def paint_stage(scene: Scene) -> Sheet:
    """A still life of furniture and architecture before a wall: columns, an arch, stairs and a ball."""
    rng = scene.rng
    collage = Collage(scene, tone(scene.inks.by_prominence[0], 0.84, 0.05, 0.11))
    floor = 0.74
    # A yellow ball or arch would not stand out from the wall.
    colors = sorted(collage.colors, key=lambda color: get_lightness(color) > 0.76)
    sun = tone(colors[0], min(get_lightness(colors[0]), 0.68))
    side = int(rng.choice((-1, 1)))
    collage.lay(_outline_rectangle(-0.1, floor, 1.1, 1.1), collage.white, (CHECKS, BARS, GRID)[rng.integers(3)])
    arch_x, crown = 0.5 - side * 0.17, rng.uniform(0.14, 0.28)
    collage.lay(
        outline_form(0, 0.5 + side * rng.uniform(0.2, 0.28), 0.44 - crown * 0.8, rng.uniform(0.13, 0.19), 0), sun
    )
    collage.lay(_outline_arch(arch_x, crown, 0.25, floor + 0.04), colors[1])
    collage.lay(_outline_arch(arch_x, crown + 0.11, 0.14, floor + 0.04), collage.black, BACTERIO, collage.white)
    for step in range(4):
        left = 0.5 + side * (0.02 + 0.11 * step)
        right = 0.5 + side * 0.62
        top = floor + 0.10 - 0.085 * (step + 1)
        tread = colors[2] if step % 2 else tone(colors[2], get_lightness(colors[2]) - 0.09)
        collage.lay(_outline_rectangle(min(left, right), top, max(left, right), floor + 0.10), tread)
    for column in range(1 + round(scene.energy * 2)):
        x = arch_x - side * (0.30 - 0.075 * column) if column else 0.5 + side * 0.40
        top = 0.36 + 0.1 * column
        foot = floor + 0.06 + 0.04 * column if column else floor + 0.10 - 0.085 * 4
        collage.lay(_outline_rectangle(x - 0.032, top, x + 0.032, foot), collage.white, ZIGZAG, colors[3])
        collage.lay(_outline_rectangle(x - 0.05, top - 0.03, x + 0.05, top), collage.black)
        collage.lay(outline_form(0, x, top - 0.075, 0.045, 0), colors[(column + 3) % 4])
    ball = 0.07 + 0.04 * scene.energy
    collage.lay(outline_form(0, 0.5 - side * 0.06, 0.92 - ball, ball, 0), colors[0], DOTS, collage.white)
    collage.lay(outline_form(3, 0.5 + side * 0.3, 0.90, 0.08, _choose_turn(scene)), colors[3])
    if scene.energy > 0.3:
        collage.squiggle(0.5 - side * 0.32, 0.11, 0.2, -0.2)
        collage.squiggle(0.5 + side * 0.16, 0.09, 0.14, 0.3)
    return collage.sheet


def _choose_turn(scene: Scene) -> float:
    return float(scene.rng.uniform(-1, 1) * (0.15 + 2.2 * scene.energy))


def _outline_rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _outline_arch(x: float, top: float, half: float, bottom: float) -> Points:
    angles = np.linspace(-np.pi, 0, 60)
    arc = np.stack([x + half * np.cos(angles), top + half + half * np.sin(angles)], axis=1)
    return np.concatenate([[(x - half, bottom)], arc, [(x + half, bottom)]])
