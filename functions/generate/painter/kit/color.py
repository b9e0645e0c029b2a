"""Colors of a palette, moved to the lightness and chroma at which they print well. No hue is ever invented.

Lightness, chroma and hue are those of OKLab in polar form (coverart.images.color names the source).
"""

from collections.abc import Sequence

import numpy as np

from coverart.images.color import from_hex, from_oklab, to_oklab
from generate.painter.kit import single
from generate.painter.kit.single import GRAY_CHROMA
from generate.painter.kit.types import Color, Field, Mask, Sheet

BLACK: Color = np.zeros(3, np.float32)
WHITE: Color = np.ones(3, np.float32)
# What fills more of the artwork leads: every later place in the palette costs this share of the chroma that counts.
_RANK_COST = 0.12
# Hue in degrees -> the lightness at which sRGB has its strongest color of this hue (yellow is light, blue is dark).
_CUSP_HUES = (29, 68, 110, 142, 195, 240, 264, 305, 328, 360, 389)
_CUSP_LIGHTNESS = (0.63, 0.78, 0.90, 0.80, 0.80, 0.60, 0.47, 0.55, 0.66, 0.65, 0.63)
_RAMP_STEPS = 1024


def parse(color: str) -> Color:
    """Convert `#rrggbb`."""
    return from_hex(color).astype(np.float32)


def get_lightness(color: Color) -> float:
    """Return the lightness, 0 to 1."""
    return float(single.find_lab(tuple(color.tolist()))[0])


def get_chroma(color: Color) -> float:
    """Return the chroma, 0 to about 0.32."""
    _, a, b = single.find_lab(tuple(color.tolist()))
    return float(np.hypot(a, b))


def get_hue(color: Color) -> float:
    """Return the hue in degrees, 0 to 360."""
    _, a, b = single.find_lab(tuple(color.tolist()))
    return float(np.degrees(np.arctan2(b, a)) % 360)


def is_gray(color: Color) -> bool:
    """Return whether the color has no hue to speak of."""
    return get_chroma(color) < GRAY_CHROMA


def is_yellow(color: Color) -> bool:
    """Return whether the color is a yellow, which turns olive in the dark."""
    return not is_gray(color) and 75 < get_hue(color) < 135


def tone(
    color: Color,
    lightness: float | None = None,
    min_chroma: float = 0.0,
    max_chroma: float = 0.3,
    gain: float = 1.0,
) -> Color:
    """Return the color at another lightness, its chroma multiplied by `gain` and brought within bounds.

    A gray stays gray.
    """
    return single.tone(tuple(color.tolist()), lightness, min_chroma, max_chroma, gain).copy()


def neutralize(color: Color) -> Color:
    """Return a color that is nearly gray without its hue, others as they are.

    For large darks: the accidental hue of a nearly gray ink shows on a large area, and no other color has it.
    """
    return tone(color, gain=0.0) if is_gray(color) else color


def tint(color: Color, lightness: float, chroma: float, gain: float = 1.8) -> Color:
    """Return the color at a lightness and a chroma, which is at most `gain` times its own: the nearly gray stay so."""
    return tone(color, lightness, 0.0, min(chroma, gain * get_chroma(color)), gain=100.0 if not is_gray(color) else 1.0)


def vivid(
    color: Color, min_chroma: float = 0.12, max_chroma: float = 0.24, pull: float = 0.75, darker: float = 0.0
) -> Color:
    """Return the color near the lightness at which its hue is strongest; a gray stays gray, at a middle lightness.

    `pull`: how far it moves there, 0 to 1. `darker`: how much lightness it loses afterwards.
    """
    lightness = get_lightness(color)
    if is_gray(color):
        return tone(color, float(np.clip(lightness, 0.35, 0.75)) - darker)
    best = float(np.interp((get_hue(color) - 29) % 360 + 29, _CUSP_HUES, _CUSP_LIGHTNESS))
    return tone(color, lightness * (1 - pull) + best * pull - darker, min_chroma, max_chroma, 1.25)


def mix(first: Color, second: Color, share: float) -> Color:
    """Return the mixture in OKLab: the first color at `share` 0, the second at 1."""
    return single.mix(tuple(first.tolist()), tuple(second.tolist()), share).copy()


