"""The dominant colors of a listener's artwork, their names, and the artwork that suits the style transfer best."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.images.color import Colors, from_hex, from_oklab, to_hex, to_oklab
from coverart.models import PaletteChoice
from prompt.lexicon import load_words

_PALETTE_SIDE_PIXELS = 48
_TEXTURE_SIDE_PIXELS = 96
_KMEANS_ITERATIONS = 12
# OKLab. Warmer colors turn towards orange as far as daylight does in the hour before sunset.
_WARMTH, _GRAY = np.array([0.015, 0.04, 0.06]), np.array([1, 0, 0])
# In OKLab; the chroma from which a pixel counts as vivid, and what it then weighs more than a gray one.
_VIVID_CHROMA = 0.12
_VIVID_BONUS = 3
# Artwork below one of these is gray, nearly flat or nearly black. Lightness and chroma are OKLab's; texture is the mean
# difference in lightness between neighboring pixels, down plus across.
_MIN_CHROMA, _MIN_TEXTURE, _MIN_LIGHTNESS = 0.04, 0.012, 0.2
# More than this does not make artwork stronger.
_MAX_CHROMA, _MAX_TEXTURE = 0.15, 0.12


def find_dominant_colors(images: Iterable[Image.Image], count: int = 6) -> list[str]:
    """Return at most `count` colors as `#rrggbb`, the most frequent first. A vivid pixel counts up to four times.

    k-means in OKLab. Each further center starts at the pixel that is farthest from all others (Gonzalez 1985), so it
    needs no random numbers.
    """
    pixels = np.concatenate([to_oklab(_shrink(image, _PALETTE_SIDE_PIXELS)).reshape(-1, 3) for image in images])
    chroma = np.hypot(pixels[:, 1], pixels[:, 2])
    weights = 1 + _VIVID_BONUS * np.clip(chroma / _VIVID_CHROMA, 0, 1)
    channels = np.ascontiguousarray(pixels.T)
    centers = [np.average(pixels, axis=0, weights=weights)]
    nearest_distances = _measure_distances(channels, centers[0])
    while len(centers) < count:
        centers.append(pixels[int(np.argmax(nearest_distances * np.sqrt(weights)))])
        nearest_distances = np.minimum(nearest_distances, _measure_distances(channels, centers[-1]))
    for _ in range(_KMEANS_ITERATIONS):
        clusters = assign_to_centers(channels, centers)
        centers = [
            np.average(pixels[clusters == i], axis=0, weights=weights[clusters == i])
            if (clusters == i).any()
            else center
            for i, center in enumerate(centers)
        ]
    cluster_weights = np.bincount(clusters, weights=weights)
    by_weight = [int(i) for i in np.argsort(-cluster_weights, kind="stable") if cluster_weights[i] > 0]
    colors = (_average_vivid_half(pixels[clusters == i], chroma[clusters == i]) for i in by_weight)
    return list(dict.fromkeys(to_hex(from_oklab(color)) for color in colors))


def adjust_palette(colors: Sequence[str], choice: PaletteChoice) -> list[str]:
    """Return the colors as they are, moved towards orange, or in black and white, without repetitions."""
    if choice == "keep":
        return list(colors)
    points = np.array([to_oklab(from_hex(color)) for color in colors]).reshape(-1, 3)
    adjusted = points * _GRAY if choice == "black_and_white" else points + _WARMTH
    return list(dict.fromkeys(to_hex(from_oklab(color)) for color in adjusted))


def assign_to_centers(channels: Colors, centers: Sequence[Colors]) -> NDArray[np.intp]:
    """Return the index of each pixel's nearest center, shape (n,); on a tie, the first one.

    `channels`: (3, n). `centers`: (3,) each.
    """
    shortest, clusters = _measure_distances(channels, centers[0]), np.zeros(channels.shape[1], np.intp)
    for index, center in enumerate(centers[1:], start=1):
        distances = _measure_distances(channels, center)
        clusters[distances < shortest] = index
        np.minimum(shortest, distances, out=shortest)
    return clusters


def _measure_distances(channels: Colors, center: Colors) -> Colors:
    """Return each pixel's distance, shape (n,). `channels`: (3, n), three times as fast in NumPy as (n, 3)."""
    squares = channels - center[:, None]
    squares *= squares
    distances: Colors = np.sqrt(squares[0] + squares[1] + squares[2])
    return distances


def _average_vivid_half(pixels: Colors, chroma: Colors) -> Colors:
    """Return the mean of the more vivid half, shape (3,). The mean of all pixels is grayer than the image looks."""
    return np.asarray(pixels[chroma >= np.median(chroma)].mean(axis=0))


def name_colors(colors: Sequence[str]) -> list[str]:
    """Return the lexicon's name of each color, without repetitions. `colors`: `#rrggbb`."""
    return list(dict.fromkeys(map(_name_color, colors)))


@lru_cache(1000)
def _name_color(color: str) -> str:
    names, points = _load_named_colors()
    # A difference in hue or chroma changes a name sooner than one in lightness.
    distances = np.linalg.norm((points - to_oklab(from_hex(color))) * np.array([1, 2, 2]), axis=1)
    return names[int(np.argmin(distances))]


def rank_strongest_artwork(images: Mapping[str, Image.Image], limit: int = 3) -> list[str]:
    """Return the album ids of the artwork with the strongest color and texture, at most `limit`, the strongest first.

    `images`: by album id; on a tie, the first one wins. Artwork that is nearly flat or nearly black makes a dull style
    and is never returned, gray artwork only where none has color. From the third on, artwork must be more than 0.6
    times as strong as the first.
    """
    strengths = _measure_strengths(images, _MIN_CHROMA) or _measure_strengths(images, 0)
    strongest = sorted(strengths, key=lambda album_id: -strengths[album_id])[:limit]
    return [
        album_id for i, album_id in enumerate(strongest) if i < 2 or strengths[album_id] > 0.6 * strengths[strongest[0]]
    ]


def _measure_strengths(images: Mapping[str, Image.Image], min_chroma: float) -> dict[str, float]:
    strengths = {album_id: _measure_strength(image, min_chroma) for album_id, image in images.items()}
    return {album_id: strength for album_id, strength in strengths.items() if strength > 0}


def _measure_strength(image: Image.Image, min_chroma: float) -> float:
    """Return color times texture; 0 for artwork that is grayer than `min_chroma`, nearly flat or nearly black."""
    lab = to_oklab(_shrink(image, _TEXTURE_SIDE_PIXELS))
    lightness = lab[..., 0]
    chroma = float(np.percentile(np.hypot(lab[..., 1], lab[..., 2]), 75))
    texture = float(np.abs(np.diff(lightness, axis=0)).mean() + np.abs(np.diff(lightness, axis=1)).mean())
    if chroma < min_chroma or texture < _MIN_TEXTURE or float(lightness.mean()) < _MIN_LIGHTNESS:
        return 0.0
    return min(max(chroma, _MIN_CHROMA), _MAX_CHROMA) * min(texture, _MAX_TEXTURE)


def _shrink(image: Image.Image, side: int) -> Colors:
    """Return sRGB in [0, 1], shape (side, side, 3)."""
    return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BOX), float) / 255


@cache
def _load_named_colors() -> tuple[list[str], Colors]:
    """Return the lexicon's names and their colors in OKLab, shape (n, 3)."""
    colors = load_words()["colors"]
    return list(colors), np.array([to_oklab(from_hex(color)) for color in colors.values()])
