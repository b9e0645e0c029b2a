"""Fields: coordinates, noise, blur, lookup."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generate.painter.kit.types import Field

_BOX, _BICUBIC = Image.Resampling.BOX, Image.Resampling.BICUBIC


def make_grid(size: int) -> tuple[Field, Field]:
    """Return x and y of every pixel's center, each (size, size)."""
    centers = ((np.arange(size) + 0.5) / size).astype(np.float32)
    x, y = np.meshgrid(centers, centers)
    return x, y


def make_noise(
    rng: np.random.Generator, size: int, cells: float, octaves: int = 3, gain: float = 0.5, aspect: float = 1.0
) -> Field:
    """Return fractal value noise in [0, 1], (size, size).

    `cells`: of the first octave, along y; each further octave has twice as many and `gain` times the weight.
    `aspect`: how much longer the cells are along x.
    """
    noise = np.zeros((size, size), np.float32)
    weight = 1.0
    for octave in range(octaves):
        rows = max(1, int(min(size, cells * 2**octave)))
        columns = max(1, int(rows / aspect))
        coarse = rng.random((rows + 3, columns + 3), np.float32)
        noise += np.float32(weight) * _resize_plane(coarse, (size, size), _BICUBIC)
        weight *= gain
    noise -= noise.min()
    return np.asarray(noise / (noise.max() + np.float32(1e-6)), np.float32)


def resize(field: Field, size: int, *, smooth: bool = True) -> Field:
    """Return the field or sheet at another size. `smooth`: bicubic, and by area where it shrinks; else nearest."""
    if field.ndim == 3:
        return np.stack([resize(field[..., axis], size, smooth=smooth) for axis in range(field.shape[2])], axis=-1)
    if not smooth:
        return _resize_plane(field, (size, size), Image.Resampling.NEAREST)
    return _resize_plane(field, (size, size), _BOX if len(field) > size else _BICUBIC)


def blur(field: Field, radius: float) -> Field:
    """Return the field or sheet under a Gaussian whose standard deviation is `radius`, a fraction of the side.

    Wide blurs work at a reduced size: a Gaussian leaves nothing that the enlargement would lose.
    """
    if field.ndim == 3:
        return np.stack([blur(field[..., axis], radius) for axis in range(field.shape[2])], axis=-1)
    size = len(field)
    deviation = radius * size
    if deviation < 0.25:
        return field
    factor = max(1, int(deviation))
    if factor == 1:
        return _convolve(field, deviation)
    small_size = max(8, -(-size // factor))
    small = _resize_plane(field, (small_size, small_size), _BOX)
    # The reduction and the enlargement blur as well, each like a box of one small pixel.
    rest = max(0.5, (deviation * small_size / size) ** 2 - 2 / 12) ** 0.5
    return _resize_plane(_convolve(small, rest), (size, size), _BICUBIC)


def sample(field: Field, x: Field, y: Field) -> Field:
    """Return the field or sheet at other positions, bilinear; outside it, its edge continues."""
    size = len(field)
    column = np.clip(x * size - 0.5, 0, size - 1.001)
    row = np.clip(y * size - 0.5, 0, size - 1.001)
    left, top = column.astype(np.int32), row.astype(np.int32)
    across, down = (column - left).astype(np.float32), (row - top).astype(np.float32)
    if field.ndim == 3:
        across, down = across[..., None], down[..., None]
    flat = field.reshape(size * size, *field.shape[2:])
    first = top * size + left
    upper = flat[first] * (1 - across) + flat[first + 1] * across
    lower = flat[first + size] * (1 - across) + flat[first + size + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, np.float32)


def smoothstep(field: Field, low: float, high: float) -> Field:
    """Return 0 below `low`, 1 above `high` and an S-shaped curve between them; `low` may be the greater one."""
    position = np.clip((field - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(position * position * (3 - 2 * position), np.float32)


def shift(field: Field, dx: float, dy: float) -> Field:
    """Return the field moved to the right and down by fractions of the side, to whole pixels; zeros come in."""
    size = len(field)
    right, down = round(dx * size), round(dy * size)
    moved = np.zeros_like(field)
    rows = slice(max(0, down), size + min(0, down)), slice(max(0, -down), size + min(0, -down))
    columns = slice(max(0, right), size + min(0, right)), slice(max(0, -right), size + min(0, -right))
    moved[rows[0], columns[0]] = field[rows[1], columns[1]]
    return moved


def get_slope(field: Field) -> tuple[Field, Field]:
    """Return the derivatives along x and y per side of the picture."""
    down, across = np.gradient(field, np.float32(1 / len(field)))
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def choose(conditions: Sequence[NDArray[np.bool_]], fields: Sequence[Field | float], default: Field | float) -> Field:
    """Return for every pixel the field of the first condition that holds, as numpy.select does, in float32."""
    return np.select(list(conditions), list(fields), default).astype(np.float32)


def _convolve(field: Field, deviation: float) -> Field:
    reach = max(1, int(3 * deviation + 0.5))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if axis == side else (0, 0) for side in (0, 1)]
        padded = np.pad(field, padding, mode="edge")
        size = field.shape[axis]
        field = np.zeros_like(field)
        for offset, weight in enumerate(weights.astype(np.float32)):
            part = padded[offset : offset + size] if axis == 0 else padded[:, offset : offset + size]
            field += weight * part
    return field


def _resize_plane(plane: Field, size: tuple[int, int], method: Image.Resampling) -> Field:
    return np.asarray(Image.fromarray(np.asarray(plane, np.float32)).resize(size, method), np.float32)
