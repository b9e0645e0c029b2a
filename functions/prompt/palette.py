"""What colours a listener's artwork has, what they are called, and which artwork lends its style."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.images.color import Colors, from_hex, from_oklab, to_hex, to_oklab
from prompt.lexicon import load_words

_SIDE = 48
_ROUNDS = 12


def find_dominant_colors(pictures: Iterable[Image.Image], count: int = 6) -> list[str]:
    """At most `count` colours as `#rrggbb`, the most present first; vivid ones count up to four times a grey one.

    k-means in OKLab, started from the far ends of the colours (Gonzalez 1985), so that it needs no chance.
    """
    pixels = np.concatenate([to_oklab(_small(picture)).reshape(-1, 3) for picture in pictures])
    chroma = np.hypot(pixels[:, 1], pixels[:, 2])
    weight = 1 + 3 * np.clip(chroma / 0.12, 0, 1)
    channels = np.ascontiguousarray(pixels.T)
    centres = [np.average(pixels, axis=0, weights=weight)]
    away = _apart(channels, centres[0])
    while len(centres) < count:
        centres.append(pixels[int(np.argmax(away * np.sqrt(weight)))])
        away = np.minimum(away, _apart(channels, centres[-1]))
    for _ in range(_ROUNDS):
        nearest = _nearest(channels, centres)
        centres = [
            np.average(pixels[nearest == i], axis=0, weights=weight[nearest == i]) if (nearest == i).any() else centre
            for i, centre in enumerate(centres)
        ]
    shares = np.bincount(nearest, weights=weight, minlength=len(centres))
    present = [int(i) for i in np.argsort(-shares, kind="stable") if shares[i] > 0]
    return list(dict.fromkeys(to_hex(from_oklab(_vivid(pixels[nearest == i], chroma[nearest == i]))) for i in present))


def _nearest(channels: Colors, centres: Sequence[Colors]) -> NDArray[np.intp]:
    """The number of each pixel's nearest centre, the first of several."""
    least, nearest = _apart(channels, centres[0]), np.zeros(channels.shape[1], np.intp)
    for number, centre in enumerate(centres[1:], start=1):
        apart = _apart(channels, centre)
        nearest[apart < least] = number
        np.minimum(least, apart, out=least)
    return nearest


def _apart(channels: Colors, centre: Colors) -> Colors:
    """Each pixel's distance. `channels`: (3, n), in which NumPy is three times as fast as in (n, 3)."""
    apart = channels - centre[:, None]
    apart *= apart
    distances: Colors = np.sqrt(apart[0] + apart[1] + apart[2])
    return distances


def _vivid(pixels: Colors, chroma: Colors) -> Colors:
    """The mean of the more vivid half: the mean of all is greyer than anything in the picture."""
    return np.asarray(pixels[chroma >= np.median(chroma)].mean(axis=0))


def name_colors(colours: Sequence[str]) -> list[str]:
    """A plain name for each colour, without repeats."""
    known = [name for name, _ in _named()]
    points = np.array([point for _, point in _named()])
    # Hue decides a name before lightness does.
    scale = np.array([1, 2, 2])
    nearest = [
        int(np.argmin(np.linalg.norm((points - to_oklab(from_hex(colour))) * scale, axis=1))) for colour in colours
    ]
    return list(dict.fromkeys(known[i] for i in nearest))


def rank_strongest_artwork(pictures: Mapping[str, Image.Image], most: int = 3) -> list[str]:
    """Album ids (keys, the most important first) of the artwork with the strongest colour and texture.

    Grey, nearly flat and nearly black ones make dull styles and are never chosen; the third only where it is nearly as
    strong as the first.
    """
    strengths = {album_id: strength for album_id, picture in pictures.items() if (strength := _strength(picture)) > 0}
    ordered = sorted(strengths, key=lambda album_id: -strengths[album_id])[:most]
    return [
        album_id for i, album_id in enumerate(ordered) if i < 2 or strengths[album_id] > 0.6 * strengths[ordered[0]]
    ]


def _strength(picture: Image.Image) -> float:
    """Colour times texture; 0 for artwork that is grey, nearly flat or nearly black."""
    lab = to_oklab(_small(picture, 96))
    lightness, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    texture = float(np.abs(np.diff(lightness, axis=0)).mean() + np.abs(np.diff(lightness, axis=1)).mean())
    colour = float(np.percentile(chroma, 75))
    if colour < 0.04 or texture < 0.012 or float(lightness.mean()) < 0.2:
        return 0.0
    return min(colour, 0.15) * min(texture, 0.12)


def _small(picture: Image.Image, side: int = _SIDE) -> Colors:
    return np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BOX), float) / 255


@cache
def _named() -> tuple[tuple[str, Colors], ...]:
    return tuple((name, to_oklab(from_hex(colour))) for name, colour in load_words()["colors"].items())
