"""Prints on colored stock: the paper of a painting takes a tint of the artwork.

A faint cast on white looks dirty, so the style spares what is white. A clear tint looks chosen, and the motif stays,
because all of the paper changes alike.
"""

import numpy as np

from coverart.images.color import Colors
from stylize.tints import smoothstep

# The paper: light, of little chroma, and not as blue as a sky (b of OKLab). Points within _NEAR of its color belong to
# it; the tint fades out over _REACH.
_MIN_LIGHTNESS, _MAX_CHROMA, _SKY, _NEAR, _REACH = 0.84, 0.06, -0.02, 0.025, (0.03, 0.07)
# In distances, lightness counts half: paper has shadows and grain.
_LIGHTNESS_UNIT = 2.0
# Shares of the painting between which light points start to be paper instead of a moon or a shine.
_SHARE = (0.06, 0.18)
# Of the tint: chroma in OKLab, and how much darker than the paper it is.
_TINT_CHROMA, _DARKER = 0.07, 0.015
# Hues, in radians: the width of the bells that are compared, as their kappa; the mean chroma, by bell, of the artwork's
# commonest hue between which the artwork starts to have one.
_KAPPA, _HUE_CHROMA = 12, (0.004, 0.02)
# Warm tints turn by a share of the way toward cream, in degrees, because white makes orange and red look pink (Abney
# effect).
_CREAM, _WARM, _TURN = 85.0, 90.0, 0.4


def tint_paper(own: Colors, target: Colors, style: Colors, weight: float) -> Colors:
    """Return the target with the paper's tint.

    `own`: the painting's colors, `target`: those that the style gives them, `style`: the artwork's; OKLab, (n, 3) each.
    """
    paper = _find_paper(own)
    if paper is None:
        return target
    distances = _measure_distances(own, paper)
    amount = weight * float(smoothstep((distances < _NEAR).mean(), *_SHARE))
    amounts = amount * (1 - smoothstep(distances, *_REACH))[:, None]
    tint, clearness = _choose_tint(style)
    goal = np.column_stack([target[:, 0] - _DARKER, np.broadcast_to(tint, (len(own), 2))])
    return np.asarray(target + clearness * amounts * (goal - target))


def _find_paper(own: Colors) -> Colors | None:
    """Return the commonest light color, (3,), or None."""
    is_light = (own[:, 0] > _MIN_LIGHTNESS) & (np.hypot(*own[:, 1:].T) < _MAX_CHROMA)
    light = own[is_light & (own[:, 2] > _SKY)]
    if not len(light):
        return None
    paper = np.median(light, axis=0)
    for _ in range(3):  # mean shift
        near = light[_measure_distances(light, paper) < _NEAR]
        if not len(near):
            return None
        paper = near.mean(axis=0)
    return np.asarray(paper)


def _measure_distances(colors: Colors, color: Colors) -> Colors:
    return np.asarray(np.linalg.norm((colors - color) / [_LIGHTNESS_UNIT, 1, 1], axis=-1))


def _choose_tint(style: Colors) -> tuple[Colors, float]:
    """Return a and b of the tint, (2,), and 0 to 1: how clear a hue the artwork has."""
    chroma, hue = np.hypot(*style[:, 1:].T), np.arctan2(style[:, 2], style[:, 1])
    bells = np.exp(_KAPPA * (np.cos(hue[:, None] - np.linspace(-np.pi, np.pi, 72, endpoint=False)) - 1))
    shares = (bells * chroma[:, None]).mean(axis=0)
    a, b = (style[:, 1:] * (bells[:, shares.argmax()] * chroma)[:, None]).sum(axis=0)
    degrees = float(np.degrees(np.arctan2(b, a)))
    gap = (_CREAM - degrees + 180) % 360 - 180
    angle = np.radians(degrees + _TURN * gap * float(smoothstep(np.array(_WARM - abs(gap)), 0, _WARM / 2)))
    clearness = float(np.clip((shares.max() - _HUE_CHROMA[0]) / (_HUE_CHROMA[1] - _HUE_CHROMA[0]), 0, 1))
    return _TINT_CHROMA * np.array([np.cos(angle), np.sin(angle)]), clearness
