"""String art without a motif: a table on a circle, ruled surfaces, a star of axes, peaks."""

import numpy as np

from generate.painter.kit.types import Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.string_art.board import Board


def _place_on_circle(x: float, y: float, radius: float, count: int, turn: float = 0.0) -> Points:
    angle = np.arange(count) * 2 * np.pi / count + turn
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)


def paint_circle(scene: Scene) -> Sheet:
    """A circle's nails joined by a multiplication table: a heart-shaped or many-lobed envelope in two threads."""
    rng, board = scene.rng, Board(scene, 0.0010)
    count = 200
    large = rng.random() < 0.4
    radius = 0.66 if large else 0.44
    x, y = (rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7)) if large else (0.5, 0.5)
    nails = _place_on_circle(x, y, radius, count, rng.uniform(0, 6.28))
    index = np.arange(count)
    factor = 2 + round(3 * scene.energy)
    second = int(rng.choice([34, 51, 73, 91])) if scene.energy > 0.4 else factor + 1
    board.stretch(nails, nails[index * second % count], board.threads[2], 0.34, 0.0020)
    board.stretch(nails, nails[index * factor % count], board.threads[1], 0.95, 0.0024)
    board.hammer(nails[::2])
    return np.clip(board.sheet, 0, 1)


def paint_harp(scene: Scene) -> Sheet:
    """Two or three ruled surfaces between pairs of curves, like sails or wings."""
    rng, board = scene.rng, Board(scene)
    place = np.linspace(0, 1, 110)
    mirrored, wildness = rng.random() < 0.5, 0.3 + 0.5 * scene.energy
    nails = []
    for layer in range(3):
        bend = rng.uniform(-0.20, 0.20, 4)
        upper = np.stack(
            [
                0.06 + 0.88 * place ** (1.0 + 0.5 * layer),
                0.10 + 0.12 * layer + 0.24 * np.sin(np.pi * place + bend[0] * 5) * (1 - 0.3 * layer),
            ],
            axis=1,
        )
        lower = np.stack(
            [
                0.06 + 0.88 * (1 - place) ** (1.2 - 0.2 * layer) * (1 - 0.25 * layer) + 0.10 * layer,
                0.94 - 0.10 * layer - 0.22 * np.sin(np.pi * place * (1 + wildness * layer) + bend[1] * 5),
            ],
            axis=1,
        )
        if mirrored:
            upper[:, 0], lower[:, 0] = 1 - upper[:, 0], 1 - lower[:, 0]
        board.stretch(upper, lower, board.threads[(1, 2, 0)[layer]], 0.85, 0.0018)
        nails += [upper[::2], lower[::2]]
    board.hammer(np.concatenate(nails))
    return np.clip(board.sheet, 0, 1)


def paint_star(scene: Scene) -> Sheet:
    """Axes of a star whose nails are joined crosswise, star within star, each in its own thread."""
    rng, board = scene.rng, Board(scene)
    axes = int(rng.choice([5, 6, 8])) if scene.energy < 0.6 else int(rng.choice([8, 10, 12]))
    turn = rng.uniform(0, 2 * np.pi / axes)
    place = np.linspace(0.03, 1, 44)
    nails = []
    for reach, step, thread, offset in ((0.62, 1, 2, 0.0), (0.47, 2, 1, 0.5), (0.27, 1, 0, 0.0)):
        tips = _place_on_circle(0.5, 0.5, reach, axes, turn + offset * 2 * np.pi / axes)
        center = np.array([0.5, 0.5])
        starts, ends = [], []
        for index in range(axes):
            first = center + (tips[index] - center) * place[:, None]
            second = center + (tips[(index + step) % axes] - center) * place[::-1, None]
            starts.append(first)
            ends.append(second)
        board.stretch(np.concatenate(starts), np.concatenate(ends), board.threads[thread], 0.85, 0.0017)
        nails += starts
    board.hammer(np.concatenate(nails)[::3], 0.0026)
    return np.clip(board.sheet, 0, 1)


def paint_peaks(scene: Scene) -> Sheet:
    """Mountains as fans of thread from their peaks, before a sun or moon woven of chords."""
    rng, board = scene.rng, Board(scene)
    sun_x, sun_y, radius = rng.uniform(0.25, 0.75), rng.uniform(0.24, 0.34), rng.uniform(0.14, 0.19)
    disc = _place_on_circle(sun_x, sun_y, radius, 130)
    sun_thread = board.threads[0 if board.is_dark else 1]
    board.stretch(disc, np.roll(disc, 47, axis=0), sun_thread, 0.9, 0.0018)
    board.stretch(disc, np.roll(disc, 21, axis=0), sun_thread, 0.7, 0.0016)
    nails = [disc[::2]]
    peaks = 4 + round(2 * scene.energy)
    order = rng.permutation(peaks)
    for rank, index in enumerate(order.tolist()):
        share = rank / max(1, peaks - 1)
        apex = np.array(
            [(index + rng.uniform(0.25, 0.75)) / peaks, 0.60 - rng.uniform(0.0, 0.26) * (1.15 - 0.6 * share)]
        )
        base, half = 1.02, rng.uniform(0.26, 0.40)
        middle = apex[0] + rng.uniform(-0.05, 0.06)
        board.paint(np.array([apex, (apex[0] - half, base), (apex[0] + half, base)]), board.ground)
        for left, right, thread, strength in (
            (apex[0] - half, middle, (2, 1, 3)[rank % 3], 0.95),
            (middle, apex[0] + half, 0, 0.50),
        ):
            count = round(110 * (right - left) / 0.3)
            foot = np.stack([np.linspace(left, right, count), np.full(count, base)], axis=1)
            cover = np.broadcast_to(apex, foot.shape)
            board.stretch(cover, foot, board.threads[thread], strength, 0.0018)
        ridge = apex + (np.array([middle, base]) - apex) * np.linspace(0.0, 0.9, 20)[:, None]
        side = np.array([apex[0] + half, base]) - apex
        flank = apex + side * np.linspace(0.05, 0.95, 20)[:, None]
        board.stretch(ridge, flank[::-1], board.threads[(2, 1, 3)[rank % 3]], 0.5, 0.0015)
        nails.append(apex[None])
    if board.is_dark:
        stars = rng.random((60, 2)) * np.array([1, 0.5])
        nails.append(stars[np.hypot(*(stars - (sun_x, sun_y)).T) > radius + 0.03])
    board.hammer(np.concatenate(nails), 0.0028)
    return np.clip(board.sheet, 0, 1)
