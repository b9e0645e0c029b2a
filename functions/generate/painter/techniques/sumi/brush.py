"""What the ink wash's layouts share: the brush, damp paper, splatter, the sheet."""

from collections.abc import Callable

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_hue, get_chroma, get_lightness, tint, tone
from generate.painter.kit.fields import blur, make_noise, sample, smoothstep
from generate.painter.kit.marks import Drawing, outline_marks
from generate.painter.kit.shapes import cover
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

Pressure = Callable[[Field], Field]
_TEXTURE = 512  # pixels of the hairs' texture


def press_evenly(along: Field) -> Field:
    """Return the width of a stroke that swells a little and thins at its end."""
    return np.asarray(0.82 + 0.18 * np.sin(np.pi * along) - 0.25 * along**3, np.float32)


def press_leaf(along: Field) -> Field:
    """Return the width of a stroke that is pointed at both ends."""
    return np.asarray(np.clip(np.sin(np.pi * np.clip(along, 0, 1) ** 0.75), 0, 1) ** 0.8, np.float32)


class Painting:
    """Ink on one sheet. `density`: of the ink, 0 is paper; it adds up. `hairs`: of the brush, along x and across y."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.density: Field = np.zeros((scene.size, scene.size), np.float32)
        self.hairs = make_noise(scene.rng, _TEXTURE, 56, 2, 0.6, aspect=7)

    def lay(self, mask: Field, strength: float = 1.0) -> None:
        """Add ink."""
        self.density += np.asarray(mask * np.float32(strength), np.float32)

    def drag(self, along: Field, across: Field, dryness: float) -> Mask:
        """Return the ink of a stroke: `along` runs from 0 to 1, `across` from -1 to 1; hairs run dry toward its end."""
        row, column = self.scene.rng.random(2) * _TEXTURE
        rows = (across * 0.42 * _TEXTURE + row).astype(np.int32) % _TEXTURE
        ragged = 0.07 * (self.hairs[rows, int(column)] - 0.5)
        along = along + ragged
        columns = (along * 0.7 * _TEXTURE + column).astype(np.int32) % _TEXTURE
        hair = self.hairs[rows, columns]
        ends = smoothstep(along, 0.0, 0.012) * smoothstep(along, 1.0, 0.985)
        dry = dryness * (0.10 + 0.75 * np.clip(along, 0, 1) ** 1.3 + 0.22 * across**4)
        ink = smoothstep(hair - dry, -0.05, 0.07) * ends
        return np.asarray(ink * (0.80 + 0.35 * np.clip(hair, 0, 1)), np.float32)

    def stroke(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        width: float,
        *,
        bend: float = 0.0,
        dryness: float = 0.5,
        strength: float = 1.0,
        pressure: Pressure = press_evenly,
    ) -> None:
        """Draw one stroke; `bend`: how far its middle lies off the straight line."""
        mask, window = self.shape_stroke(start, end, width, bend=bend, dryness=dryness, pressure=pressure)
        self.density[window] += mask * np.float32(strength)

    def shape_stroke(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        width: float,
        *,
        bend: float,
        dryness: float,
        pressure: Pressure = press_evenly,
    ) -> tuple[Mask, tuple[slice, slice]]:
        """Return a stroke's ink and the window of the sheet that it lies in."""
        x, y = self.scene.grid
        size, reach = self.scene.size, width * 0.6 + abs(bend) + 0.01
        window = tuple(
            slice(
                int(np.clip((min(pair) - reach) * size, 0, size - 1)),
                int(np.clip((max(pair) + reach) * size, 1, size)),
            )
            for pair in ((start[1], end[1]), (start[0], end[0]))
        )
        rows, columns = window
        east, south = end[0] - start[0], end[1] - start[1]
        length = float(np.hypot(east, south))
        right, down = x[rows, columns] - start[0], y[rows, columns] - start[1]
        along = (right * east + down * south) / length**2
        off = (down * east - right * south) / length - bend * 4 * along * (1 - along)
        half = width / 2 * np.maximum(pressure(np.clip(along, 0, 1).astype(np.float32)), 0.02)
        across = np.asarray(off / half, np.float32)
        inside = np.clip((1 - np.abs(across)) * half * size + 0.5, 0, 1)
        ink = self.drag(np.asarray(along, np.float32), np.clip(across, -1, 1), dryness)
        return np.asarray(ink * inside, np.float32), (rows, columns)

    def soak(self, mask: Mask, reach: float = 0.007, strength: float = 1.0, rim: float = 0.5) -> None:
        """Lay a figure into damp paper: frayed, pooled, bleeding to `reach`, dried darker at its `rim`."""
        scene = self.scene
        x, y = scene.grid
        fray = 0.008 * (scene.make_noise(26, 3) - 0.5)
        wet = sample(mask, x + fray, y - fray)
        pool = 0.55 + 0.70 * scene.make_noise(5, 3)
        bleed = (
            np.clip(blur(wet, reach) * 1.8, 0, 1) * (1 - wet) * 0.35 * smoothstep(scene.make_noise(6, 2), 0.30, 0.75)
        )
        self.lay(wet * pool + rim * np.clip(wet - blur(wet, 0.005), 0, 1) + bleed, strength)

    def splatter(self, x: float, y: float, count: int, reach: float, direction: float | None = None) -> None:
        """Throw drops from (x, y): around it, or in a direction in radians."""
        rng, drawing = self.scene.rng, Drawing(self.scene.size)
        angles = rng.uniform(0, 2 * np.pi, count) if direction is None else rng.normal(direction, 0.5, count)
        distances = reach * rng.random(count) ** 0.6
        sizes = 0.00085 / (rng.random(count) + 0.035)
        centers = np.stack([x + distances * np.cos(angles), y + distances * np.sin(angles)], axis=1)
        tails = outline_marks(centers, angles, sizes * 6, sizes * 1.4, -0.5)
        for center, tail, radius, chance in zip(centers, tails, sizes, rng.random(count), strict=True):
            ink = 0.55 + 0.45 * chance
            drawing.disc(center[0], center[1], radius, ink)
            if chance < 0.35:
                drawing.polygon(tail, ink)
        self.lay(blur(drawing.to_mask(), 0.001), 0.95)

    def finish(self, sheet: Sheet) -> Sheet:
        """Return the sheet with the ink on it."""
        ink = tone(choose_hue(self.scene.inks.by_lightness), 0.17, 0.0, 0.04)
        density = np.clip(self.density, 0, 1.5)[..., None]
        return np.asarray(sheet * np.exp(density * np.log(np.clip(ink, 0.02, 1))), np.float32)


