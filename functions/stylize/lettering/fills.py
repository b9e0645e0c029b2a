"""Letters in the manner of a technique. Their outline stays clean, except where a knife made it.

Each takes a part of the picture (height, width, 3), the letters' mask in it, their color, and a Canvas.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stylize.lettering.fields import Field, Picture, blur, lay_over, make_cells, make_noise, shift, smoothstep
from stylize.lettering.manners import LettersKind

_STAMP_SHARE = 0.10  # of the cap height: depth of a sticker's shadow


@dataclass(frozen=True, eq=False)
class Canvas:
    """`cap`: height of the capitals in pixels. `cells`: pixels of the medium's grid. `dark`: the palette's dark ink."""

    rng: np.random.Generator
    cap: float
    cells: int
    dark: Field


Fill = Callable[[Picture, Field, Field, Canvas], Picture]


def fill_letters(kind: LettersKind, picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Return the picture with letters."""
    return _FILLS[kind](picture, mask, color, canvas)


def _ink(picture: Picture, mask: Field, color: Field, _canvas: Canvas) -> Picture:
    """Even ink."""
    return lay_over(picture, mask, color)


def _overprint(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Ink of a press: a little bare salt, edges spread by a hair."""
    noise = make_noise(canvas.rng, mask.shape, 2.2, 2.2)
    worn = 1 - 0.5 * smoothstep(noise * make_noise(canvas.rng, mask.shape, 90, 90), 0.52, 0.62)
    return lay_over(picture, smoothstep(mask + 0.14 * (noise - 0.5), 0.25, 0.75) * worn, color)


def _cut(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Cleared with a knife: the outline wanders, and a few slivers of the block stay."""
    rough = make_noise(canvas.rng, mask.shape, 5, 5) - 0.5
    slivers = smoothstep(make_noise(canvas.rng, mask.shape, 22, 3.0), 0.86, 0.93) * (blur(mask, 4) > 0.97)
    return lay_over(picture, smoothstep(blur(mask, 1.2) + 0.34 * rough, 0.36, 0.62) * (1 - 0.85 * slivers), color)


def _scratched(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Strokes of a needle along one direction, and the outline drawn once."""
    height, width = mask.shape
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    phase = (x * 0.86 + y * 0.5) * 0.95 + 7 * make_noise(canvas.rng, mask.shape, 40, 40)
    strokes = smoothstep(np.sin(phase) + 1.5 * make_noise(canvas.rng, mask.shape, 14, 14), 0.0, 0.45)
    rim = np.clip(mask - (blur(mask, 1.6) > 0.9), 0, 1)
    return lay_over(picture, np.maximum(mask * strokes, rim), color)


def _light(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Exposed as light: a faint halo in the film, the core clean."""
    halo = 0.16 * blur(mask, 0.16 * canvas.cap) + 0.16 * blur(mask, 0.04 * canvas.cap)
    return lay_over(np.minimum(picture + halo[..., None] * color * 0.5, 1), mask, color)


def _tube(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Neon: a tube with a pale core, its color at the rim, light on the wall and a shadow behind."""
    wide = np.clip(blur(mask, 2.2) * 1.5, 0, 1)
    picture = lay_over(picture, np.clip(blur(shift(mask, 5, 7), 4) * 1.1, 0, 0.7), np.zeros(3, np.float32))
    glow = 0.5 * blur(mask, 0.42 * canvas.cap) + 0.35 * blur(mask, 0.12 * canvas.cap)
    picture = np.minimum(picture + glow[..., None] * color * 0.5, 1)
    core = color + (1 - color) * np.float32(0.82)
    return lay_over(lay_over(picture, wide, color), smoothstep(blur(mask, 1.2), 0.3, 0.85), core)


def _pixels(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """On the cells of a screen."""
    return lay_over(picture, make_cells(mask, canvas.cells, 0.46), color)


def _tiles(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Tiles with grout between them, no two of one tone; the letters' edge is cut through them."""
    grout, dye = _grid(mask, canvas, 0.10)
    tint = np.clip(color * dye[..., None], 0, 1)
    return lay_over(picture, smoothstep(mask, 0.3, 0.7) * (1 - 0.75 * grout), np.asarray(tint, np.float32))


def _stitches(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Rows of yarn, each thread in its own shade, the edge on the cloth's grid."""
    height, _ = mask.shape
    half = max(2, canvas.cells // 2)
    thread = np.abs(np.sin(np.pi * np.arange(height, dtype=np.float32) / canvas.cells))[:, None]
    _, dye = _grid(mask, canvas, 0.10)
    tint = np.clip(color * dye[..., None] * (0.80 + 0.20 * thread[..., None]), 0, 1)
    edge = blur(make_cells(mask, half, 0.5), 0.8)
    shadow = np.clip(shift(edge, 1, 3) - edge, 0, 1) * 0.5
    return lay_over(picture * (1 - shadow[..., None]), edge, np.asarray(tint, np.float32))


def _gold(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Gilded: the accent brushed along a diagonal, light and less light in turn."""
    height, width = mask.shape
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    share = 0.5 + 0.5 * np.sin((x + 1.6 * y) / (0.9 * canvas.cap) + make_noise(canvas.rng, mask.shape, 120, 120))
    pale = color + (1 - color) * np.float32(0.65)
    return lay_over(picture, mask, color + (pale - color) * np.asarray(share, np.float32)[..., None])


def _chrome(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Chrome: white, a hard horizon in the accent, white again; a dark contour holds it."""
    rim = blur((blur(mask, 0.07 * canvas.cap) > 0.04).astype(np.float32), 1)
    picture = lay_over(picture, blur(shift(rim, 4, 6), 6) * 0.5, canvas.dark)
    inner = blur(mask, 0.10 * canvas.cap)
    slope = np.zeros_like(mask)
    slope[1:-1] = (inner[2:] - inner[:-2]) * np.float32(0.9 * canvas.cap * 0.1)
    share = np.clip(0.5 + 2.2 * slope, 0, 1)
    band = smoothstep(share, 0.35, 0.5) * (1 - smoothstep(share, 0.55, 0.62))
    tint = 1 - (1 - color) * np.asarray(0.15 + 0.55 * band, np.float32)[..., None]
    return lay_over(lay_over(picture, rim, canvas.dark), mask, np.asarray(tint, np.float32))


def _engraved(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Copperplate: solid letters with hairlines opened in them, and a ruled shadow."""
    height, width = mask.shape
    depth = max(3, round(0.06 * canvas.cap))
    shadow = np.maximum.reduce([shift(mask, step, step) for step in range(2, depth, 2)] or [mask])
    gap = blur(mask, 2) > 0.03
    rules = (np.sin(1.1 * (np.arange(width)[None] + np.arange(height)[:, None])) > 0).astype(np.float32)
    picture = lay_over(picture, shadow * ~gap * rules * 0.8, color)
    lines = (np.sin(np.arange(height, dtype=np.float32) * 1.3) > 0.8)[:, None] * (blur(mask, 2.5) > 0.93)
    return lay_over(picture, mask * (1 - 0.4 * lines), color)


def _paper(picture: Picture, mask: Field, color: Field, _canvas: Canvas) -> Picture:
    """Cut from paper and laid on: a soft shadow."""
    shadow = np.clip(blur(shift(mask, 4, 7), 5), 0, 1) * (1 - mask) * 0.45
    return lay_over(picture * (1 - shadow[..., None]), mask, color)


def _sticker(picture: Picture, mask: Field, color: Field, canvas: Canvas) -> Picture:
    """Flat letters, those of an accent with a hard dark shadow."""
    depth = max(3, round(_STAMP_SHARE * canvas.cap))
    if float(np.abs(color - canvas.dark).max()) < 0.1:
        return lay_over(picture, mask, color)
    shadow = np.maximum.reduce([shift(mask, step, step) for step in range(0, depth, 2)])
    return lay_over(lay_over(picture, shadow, canvas.dark), mask, color)


def _grid(mask: Field, canvas: Canvas, spread: float) -> tuple[Field, Field]:
    """Return the lines between cells, and a factor of brightness for each cell."""
    height, width = mask.shape
    cells = canvas.cells
    x, y = np.arange(width)[None] % cells, np.arange(height)[:, None] % cells
    lines = ((x < 2) | (y < 2)).astype(np.float32)
    shades = 1 + np.float32(spread) * (canvas.rng.random((-(-height // cells), -(-width // cells)), np.float32) - 0.5)
    return lines, np.kron(shades, np.ones((cells, cells), np.float32))[:height, :width]


_FILLS: dict[LettersKind, Fill] = {
    "ink": _ink,
    "overprint": _overprint,
    "cut": _cut,
    "scratched": _scratched,
    "light": _light,
    "tube": _tube,
    "pixels": _pixels,
    "tiles": _tiles,
    "stitches": _stitches,
    "gold": _gold,
    "chrome": _chrome,
    "engraved": _engraved,
    "paper": _paper,
    "sticker": _sticker,
}
