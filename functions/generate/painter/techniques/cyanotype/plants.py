"""Plants that grow by rule: fronds, umbels, grass, seaweed and bare trees."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.marks import Drawing, outline_marks

_UP = -np.pi / 2


def draw_frond(
    drawing: Drawing,
    rng: np.random.Generator,
    foot: tuple[float, float],
    angle: float,
    length: float,
    bend: float = 0.6,
    pairs: int = 26,
    breadth: float = 1.0,
) -> None:
    """Draw a fern's frond: a curved stem with pairs of tapering pinnae, each a row of leaflets."""
    step = length / pairs
    angles = angle + bend / pairs * np.arange(1, pairs + 1)
    stem = np.cumsum(np.stack([np.cos(angles), np.sin(angles)], axis=1) * step, axis=0) + foot
    for pair, place in enumerate(stem):
        share = pair / pairs
        if pair:
            drawing.line(stem[pair - 1 : pair + 1], 0.008 * (1 - share) * breadth + 0.001)
        reach = length * 0.34 * np.sin(np.pi * (0.12 + 0.88 * share) ** 0.8) ** 0.9 * (1 - 0.25 * share) * breadth
        for side in (-1, 1):
            lean = angles[pair] + side * (1.15 - 0.35 * share) + rng.normal(0, 0.05)
            _draw_pinna(drawing, rng, place, lean, float(reach), step)


def draw_umbel(
    drawing: Drawing, rng: np.random.Generator, foot: float, top: tuple[float, float], spread: float
) -> None:
    """Draw wild carrot: a thin stem, rays, on each a smaller umbel of dots, and a few leaves."""
    middle = ((foot + top[0]) / 2 + rng.normal(0, 0.02), (1.02 + top[1]) / 2)
    share = np.linspace(0, 1, 30)[:, None]
    stem = (1 - share) ** 2 * (foot, 1.02) + 2 * share * (1 - share) * middle + share**2 * top
    drawing.line(stem, 0.0045)
    for ray in np.linspace(-1.25, 1.25, 19):
        radius = spread * (0.72 + 0.28 * np.cos(ray)) * rng.uniform(0.9, 1.1)
        end = (top[0] + radius * np.sin(ray), top[1] - radius * np.cos(ray) * 0.75)
        drawing.line(np.array([top, end]), 0.0016)
        for fan in np.linspace(-1.5, 1.5, 9):
            tip = np.array(end) + 0.2 * spread * np.array([np.sin(ray * 0.6 + fan), -np.cos(ray * 0.6 + fan) * 0.8])
            drawing.line(np.array([end, tip]), 0.0009)
            for (x, y), radius in zip(tip + rng.normal(0, 0.0055, (4, 2)), rng.uniform(0.0018, 0.0042, 4), strict=True):
                drawing.disc(float(x), float(y), float(radius))
    for place in stem[rng.integers(4, 21, 3)]:
        lean = _UP + rng.choice((-1, 1)) * rng.uniform(0.7, 1.1)
        draw_frond(drawing, rng, (place[0], place[1]), lean, spread * 1.1, rng.normal(0, 0.5), 12, 0.8)


def draw_grass(drawing: Drawing, rng: np.random.Generator, count: int, height: float, ground: float = 1.02) -> None:
    """Draw blades of grass along the lower edge, `height` at most."""
    heights, leans = height * rng.uniform(0.35, 1, count), rng.normal(_UP, 0.20, count)
    feet = np.stack([rng.uniform(-0.05, 1.05, count), np.full(count, ground)], axis=1)
    centers = feet + 0.45 * heights[:, None] * np.stack([np.cos(leans), np.sin(leans)], axis=1)
    drawing.polygons(outline_marks(centers, leans, heights, np.full(count, 0.007), 0.5))


