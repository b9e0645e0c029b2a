"""Which of a painting's colors should keep out of a style: what a style does to them looks like a fault.

Colors are OKLab, (n, 3), tints their a and b, (n, 2).
"""

import numpy as np

from coverart.images.color import Colors

# OKLCH of dark yellow, the least liked of all colors (Palmer and Schloss 2010, doi:10.1073/pnas.0906172107): hue in
# degrees and lightness, each with the width of its bell.
_OLIVE_HUE, _OLIVE_LIGHTNESS = (108.0, 23.0), (0.66, 0.22)
# Turns of hue, in degrees, between which a color keeps more and more out.
_TURN = (35.0, 75.0)
# Of its chroma, each color keeps this share; lightness between which a color stops to count as black, or becomes white.
_MIN_CHROMA, _BLACK, _WHITE = 0.92, (0.15, 0.4), (0.75, 0.9)
# Mean chroma between which a style, or a painting, stops to count as gray.
_GRAY, _GRAY_PAINTING = (0.015, 0.035), (0.008, 0.02)
# Of the change of a color: what paper (light, of little chroma) and other neutral colors are spared.
_PAPER, _NEUTRAL = 0.85, 0.45
_PAPER_LIGHTNESS, _PAPER_CHROMA, _NEUTRAL_CHROMA = (0.78, 0.92), (0.035, 0.08), (0.015, 0.045)
# OKLCH of skin: hue and the width of its bell, lightness, chroma; the largest turn of hue in degrees.
_SKIN_HUE, _SKIN_LIGHTNESS, _SKIN_CHROMA, _MAX_SKIN_TURN = (55.0, 22.0), (0.3, 0.45), (0.15, 0.2), 20.0


def measure_olive(lightness: Colors, tint: Colors) -> Colors:
    """Return 0 to 1, how olive or mustard each color is."""
    chroma, hue = np.hypot(*tint.T), np.degrees(np.arctan2(tint[:, 1], tint[:, 0]))
    hue_distance = (hue - _OLIVE_HUE[0]) / _OLIVE_HUE[1]
    lightness_distance = (lightness - _OLIVE_LIGHTNESS[0]) / _OLIVE_LIGHTNESS[1]
    return np.asarray(np.exp(-(hue_distance**2) - lightness_distance**2) * np.clip((chroma - 0.03) / 0.03, 0, 1))


def measure_dullness(own: Colors, result: Colors, style: Colors) -> Colors:
    """Return 0 to 1, how much of its chroma each tint would lose (pink to beige), unless the style is gray."""
    chroma, new_chroma = np.hypot(*own.T), np.hypot(*result.T)
    loss = np.clip((1 - new_chroma / np.maximum(chroma, 1e-3)) / 0.5, 0, 1) * np.clip((chroma - 0.03) / 0.03, 0, 1)
    return np.asarray(loss * loss * (3 - 2 * loss) * measure_colorfulness(style))


def measure_turn(own: Colors, result: Colors) -> Colors:
    """Return 0 to 1, how far each hue would turn toward its opposite, which soft edges would show as a fringe."""
    turn = np.degrees(np.abs(_subtract_angles(_get_hue(result), _get_hue(own))))
    return smoothstep(turn, *_TURN) * smoothstep(np.hypot(*own.T), 0.015, 0.04)


def raise_chroma(own: Colors, result: Colors, style: Colors) -> Colors:
    """Return the resulting tints, which lose little chroma unless the style is gray."""
    gain = np.hypot(*own.T) / np.maximum(np.hypot(*result.T), 1e-3)
    gain = np.clip(_MIN_CHROMA * gain, 1, 2) ** measure_colorfulness(style)
    return np.asarray(result * gain[:, None])


def keep_black_and_white(own: Colors, result: Colors) -> Colors:
    """Return the resulting lightness, (n,), but black is not lifted and white not darkened."""
    black, white = 1 - smoothstep(own, *_BLACK), smoothstep(own, *_WHITE)
    change = result - own
    return np.asarray(own + change - 0.85 * (black * change.clip(0, None) + white * change.clip(None, 0)))


def measure_colorfulness(tint: Colors) -> float:
    """Return 0 for gray tints to 1."""
    return float(np.clip((np.hypot(*tint.T).mean() - _GRAY[0]) / (_GRAY[1] - _GRAY[0]), 0, 1))


def measure_color(tint: Colors) -> float:
    """Return 0 for a gray painting, which may be toned, to 1."""
    return float(smoothstep(np.hypot(*tint.T).mean(), *_GRAY_PAINTING))


def measure_neutrality(colors: Colors) -> Colors:
    """Return 0 to 1, how much of its change each color is spared: a cast on white paper, black or gray looks dirty."""
    chroma = np.hypot(*colors[:, 1:].T)
    paper = _PAPER * smoothstep(colors[:, 0], *_PAPER_LIGHTNESS) * (1 - smoothstep(chroma, *_PAPER_CHROMA))
    neutral = _NEUTRAL * (1 - smoothstep(chroma, *_NEUTRAL_CHROMA))
    return np.asarray(np.maximum(paper, neutral * measure_color(colors[:, 1:])))


def keep_skin(own: Colors, target: Colors) -> Colors:
    """Return the target, but with little turn of hue and no loss of chroma where the painting may show skin."""
    own_hue, own_chroma, chroma = _get_hue(own[:, 1:]), np.hypot(*own[:, 1:].T), np.hypot(*target[:, 1:].T)
    skin = np.exp(-(((np.degrees(own_hue) - _SKIN_HUE[0]) / _SKIN_HUE[1]) ** 2))
    skin = skin * smoothstep(own[:, 0], *_SKIN_LIGHTNESS) * (1 - smoothstep(own_chroma, *_SKIN_CHROMA))
    turn = _subtract_angles(_get_hue(target[:, 1:]), own_hue)
    limit = np.radians(_MAX_SKIN_TURN)
    hue = own_hue + turn + skin * smoothstep(own_chroma, 0.03, 0.06) * (limit * np.tanh(turn / limit) - turn)
    chroma = chroma + skin * (np.maximum(own_chroma, chroma) - chroma)
    return np.asarray(np.stack([target[:, 0], chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1))


def _get_hue(tint: Colors) -> Colors:
    return np.asarray(np.arctan2(tint[:, 1], tint[:, 0]))


def _subtract_angles(angle: Colors, other: Colors) -> Colors:
    return np.asarray((angle - other + np.pi) % (2 * np.pi) - np.pi)


def smoothstep(values: Colors, low: float, high: float) -> Colors:
    """Return 0 below `low` to 1 above `high`, smoothly."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))