def ramp(position: Field, colors: Sequence[Color]) -> Sheet:
    """Return the colors along `position` in [0, 1], at equal distances and mixed in OKLab."""
    stops = np.stack([to_oklab(color) for color in colors])
    places = np.linspace(0, len(stops) - 1, _RAMP_STEPS)
    lab = np.stack([np.interp(places, np.arange(len(stops)), stops[:, axis]) for axis in range(3)], axis=-1)
    table = np.clip(from_oklab(lab), 0, 1).astype(np.float32)
    return table[(np.clip(position, 0, 1) * (_RAMP_STEPS - 1) + 0.5).astype(np.int32)]


def to_linear(values: Field) -> Field:
    """Convert sRGB in [0, 1] to linear light, which adds as light does. Any shape; about 1/4096 exact."""
    return _LINEAR_TABLE[(np.clip(values, 0, 1) * 4095 + 0.5).astype(np.int32)]


def from_linear(values: Field) -> Field:
    """Convert linear light to sRGB in [0, 1]; clip light above 1. Any shape."""
    # The square root spends the table's entries where sRGB needs them.
    return _SRGB_TABLE[(np.sqrt(np.clip(values, 0, 1)) * 4095 + 0.5).astype(np.int32)]


def sort_by_lightness(palette: Sequence[Color]) -> list[Color]:
    """Return the colors, the darkest first."""
    return sorted(palette, key=get_lightness)


def sort_by_prominence(palette: Sequence[Color]) -> list[Color]:
    """Return the most colorful first, then in turn the one that is farthest in hue from those before it.

    `palette`: the color that fills most of the artwork first, which also counts for more here.
    """
    weights = [get_chroma(color) * (1 - _RANK_COST * min(place, 7)) for place, color in enumerate(palette)]
    remaining = sorted(range(len(palette)), key=lambda index: -weights[index])
    order = [remaining.pop(0)]
    while remaining:
        best = max(remaining, key=lambda index: _get_distinction(palette, index, order))
        remaining.remove(best)
        order.append(best)
    return [palette[index] for index in order]


def choose_dark_hue(colors: Sequence[Color]) -> Color:
    """Return the first color that keeps its hue in the dark (no gray, no yellow, which turns olive), else the first."""
    return next((color for color in colors if not is_gray(color) and not is_yellow(color)), colors[0])


def choose_hue(colors: Sequence[Color]) -> Color:
    """Return the first color that has a hue, else the first: an accidental hue looks dirty."""
    return next((color for color in colors if not is_gray(color)), colors[0])


def choose_cold_hue(colors: Sequence[Color]) -> Color:
    """Return the color nearest to blue, for water and night skies; of colors as near, the more colorful."""

    def rate(color: Color) -> float:
        return abs((get_hue(color) - 265 + 180) % 360 - 180) - 250 * get_chroma(color)

    return min((color for color in colors if not is_gray(color)), key=rate, default=colors[0])


def _get_distinction(palette: Sequence[Color], index: int, selection: Sequence[int]) -> float:
    hue = get_hue(palette[index])
    distance = min(abs((hue - get_hue(palette[other]) + 180) % 360 - 180) for other in selection)
    return float((get_chroma(palette[index]) + 0.004) ** 0.8 * (8 + distance))


def blend(under: Sheet, over: Sheet, mask: Mask) -> Sheet:
    """Return the sheets mixed by a mask: `over` where it is 1."""
    return np.asarray(under + (over - under) * mask[..., None], np.float32)


def overprint(first: Color, second: Color) -> Color:
    """Return the color of two transparent inks over each other: as dark as their product, in the darker one's hue.

    The product itself would have a third hue where the inks are complementary.
    """
    darker = min(first, second, key=get_lightness)
    return tone(darker, get_lightness(first * second), 0.0, 0.14)


def _make_tables() -> tuple[Field, Field]:
    values = np.linspace(0, 1, 4096)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    light = values**2
    srgb = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return linear.astype(np.float32), srgb.astype(np.float32)


_LINEAR_TABLE, _SRGB_TABLE = _make_tables()