def draw_seaweed(
    drawing: Drawing, rng: np.random.Generator, foot: tuple[float, float], height: float, openness: float
) -> None:
    """Draw seaweed that forks again and again from one holdfast, all tips at once.

    `openness`: how wide the forks are, 0 to 1.
    """
    places, angles = np.array([foot]), np.array([_UP])
    stems = 7
    places, angles = np.repeat(places, stems, axis=0), _UP + np.linspace(-1, 1, stems) * (0.45 + 0.5 * openness)
    length, width = height * 0.19, 0.0075
    for generation in range(9):
        # Each branch is drawn as two pieces with a bend, and ends where chance will have it.
        bent = angles + rng.normal(0, 0.10, len(angles))
        reach = length * rng.uniform(0.6, 1.25, len(angles))
        ends = places + reach[:, None] * np.stack([np.cos(bent), np.sin(bent)], axis=1)
        for start, end in zip(places.tolist(), ends.tolist(), strict=True):
            drawing.line([start, end], width)
        alive = rng.random(len(ends)) < (1.0 if generation < 4 else 0.86)
        ends, bent = ends[alive], bent[alive]
        fork = (0.22 + 0.16 * openness) * rng.uniform(0.6, 1.4, len(bent))
        places, angles = np.repeat(ends, 2, axis=0), np.stack([bent - fork, bent + fork], axis=1).ravel()
        angles += 0.10 * (_UP - angles)
        length, width = length * 0.83, max(0.0016, width * 0.80)


def draw_tree(
    drawing: Drawing, rng: np.random.Generator, foot: tuple[float, float], height: float, width: float
) -> None:
    """Draw a bare tree: a trunk that forks into ever thinner branches."""
    places, angles = np.array([foot]), np.array([_UP + rng.normal(0, 0.03)])
    widths, length = np.array([width]), height * 0.34
    for generation in range(8):
        ends = places + (length * rng.uniform(0.7, 1.2, len(angles)))[:, None] * _point(angles)
        tips = widths * 0.72
        outlines = _outline_branches(places, ends, angles, widths, tips)
        drawing.polygons(outlines)
        sides = 3 if generation == 0 else 2
        turns = np.linspace(-1, 1, sides) * (0.42 if sides == 2 else 0.55)
        angles = (angles[:, None] + turns + rng.normal(0, 0.20, (len(angles), sides))).ravel()
        angles += 0.10 * (_UP - angles)
        places, widths = np.repeat(ends, sides, axis=0), np.repeat(tips * 0.82, sides)
        length *= 0.74
        remaining = (rng.random(len(angles)) < 0.92) | (generation < 2)
        places, angles, widths = places[remaining], angles[remaining], widths[remaining]


def _point(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.stack([np.cos(angles), np.sin(angles)], axis=1))


def _outline_branches(
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    angles: NDArray[np.float64],
    widths: NDArray[np.float64],
    tips: NDArray[np.float64],
) -> NDArray[np.float64]:
    normals = _point(angles + np.pi / 2)
    half, narrow = normals * widths[:, None] / 2, normals * tips[:, None] / 2
    return np.stack([starts - half, starts + half, ends + narrow, ends - narrow], axis=1)


def _draw_pinna(
    drawing: Drawing, rng: np.random.Generator, place: NDArray[np.float64], lean: float, reach: float, step: float
) -> None:
    count = max(3, int(reach / (step * 0.34)))
    along = (np.arange(count) + 0.6) / count
    x = place[0] + reach * along * np.cos(lean)
    y = place[1] + reach * along * np.sin(lean) + 0.10 * reach * along**2
    for side in (-1, 1):
        lengths = step * (0.92 - 0.74 * along) * (0.85 + 0.3 * rng.random(count))
        turn = lean + side * 0.95
        centers = np.stack([x + lengths * 0.4 * np.cos(turn), y + lengths * 0.4 * np.sin(turn)], axis=1)
        widths = step * 0.30 * (1.1 - 0.7 * along)
        drawing.polygons(outline_marks(centers, np.full(count, turn), lengths, widths, 0.2))
    tip = (place[0] + reach * np.cos(lean), place[1] + reach * np.sin(lean) + 0.10 * reach)
    drawing.line([(place[0], place[1]), tip], max(0.0012, step * 0.05))
