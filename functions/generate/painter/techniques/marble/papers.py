"""Marbled sheets: drawn freely, combed, stone, rings."""

import numpy as np

from generate.painter.kit.color import mix
from generate.painter.kit.fields import blur
from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.marble.bath import (
    Bath,
    choose_paints,
    comb,
    spread_points,
    sprinkle,
    start_source,
    wave,
    whirl,
)


def draw_freely(scene: Scene) -> tuple[Field, Field]:
    """Return where places came from after a stylus has drawn waves and whirls: more of them for wild music."""
    rng, source = scene.rng, start_source()
    for x, y in spread_points(rng, 3 + round(3 * scene.energy), 0.26):
        turn = float(rng.choice((-1, 1))) * rng.uniform(1.6, 3.2 + 2.5 * scene.energy)
        source = whirl(source, x, y, turn, rng.uniform(0.07, 0.16))
    for _ in range(2):
        source = wave(
            source, rng.uniform(0, np.pi), rng.uniform(0.5, 1.0), 0.03 + 0.05 * scene.energy, rng.uniform(0, 6.28)
        )
    return comb(source, rng.uniform(0, np.pi), rng.uniform(0.30, 0.5), 0.12 + 0.22 * scene.energy, both=True)


def paint_free(scene: Scene) -> Sheet:
    """Few large drops in few colors, drawn out by a stylus into waves and whirls, hair-thin veins between them."""
    pale, dark, colors = choose_paints(scene)
    bath = Bath(scene, colors[0])
    second, third = colors[1 % len(colors)], colors[2 % len(colors)]
    sprinkle(bath, 18, [colors[0], pale, dark, second], (0.34, 0.22, 0.26, 0.18), 0.080, 3)
    sprinkle(bath, 20, [colors[0], second, third, pale, dark], (0.30, 0.20, 0.12, 0.20, 0.18), 0.050, 3)
    sprinkle(bath, 24, [pale, dark], (0.6, 0.4), 0.013)
    return bath.lift(draw_freely(scene))


def paint_combed(scene: Scene) -> Sheet:
    """Paint combed to and fro and then once across: rows of feathers or of arches from edge to edge."""
    rng = scene.rng
    pale, dark, colors = choose_paints(scene)
    # A third color would be as fine as a hair here, and only noise.
    paints = [colors[0], colors[1 % len(colors)], dark, pale]
    bath = Bath(scene, colors[0])
    sprinkle(bath, 14, paints, (0.34, 0.24, 0.20, 0.22), 0.155, 2)
    sprinkle(bath, 10, paints, (0.34, 0.24, 0.20, 0.22), 0.100, 2)
    turned = np.pi / 2 if rng.random() < 0.35 else 0.0
    gap = 0.19 - 0.05 * scene.energy
    source = start_source()
    if rng.random() < 0.4:
        source = wave(source, np.pi / 2 + turned, gap * 2, gap * 0.22, 0.0)
    source = comb(source, np.pi / 2 + turned, gap, 0.16 + 0.08 * scene.energy)
    source = comb(source, turned, 0.21, 0.26, 0.3, both=True)
    return blur(bath.lift(source, 0.010), 0.0008)


def paint_stone(scene: Scene) -> Sheet:
    """Drops left as they fell: round stones of every size, thin veins of the first paints pressed between them."""
    rng = scene.rng
    pale, dark, colors = choose_paints(scene)
    bath = Bath(scene, dark)
    veins = [dark, *colors[1:3], pale]
    sprinkle(bath, 40, veins, (0.4, 0.25, 0.15, 0.2), 0.045)
    leading = colors[0]
    stones = spread_points(rng, 110, 0.045 + 0.025 * (1 - scene.energy))
    for index, (x, y) in enumerate(np.concatenate([stones * 1.3 - 0.15, rng.uniform(-0.1, 1.1, (50, 2))])):
        large = index % 9 == 0
        color = (leading, mix(leading, pale, 0.35), colors[1 % len(colors)])[(0, 0, 1, 0, 1, 2)[index % 6]]
        bath.drop(x, y, rng.uniform(0.075, 0.11) if large else rng.uniform(0.03, 0.06), color)
        if large:
            bath.drop(x + rng.normal(0, 0.01), y + rng.normal(0, 0.01), 0.030, pale if index % 2 else dark)
    sprinkle(bath, 60, [dark, pale], (0.5, 0.5), 0.008)
    return bath.lift(wave(start_source(), rng.uniform(0, 3), 0.9, 0.012, 0.0), 0.022)


def paint_rings(scene: Scene) -> Sheet:
    """Suminagashi: drop in drop in drop, ink and clear water in turn, the rings blown out of shape by a breath."""
    rng = scene.rng
    pale, dark, colors = choose_paints(scene)
    bath = Bath(scene, pale)
    centers = spread_points(rng, 3 + round(scene.energy), 0.28)
    inks = [dark, colors[0], colors[1 % len(colors)]]
    for turn in range(32):
        for index, (x, y) in enumerate(centers):
            spot = np.array([x, y]) + rng.normal(0, 0.010, 2)
            inked = turn % 2 == 0
            width = rng.uniform(0.038, 0.062) if inked else rng.uniform(0.050, 0.090)
            ink = inks[index % 3] if turn % 6 else inks[(index + 1) % 3]
            bath.drop(float(spot[0]), float(spot[1]), width * (1.1 if index == 0 else 0.8), ink if inked else pale)
    source = start_source()
    for _ in range(3):
        source = wave(
            source, rng.uniform(0, 3.14), rng.uniform(0.35, 0.9), 0.02 + 0.025 * scene.energy, rng.uniform(0, 6)
        )
    for x, y in rng.uniform(0, 1, (3, 2)):
        source = whirl(source, x, y, float(rng.choice((-1, 1))) * (0.7 + 1.3 * scene.energy), rng.uniform(0.12, 0.25))
    return bath.lift(source, 0.045)
