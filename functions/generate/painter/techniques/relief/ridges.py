"""Drawing a relief as ridge lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generate.painter.kit.color import ramp
from generate.painter.kit.fields import blur
from generate.painter.kit.shapes import fill_inside, inflate
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

_STEPS = 320  # points along a line
_SEGMENT = 4  # steps drawn in one color and width
_OVERSAMPLING = 2


@dataclass(frozen=True, eq=False)
class Style:
    """How ridge lines look; lengths are fractions of the side.

    `colors`: of low, middle and high parts of a line. `lift`: of height 1. `thin`, `thick`: of a line where it is low
    and high. `left`, `right`, `top`, `bottom`: the area that is drawn. `fills`: colors that fill
    below the lines in turn, instead of the ground. `figure`: the same where the line runs over the motif.
    """

    ground: Color
    colors: tuple[Color, Color, Color]
    rows: int = 60
    lift: float = 0.11
    thin: float = 0.0026
    thick: float = 0.0052
    left: float = 0.08
    right: float = 0.92
    top: float = 0.08
    bottom: float = 0.97
    fills: tuple[Color, ...] = ()
    figure: tuple[Color, ...] = ()


def draw_ridges(
    scene: Scene,
    sheet: Sheet,
    height: Field,
    style: Style,
    *,
    motif: Mask | None = None,
    reach: NDArray[np.float64] | None = None,
) -> Sheet:
    """Return the sheet with the relief drawn on it as ridge lines.

    `height`: 0 to about 1. `motif`: where lines are filled with the style's `figure`; the scene's mask of it becomes
    what is seen of it, since height moves it up. `reach`: each row's left and right end, (rows, 2); else all go from
    `left` to `right`.
    """
    size = len(sheet)
    scale = size * _OVERSAMPLING
    image = Image.fromarray((np.clip(sheet, 0, 1) * 255 + 0.5).astype(np.uint8)).resize((scale, scale))
    draw = ImageDraw.Draw(image)
    visible = Image.new("L", (size, size))
    draw_seen = ImageDraw.Draw(visible)
    for row in range(style.rows):
        base = style.top + (style.bottom - style.top) * (row + 0.5) / style.rows
        left, right = (style.left, style.right) if reach is None else reach[row].tolist()
        if right - left < 0.01:
            continue
        x = np.linspace(left, right, _STEPS + 1)
        cells = min(size - 1, max(0, int(base * size))), np.clip((x * size).astype(int), 0, size - 1)
        line = height[cells]
        points = np.stack([x, base - style.lift * line], axis=1) * scale
        floor = (base + 0.25) * scale
        hidden = [*points.ravel().tolist(), right * scale, floor, left * scale, floor]
        draw.polygon(hidden, fill=_to_pixel(style.fills[row % len(style.fills)] if style.fills else style.ground))
        draw_seen.polygon([value / _OVERSAMPLING for value in hidden], fill=0)
        for start, stop in _find_runs(motif[cells] > 0.4) if motif is not None and base < 1 else ():
            part = points[start:stop]
            filled = [*part.ravel().tolist(), float(part[-1, 0]), floor, float(part[0, 0]), floor]
            draw.polygon(filled, fill=_to_pixel(style.figure[row % len(style.figure)]))
            draw_seen.polygon([value / _OVERSAMPLING for value in filled], fill=255)
        middles = np.clip(line[_SEGMENT // 2 :: _SEGMENT], 0, 1)
        shades = (ramp(np.asarray(middles, np.float32), style.colors) * 255 + 0.5).astype(int)
        for index, middle in enumerate(middles.tolist()):
            part = points[index * _SEGMENT : (index + 1) * _SEGMENT + 1]
            width = max(1, round((style.thin + (style.thick - style.thin) * middle) * scale))
            draw.line(part.ravel().tolist(), fill=tuple(shades[index].tolist()), width=width, joint="curve")
    # What hides the last rows ends where the drawing does.
    if style.bottom < 1:
        draw.rectangle((0, round(style.bottom * scale) + 1, scale, scale), fill=_to_pixel(style.ground))
    if motif is not None:
        scene.motif_masks[-1] = np.asarray(visible, np.float32) / np.float32(255)
    small = image.resize((size, size), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def raise_motif(scene: Scene, motif: Mask) -> Field:
    """Return the motif as a relief, 0 to about 1, in an uneven ground; the wilder the music, the rougher."""
    body = fill_inside(motif)
    height = 0.34 * blur(body, 0.016) + 0.42 * blur(motif, 0.006) + 0.24 * inflate(body, 0.1)
    rough = (scene.make_noise(9, 3) - 0.5) * blur(body, 0.045)
    height = height + np.float32(0.10 + 0.22 * scene.energy) * rough
    return np.asarray(height + np.float32(0.05) * (scene.make_noise(16, 2) - np.float32(0.5)), np.float32)


def _to_pixel(color: Color) -> tuple[int, ...]:
    return tuple((np.clip(color, 0, 1) * 255 + 0.5).astype(int).tolist())


def _find_runs(inside: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the start and end of every run of at least two points."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(np.int8), [0]])))
    return [(start, stop) for start, stop in edges.reshape(-1, 2).tolist() if stop - start > 1]
