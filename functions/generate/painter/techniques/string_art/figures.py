"""String art of a motif: a web inside its outline, or the motif left empty among threads."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.color import get_hue
from generate.painter.kit.shapes import fill_inside, measure_distance, resample, trace_outlines
from generate.painter.kit.types import Field, Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.string_art.board import Board


def _sample_along(field: Field, starts: Points, ends: Points, steps: int) -> NDArray[np.float32]:
    """Return a field's values at places between the ends of chords, (steps, count)."""
    place = np.linspace(0.04, 0.96, steps)[:, None, None]
    points = starts + (ends - starts) * place
    column, row = np.moveaxis(np.clip(points * len(field), 0, len(field) - 1).astype(int), -1, 0)
    return np.asarray(field[row, column], np.float32)


def paint_web(scene: Scene) -> Sheet:
    """The motif as a web: chords between its outline's nails that stay inside it, from one color to the other."""
    rng, board = scene.rng, Board(scene)
    motif = scene.place_motif(0.5, 0.5, 0.86, 0.84)
    outlines = [line for line in trace_outlines(motif) if len(line) > 24]
    nails = np.concatenate([resample(line, max(8, len(line) // 3)) for line in outlines])
    distance = measure_distance(motif)
    count = len(nails)
    pairs = rng.integers(0, count, (2, 20000))
    starts, ends = nails[pairs[0]], nails[pairs[1]]
    length = np.hypot(*(ends - starts).T)
    fits = (length > 0.03) & (length < 0.62)
    starts, ends = starts[fits], ends[fits]
    inside = _sample_along(distance, starts, ends, 40).min(axis=0) > -0.0015
    starts, ends = starts[inside], ends[inside]
    remaining = min(len(starts), 1200 + round(500 * scene.energy))
    starts, ends = starts[:remaining], ends[:remaining]
    turn = rng.uniform(0, 6.28)
    level = ((starts + ends) / 2 - 0.5) @ np.array([np.cos(turn), np.sin(turn)]) + rng.normal(0, 0.09, len(starts))
    upper = level > np.median(level) if len(level) else level > 0
    for part, thread in ((~upper, 1), (upper, 2)):
        board.stretch(starts[part], ends[part], board.threads[thread], 0.80, 0.0022)
    board.wind([resample(line, max(8, len(line) // 3)) for line in outlines], board.threads[0], 1.6, 0.0026)
    board.hammer(nails[::2], 0.0028)
    return np.clip(board.sheet, 0, 1)


def paint_empty(scene: Scene) -> Sheet:
    """Threads run from the edge of the board to the motif's outline and leave the motif empty."""
    rng, board = scene.rng, Board(scene, 0.0011)
    motif = scene.place_motif(0.5, 0.5, 0.74, 0.74)
    body = fill_inside(motif)
    # What is shown is the silhouette, without its inner lines.
    scene.motif_masks[-1] = body
    outlines = [line for line in trace_outlines(body) if len(line) > 20]
    rings = [resample(line, max(12, round(len(line) / 2.4))) for line in outlines]
    nails = np.concatenate(rings)
    starts, ends = _choose_free_threads(scene, measure_distance(body), nails)
    angle = np.arctan2(*(starts - 0.5).T[::-1]) + rng.uniform(0, 6.28) + rng.normal(0, 0.10, len(starts))
    order = _order_threads(board)
    sector = np.floor((angle / (2 * np.pi)) % 1 * len(order))
    for part, thread in enumerate(order):
        selection = sector == part
        board.stretch(starts[selection], ends[selection], board.threads[thread], 0.75, 0.0021)
    board.wind(rings, board.threads[0], 1.6, 0.0028)
    board.hammer(np.concatenate([nails[::2], _place_frame()[::3]]), 0.0028)
    inner = [line for line in trace_outlines(motif) if len(line) > 20 and not _is_traced(line, outlines)]
    board.wind([resample(line, max(8, len(line) // 2)) for line in inner], board.threads[0], 1.6, 0.0055)
    return np.clip(board.sheet, 0, 1)


def _order_threads(board: Board) -> list[int]:
    """Return the threads around the motif: plain thread between colored ones whose mixture would have a third hue."""
    hues = [get_hue(thread) for thread in board.threads[1:]]
    apart = max(abs((first - second + 180) % 360 - 180) for first in hues for second in hues)
    return [1, 2, 3] if apart < 95 else [1, 0, 2, 0]


def _place_frame() -> Points:
    side = np.linspace(0.02, 0.98, 90)
    low, high = np.full(90, 0.02), np.full(90, 0.98)
    lines = ((side, low), (high, side), (side[::-1], high), (low, side[::-1]))
    return np.asarray(np.concatenate([np.stack(line, axis=1) for line in lines]))


def _choose_free_threads(scene: Scene, distance: Field, nails: Points) -> tuple[Points, Points]:
    """Return threads that do not cross the motif: the same number from every nail, to the frame or to another nail."""
    rng, frame = scene.rng, _place_frame()
    tries, target = 30, 9 + round(4 * scene.energy)
    first = np.repeat(np.arange(len(nails)), tries)
    starts = nails[first]
    ends = frame[rng.integers(0, len(frame), len(first))]
    # A third of the tries go to the motif's own nails: they fill the bays that no thread from the frame reaches.
    own = rng.random(len(first)) < 0.33
    ends = np.where(own[:, None], nails[rng.integers(0, len(nails), len(first))], ends)
    length = np.hypot(*(ends - starts).T)
    free = (_sample_along(distance, starts, ends, 18).max(axis=0) < 0.0015) & (length > 0.02)
    free &= ~own | (length < 0.30)
    rank = np.cumsum(free) - np.repeat(np.concatenate([[0], np.cumsum(free)[tries - 1 :: tries][:-1]]), tries)
    remaining = free & (rank <= target)
    return starts[remaining], ends[remaining]


def _is_traced(line: Points, outlines: list[Points]) -> bool:
    """Return whether one of the outlines is nearly this line."""
    return any(np.abs(line.mean(axis=0) - other.mean(axis=0)).max() < 0.004 for other in outlines)
