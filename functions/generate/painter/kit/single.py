"""Arithmetic of single colors, with cached results: a picture asks for the same few colors thousands of times.

Callers must copy a result before they change it. The caches are typed, because NumPy rounds differently with its own
floats than with Python's.
"""

from functools import lru_cache

import numpy as np

from coverart.images.color import Colors, from_oklab, to_oklab
from generate.painter.kit.types import Color

# Below this chroma a color counts as gray: its hue is an accident.
GRAY_CHROMA = 0.025

Channels = tuple[float, ...]


@lru_cache(maxsize=4096)
def find_lab(color: Channels) -> Colors:
    """Return the color in OKLab."""
    return to_oklab(color)


@lru_cache(maxsize=4096, typed=True)
def tone(color: Channels, lightness: float | None, min_chroma: float, max_chroma: float, gain: float) -> Color:
    """Return the color at another lightness and chroma, as kit.color.tone does."""
    lab = find_lab(color).copy()
    chroma = float(np.hypot(lab[1], lab[2]))
    target = chroma * gain
    if chroma >= GRAY_CHROMA:
        target = min(max(target, min_chroma), max_chroma)
    lab[1:] *= target / (chroma + 1e-6)
    if lightness is not None:
        lab[0] = lightness
    return np.clip(from_oklab(lab), 0, 1).astype(np.float32)


@lru_cache(maxsize=4096, typed=True)
def mix(first: Channels, second: Channels, share: float) -> Color:
    """Return the mixture in OKLab."""
    lab = find_lab(first) * (1 - share) + find_lab(second) * share
    return np.clip(from_oklab(lab), 0, 1).astype(np.float32)
