"""Figures about covers that agree with the eye.

For a set: `measure_manner`, how much the technique of its covers differs; `measure_skeleton`, what their layouts have
in common. For one: `measure_palette`, foreign color; `measure_jpeg`, what Spotify's size limit costs; `measure_motif`,
how well the motif stands out; `measure_texture`, what the style adds.
"""

import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from coverart.images.color import to_oklab
from coverart.images.jpeg import encode_cover_jpeg

Floats = NDArray[np.float64]

_MANNER_SIDE, _LAYOUT_SIDE, _TEXTURE_SIDE, _PALETTE_SIDE = 256, 64, 640, 96
# In cycles over the picture.
_SCALES = ((2, 6), (6, 14), (14, 30), (30, 62), (62, 120))
_ORIENTATIONS = 6
_FINE_CYCLES = 40
# Of each feature, over 40 album covers and earlier covers; figures are comparable only if it stays the same.
_SPREAD = np.array([
    0.4998, 0.4134, 0.4354, 0.5681, 0.56, 0.5909, 0.623, 0.6061, 0.6665, 0.7075, 0.6819, 0.6764, 0.7053, 0.6578, 0.7219,
    0.7343, 0.6861, 0.6925, 0.6217, 0.5988, 0.6301, 0.6357, 0.58, 0.6001, 0.586, 0.5426, 0.5622, 0.5722, 0.5196, 0.5373,
    0.4004,
])  # fmt: skip
_FOREIGN_DEGREES = 40
# Pixels at 64 x 64 around the motif that count as its surroundings.
_SURROUNDINGS = 6


class Painting(NamedTuple):
    """`palette`: the colors that it was to have. `motif`: measure_motif's figure."""

    caption: str
    image: Image.Image
    palette: Sequence[str]
    motif: float | None


def report(paintings: Sequence[Painting], draws: Sequence[Sequence[Painting]]) -> list[str]:
    """Return a line for each figure: manner and skeleton of the draws, the others of all paintings."""
    manner = [measure_manner([painting.image for painting in draw]) for draw in draws]
    skeleton = [measure_skeleton([painting.image for painting in draw]) for draw in draws]
    palette = [(measure_palette(painting.image, painting.palette), painting.caption) for painting in paintings]
    jpeg = [(measure_jpeg(painting.image), painting.caption) for painting in paintings]
    motifs = [(painting.motif, painting.caption) for painting in paintings if painting.motif is not None]
    return [
        f"manner    mean {np.mean(manner):.2f} of {' '.join(f'{value:.2f}' for value in sorted(manner))}",
        f"skeleton  mean {np.mean(skeleton):.2f}, highest {max(skeleton):.2f}",
        f"palette   highest {list_extremes(palette, -1)}",
        f"JPEG      lowest {list_extremes(jpeg, 1)}",
        f"motif     {len(motifs)} of {len(paintings)} covers, lowest {list_extremes(motifs, 1)}",
    ]


def list_extremes(values: Sequence[tuple[float, str]], sign: int, count: int = 4) -> str:
    """Return the lowest values (`sign` 1) or the highest ones (-1) with their captions."""
    order = sorted(values, key=lambda pair: sign * pair[0])[:count]
    return ", ".join(f"{value:.2f} ({caption})" for value, caption in order)


def measure_manner(images: Sequence[Image.Image]) -> float:
    """Return the mean distance in manner between the pictures, whatever they show.

    A picture's features: the log energy of its lightness in 5 scales and 6 orientations, and its entropy.
    """
    features = np.stack([_describe_manner(image) for image in images])
    distances = [np.sqrt(((a - b) ** 2).mean()) for i, a in enumerate(features) for b in features[:i]]
    return float(np.mean(distances))


def measure_skeleton(images: Sequence[Image.Image]) -> float:
    """Return the share of the edges' layout, on 8 x 8 cells, that all pictures have in common: 0 to 1."""
    edges = np.stack([_describe_edges(image) for image in images])
    return float((edges.mean(0) ** 2).sum() * len(edges) / (edges**2).sum())


def measure_texture(cover: Image.Image, painting: Image.Image) -> float:
    """Return the energy above 40 cycles over that below, relative to the painting's."""
    return _measure_fineness(cover) / _measure_fineness(painting)


def measure_jpeg(image: Image.Image) -> float:
    """Return the PSNR in dB of the JPEG that Spotify gets, at 640 pixels."""
    with Image.open(io.BytesIO(encode_cover_jpeg(image))) as file:
        jpeg = np.asarray(file.convert("RGB"), float)
    original = np.asarray(image.convert("RGB").resize((jpeg.shape[1], jpeg.shape[0]), Image.Resampling.LANCZOS), float)
    return float(10 * np.log10(255**2 / max(((original - jpeg) ** 2).mean(), 1e-9)))


