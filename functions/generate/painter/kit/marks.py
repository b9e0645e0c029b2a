"""Marks: many small shapes drawn at once."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generate.painter.kit.types import Field, Mask, Points


class Drawing:
    """White shapes on black; positions and widths are fractions of the side. Drawn larger, so that edges are smooth."""

    def __init__(self, size: int, oversampling: int = 2) -> None:
        self._size, self._scale = size, size * oversampling
        self._image = Image.new("L", (self._scale, self._scale))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Points | Sequence[tuple[float, float]], ink: float = 1.0) -> None:
        """Fill a polygon."""
        self._draw.polygon((np.asarray(points) * self._scale).ravel().tolist(), fill=round(ink * 255))

    def polygons(self, outlines: NDArray[np.float64], ink: float = 1.0) -> None:
        """Fill many polygons of the same number of corners, (count, corners, 2)."""
        for outline in (outlines * self._scale).reshape(len(outlines), -1).tolist():
            self._draw.polygon(outline, fill=round(ink * 255))

    def line(self, points: Points | Sequence[tuple[float, float]], width: float, ink: float = 1.0) -> None:
        """Draw a line through points, with round joints."""
        pixels = max(1, round(width * self._scale))
        coordinates = (np.asarray(points) * self._scale).ravel().tolist()
        self._draw.line(coordinates, fill=round(ink * 255), width=pixels, joint="curve")

    def disc(self, x: float, y: float, radius: float, ink: float = 1.0) -> None:
        """Fill a circle."""
        box = [(value + sign * radius) * self._scale for sign in (-1, 1) for value in (x, y)]
        self._draw.ellipse(box, fill=round(ink * 255))

    def to_mask(self) -> Mask:
        """Return the drawing, (size, size)."""
        small = self._image.resize((self._size, self._size), Image.Resampling.BOX)
        return np.asarray(small, np.float32) / np.float32(255)


def draw_marks(
    rng: np.random.Generator,
    count: int,
    angle: Field,
    density: Field,
    length: float,
    width: float,
    *,
    jitter: float = 0.12,
    bluntness: float = 0.3,
) -> Mask:
    """Draw up to `count` tapered marks (gouges, scratches, blades of grass) and return their mask.

    `angle`: each mark's direction where it lies. `density`: the chance of a mark, 0 to 1; marks are wider where it is
    high. `jitter`: deviation of the directions. `bluntness`: 0 is widest in the middle, 1 at the head.
    """
    size = len(angle)
    x, y, chance = rng.random((3, count))
    turn, stretch = rng.normal(0, jitter, count), rng.uniform(0.6, 1.3, count)
    column, row = (x * size).astype(int), (y * size).astype(int)
    remaining = chance < density[row, column]
    direction = angle[row, column] + turn
    outlines = outline_marks(
        np.stack([x, y], axis=1)[remaining],
        direction[remaining],
        length * stretch[remaining],
        (width * (0.7 + 0.6 * chance))[remaining],
        bluntness,
    )
    image = Image.new("L", (size, size))
    draw = ImageDraw.Draw(image)
    for outline in (outlines * size).reshape(-1, 16).tolist():
        draw.polygon(outline, fill=255)
    return np.asarray(image, np.float32) / np.float32(255)


def outline_marks(
    centers: Points,
    angles: NDArray[np.float64],
    lengths: NDArray[np.float64],
    widths: NDArray[np.float64],
    bluntness: float = 0.0,
) -> NDArray[np.float64]:
    """Return the outlines of tapered marks, (count, 8, 2)."""
    half, belly = lengths / 2, widths / 2
    head = -bluntness * half
    along = np.stack([-half, -half * 0.5 + head * 0.5, head, half * 0.5 + head * 0.5, half], axis=1)[:, _ALONG]
    across = belly[:, None] * _ACROSS
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x = centers[:, :1] + along * cosine - across * sine
    y = centers[:, 1:] + along * sine + across * cosine
    return np.asarray(np.stack([x, y], axis=-1))


_ALONG = np.array([0, 1, 2, 3, 4, 3, 2, 1])
_ACROSS = np.array([0, -0.8, -1, -0.55, 0, 0.55, 1, 0.8])


# The nearest cells of a grid come first, because a point is most likely too near to those.
_NEIGHBORS = sorted(product(range(-2, 3), repeat=2), key=lambda cell: cell[0] ** 2 + cell[1] ** 2)


def scatter(rng: np.random.Generator, count: int, gap: float, attempts: int = 12) -> Points:
    """Return up to `count` points at least `gap` apart: darts thrown on a grid, at most `attempts * count` of them."""
    cell = gap / 2**0.5
    points: list[tuple[float, float]] = []
    occupied: dict[tuple[int, int], tuple[float, float]] = {}
    for x, y in rng.random((count * attempts, 2)).tolist():
        column, row = int(x / cell), int(y / cell)
        if any(
            (x - point[0]) ** 2 + (y - point[1]) ** 2 < gap * gap
            for right, down in _NEIGHBORS
            if (point := occupied.get((column + right, row + down)))
        ):
            continue
        occupied[column, row] = (x, y)
        points.append((x, y))
        if len(points) == count:
            break
    return np.array(points).reshape(-1, 2)
