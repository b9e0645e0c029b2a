"""Lets the light of artwork fall on a painting: where it is bright, warm or green, the inks run that way a little.

Printers ink a roller with two colors that run into each other (split fountain). The changes are wider than any motif,
so they add neither edges nor glows, and hardly cost a JPEG bytes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from coverart.images.color import Colors, from_oklab, to_oklab
from stylize import tints
from stylize.strokes import blur

Floats = NDArray[np.floating[Any]]

# Cells along a side, whose means are the light; points along a side of what comes from them.
_CELLS, _SIDE = 4, 64
# Of the change of lightness, and of a and b, in OKLab: the deviation to which it is scaled, the largest gain, the most.
_LIGHT, _TINT = (0.035, 1.2, 0.06), (0.06, 2.0, 0.1)
# The lightness at which the change is converted to sRGB.
_MIDDLE = 0.62
# Lightness between which colors start to take light, and stop; mean lightness between which a painting stops to count
# as night, which has a light of its own.
_DARK, _BRIGHT, _NIGHT = (0.3, 0.6), (0.8, 0.96), (0.45, 0.6)
# What paper, and other neutral colors, take of the tint.
_PAPER_SHARE, _NEUTRAL_SHARE = 0.25, 0.35
_PAPER_CHROMA, _NEUTRAL_CHROMA = (0.08, 0.13), (0.02, 0.07)
# From the JPEG File Interchange Format 1.02.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_NODES = 17


def find_light(artwork: Image.Image, painting: Image.Image) -> Floats | None:
    """Return how the artwork's colors vary over it: a change of sRGB, (64, 64, 3), up to about 40 of 255.

    None for a gray or dark painting, RGB, which takes no light.
    """
    own = to_oklab(np.asarray(painting.resize((_SIDE, _SIDE), Image.Resampling.BOX)).reshape(-1, 3) / 255)
    share = tints.measure_color(own[:, 1:]) * float(tints.smoothstep(own[:, 0].mean(), *_NIGHT))
    if share == 0:
        return None
    cells = to_oklab(np.asarray(artwork.convert("RGB").resize((_CELLS, _CELLS), Image.Resampling.BOX)) / 255)
    lab = np.stack([blur(blur(_enlarge(cells[..., index], _SIDE), 5), 5) for index in range(3)], axis=-1)
    lab = lab - lab.mean(axis=(0, 1))
    change = np.concatenate([_scale(lab[..., :1], *_LIGHT), _scale(lab[..., 1:], *_TINT)], axis=-1)
    gray = np.array([_MIDDLE, 0, 0])
    return np.asarray(255 * share * (from_oklab(gray + change) - from_oklab(gray)), np.float32)


def add_light(image: Image.Image, light: Floats, weight: float) -> Image.Image:
    """Return the image, RGB and square, in the light."""
    # Channel by channel, which takes half the time of whole pixels.
    channels = [np.asarray(channel, np.float32) for channel in image.split()]
    takes = [
        np.asarray(channel, np.float32) * np.float32(weight / 255) for channel in image.filter(_make_lookup()).split()
    ]
    luma = np.asarray(image.convert("L"), np.float32)
    tint = light - (light @ _LUMA)[..., None]
    changes = [_enlarge(tint[..., index], image.width) for index in range(3)]
    brighter, length = (_enlarge(part, image.width) for part in (light @ _LUMA, np.linalg.norm(tint, axis=-1)))
    # A color's opposite would make it dull: the cosine of the angle between them, at least for a color of 30 of 255.
    product, square = np.zeros_like(luma), np.zeros_like(luma)
    for channel, change in zip(channels, changes, strict=True):
        chroma = channel - luma
        product += chroma * change
        square += chroma * chroma
    cosines = product / (length * np.sqrt(square).clip(30)).clip(1)
    share = takes[1] * (1 + cosines.clip(-1, 0))
    brighter = takes[0] * brighter + np.float32(0.5)  # for rounding
    results = (
        Image.fromarray((channel + share * change + brighter).clip(0, 255).astype(np.uint8))
        for channel, change in zip(channels, changes, strict=True)
    )
    return Image.merge("RGB", list(results))


def _make_lookup() -> ImageFilter.Color3DLUT:
    """Return a map from a color to what it takes of the change of lightness (red) and of the tint (green)."""
    axis = np.linspace(0, 1, _NODES)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")  # Pillow wants red to change fastest.
    lab = to_oklab(np.stack([red, green, blue], axis=-1).reshape(-1, 3))
    lightness, chroma = lab[:, 0], np.hypot(*lab[:, 1:].T)
    neutral = 1 - tints.smoothstep(chroma, *_NEUTRAL_CHROMA)
    paper = tints.smoothstep(lightness, *_BRIGHT) * (1 - tints.smoothstep(chroma, *_PAPER_CHROMA))
    lit = tints.smoothstep(lightness, *_DARK)
    takes = np.stack([lit, lit * (1 - (1 - _NEUTRAL_SHARE) * neutral), np.zeros_like(lit)], axis=-1)
    takes[:, :2] += paper[:, None] * (_PAPER_SHARE - takes[:, :2])
    return ImageFilter.Color3DLUT(_NODES, takes.ravel().tolist())


def _scale(change: Colors, deviation: float, max_gain: float, limit: float) -> Colors:
    """Return the change with this deviation, unless it is too even for that, and softly limited."""
    scaled = change * min(deviation / max(float(np.sqrt((change**2).sum(axis=-1).mean())), 1e-6), max_gain)
    length = np.maximum(np.linalg.norm(scaled, axis=-1, keepdims=True), 1e-6)
    return np.asarray(scaled * np.tanh(length / limit) * limit / length)


def _enlarge(values: Floats, side: int) -> Floats:
    """Return the values, (side, side)."""
    return np.asarray(Image.fromarray(np.asarray(values, np.float32)).resize((side, side), Image.Resampling.BICUBIC))
