"""A palette's colors as inks: paper, dark inks and accents at lightnesses that print well."""

from dataclasses import dataclass
from functools import cached_property

from generate.painter.kit.color import (
    get_hue,
    get_lightness,
    is_gray,
    sort_by_lightness,
    sort_by_prominence,
    tone,
    vivid,
)
from generate.painter.kit.types import Color

_SAME_HUE = 35  # degrees


@dataclass(frozen=True, eq=False)
class Inks:
    """A palette's colors, ready to print. `palette`: the most frequent first, at least one color."""

    palette: tuple[Color, ...]

    @cached_property
    def by_lightness(self) -> list[Color]:
        """The palette's own colors, the darkest first."""
        return sort_by_lightness(self.palette)

    @cached_property
    def by_prominence(self) -> list[Color]:
        """The palette's own colors, the most prominent hue first."""
        return sort_by_prominence(self.palette)

    @property
    def is_gray(self) -> bool:
        """Whether the artwork has no hue at all: then the cover has none either."""
        return is_gray(self.by_prominence[0])

    @property
    def is_dark(self) -> bool:
        """Whether the artwork is mostly dark."""
        return get_lightness(self.palette[0]) < 0.6

    @cached_property
    def paper(self) -> Color:
        """Nearly white, in the hue of the palette's lightest color."""
        return tone(self.by_lightness[-1], 0.95, 0.008, 0.035)

    @cached_property
    def pale(self) -> Color:
        """A light tint of the palette's lightest color."""
        return tone(self.by_lightness[-1], 0.88, 0.02, 0.07)

    @cached_property
    def ink(self) -> Color:
        """Nearly black, in the hue of the palette's darkest color."""
        return tone(self.by_lightness[0], 0.20, 0.02, 0.07)

    @cached_property
    def deep(self) -> Color:
        """Darker than `ink`."""
        return tone(self.by_lightness[0], 0.14, 0.015, 0.06)

    def settle(self, color: Color) -> Color:
        """Return a color that is nearly gray without its hue, unless a colorful color of the palette has that hue.

        For large areas: there an accidental hue is seen, and nothing else in the picture has it.
        """
        hues = [get_hue(own) for own in self.palette if not is_gray(own)]
        if not is_gray(color) or any(abs((get_hue(color) - hue + 180) % 360 - 180) < _SAME_HUE for hue in hues):
            return color
        return tone(color, gain=0.0)

    def get_accent(self, index: int) -> Color:
        """Return an accent: 0 is the strongest; they repeat where the palette has fewer colors."""
        color = self.by_prominence[index % len(self.by_prominence)]
        return vivid(color) if index == 0 else vivid(color, 0.08, 0.2)
