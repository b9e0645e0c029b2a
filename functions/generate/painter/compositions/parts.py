"""What several compositions print."""

from typing import Any

import numpy as np

from coverart.images.color import Colors
from generate.painter.canvas import Canvas, Mask
from generate.painter.color_scheme import ColorScheme


def print_motif(canvas: Canvas, scheme: ColorScheme, motif: Mask, top: float, bottom: float) -> None:
    """Print a mask in the foreground ink, with a drop shadow and with halftone shading from `top` to `bottom`."""
    offset = max(1, round(0.009 * canvas.size))
    side = int(canvas.rng.choice((-1, 1)))
    canvas.print_ink(canvas.shift(motif, side * offset, offset), scheme.shadow)
    canvas.print_ink(motif, scheme.foreground)
    tone = np.clip((canvas.y - np.float32(top)) / np.float32(bottom - top), 0, 1) * np.float32(0.5)
    canvas.print_ink(motif * canvas.halftone(tone, 1 / 80, 0.9), scheme.shadow)


def prepare_motif(canvas: Canvas, fill: Colors, box: tuple[str, float, float, float, float], **options: Any) -> Mask:
    """Return the motif's mask, to be printed, after filling its cuts so that the background cannot break it up.

    `box` and `options`: the arguments of Canvas.pictogram.
    """
    canvas.print_ink(canvas.pictogram(*box, **options, part="cuts"), fill)
    return canvas.pictogram(*box, **options)


def print_stars(canvas: Canvas, ink: Colors, count: int, above: float = 1.0) -> None:
    """Print stars of different sizes at random places above y = `above`."""
    stars = np.zeros((canvas.size, canvas.size), np.float32)
    xs, ys, sizes = canvas.rng.random(count), canvas.rng.random(count) * above, canvas.rng.random(count)
    for x, y, size in zip(xs, ys, sizes, strict=True):
        radius = 0.0015 + 0.004 * size**3
        x0, y0 = int((x - 0.02) * canvas.size), int((y - 0.02) * canvas.size)
        part = (slice(max(0, y0), y0 + canvas.size // 20 + 2), slice(max(0, x0), x0 + canvas.size // 20 + 2))
        distance = np.hypot(canvas.x[:, part[1]] - np.float32(x), canvas.y[part[0]] - np.float32(y))
        stars[part] = np.maximum(stars[part], np.clip(0.5 + (np.float32(radius) - distance) * canvas.size, 0, 1))
    canvas.print_ink(stars, ink)


def print_sea(canvas: Canvas, scheme: ColorScheme, sun_x: float, level: float) -> None:
    """Print water below y = `level`, with the sun's reflection as strokes around x = `sun_x`."""
    canvas.print_ink(canvas.below(lambda x: np.full_like(x, level)), scheme.fields[2])
    strokes = np.zeros((canvas.size, canvas.size), np.float32)
    for row in range(9):
        y = level + 0.012 + row * 0.028
        width = (0.26 - 0.018 * row) * canvas.rng.uniform(0.5, 1.1)
        x = sun_x + canvas.rng.uniform(-0.05, 0.05)
        across = np.maximum(np.abs(canvas.x - np.float32(x)) - np.float32(width), 0)
        strokes = np.maximum(strokes, canvas.inside(np.hypot(across, canvas.y - np.float32(y)) - np.float32(0.006)))
    canvas.print_ink(strokes, scheme.accent)
    water = canvas.below(lambda x: np.full_like(x, level))
    shading = canvas.halftone((canvas.y - np.float32(level)) * 1.2, angle=0.1)
    canvas.print_ink(water * shading * (1 - strokes), scheme.fields[1])
