"""Veils: a surface of light that folds."""

import numpy as np

from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.light.plate import Plate, develop, is_negative


def paint_veil(scene: Scene) -> Sheet:
    """A veil of threads that waves through the dark, bright where it folds."""
    rng = scene.rng
    plate = Plate(scene)
    turn, threads = np.float32(rng.uniform(-0.5, 0.5)), 90
    cosine, sine = np.cos(turn), np.sin(turn)
    swing = np.float32(0.10 + 0.12 * scene.energy)
    for layer in range(3):
        phases = rng.uniform(0, 2 * np.pi, 6).astype(np.float32)
        level = np.float32((0.50, 0.34, 0.68)[layer] + rng.uniform(-0.04, 0.04))
        count = (900_000, 500_000, 400_000)[layer]
        along = rng.random(count, np.float32) * np.float32(1.7) - np.float32(0.35)
        across = rng.random(count, np.float32)
        # Half of the light runs in threads.
        across[::2] = np.floor(across[::2] * threads) / threads
        bow = np.sin(2.4 * along + phases[0]) + np.float32(0.55) * np.sin(4.7 * along + phases[1] + 1.8 * across)
        width = np.float32(0.34) * np.sin(3.6 * along + phases[2] + 0.8 * np.sin(2 * along + phases[3]))
        down = level + swing * bow + (across - np.float32(0.5)) * (np.float32(0.10) + width)
        down += np.float32(0.05) * np.sin(9 * along + 7 * across + phases[4]) * across
        right = along + np.float32(0.10) * np.sin(5 * across + 3 * along + phases[5]) - np.float32(0.5)
        down -= np.float32(0.5)
        x, y = np.float32(0.5) + right * cosine - down * sine, np.float32(0.5) + right * sine + down * cosine
        plate.add(x, y, np.clip(across * 1.2 - 0.1 if layer != 1 else 1.1 - across * 1.2, 0, 1))
    return develop(scene, *plate.read(1.2, 99.8, 0.0012), negative=is_negative(scene))
