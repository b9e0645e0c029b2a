"""Brings the colors and the light of artwork to a painting by one map of colors for the whole painting.

A feed-forward style network knows the colors of a manner well and pixels badly: flat areas get a crackle, edges get
halos. So its image is not shown. The painting's colors, moved some way toward the network's, move to the artwork's
(sliced optimal transport: Rabin, Peyré, Delon, Bernot, "Wasserstein barycenter and its application to texture mixing",
2011). A smooth map of colors approximates that, and the painting goes through it: edges, flat areas, halftone and grain
stay where they are, and equal colors stay equal, so no glow appears around a motif.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from coverart.images.color import Colors, from_oklab, to_oklab
from stylize import tints
from stylize.papers import tint_paper

Floats = NDArray[np.float32]

# It compares colors at _SIDE x _SIDE points.
_SIDE = 64
# Of the network's colors, in what is transported to the artwork's.
_ADVICE_SHARE = 0.35
# By how much a color may change: ink stays dark and concrete gray. The contrast's limits, relative to the painting's.
_MAX_LIGHTNESS_CHANGE, _MAX_TINT_CHANGE, _CONTRAST = 0.09, 0.12, (0.95, 1.05)
# Of the differences of color between the painting's inks, at least this share stays.
_MIN_TINT_GAIN = 0.9
# The painting's mean chroma stays between these shares, and how far its colors lie apart below a share, unless the
# style or the painting is gray: saturated detail looks garish and costs JPEG bytes.
_CHROMA, _MAX_TINT_GAIN = (0.95, 1.5), 1.15
# Nodes along each axis of the map; the share of colors at which a node follows them half and its neighbors half.
_NODES, _TRUSTED_SHARE = 11, 5e-4
_DIRECTIONS = 12
# Artwork of which more than this share is within this distance of one color, in OKLab, is nearly flat.
_FLAT_SHARE, _FLAT_DISTANCE = 0.85, 0.06


def sample_colors(artworks: Sequence[Image.Image]) -> Colors:
    """Return OKLab colors, (4096, 3): of the artworks together, with weights 1, 1/4, 1/9, ..."""
    weights = np.array([1 / rank**2 for rank in range(1, len(artworks) + 1)])
    ends = np.rint(_SIDE**2 * np.cumsum(weights) / weights.sum()).astype(int)
    samples = []
    for artwork, count in zip(artworks, np.diff(ends, prepend=0), strict=True):
        colors = _list_colors(artwork)
        samples.append(colors[np.linspace(0, len(colors) - 1, count).astype(int)])
    return np.asarray(np.concatenate(samples))


def is_nearly_flat(artwork: Image.Image) -> bool:
    """Return whether artwork has little more than one color, such as small type on a plain ground: it lends nothing."""
    colors = _list_colors(artwork)
    distances = np.linalg.norm(colors - np.median(colors, axis=0), axis=-1)
    return bool((distances < _FLAT_DISTANCE).mean() > _FLAT_SHARE)


def match_colors(painting: Image.Image, advice: Floats, colors: Colors | None) -> tuple[Colors, Colors]:
    """Return colors of the painting and those of the style that match them: OKLab, (4096, 3) each.

    `painting`: RGB, square, at least 64 pixels. `advice`: the network's image, (side, side, 3) sRGB in [0, 1].
    `colors`: the artwork's (sample_colors); None takes the network's.
    """
    # Points of the painting, not means, which are no colors of halftone or lines.
    points = ((np.arange(_SIDE) + 0.5) * painting.width / _SIDE).astype(int)
    own = to_oklab(np.asarray(painting)[np.ix_(points, points)].reshape(-1, 3) / 255)
    other = _list_colors(Image.fromarray((advice * 255 + 0.5).astype(np.uint8)))
    return own, other if colors is None else _transport(own + _ADVICE_SHARE * (other - own), colors)


def fit_lookup(own: Colors, other: Colors, weight: float, *, keep_skin: bool = False) -> ImageFilter.Color3DLUT:
    """Return the map of colors. `own`, `other`: see match_colors. `weight`: of the style, 0 to 1.

    `keep_skin`: the painting may show faces, and what is white in it is no paper.
    """
    target = _choose_colors(own, other, weight)
    target = tints.keep_skin(own, target) if keep_skin else tint_paper(own, target, other, weight)
    table = _fit_map(from_oklab(own).clip(0, 1), from_oklab(target).clip(0, 1)).clip(0, 1)
    # Pillow wants red to change fastest.
    return ImageFilter.Color3DLUT(_NODES, table.transpose(2, 1, 0, 3).ravel().tolist())


def _choose_colors(own: Colors, other: Colors, weight: float) -> Colors:
    """Return OKLab colors for the painting's, (n, 3): those of the style, with the painting's contrasts."""
    lightness = tints.keep_black_and_white(own[:, 0], _blend_lightness(own[:, 0], other[:, 0], weight))
    tint = _blend_tints(own[:, 1:], other[:, 1:], weight)
    olive = tints.measure_olive(lightness, tint) * (1 - tints.measure_olive(own[:, 0], own[:, 1:]))
    # Also where the way from a color to its opposite leads through gray.
    dullness = np.maximum(*(tints.measure_dullness(own[:, 1:], new, other[:, 1:]) for new in (other[:, 1:], tint)))
    spoiled = np.maximum.reduce([olive, dullness, tints.measure_turn(own[:, 1:], tint)])
    tint += 0.85 * spoiled[:, None] * (own[:, 1:] - tint)
    own_chroma, chroma = (max(float(np.hypot(*values.T).mean()), 1e-3) for values in (own[:, 1:], tint))
    lowest, highest = (share * own_chroma / chroma for share in _CHROMA)
    tint *= 1 + max(0.0, lowest - 1) * tints.measure_colorfulness(other[:, 1:])
    tint *= 1 + min(0.0, highest - 1) * tints.measure_colorfulness(own[:, 1:])
    result = np.concatenate([lightness[:, None], tint], axis=-1)
    result += tints.measure_neutrality(own)[:, None] * (own - result)
    centered = own[:, 1:] - own[:, 1:].mean(axis=0)
    gain = float((centered * result[:, 1:]).sum()) / max(float((centered * centered).sum()), 1e-4 * len(own))
    result[:, 1:] -= max(0.0, gain - _MAX_TINT_GAIN) * centered
    # Last, because the limits for the whole painting would dull a small accent.
    result[:, 1:] = tints.raise_chroma(own[:, 1:], result[:, 1:], other[:, 1:])
    return result


def _transport(source: Colors, target: Colors) -> Colors:
    """Return the source, (n, 3), moved so that it is distributed as the target, (n, 3)."""
    rng = np.random.default_rng(3)
    result = source.copy()
    for number in range(_DIRECTIONS):
        axes = np.linalg.qr(rng.normal(size=(3, 3)))[0] if number else np.eye(3)
        places, goals = result @ axes, np.sort(target @ axes, axis=0)
        change = np.empty_like(places)
        np.put_along_axis(change, places.argsort(axis=0), goals, axis=0)
        result += (change - places) @ axes.T
    return result


def _blend_lightness(own: Colors, other: Colors, weight: float) -> Colors:
    """Return the painting's lightness on a rising curve toward the style's distribution, with the contrast kept."""
    # The curve is a mean over a hundredth: equal values stay equal.
    steps = np.rint(own * 100).astype(int)
    ranked = np.empty_like(own)
    ranked[own.argsort(kind="stable")] = np.sort(other)
    curve = np.bincount(steps, ranked) / np.maximum(np.bincount(steps), 1)
    result = own + weight * _MAX_LIGHTNESS_CHANGE * np.tanh((curve[steps] - own) / _MAX_LIGHTNESS_CHANGE)
    centered = own - own.mean()
    gain = (centered * (result - result.mean())).mean() / max(float(own.var()), 1e-4)
    result = result + (float(np.clip(gain, *_CONTRAST)) - gain) * centered
    return np.asarray(_limit(result, min(float(own.min()), 0.1), max(float(own.max()), 0.97)))


def _blend_tints(own: Colors, other: Colors, weight: float) -> Colors:
    """Return a and b of OKLab, (n, 2): the style's, with the painting's inks told apart as before."""
    centered = own - own.mean(axis=0)
    covariance = centered.T @ centered / len(own)
    gains = np.linalg.solve(covariance + 1e-5 * np.eye(2), centered.T @ other / len(own))
    axes, strengths, _ = np.linalg.svd(gains)
    missing = (axes * (_MIN_TINT_GAIN - strengths).clip(0, None)) @ axes.T * tints.measure_colorfulness(other)
    other = other + centered @ missing
    own_chroma, chroma = np.hypot(*own.T), np.hypot(*other.T)
    change = other - own
    length = np.maximum(np.hypot(*change.T), 1e-6)[:, None]
    tint = own + weight * change * np.tanh(length / _MAX_TINT_CHANGE) / (length / _MAX_TINT_CHANGE)
    # Halfway between opposite hues lies gray: the mean chroma stays, and the hue turns.
    mean_chroma = own_chroma + weight * (chroma - own_chroma)
    gain = mean_chroma / np.maximum(np.hypot(*tint.T), 0.4 * mean_chroma + 1e-4)
    return np.asarray(tint * gain[:, None].clip(1, None))


def _fit_map(colors: Colors, target: Colors) -> Colors:
    """Return the sRGB color for each node, (11, 11, 11, 3) by red, green and blue: an affine map and a smooth rest."""
    inputs = np.column_stack([colors, np.ones(len(colors))])
    ridge = 2e-3 * np.diag([1, 1, 1, 1e-3])
    affine = np.linalg.solve(inputs.T @ inputs / len(colors) + ridge, inputs.T @ (target - colors) / len(colors))
    rest = target - colors - inputs @ affine
    places = np.ravel_multi_index(tuple(np.rint(colors * (_NODES - 1)).astype(int).T), (_NODES,) * 3)
    values = np.column_stack([rest, np.ones(len(colors))]) / len(colors)
    columns = [np.bincount(places, column, _NODES**3) for column in values.T]
    sums = _smooth(np.stack(columns, axis=-1, dtype=float).reshape(_NODES, _NODES, _NODES, 4))
    axis = np.linspace(0, 1, _NODES)
    grid = np.stack([*np.meshgrid(axis, axis, axis, indexing="ij"), np.ones((_NODES,) * 3)], axis=-1)
    return np.asarray(grid[..., :3] + grid @ affine + sums[..., :3] / (sums[..., 3:] + _TRUSTED_SHARE))


def _smooth(nodes: Colors) -> Colors:
    """Return the nodes, (n, n, n, channels), each with a half of its neighbors along every axis."""
    for _ in range(3):
        padded = np.pad(nodes, ((1, 1), (0, 0), (0, 0), (0, 0)), mode="edge")
        nodes = (0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]).transpose(1, 2, 0, 3)
    return nodes


def _limit(values: Colors, low: float, high: float, knee: float = 0.08) -> Colors:
    """Return the values between the limits, without a hard stop."""
    values = np.where(values > high - knee, high - knee + knee * np.tanh((values - high + knee) / knee), values)
    return np.where(values < low + knee, low + knee + knee * np.tanh((values - low - knee) / knee), values)


def _list_colors(image: Image.Image) -> Colors:
    """Return OKLab colors, (4096, 3), of an image reduced to 64 x 64 pixels."""
    pixels = np.asarray(image.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX))
    return to_oklab(pixels.reshape(-1, 3) / 255)
