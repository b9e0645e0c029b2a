"""Swiss lithographs of nothing but form."""

import numpy as np

from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.swiss.press import (
    FIRST,
    KEY,
    SECOND,
    Press,
    choose_angle,
    outline_box,
    outline_sector,
    rotate,
)


def paint_eclipse(scene: Scene) -> Sheet:
    """Two discs and a half disc, overprinted, before ruled lines."""
    press, rng = Press(scene), scene.rng
    angle = choose_angle(scene) + (np.pi if scene.mood in ("melancholic", "dark") else 0)
    side = rng.choice((-1, 1))
    for plate, (x, y, radius) in enumerate(((-0.16, -0.12, 0.34), (0.18, 0.02, 0.30))):
        x, y = rotate(np.array([[x * side, y + rng.uniform(-0.03, 0.03)]]), angle)[0]
        press.plates[plate].disc(x, y, radius * rng.uniform(0.9, 1.08))
    half = outline_sector(-0.02 * side, 0.19, 0, 0.31, 0, np.pi)
    press.plates[KEY].polygon(rotate(half, angle))
    for index in range(3 + round(scene.energy * 7)):
        top = 0.305 + 0.037 * index
        press.plates[KEY].polygon(rotate(outline_box(-1, top, 1, top + 0.005 + 0.0012 * index), angle))
    return press.print_all()


def paint_arcs(scene: Scene) -> Sheet:
    """Sound that goes out: arcs that grow by half from ring to ring."""
    press, rng = Press(scene), scene.rng
    x, y = rng.choice((0.32, 0.68)), rng.choice((0.32, 0.68))
    growth = 1.52 - 0.17 * scene.energy
    radius, index = 0.07, int(rng.integers(3))
    while radius < 1.5:
        start, span = rng.integers(4) * np.pi / 2, np.pi * (0.5 + 0.25 * rng.integers(1, 5 - round(scene.energy)))
        outline = outline_sector(x, y, radius, radius * growth * 0.985, start + choose_angle(scene), span)
        press.plates[(FIRST, KEY, SECOND)[index % 3]].polygon(outline)
        radius, index = radius * growth, index + 1
    return press.print_all()


def paint_weave(scene: Scene) -> Sheet:
    """Quarter circles and discs on a grid of unequal fields."""
    press, rng = Press(scene), scene.rng
    count = 3 + round(scene.energy * 2)
    steps = rng.permutation(1.5 ** np.arange(count) if count < 5 else np.array([1, 1, 1.6, 1.6, 2.4]))
    cuts = np.concatenate([[0], np.cumsum(steps) / steps.sum()])
    for row in range(count):
        for column in range(count):
            left, right, top, bottom = cuts[column], cuts[column + 1], cuts[row], cuts[row + 1]
            plate, kind = press.plates[rng.integers(3)], rng.integers(6)
            corner_x, corner_y = rng.choice((left, right)), rng.choice((top, bottom))
            if kind < 4:
                turn = np.arctan2(top + bottom - 2 * corner_y, left + right - 2 * corner_x)
                start = np.floor(turn / (np.pi / 2)) * np.pi / 2
                angles = np.linspace(start, start + np.pi / 2, 40)
                arc = np.stack([corner_x + (right - left) * np.cos(angles), corner_y + (bottom - top) * np.sin(angles)])
                plate.polygon(np.concatenate([[[corner_x, corner_y]], arc.T]))
            elif kind == 4:
                plate.polygon(outline_box(left, top, right, bottom))
            if kind in (1, 4, 5):
                radius = min(right - left, bottom - top) * (0.24 if kind == 1 else 0.32)
                press.plates[rng.integers(3)].disc((left + right) / 2, (top + bottom) / 2, radius)
    return press.print_all()


def paint_beat(scene: Scene) -> Sheet:
    """A grid of dots that swell and shrink like a measure of music, and one great disc off the beat."""
    press, rng = Press(scene), scene.rng
    count = 7 + round(scene.energy * 4)
    along, across, phase = rng.uniform(0.5, 0.9), rng.uniform(0.25, 0.6), rng.uniform(0, 2 * np.pi)
    accent = int(rng.integers(1, count - 1))
    for row in range(count):
        for column in range(count):
            swing = np.sin(along * column + phase) * np.cos(across * row * (1 + scene.energy) + phase)
            radius = (0.12 + 0.34 * (0.5 + 0.5 * swing)) / count
            plate = press.plates[FIRST if row == accent else KEY]
            plate.disc((column + 0.5) / count, (row + 0.5) / count, radius)
    x, y = rng.choice((0.3, 0.7)), rng.choice((0.3, 0.7))
    press.plates[FIRST].disc(x, y, 0.30)
    press.plates[SECOND].disc(1 - x, 1 - y, 0.13)
    return press.print_all()
