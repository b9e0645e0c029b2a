"""What the mosaics share: rows of stones, their colors, setting them in grout."""

import contourpy
import numpy as np
from numpy.typing import NDArray

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.cells import find_cells
from generate.painter.kit.character import measure_age
from generate.painter.kit.color import get_chroma, get_hue, get_lightness, is_gray, mix, neutralize, tone
from generate.painter.kit.fields import blur, get_slope, resize, smoothstep
from generate.painter.kit.shapes import resample
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Field, Mask, Points, Sheet
from generate.painter.scene import Scene

_CONTOUR_SIZE = 320
_LEAST_GAP = 0.70  # of the stone's side: how near two stones' centers may be


class Stones:
    """Stones on the wall: where each lies and how it is turned."""

    def __init__(self, side: float) -> None:
        self.side = side
        self._places: list[tuple[float, float, float]] = []
        self._taken: dict[tuple[int, int], list[tuple[float, float]]] = {}

    @property
    def points(self) -> Points:
        """The stones' centers."""
        return np.asarray(np.array([place[:2] for place in self._places]))

    @property
    def angles(self) -> NDArray[np.float64]:
        """The directions of their rows."""
        return np.asarray(np.array([place[2] for place in self._places]))

    def lay_rows(self, potential: Field, area: Mask, first: float, rows: int, step: float) -> None:
        """Lay rows along the contours first, first + step ... of a potential, where the area is more than a half."""
        small = resize(potential, _CONTOUR_SIZE)
        where = resize(area, _CONTOUR_SIZE)
        generator = contourpy.contour_generator(z=small)
        for row in range(rows):
            for line in generator.lines(first + step * row):
                points = (np.asarray(line) + 0.5) / _CONTOUR_SIZE
                length = float(np.hypot(*np.diff(points, axis=0).T).sum())
                count = round(length / self.side)
                if count < 1:
                    continue
                places = resample(points, count * 4)
                centers, ahead = places[2::4], places[3::4]
                angles = np.arctan2(*(ahead - centers).T[::-1])
                column, place = np.clip(centers.T * _CONTOUR_SIZE, 0, _CONTOUR_SIZE - 1).astype(int)
                remaining = where[place, column] > 0.5
                for (x, y), angle in zip(centers[remaining].tolist(), angles[remaining].tolist(), strict=True):
                    self._add(x, y, angle, _LEAST_GAP * self.side)

    def fill_gaps(self, rng: np.random.Generator, potential: Field) -> None:
        """Lay stones where the rows have left gaps, turned like the nearest row."""
        across, down = get_slope(resize(potential, _CONTOUR_SIZE))
        for x, y in rng.random((round(5 / self.side**2), 2)).tolist():
            column, row = int(x * _CONTOUR_SIZE), int(y * _CONTOUR_SIZE)
            self._add(x, y, float(np.arctan2(across[row, column], -down[row, column])), 0.86 * self.side)

    def _add(self, x: float, y: float, angle: float, gap: float) -> None:
        column, row = int(x / self.side), int(y / self.side)
        for i in range(column - 1, column + 2):
            for j in range(row - 1, row + 2):
                for other_x, other_y in self._taken.get((i, j), ()):
                    if (x - other_x) ** 2 + (y - other_y) ** 2 < gap * gap:
                        return
        self._taken.setdefault((column, row), []).append((x, y))
        self._places.append((x, y, angle))


def pick(field: Field, points: Points) -> Field:
    """Return a field's values at points."""
    column, row = np.clip(points.T * len(field), 0, len(field) - 1).astype(int)
    return np.asarray(field[row, column], np.float32)


def choose_gold(scene: Scene) -> Color:
    """Return the palette's nearest to gold: light, colorful, yellow; a gray palette's is light gray."""

    def rate(color: Color) -> float:
        off = abs((get_hue(color) - 85 + 180) % 360 - 180) / 90
        return get_lightness(color) * 0.5 + get_chroma(color) * 2 - (0 if is_gray(color) else off)

    return tone(max(scene.inks.palette, key=rate), 0.80, 0.10, 0.16)


def set_stones(
    scene: Scene, points: Points, angles: NDArray[np.float64] | None, colors: NDArray[np.float32], side: float
) -> Sheet:
    """Return the stones set in grout, each with its own shade, tilt and bevel. `colors`: (count, 3) sRGB.

    Old walls are duller and have lost some stones; the wilder the music, the more the stones differ.
    """
    rng, count = scene.rng, len(points)
    age = measure_age(scene.decade)
    lab = to_oklab(colors)
    spread = (0.018 + 0.024 * scene.energy) * rng.normal(0, 1, count)
    # Very dark and very light stones vary less: otherwise a ground of them is restless.
    lab[:, 0] = np.clip(lab[:, 0] + spread * (0.35 + 2.6 * lab[:, 0] * (1 - lab[:, 0])), 0.05, 0.98)
    lab[:, 1:] *= (1 - 0.15 * age + 0.06 * rng.normal(0, 1, count))[:, None]
    table = np.clip(from_oklab(lab), 0, 1).astype(np.float32)
    grout = mix(neutralize(scene.inks.ink), neutralize(scene.inks.paper), 0.16 + 0.12 * age)
    table[rng.random(count) < 0.005 * age] = grout
    labels, gap = find_cells(points, scene.size, angles, reach=1 if angles is not None else 2)
    sheet = table[labels]
    height = np.clip(gap / np.float32(side * 0.20), 0, 1)
    across, down = get_slope(blur(height, 0.0012))
    bevel = np.clip(-(across + 1.3 * down) * np.float32(side * 0.05), -0.16, 0.16)
    x, y = scene.grid
    tilts = rng.normal(0, 1.6, (2, count)).astype(np.float32)
    centers = points.astype(np.float32)
    tilt = (x - centers[labels, 0]) * tilts[0][labels] + (y - centers[labels, 1]) * tilts[1][labels]
    sheen = np.float32(0.95) + np.float32(0.20) * scene.make_noise(3, 2)
    sheet *= (sheen * (1 - bevel + tilt))[..., None]
    wide = 0.055 + 0.02 * scene.energy
    joint = 1 - smoothstep(gap, side * (wide - 0.035), side * (wide + 0.050))
    return lay_over(np.clip(sheet, 0, 1), joint, grout, 0.85)
