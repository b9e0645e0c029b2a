"""The colors of lettering: a dark and a light one of the cover's palette, and its accents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coverart.images.color import Colors, from_hex, from_oklab, to_lch, to_oklab
from stylize.lettering.fields import Field

_GRAY = 0.025  # chroma below which a color's hue is an accident
_BROWN = (30, 115)  # hues in degrees that turn brown in the dark
_ACCENTS = 3


@dataclass(frozen=True, eq=False)
class LetterInks:
    """`dark`, `light`: nearly black and nearly white. `bright`, `deep`: accents for a dark and for a light ground."""

    dark: Field
    light: Field
    bright: tuple[Field, ...]
    deep: tuple[Field, ...]


def choose_inks(palette: Sequence[str]) -> LetterInks:
    """Return the inks of a palette of `#rrggbb`, the most colorful accent first."""
    colors = [from_hex(color) for color in palette] or [np.full(3, 0.5)]
    by_lightness = sorted(colors, key=lambda color: to_lch(color)[0])
    vivid = sorted((color for color in colors if to_lch(color)[1] >= _GRAY), key=lambda color: -to_lch(color)[1])
    accents = vivid[:_ACCENTS]
    return LetterInks(
        dark=_tone(by_lightness[0], 0.175, 0.05),
        light=_tone(by_lightness[-1], 0.96, 0.03),
        bright=tuple(_tone(color, max(0.74, to_lch(color)[0]), 0.19, 0.08) for color in accents),
        deep=tuple(_tone(color, 0.40, 0.16, 0.08) for color in accents if not _BROWN[0] < to_lch(color)[2] < _BROWN[1]),
    )


def _tone(color: Colors, lightness: float, most: float, least: float = 0.0) -> Field:
    """Return the color at a lightness, its chroma within bounds; a gray stays gray."""
    lab = to_oklab(color)
    chroma = float(np.hypot(lab[1], lab[2]))
    target = min(max(chroma, least), most) if chroma >= _GRAY else 0.0
    lab[0], lab[1:] = lightness, lab[1:] * target / (chroma + 1e-6)
    return np.clip(from_oklab(lab), 0, 1).astype(np.float32)