def measure_palette(image: Image.Image, palette: Sequence[str]) -> float:
    """Return the share of the color, by chroma, that is over 40 degrees of hue from all of the palette.

    Where the palette has no hue, return the picture's mean chroma.
    """
    lab = to_oklab(_load_pixels(image, _PALETTE_SIDE)).reshape(-1, 3)
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
    own = to_oklab(np.array([ImageColor.getrgb(color)[:3] for color in palette]) / 255)
    hues = np.degrees(np.arctan2(own[:, 2], own[:, 1]))[np.hypot(own[:, 1], own[:, 2]) > 0.02]
    if not len(hues):
        return float(chroma.mean())
    distances = np.abs((hue[:, None] - hues + 180) % 360 - 180).min(1)
    return float((chroma * (distances > _FOREIGN_DEGREES)).sum() / chroma.sum())


def measure_motif(image: Image.Image, mask: NDArray[np.float32]) -> float | None:
    """Return how well a line in OKLab tells the motif from its surroundings at 64 pixels: the area under the ROC curve.

    The line is the best of Fisher's and the three axes. None where the motif or its surroundings hardly exist.
    """
    lab = to_oklab(_load_pixels(image, _LAYOUT_SIDE))
    small = np.asarray(Image.fromarray(mask).resize((_LAYOUT_SIDE, _LAYOUT_SIDE), Image.Resampling.BOX))
    body = small > 0.15
    padded = np.pad(body, _SURROUNDINGS)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * _SURROUNDINGS + 1,) * 2)
    inside, outside = lab[small > 0.5], lab[windows.any((2, 3)) & ~body]
    if min(len(inside), len(outside)) < 12:
        return None
    scatter = np.cov(inside.T) + np.cov(outside.T) + 1e-5 * np.eye(3)
    lines = [np.linalg.solve(scatter, inside.mean(0) - outside.mean(0)), *np.eye(3)]
    return float(max(_rank_separation(inside @ line, outside @ line) for line in lines))


def measure_scene(image: Image.Image, masks: Sequence[NDArray[np.float32]]) -> float | None:
    """Return measure_motif's figure for all motifs of a scene, or None without a motif."""
    return measure_motif(image, np.maximum.reduce(masks)) if len(masks) else None


def _rank_separation(first: Floats, second: Floats) -> float:
    ranks = np.concatenate([first, second]).argsort().argsort() + 1
    area = (ranks[: len(first)].sum() - len(first) * (len(first) + 1) / 2) / (len(first) * len(second))
    return float(max(area, 1 - area))


def _describe_manner(image: Image.Image) -> Floats:
    lightness = to_oklab(_load_pixels(image, _MANNER_SIDE))[..., 0]
    centered = lightness - lightness.mean()
    window = np.hanning(_MANNER_SIDE)
    power, radius, angle = _transform(centered * window[:, None] * window)
    energies = [
        np.log10(
            power[(radius >= low) & (radius < high) & (angle // (np.pi / _ORIENTATIONS) == number)].sum() / power.sum()
            + 1e-6
        )
        for low, high in _SCALES
        for number in range(_ORIENTATIONS)
    ]
    share = np.histogram(centered, 24, (-0.6, 0.6))[0] / centered.size
    entropy = -(share[share > 0] * np.log(share[share > 0])).sum() / np.log(24)
    return np.asarray(np.array([*energies, 3 * entropy]) / _SPREAD)


def _describe_edges(image: Image.Image) -> Floats:
    down, across = np.gradient(to_oklab(_load_pixels(image, _LAYOUT_SIDE))[..., 0])
    edges = np.log1p(20 * np.hypot(across, down)).reshape(8, 8, 8, 8).mean((1, 3))
    return np.asarray(((edges - edges.mean()) / (edges.std() + 1e-6)).ravel())


def _measure_fineness(image: Image.Image) -> float:
    lightness = to_oklab(_load_pixels(image, _TEXTURE_SIDE))[..., 0]
    power, radius, _ = _transform(lightness - lightness.mean())
    fine = radius > _FINE_CYCLES
    return float(power[fine].sum() / power[~fine].sum())


def _transform(lightness: Floats) -> tuple[Floats, Floats, Floats]:
    """Return power, radius in cycles and angle in [0, pi) of the Fourier transform."""
    half = len(lightness) // 2
    y, x = np.mgrid[-half:half, -half:half]
    power = np.abs(np.fft.fftshift(np.fft.fft2(lightness))) ** 2
    return power, np.hypot(x, y), np.minimum(np.arctan2(y, x) % np.pi, np.pi - 1e-9)


def _load_pixels(image: Image.Image, side: int) -> Floats:
    return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS), float) / 255
