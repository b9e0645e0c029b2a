"""Heights, levels and the lines between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generate.painter.kit.color import ramp
from generate.painter.kit.fields import blur, get_slope, shift
from generate.painter.kit.sheets import shade
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

# How much darker a sheet of card is under the one above it.
_SHADOW = 0.42


@dataclass(frozen=True, eq=False)
class Survey:
    """A land cut into levels. `height`: 0 to 1. `position`: height in levels."""

    height: Field
    levels: int

    @property
    def position(self) -> Field:
        """Height in levels, from 0."""
        return np.asarray(self.height * np.float32(self.levels), np.float32)

    @property
    def step(self) -> Field:
        """The height of each pixel's level, 0 to 1."""
        return np.asarray(np.floor(self.position) / self.levels, np.float32)

    def draw_lines(self, width: float, every: int = 1) -> Mask:
        """Return the contour lines of every so many levels, `width` wide in fractions of the side.

        Where lines would touch, they fade.
        """
        position = self.position / np.float32(every)
        across, down = get_slope(position)
        slope = np.hypot(across, down) + np.float32(1e-3)
        distance = np.abs(position - np.round(position)) / slope
        line = np.clip((width / 2 - distance) * len(position) + 0.5, 0, 1)
        crowding = np.clip(1.7 - slope * width * 1.3, 0.15, 1)
        return np.asarray(line * crowding, np.float32)

    def cast_shadows(self) -> Field:
        """Return the light on stacked card, 0 to 1: every level darkens what lies below it, to the lower right."""
        light = np.ones_like(self.height)
        position = self.position
        for level in range(1, self.levels + 1):
            sheet = (position >= level).astype(np.float32)
            if not sheet.any():
                break
            light *= 1 - np.float32(_SHADOW) * blur(shift(sheet, 0.005, 0.008), 0.006) * (1 - sheet)
        return light

    def measure_relief(self) -> Field:
        """Return the shading of a lamp in the upper left, about 0.5 on level ground."""
        across, down = get_slope(blur(self.height, 0.003))
        return np.asarray(np.clip(0.5 - (across + down) * 0.10, 0, 1), np.float32)


def stack_card(scene: Scene, survey: Survey, colors: Sequence[Color]) -> Sheet:
    """Return the land as stacked card in colors from the valley up, with lit edges."""
    sheet = shade(ramp(np.clip(survey.step * 1.1, 0, 1), colors), survey.cast_shadows())
    edge = survey.draw_lines(0.002) * (survey.measure_relief() > 0.5)
    fiber = 1 + 0.05 * (scene.make_noise(320, 2) - np.float32(0.5))
    return np.asarray((sheet + (1 - sheet) * (0.22 * edge)[..., None]) * fiber[..., None], np.float32)


def draw_crosses(scene: Scene, count: int = 5) -> Mask:
    """Return the small crosses of a map's grid."""
    x, y = scene.grid
    across, down = (np.abs((value * count) % 1 - 0.5) for value in (x, y))
    line, arm = 0.5 - 0.0009 * count, 0.5 - 0.011 * count
    crosses = ((across > line) & (down > arm)) | ((down > line) & (across > arm))
    return np.asarray(crosses, np.float32)
