"""Brings a style network's colors and light to a painting, and leaves the painting's pixels in place.

A feed-forward style network knows the colors of a manner well and pixels badly: flat areas get a crackle, edges get
halos. So its image is not shown; it is advice on color. Around every place of the painting the affine map of colors is
fitted that comes nearest to the network's image there (guided filter with the painting as guide: He, Sun, Tang,
"Guided image filtering", 2013; fitted on a small image: He, Sun, "Fast guided filter", 2015), and the painting itself
goes through these maps. What is not affine in the painting's colors, such as crackle and halos, cannot come along.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.images.color import Colors, from_oklab, to_oklab
from coverart.techniques import Surface

Floats = NDArray[np.float32]

_FIT_PIXELS = 256
# By how much the mean lightness follows the network's, and its gradients of light come along.
_MEAN_SHARE, _GRADIENT_SHARE = 0.3, 0.8
# Of the differences of color between the painting's inks, this share is kept at least.
_MIN_TINT_GAIN = 0.9
_MAX_CHROMA_LIFT = 1.4
# OKLCH of dark yellow, the least liked of all colors (Palmer and Schloss 2010, doi:10.1073/pnas.0906172107): hue in
# degrees and lightness, each with the width of its bell.
_OLIVE_HUE, _OLIVE_LIGHTNESS = (104.0, 16.0), (0.62, 0.17)
# Chroma between which a manner counts as gray, or a color begins to count as one.
_GRAY = (0.03, 0.07)


@dataclass(frozen=True)
class _Window:
    """Where and how a map of colors is fitted.

    `radius`: of the windows, in pixels of _FIT_PIXELS. `smoothing`: the variance of sRGB values below which detail only
    keeps its contrast.
    """

    radius: int
    smoothing: float


_WINDOWS: dict[Surface, _Window] = {
    "flat": _Window(16, 0.004),
    # Wide windows: every ink gets one color, so that no glow appears between lines.
    "line": _Window(40, 0.015),
    # Narrow windows: the network's gradients come along.
    "depth": _Window(12, 0.004),
}


def transfer_colors(painting: Image.Image, advice: Floats, strength: float, surface: Surface) -> Image.Image:
    """Return the painting in the colors of `advice`, in the painting's size.

    `painting`: RGB, square. `advice`: the network's image, (side, side, 3) sRGB in [0, 1]. `strength`: 0 to 1.
    """
    full = np.asarray(painting, np.float32) / np.float32(255)
    small = _resize(full, _FIT_PIXELS, Image.Resampling.BOX)
    target = _choose_colors(small, _resize(advice, _FIT_PIXELS, Image.Resampling.BOX), strength)
    slopes, offsets = _fit_maps(small, target - small, _WINDOWS[surface])
    result = np.empty(full.shape, np.uint8)
    for channel in range(3):  # one after the other: all enlarged maps together take 48 MB
        values = full[..., channel] + _enlarge(offsets[..., channel], len(full))
        for guide in range(3):
            values += full[..., guide] * _enlarge(slopes[..., guide, channel], len(full))
        result[..., channel] = (values.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(result)


def _choose_colors(small: Floats, advice: Floats, strength: float) -> Floats:
    """Return the network's colors with the painting's contrasts, all (256, 256, 3).

    The weight of the advice rises to 1 at strength 0.5; above it, the network's own share of the manner grows.
    """
    weight = 1 - (1 - min(2 * strength, 1.0)) ** 2
    own, other = to_oklab(small), to_oklab(advice)
    lightness = _blend_lightness(own[..., 0], other[..., 0], weight)
    tint = _blend_tints(own, other, weight)
    olive = _measure_olive(lightness, tint) * (1 - _measure_olive(own[..., 0], own[..., 1:]))
    dullness = _measure_dullness(own, other)
    tint += np.maximum(0.8 * olive, 0.9 * dullness)[..., None] * (own[..., 1:] - tint)
    return from_oklab(np.concatenate([lightness[..., None], tint], axis=-1)).clip(0, 1).astype(np.float32)


def _blend_lightness(own: Colors, other: Colors, weight: float) -> Colors:
    """Return the painting's lightness with the network's gradients: what of its lightness is not the painting's."""
    centered, advice = own - own.mean(), other - other.mean()
    gain = (centered * advice).mean() / max(float(own.var()), 1e-4)
    change = _MEAN_SHARE * (other.mean() - own.mean()) + _GRADIENT_SHARE * (advice - gain * centered)
    low, high = min(float(own.min()), 0.12), max(float(own.max()), 0.97)
    return np.asarray(_limit(own + weight * change, low, high))


