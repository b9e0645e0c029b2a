"""A simulated screen print: shapes are masks, and inks are printed one after another, slightly out of register.

Masks are (size, size) float32 in [0, 1]; the methods that are named after a shape return its mask. Lengths and
coordinates are fractions of the canvas's side with y pointing down, so a composition is the same at every size. Angles
are in radians.
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

_DISTANCE_FIELD_PIXELS = 192
_LANCZOS = Image.Resampling.LANCZOS


@dataclass
class Canvas:
    """`size`: pixels along a side. `misregister`: the farthest that an ink is printed off its place.

    `wear`: the share of an ink that the screen may lose, 0 to 1.
    """

    size: int
    rng: np.random.Generator
    misregister: float = 0.003
    wear: float = 0.25

    def __post_init__(self) -> None:
        # The texture draws more random numbers on a larger canvas. Its own generator keeps the composition the same.
        self._texture_rng = self.rng.spawn(1)[0]
        centers = ((np.arange(self.size) + 0.5) / self.size).astype(np.float32)
        self.x, self.y = centers[None, :], centers[:, None]
        self.sheet = np.zeros((3, self.size, self.size), np.float32)
        self._edge_offset = (self.noise(150) - 0.5) * 0.0022 + (self.noise(36) - 0.5) * 0.0024
        grain = self._texture_rng.random((self.size, self.size), np.float32)
        blotches = self.noise(220) * 0.35 + self.noise(12) * 0.3
        self._coverage = 1 - self.wear * np.clip((grain * 0.5 + blotches - 0.68) * 3, 0, 1)

    def noise(self, cells: int) -> Mask:
        """Return smooth noise, `cells` cells along a side."""
        cells = max(2, min(cells, self.size))
        coarse = Image.fromarray((self._texture_rng.random((cells, cells)) * 255).astype(np.uint8))
        enlarged = coarse.resize((self.size, self.size), Image.Resampling.BICUBIC)
        return np.asarray(enlarged, np.float32) / np.float32(255)

    # Printing

    def fill(self, ink: Colors) -> None:
        """Cover the whole canvas with an ink, (3,) sRGB in [0, 1]."""
        self.sheet[:] = ink.astype(np.float32)[:, None, None]

    def print_ink(self, mask: Mask, ink: Colors, opacity: float = 1.0) -> None:
        """Print an ink, (3,) sRGB in [0, 1], through a mask: out of register and worn."""
        offsets = self._texture_rng.uniform(-self.misregister, self.misregister, 2)
        dx, dy = (round(float(offset) * self.size) for offset in offsets)
        worn = np.roll(self._coverage, tuple(self._texture_rng.integers(0, self.size, 2)), (0, 1))
        cover = self.shift(mask, dx, dy)
        # Most shapes cover a part of the canvas only, so the rest is skipped.
        columns, rows = np.flatnonzero(cover.any(0)), np.flatnonzero(cover.any(1))
        if not columns.size:
            return
        part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        cover = cover[part] * worn[part]
        cover *= np.float32(opacity)
        for channel, level in zip(self.sheet, ink.astype(np.float32), strict=True):
            channel[part] += (level - channel[part]) * cover

    def shift(self, mask: Mask, dx: int, dy: int) -> Mask:
        """Move a mask by pixels. What comes in repeats the edge, so shapes that bleed off the canvas still do."""
        if not dx and not dy:
            return mask
        margin = max(abs(dx), abs(dy))
        padded = np.pad(mask, margin, mode="edge")
        return padded[margin - dy : margin - dy + self.size, margin - dx : margin - dx + self.size]

    def render(self, grain: float) -> Image.Image:
        """Return the print as RGB. `grain`: the range of the noise that is added to each pixel."""
        speckle = (self._texture_rng.random((self.size, self.size), np.float32) - 0.5) * np.float32(grain)
        pixels = np.clip(self.sheet + speckle, 0, 1) * 255 + 0.5
        return Image.fromarray(np.ascontiguousarray(pixels.astype(np.uint8).transpose(1, 2, 0)))

    # Shapes

    def inside(self, signed_distance: NDArray[Any]) -> Mask:
        """Return where a signed distance is negative, with an antialiased and slightly uneven edge."""
        return np.clip(0.5 - (signed_distance + self._edge_offset) * self.size, 0, 1).astype(np.float32)

    def distance(self, cx: float, cy: float) -> Mask:
        """Return each pixel's distance from a point."""
        distance: Mask = np.hypot(self.x - np.float32(cx), self.y - np.float32(cy))
        return distance

    def bearing(self, cx: float, cy: float) -> Mask:
        """Return each pixel's direction from a point, in (-pi, pi]."""
        bearing: Mask = np.arctan2(self.y - np.float32(cy), self.x - np.float32(cx))
        return bearing

    def disc(self, cx: float, cy: float, radius: float) -> Mask:
        """Return a filled circle."""
        return self.inside(self.distance(cx, cy) - np.float32(radius))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Mask:
        """Return a filled rectangle."""
        across = np.maximum(np.float32(x0) - self.x, self.x - np.float32(x1))
        return self.inside(np.maximum(across, np.maximum(np.float32(y0) - self.y, self.y - np.float32(y1))))

    def stroke(self, x0: float, y0: float, x1: float, y1: float, radius: float) -> Mask:
        """Return a line with round ends, 2 * `radius` wide."""
        reach = radius + 0.01
        part = (
            self._pixel_range(min(y0, y1) - reach, max(y0, y1) + reach),
            self._pixel_range(min(x0, x1) - reach, max(x0, x1) + reach),
        )
        x, y = self.x[:, part[1]] - np.float32(x0), self.y[part[0]] - np.float32(y0)
        dx, dy = np.float32(x1 - x0), np.float32(y1 - y0)
        along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy), 0, 1)
        signed_distance = np.hypot(x - along * dx, y - along * dy) - np.float32(radius)
        line = np.zeros((self.size, self.size), np.float32)
        line[part] = np.clip(0.5 - (signed_distance + self._edge_offset[part]) * self.size, 0, 1)
        return line

    def _pixel_range(self, low: float, high: float) -> slice:
        return slice(max(0, int(low * self.size)), max(0, int(high * self.size) + 2))

    def rays(self, cx: float, cy: float, count: int, turn: float) -> Mask:
        """Return `count` wedges around a point, with gaps as wide as the wedges."""
        bearing = self.bearing(cx, cy) * count + np.float32(turn)
        return self.inside(-np.sin(bearing) * self.distance(cx, cy) / count)

    def blob(self, cx: float, cy: float, radius: float, wobble: float, lobes: int = 4) -> Mask:
        """Return a rounded free form, like one cut from paper."""
        bearing = self.bearing(cx, cy)
        edge = np.ones_like(bearing)
        for lobe in range(2, lobes + 2):
            edge += np.float32(self.rng.uniform(-1, 1) * wobble / lobe) * np.cos(
                lobe * bearing + np.float32(self.rng.uniform(0, 6.28))
            )
        return self.inside((self.distance(cx, cy) - np.float32(radius) * edge) * np.float32(0.8))

    def below(self, line: Callable[[Mask], Mask]) -> Mask:
        """Return everything below the line y = line(x)."""
        return self.inside(line(self.x) - self.y)

    def ridge(self, level: float, height: float, roughness: float) -> Callable[[Mask], Mask]:
        """Return a skyline around y = `level`: soft hills where `roughness` is below 0.5, else peaks."""
        frequencies = (1, 2, 3) if roughness < 0.5 else (1, 2, 4, 7, 13)
        octaves = [
            (frequency, self.rng.uniform(0.6, 1) / frequency**1.15, self.rng.uniform(0, 6.28))
            for frequency in frequencies
        ]
        total = sum(weight for _, weight, _ in octaves)

        def line(x: Mask) -> Mask:
            height_at_x = np.zeros_like(x)
            for frequency, weight, phase in octaves:
                wave = np.sin(frequency * 4.2 * x + np.float32(phase))
                # A triangle wave looks like rock.
                height_at_x += np.float32(weight / total) * (
                    wave if roughness < 0.5 else 2 / np.pi * np.arcsin(wave) * 1.2
                )
            return np.float32(level) - np.float32(height) * height_at_x

        return line

    def pictogram(
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
        """Return a pictogram as large as its box allows, in the box's middle or standing on its lower edge."""
        drawing = pictograms.draw_pictogram(name)
        # A chunky pictogram is drawn smaller than a slender one, so that both have about the same visual weight.
        ink_share = np.asarray(drawing.shape).mean() / 255
        scale = min(width / drawing.shape.width, height / drawing.shape.height) * self.size
        scale *= min(1, 0.8 / ink_share) ** 0.5
        ink: Image.Image = getattr(drawing, part)
        ink = ink.resize((max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), _LANCZOS)
        if flip:
            ink = ink.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        middle = (cy + height / 2) * self.size - ink.height / 2 if stands else cy * self.size
        if angle:
            ink = ink.rotate(-np.degrees(angle), Image.Resampling.BICUBIC, expand=True)
        mask = Image.new("L", (self.size, self.size))
        mask.paste(ink, (round(cx * self.size - ink.width / 2), round(middle - ink.height / 2)))
        return np.asarray(mask, np.float32) / np.float32(255)

    def distance_field(self, mask: Mask) -> Mask:
        """Return each pixel's distance from a shape, 0 inside it.

        The squared distance is taken along the columns, then over the rows (Felzenszwalb and Huttenlocher 2012,
        "Distance transforms of sampled functions"), by brute force on a coarse grid, which takes milliseconds.
        """
        side = min(_DISTANCE_FIELD_PIXELS, self.size)
        coarse = Image.fromarray((mask * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BOX)
        positions = np.arange(side, dtype=np.float32)
        squared_offsets = (positions[:, None] - positions) ** 2
        column = np.where(np.asarray(coarse) > 127, np.float32(0), np.float32(4 * side**2))
        column = (squared_offsets[:, :, None] + column[None]).min(axis=1)
        squared_distance = np.stack([(row[None, :] + squared_offsets).min(axis=1) for row in column])
        distance = Image.fromarray(np.sqrt(squared_distance) / side)
        return np.asarray(distance.resize((self.size, self.size), Image.Resampling.BICUBIC), np.float32)

    def halftone(self, tone: NDArray[Any], cell: float = 1 / 70, angle: float = 0.5) -> Mask:
        """Return round dots that grow with the tone, 0 to 1; where cells are below three pixels, the tone itself."""
        if cell * self.size < 3:
            levels: Mask = np.clip(tone, 0, 1).astype(np.float32)
            return levels * self.full_mask
        cos, sin = np.float32(np.cos(angle) / cell), np.float32(np.sin(angle) / cell)
        u, v = self.x * cos + self.y * sin, self.y * cos - self.x * sin
        off_center = np.hypot(u - np.round(u), v - np.round(v)) * np.float32(cell)
        radius = np.sqrt(np.clip(tone, 0, 1)) * np.float32(cell * 0.62)
        dots: Mask = np.clip(0.5 + (radius - off_center) * self.size, 0, 1) * (radius > 0)
        return dots.astype(np.float32, copy=False)

    @cached_property
    def full_mask(self) -> Mask:
        """The mask that covers everything."""
        return np.ones((self.size, self.size), np.float32)