def lay_paper(scene: Scene) -> Sheet:
    """Return rice paper: an old sheet is darker and stained, a somber one has a gray wash from above."""
    _, y = scene.grid
    age, somber = measure_age(scene.decade), is_somber(scene.mood)
    color = tone(choose_hue(scene.inks.by_lightness[::-1]), 0.955 - 0.05 * age, 0.0, 0.015 + 0.035 * age)
    stain = 1 + 0.04 * (scene.make_noise(120, 2) - 0.5) - (0.03 + 0.07 * age) * scene.make_noise(3, 3)
    if somber:
        stain = stain * (1 - 0.30 * smoothstep(y + 0.5 * (scene.make_noise(3, 3) - 0.5), 0.75, 0.0))
    return np.asarray(stain[..., None] * color, np.float32)


def get_accent(scene: Scene) -> Color:
    """Return the one color beside the ink; that of a nearly gray artwork is nearly gray."""
    own, vivid = scene.inks.by_prominence[0], scene.inks.get_accent(0)
    return tint(own, get_lightness(vivid), min(0.20, get_chroma(vivid)), 2.0)


def paint_sun(scene: Scene, sheet: Sheet, x: float, y: float, radius: float, mask: Mask | None = None) -> Sheet:
    """Paint a disc of color with one turn of a full brush. `mask`: where the sheet is free."""
    across, down = scene.grid
    distance = np.hypot(across - x, down - y) - radius + 0.006 * (scene.make_noise(22, 3) - 0.5)
    wash = 0.70 + 0.35 * scene.make_noise(7, 3)
    disc = cover(np.asarray(distance, np.float32)) * np.clip(wash + 0.2 * np.exp(-((distance / 0.006) ** 2)), 0, 1)
    return lay_over(sheet, disc if mask is None else disc * mask, get_accent(scene))
