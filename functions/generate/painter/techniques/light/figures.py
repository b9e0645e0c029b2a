"""Light drawings of the motif."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.fields import blur, get_slope, make_noise, sample, smoothstep
from generate.painter.kit.shapes import fill_inside, get_normals, inflate, measure_distance, resample, trace_outlines
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.light.plate import Plate, Points1D, develop

_STRANDS = 18


def paint_trails(scene: Scene) -> Sheet:
    """The motif drawn with a lamp again and again along its outlines, never twice the same."""
    rng = scene.rng
    plate = Plate(scene)
    motif = scene.place_motif(width=0.80, height=0.78)
    outlines = [line for line in trace_outlines(blur(motif, 0.002)) if len(line) > 40][:9]
    lengths = np.array([len(line) for line in outlines], np.float64)
    for line, share in zip(outlines, lengths / lengths.sum(), strict=True):
        count = round(900_000 * share)
        path = resample(np.concatenate([line, line[:1]]), 2048).astype(np.float32)
        reach = 0.016 + 0.028 * scene.energy
        strand = rng.integers(0, _STRANDS, count)
        amounts = (reach * rng.random(_STRANDS) ** 1.5).astype(np.float32)[strand]
        place = rng.random(count, np.float32)
        index = (place * 2048).astype(np.int32)
        phases = rng.uniform(0, 2 * np.pi, (4, _STRANDS)).astype(np.float32)[:, strand]
        waves = [max(1, round(float(len(line)) / 500 * wave)) for wave in (1, 2, 2, 3)]
        sway = [np.sin(np.float32(2 * np.pi * wave) * place + phase) for wave, phase in zip(waves, phases, strict=True)]
        x = path[index, 0] + amounts * (sway[0] + sway[2])
        y = path[index, 1] + amounts * (sway[1] + sway[3])
        plate.add(x, y, np.clip(amounts / np.float32(reach), 0, 1))
    inner = np.exp(-(measure_distance(motif).clip(0) / 0.035))
    x, y = _pick_points(rng, motif * (0.25 + inner), 600_000)
    plate.add(x, y, np.zeros_like(x), np.full_like(x, 0.5))
    return develop(scene, *plate.read(2.2, 99.3))


def paint_dissolve(scene: Scene) -> Sheet:
    """The motif as luminous dust that the wind carries off."""
    rng = scene.rng
    plate = Plate(scene)
    side = float(rng.choice((-1, 1)))
    motif = scene.place_motif(0.5 - 0.08 * side, 0.5, 0.76, 0.76, face="left" if side > 0 else "right")
    normal_x, normal_y, _ = get_normals(blur(inflate(fill_inside(motif), 0.08), 0.006), 0.28)
    lit = np.clip(0.45 - 0.55 * normal_x - 0.65 * normal_y, 0.12, 1) ** 1.3
    grid_x, _ = scene.grid
    front = np.float32(side) * (grid_x - np.float32(0.5)) + 0.5 * (scene.make_noise(7, 3) - np.float32(0.5))
    missing = 0.72 * smoothstep(front, 0.02, 0.30 - 0.12 * scene.energy)
    x, y = _pick_points(rng, motif * lit * (1 - missing), 1_100_000)
    plate.add(x, y, np.zeros_like(x))
    # The rest drifts: along the wind, around the eddies of a noise.
    x, y = _pick_points(rng, motif * (0.15 + missing), 700_000)
    slope_x, slope_y = get_slope(blur(make_noise(rng, 256, 5, 3), 0.01))
    time = rng.random(len(x), np.float32) ** np.float32(1.6) * np.float32(0.5 + 0.7 * scene.energy)
    time *= smoothstep(np.float32(side) * (x - np.float32(0.5)), -0.32, 0.20)
    for _ in range(6):
        turn_x, turn_y = sample(slope_y, x, y), -sample(slope_x, x, y)
        x = x + time * np.float32(0.17) * (np.float32(0.62 * side) + np.float32(0.13) * turn_x)
        y = y + time * np.float32(0.17) * (np.float32(-0.14) + np.float32(0.13) * turn_y)
    plate.add(x, y, np.clip(time * 2.2, 0, 1))
    return develop(scene, *plate.read(2.5, 99.3))


def _pick_points(rng: np.random.Generator, density: NDArray[np.floating], count: int) -> tuple[Points1D, Points1D]:
    """Return random points, as many per area as the density says."""
    size = len(density)
    sums = np.cumsum(density.ravel().clip(0), dtype=np.float64)
    places = np.searchsorted(sums, np.sort(rng.random(count)) * sums[-1]).clip(0, size * size - 1)
    places = places[rng.permutation(count)]
    jitter = rng.random((2, count), np.float32)
    return ((places % size + jitter[0]) / size).astype(np.float32), ((places // size + jitter[1]) / size).astype(
        np.float32
    )
