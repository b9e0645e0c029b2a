"""Strange attractors."""

from collections.abc import Callable

import numpy as np

from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.light.plate import Plate, Points1D, develop, is_negative

# Parameters at which the attractor covers much of its frame with folds; some are from Paul Bourke's collection.
_CLIFFORD = (
    (-1.4, 1.6, 1.0, 0.7),
    (1.7, 1.7, 0.6, 1.2),
    (1.5, -1.8, 1.6, 0.9),
    (-1.8, -2.0, -0.5, -0.9),
    (-1.24, -1.25, -1.81, -1.91),
    (-1.95, 2.09, -0.65, -1.56),
    (-1.37, -1.42, -2.16, -1.36),
)
_DE_JONG = (
    (1.4, -2.3, 2.4, -2.1),
    (-2.0, -2.0, -1.2, 2.0),
    (-0.709, 1.638, 0.452, 1.740),
    (2.01, -2.53, 1.61, -0.33),
    (-1.26, 1.97, 1.84, -1.79),
    (2.06, 1.54, -1.92, -1.26),
    (-0.47, -2.32, 0.30, 2.13),
)
_Flow = Callable[[Points1D, Points1D, Points1D], tuple[Points1D, Points1D, Points1D]]


def paint_attractor(scene: Scene) -> Sheet:
    """The attractor of Clifford Pickover or Peter de Jong, folded like silk."""
    rng = scene.rng
    clifford = rng.random() < 0.5
    family = _CLIFFORD if clifford else _DE_JONG
    a, b, c, d = (family[int(rng.integers(len(family)))] + rng.uniform(-0.02, 0.02, 4)).astype(np.float32)
    x, y = rng.uniform(-1, 1, (2, 36_000)).astype(np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    zoom = 1.05 + 0.5 * scene.energy
    plate, cosine, sine = Plate(scene), np.float32(np.cos(turn)), np.float32(np.sin(turn))
    center_x, center_y, scale = np.float32(0), np.float32(0), np.float32(1)
    for step in range(72):
        if clifford:
            new_x, new_y = np.sin(a * y) + c * np.cos(a * x), np.sin(b * x) + d * np.cos(b * y)
        else:
            new_x, new_y = np.sin(a * y) - np.cos(b * x), np.sin(c * x) - np.cos(d * y)
        jump = np.abs(new_x - x) + np.abs(new_y - y)
        x, y = new_x, new_y
        across, down = x * cosine - y * sine, x * sine + y * cosine
        if step == 7:  # It has settled: frame it.
            low_x, high_x, low_y, high_y = (np.percentile(part, share) for part in (across, down) for share in (1, 99))
            center_x, center_y = np.float32((low_x + high_x) / 2), np.float32((low_y + high_y) / 2)
            scale = np.float32(zoom * 0.86 / max(high_x - low_x, high_y - low_y))
        if step > 7:
            plate.add(
                0.5 + (across - center_x) * scale, 0.5 + (down - center_y) * scale, np.clip(jump * 0.35 - 0.2, 0, 1)
            )
    return develop(scene, *plate.read(5.0, 99.6, 0.0010 + 0.0006 * scene.energy), negative=is_negative(scene))


def paint_orbit(scene: Scene) -> Sheet:
    """Threads of light along a flow in three dimensions, in and out of focus."""
    rng = scene.rng
    flow, step, start, box = _FLOWS[int(rng.integers(len(_FLOWS)))]
    position = [part.astype(np.float32) for part in np.array(start)[:, None] + rng.normal(0, 0.25, (3, 1300)) * box]
    # Seen from its edge, Lorenz's attractor is a line.
    turn = rng.uniform(-1.4, -0.2) if flow is _lorenz else rng.uniform(0, 2 * np.pi)
    tilt = rng.uniform(-0.7, 0.7)
    paths = []
    for index in range(1600):
        speed = flow(*position)
        middle = [part + np.float32(step / 2) * change for part, change in zip(position, speed, strict=True)]
        speed = flow(middle[0], middle[1], middle[2])
        position = [part + np.float32(step) * change for part, change in zip(position, speed, strict=True)]
        if index >= 450:
            paths.append(np.stack(position))
    cloud = np.concatenate(paths, axis=1)
    low, high = np.percentile(cloud[:, ::29], (1.5, 98.5), axis=1)[:, :, None].astype(np.float32)
    x, y, z = (cloud - (low + high) / 2) / np.max(high - low)
    across, depth = (
        x * np.float32(np.cos(turn)) - y * np.float32(np.sin(turn)),
        x * np.float32(np.sin(turn)) + y * np.float32(np.cos(turn)),
    )
    down, depth = (
        z * np.float32(np.cos(tilt)) - depth * np.float32(np.sin(tilt)),
        z * np.float32(np.sin(tilt)) + depth * np.float32(np.cos(tilt)),
    )
    near = np.float32(1) / (np.float32(1.6) - depth)
    zoom = np.float32(1.35 + 0.5 * scene.energy)
    spread = np.float32(0.030) * np.abs(depth - np.float32(0.1)) ** np.float32(1.5)
    blur_x, blur_y = rng.standard_normal((2, len(across)), np.float32) * spread
    plate = Plate(scene)
    plate.add(0.5 + across * near * zoom + blur_x, 0.5 - down * near * zoom + blur_y, np.clip(depth * 1.3 + 0.5, 0, 1))
    return develop(scene, *plate.read(3.0, 99.6, 0.0013), negative=is_negative(scene))


def _lorenz(x: Points1D, y: Points1D, z: Points1D) -> tuple[Points1D, Points1D, Points1D]:
    return 10 * (y - x), x * (28 - z) - y, x * y - np.float32(8 / 3) * z


def _halvorsen(x: Points1D, y: Points1D, z: Points1D) -> tuple[Points1D, Points1D, Points1D]:
    a = np.float32(1.4)
    return -a * x - 4 * y - 4 * z - y * y, -a * y - 4 * z - 4 * x - z * z, -a * z - 4 * x - 4 * y - x * x


def _aizawa(x: Points1D, y: Points1D, z: Points1D) -> tuple[Points1D, Points1D, Points1D]:
    lift = z - np.float32(0.7)
    rise = np.float32(0.6) + np.float32(0.95) * z - z * z * z / 3 - (x * x + y * y) * (1 + np.float32(0.25) * z)
    return lift * x - np.float32(3.5) * y, np.float32(3.5) * x + lift * y, rise + np.float32(0.1) * z * x * x * x


def _thomas(x: Points1D, y: Points1D, z: Points1D) -> tuple[Points1D, Points1D, Points1D]:
    b = np.float32(0.15)
    return np.sin(y) - b * x, np.sin(z) - b * y, np.sin(x) - b * z


# Flow, step of the integration (midpoint rule), a start and the extent of the starting cloud.
_FLOWS: tuple[tuple[_Flow, float, tuple[float, float, float], float], ...] = (
    (_lorenz, 0.006, (1.0, 1.0, 25.0), 12.0),
    (_halvorsen, 0.006, (-5.0, 0.0, 0.0), 1.5),
    (_aizawa, 0.012, (0.1, 0.0, 0.5), 0.6),
    (_thomas, 0.06, (0.0, 0.0, 0.0), 4.0),
)
