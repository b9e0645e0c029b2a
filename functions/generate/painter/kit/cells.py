"""Cells around sites: panes, tiles, shards."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.fields import resize
from generate.painter.kit.types import Field, Points

Labels = NDArray[np.int32]

_WORK_SIZE = 512  # pixels at which cells are found
_OUTSIDE = 9.0  # where the sites lie that fill up the table


def find_cells(
    sites: Points, size: int, angles: NDArray[np.float64] | None = None, reach: int = 1
) -> tuple[Labels, Field]:
    """Return the index of every pixel's nearest site, and the distance to the border of its cell, each (size, size).

    Without `angles`, the cells are Voronoi's. With an angle for each site, distances are those of a square turned by
    it, so that cells become tiles (A. Hausner, "Simulating decorative mosaics", 2001). `reach`: how many blocks of a
    coarse grid away sites are looked for: 1 where they are evenly spread, 2 or 3 where they are not.
    """
    blocks = int(np.clip(round((len(sites) / 1.2) ** 0.5), 3, 128))
    pixels = -(-_WORK_SIZE // blocks)
    table = _sort_into_blocks(sites, blocks, reach)
    ticks = ((np.arange(blocks * pixels, dtype=np.float32) + 0.5) / (blocks * pixels)).reshape(blocks, pixels)
    y, x = ticks[:, :, None, None], ticks[None, None]
    shape = (blocks, pixels, blocks, pixels)
    nearest, second = np.full(shape, 8, np.float32), np.full(shape, 9, np.float32)
    label, other = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    far = np.append(sites, [[_OUTSIDE, _OUTSIDE]], axis=0).astype(np.float32)
    turns = None if angles is None else np.append(angles, 0).astype(np.float32)
    for rows in range(2 * reach + 1):
        for columns in range(2 * reach + 1):
            for place in range(table.shape[2]):
                index = table[rows : rows + blocks, columns : columns + blocks, place]
                if (index == len(sites)).all():
                    continue
                index = index[:, None, :, None]
                dx, dy = x - far[index, 0], y - far[index, 1]
                if turns is None:
                    distance = dx * dx + dy * dy
                else:
                    cosine, sine = np.cos(turns[index]), np.sin(turns[index])
                    distance = np.maximum(np.abs(dx * cosine + dy * sine), np.abs(dy * cosine - dx * sine))
                np.copyto(other, index, where=distance < second)
                closer = distance < nearest
                np.copyto(other, label, where=closer)
                np.copyto(label, index, where=closer)
                np.minimum(second, np.maximum(nearest, distance), out=second)
                np.minimum(nearest, distance, out=nearest)
    side = blocks * pixels
    if turns is None:
        first, next_site = far[label.reshape(side, side)], far[other.reshape(side, side)]
        apart = np.maximum(np.hypot(*np.moveaxis(first - next_site, -1, 0)), np.float32(1e-4))
        border = (second - nearest).reshape(side, side) / (2 * apart)
    else:
        border = (second - nearest).reshape(side, side) / 2
    labels = label.reshape(side, side)
    picks = ((np.arange(size) + 0.5) / size * side).astype(np.int32)
    return labels[picks[:, None], picks[None]], resize(np.asarray(border, np.float32), size)


def _sort_into_blocks(sites: Points, blocks: int, reach: int) -> Labels:
    """Return the sites' indices for every block, with a margin of `reach` blocks; len(sites) where there is none."""
    columns, rows = np.floor(sites.T * blocks).astype(int) + reach
    inside = (columns >= 0) & (rows >= 0) & (columns < blocks + 2 * reach) & (rows < blocks + 2 * reach)
    places: list[list[list[int]]] = [[[] for _ in range(blocks + 2 * reach)] for _ in range(blocks + 2 * reach)]
    for index in np.flatnonzero(inside).tolist():
        places[rows[index]][columns[index]].append(index)
    depth = max(len(place) for line in places for place in line)
    table = np.full((blocks + 2 * reach, blocks + 2 * reach, depth), len(sites), np.int32)
    for row, line in enumerate(places):
        for column, place in enumerate(line):
            table[row, column, : len(place)] = place
    return table