def _blend_tints(own: Colors, other: Colors, weight: float) -> Colors:
    """Return a and b of OKLab, (256, 256, 2): the network's, with the painting's inks told apart as before."""
    mine, advice = own[..., 1:].reshape(-1, 2), other[..., 1:].reshape(-1, 2)
    centered = mine - mine.mean(axis=0)
    covariance = centered.T @ centered / len(mine)
    gains = np.linalg.solve(covariance + 1e-5 * np.eye(2), centered.T @ advice / len(mine))
    axes, strengths, _ = np.linalg.svd(gains)
    colorfulness = _ease((np.hypot(*advice.T).mean() - _GRAY[0]) / (_GRAY[1] - _GRAY[0]))
    missing = (axes * (_MIN_TINT_GAIN - strengths).clip(0, None)) @ axes.T * colorfulness
    advice = (advice + centered @ missing).reshape(own[..., 1:].shape)
    own_chroma, chroma = np.hypot(own[..., 1], own[..., 2]), np.hypot(advice[..., 0], advice[..., 1])
    lift = float(np.clip(own_chroma.mean() / max(float(chroma.mean()), 1e-3), 1, _MAX_CHROMA_LIFT))
    tint = own[..., 1:] + weight * (advice * lift - own[..., 1:])
    # Halfway between opposite hues lies gray: the mean chroma is kept, and the hue turns.
    mean_chroma = own_chroma + weight * (chroma * lift - own_chroma)
    gain = mean_chroma / np.maximum(np.hypot(tint[..., 0], tint[..., 1]), 0.4 * mean_chroma + 1e-4)
    return np.asarray(tint * gain[..., None].clip(1, None))


def _measure_olive(lightness: Colors, tint: Colors) -> Colors:
    """Return 0 to 1, how olive or mustard each color is."""
    chroma, hue = np.hypot(tint[..., 0], tint[..., 1]), np.degrees(np.arctan2(tint[..., 1], tint[..., 0]))
    bells = ((hue - _OLIVE_HUE[0]) / _OLIVE_HUE[1]) ** 2 + (
        (lightness - _OLIVE_LIGHTNESS[0]) / _OLIVE_LIGHTNESS[1]
    ) ** 2
    return np.asarray(np.exp(-bells) * np.clip((chroma - 0.03) / 0.03, 0, 1))


def _measure_dullness(own: Colors, other: Colors) -> Colors:
    """Return 0 to 1, how much of its chroma each color would lose (pink to beige), unless the manner is gray."""
    chroma, advice = np.hypot(own[..., 1], own[..., 2]), np.hypot(other[..., 1], other[..., 2])
    loss = np.clip((1 - advice / np.maximum(chroma, 1e-3)) / 0.5, 0, 1) * np.clip((chroma - 0.03) / 0.03, 0, 1)
    colorfulness = _ease((advice.mean() - _GRAY[0]) / (_GRAY[1] - _GRAY[0]))
    return np.asarray(loss * loss * (3 - 2 * loss) * colorfulness)


def _fit_maps(guide: Floats, target: Floats, window: _Window) -> tuple[Floats, Floats]:
    """Return slopes (n, n, 3, 3) and offsets (n, n, 3) of target = guide @ slopes + offsets, fitted by windows."""
    side = len(guide)
    mean, mean_target = _average(guide, window.radius), _average(target, window.radius)
    squares = _average((guide[..., :, None] * guide[..., None, :]).reshape(side, side, 9), window.radius)
    products = _average((guide[..., :, None] * target[..., None, :]).reshape(side, side, 9), window.radius)
    variance = squares.reshape(side, side, 3, 3) - mean[..., :, None] * mean[..., None, :]
    covariance = products.reshape(side, side, 3, 3) - mean[..., :, None] * mean_target[..., None, :]
    slopes = np.linalg.solve(variance + window.smoothing * np.eye(3, dtype=np.float32), covariance)
    offsets = mean_target - (mean[..., None, :] @ slopes)[..., 0, :]
    slopes = _average(slopes.reshape(side, side, 9), window.radius).reshape(side, side, 3, 3)
    return slopes, _average(offsets, window.radius)


def _average(values: Floats, radius: int) -> Floats:
    """Return means over square windows of 2 * `radius` + 1; the edge is continued."""
    for _ in range(2):  # along the rows, and turned, along the columns
        margins = ((radius + 1, radius), *((0, 0),) * (values.ndim - 1))
        sums = np.cumsum(np.pad(values, margins, mode="edge"), axis=0, dtype=np.float64)
        means = (sums[2 * radius + 1 :] - sums[: -2 * radius - 1]) / (2 * radius + 1)
        values = means.astype(np.float32).swapaxes(0, 1)
    return values


def _ease(value: float) -> float:
    return float(np.clip(value, 0, 1))


def _limit(values: Colors, low: float, high: float, knee: float = 0.08) -> Colors:
    """Return the values between the limits, without a hard stop."""
    values = np.where(values > high - knee, high - knee + knee * np.tanh((values - high + knee) / knee), values)
    return np.where(values < low + knee, low + knee + knee * np.tanh((values - low - knee) / knee), values)


def _resize(image: Floats, side: int, method: Image.Resampling) -> Floats:
    bands = [Image.fromarray(np.ascontiguousarray(image[..., band])) for band in range(3)]
    return np.stack([np.asarray(band.resize((side, side), method), np.float32) for band in bands], axis=-1)


def _enlarge(band: Floats, side: int) -> Floats:
    image = Image.fromarray(np.ascontiguousarray(band, np.float32))
    return np.asarray(image.resize((side, side), Image.Resampling.BILINEAR), np.float32)
