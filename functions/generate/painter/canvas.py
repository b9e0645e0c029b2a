"""A screen-printing press: shapes as masks, inks laid one after the other, each a little out of register.

Masks are (size, size) float32 in [0, 1]. Lengths and places are in widths of the sheet, y down, so that a poster has
the same composition at every size. Angles are in radians.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import pictograms
from coverart.images.color import Colors

Mask = NDArray[np.float32]

_COARSE = 192
_LANCZOS = Image.Resampling.LANCZOS


@dataclass
class Canvas:
    """`register`: how far an ink may lie off its place. `wear`: how much of an ink the screen may lose, 0 to 1."""

    size: int
    rng: np.random.Generator
    register: float = 0.003
    wear: float = 0.25

    def __post_init__(self) -> None:
        # Grain takes more chance on a larger sheet; from its own source, so that the composition stays the same.
        self._ink = self.rng.spawn(1)[0]
        at = ((np.arange(self.size) + 0.5) / self.size).astype(np.float32)
        self.x, self.y = at[None, :], at[:, None]
        self.sheet = np.zeros((3, self.size, self.size), np.float32)
        self._rough = (self.noise(150) - 0.5) * 0.0022 + (self.noise(36) - 0.5) * 0.0024
        grain = self._ink.random((self.size, self.size), np.float32)
        blotches = self.noise(220) * 0.35 + self.noise(12) * 0.3
        self._coverage = 1 - self.wear * np.clip((grain * 0.5 + blotches - 0.68) * 3, 0, 1)

    def noise(self, cells: int) -> Mask:
        """Smooth noise in [0, 1], `cells` cells across."""
        cells = max(2, min(cells, self.size))
        coarse = Image.fromarray((self._ink.random((cells, cells)) * 255).astype(np.uint8))
        return np.asarray(coarse.resize((self.size, self.size), Image.Resampling.BICUBIC), np.float32) / 255

    # Printing

    def flood(self, ink: Colors) -> None:
        self.sheet[:] = ink.astype(np.float32)[:, None, None]

    def lay(self, mask: Mask, ink: Colors, opacity: float = 1.0) -> None:
        dx, dy = (round(float(off) * self.size) for off in self._ink.uniform(-self.register, self.register, 2))
        worn = np.roll(self._coverage, tuple(self._ink.integers(0, self.size, 2)), (0, 1))
        cover = self.shifted(mask, dx, dy)
        # Most shapes cover a part of the sheet only: the rest is not touched.
        across, down = np.flatnonzero(cover.any(0)), np.flatnonzero(cover.any(1))
        if not across.size:
            return
        part = (slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1))
        cover = cover[part] * worn[part]
        cover *= np.float32(opacity)
        for channel, level in zip(self.sheet, ink.astype(np.float32), strict=True):
            channel[part] += (level - channel[part]) * cover

    def shifted(self, mask: Mask, dx: int, dy: int) -> Mask:
        """`mask` moved by pixels; what comes in repeats the edge, so that shapes still bleed off the sheet."""
        if not dx and not dy:
            return mask
        by = max(abs(dx), abs(dy))
        padded = np.pad(mask, by, mode="edge")
        return padded[by - dy : by - dy + self.size, by - dx : by - dx + self.size]

    def finish(self, grain: float) -> Image.Image:
        speckle = (self._ink.random((self.size, self.size), np.float32) - 0.5) * np.float32(grain)
        pixels = np.clip(self.sheet + speckle, 0, 1) * 255 + 0.5
        return Image.fromarray(np.ascontiguousarray(pixels.astype(np.uint8).transpose(1, 2, 0)))

    # Shapes

    def inside(self, distance: NDArray[Any]) -> Mask:
        """Where the signed distance is negative, with an antialiased, slightly uneven edge."""
        return np.clip(0.5 - (distance + self._rough) * self.size, 0, 1).astype(np.float32)

    def distance(self, cx: float, cy: float) -> Mask:
        return np.hypot(self.x - np.float32(cx), self.y - np.float32(cy))

    def bearing(self, cx: float, cy: float) -> Mask:
        return np.arctan2(self.y - np.float32(cy), self.x - np.float32(cx))

    def disc(self, cx: float, cy: float, radius: float) -> Mask:
        return self.inside(self.distance(cx, cy) - np.float32(radius))

    def ring(self, cx: float, cy: float, radius: float, width: float) -> Mask:
        return self.inside(np.abs(self.distance(cx, cy) - np.float32(radius)) - np.float32(width / 2))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Mask:
        across = np.maximum(np.float32(x0) - self.x, self.x - np.float32(x1))
        return self.inside(np.maximum(across, np.maximum(np.float32(y0) - self.y, self.y - np.float32(y1))))

    def stroke(self, x0: float, y0: float, x1: float, y1: float, radius: float) -> Mask:
        """A line with round ends."""
        reach = radius + 0.01
        part = (
            self._span(min(y0, y1) - reach, max(y0, y1) + reach),
            self._span(min(x0, x1) - reach, max(x0, x1) + reach),
        )
        x, y = self.x[:, part[1]] - np.float32(x0), self.y[part[0]] - np.float32(y0)
        dx, dy = np.float32(x1 - x0), np.float32(y1 - y0)
        along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy), 0, 1)
        away = np.hypot(x - along * dx, y - along * dy) - np.float32(radius)
        line = np.zeros((self.size, self.size), np.float32)
        line[part] = np.clip(0.5 - (away + self._rough[part]) * self.size, 0, 1)
        return line

    def _span(self, low: float, high: float) -> slice:
        return slice(max(0, int(low * self.size)), max(0, int(high * self.size) + 2))

    def rays(self, cx: float, cy: float, count: int, turn: float) -> Mask:
        """`count` wedges with as much room between them."""
        bearing = self.bearing(cx, cy) * count + np.float32(turn)
        return self.inside(-np.sin(bearing) * self.distance(cx, cy) / count)

    def blob(self, cx: float, cy: float, radius: float, wobble: float, lobes: int = 4) -> Mask:
        """A rounded free form, as if cut from paper."""
        bearing = self.bearing(cx, cy)
        edge = np.ones_like(bearing)
        for lobe in range(2, lobes + 2):
            edge += np.float32(self.rng.uniform(-1, 1) * wobble / lobe) * np.cos(
                lobe * bearing + np.float32(self.rng.uniform(0, 6.28))
            )
        return self.inside((self.distance(cx, cy) - np.float32(radius) * edge) * np.float32(0.8))

    def below(self, line: Callable[[Mask], Mask]) -> Mask:
        """Everything under the line y = line(x)."""
        return self.inside(line(self.x) - self.y)

    def ridge(self, level: float, height: float, roughness: float) -> Callable[[Mask], Mask]:
        """A skyline around `level`: soft hills, or with roughness near 1 peaks."""
        octaves = [
            (n, self.rng.uniform(0.6, 1) / n**1.15, self.rng.uniform(0, 6.28))
            for n in ((1, 2, 3) if roughness < 0.5 else (1, 2, 4, 7, 13))
        ]
        total = sum(weight for _, weight, _ in octaves)

        def line(x: Mask) -> Mask:
            wave = np.zeros_like(x)
            for n, weight, phase in octaves:
                swing = np.sin(n * 4.2 * x + np.float32(phase))
                # A triangle wave has the slopes of rock.
                wave += np.float32(weight / total) * (swing if roughness < 0.5 else 2 / np.pi * np.arcsin(swing) * 1.2)
            return np.float32(level) - np.float32(height) * wave

        return line

    def glyph(
        self,
        name: str,
        cx: float,
        cy: float,
        width: float,
        height: float,
        *,
        angle: float = 0,
        flip: bool = False,
        stands: bool = False,
        part: Literal["block", "shape", "cuts"] = "block",
    ) -> Mask:
        """A pictogram as large as the box allows, in its middle or standing on its lower edge."""
        drawn = pictograms.pictogram(name)
        # A chunky glyph is given less room than a slender one, so that both weigh about the same.
        solid = np.asarray(drawn.shape).mean() / 255
        scale = min(width / drawn.shape.width, height / drawn.shape.height) * self.size * min(1, 0.8 / solid) ** 0.5
        ink: Image.Image = getattr(drawn, part)
        ink = ink.resize((max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), _LANCZOS)
        if flip:
            ink = ink.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        middle = (cy + height / 2) * self.size - ink.height / 2 if stands else cy * self.size
        if angle:
            ink = ink.rotate(-np.degrees(angle), Image.Resampling.BICUBIC, expand=True)
        place = Image.new("L", (self.size, self.size))
        place.paste(ink, (round(cx * self.size - ink.width / 2), round(middle - ink.height / 2)))
        return np.asarray(place, np.float32) / 255

    def away(self, mask: Mask) -> Mask:
        """Distance from the shape, 0 inside it. Measured on a coarse sheet, where it takes milliseconds."""
        side = min(_COARSE, self.size)
        coarse = Image.fromarray((mask * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BOX)
        at = np.arange(side, dtype=np.float32)
        apart = (at[:, None] - at) ** 2
        # The squared distance along the columns, then over the rows (Felzenszwalb and Huttenlocher 2012, exhaustively).
        column = np.where(np.asarray(coarse) > 127, np.float32(0), np.float32(4 * side**2))
        column = (apart[:, :, None] + column[None]).min(axis=1)
        squared = np.stack([(row[None, :] + apart).min(axis=1) for row in column])
        distance = Image.fromarray(np.sqrt(squared) / side)
        return np.asarray(distance.resize((self.size, self.size), Image.Resampling.BICUBIC))

    def halftone(self, tone: NDArray[Any], cell: float = 1 / 70, angle: float = 0.5) -> Mask:
        """Round dots that grow with the tone; where they would be below three pixels, the tone itself."""
        if cell * self.size < 3:
            return np.clip(tone, 0, 1).astype(np.float32) * np.ones((self.size, self.size), np.float32)
        cos, sin = np.float32(np.cos(angle) / cell), np.float32(np.sin(angle) / cell)
        u, v = self.x * cos + self.y * sin, self.y * cos - self.x * sin
        off = np.hypot(u - np.round(u), v - np.round(v)) * np.float32(cell)
        radius = np.sqrt(np.clip(tone, 0, 1)) * np.float32(cell * 0.62)
        dots: Mask = np.clip(0.5 + (radius - off) * self.size, 0, 1) * (radius > 0)
        return dots.astype(np.float32, copy=False)

    @cached_property
    def everywhere(self) -> Mask:
        return np.ones((self.size, self.size), np.float32)
