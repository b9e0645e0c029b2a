"""The inks of a poster, derived from the artwork's palette.

Two tiers keep a poster legible. Everything behind the motif is printed in background inks, the motif in foreground
inks, and every foreground ink has a contrast of at least 3:1 with every background ink (WCAG 2.2, 1.4.11).

Lightness, chroma and hue (in degrees) are OKLCH: B. Ottosson, "A perceptual color space for image processing", 2020.
"""

from dataclasses import dataclass

import numpy as np

from coverart.images.color import Colors, contrast, from_hex, from_lch, to_lch, to_oklab

MIN_CONTRAST = 3.0
_MIXED_CONTRAST = MIN_CONTRAST + 0.05  # what inks are mixed to, with a margin
_MUTED_CHROMA = 0.09  # artwork whose chroma is nowhere higher gets a muted accent
_GRAY_CHROMA = 0.045  # below it a color has no clear hue
_MIN_DIFFERENCE = 0.075  # OKLab distance at which two background inks can be told apart
_MAX_SEPARATION_STEPS = 40

Lch = tuple[float, float, float]


@dataclass(frozen=True)
class Mood:
    """How a mood changes the inks.

    `dark_probability`: chance of light ink on a dark ground. `chroma`: factor for the inks' chroma. `hue`: for artwork
    without color. `hue_spread`: degrees between hues where the artwork has only one.
    """

    dark_probability: float
    chroma: float
    hue: float
    hue_spread: float

    @property
    def is_vivid(self) -> bool:
        """Whether the inks are more colorful than the artwork."""
        return self.chroma > 1


MOODS = {
    "serene": Mood(0.25, 0.85, 215, 40),
    "dreamy": Mood(0.45, 0.95, 310, 60),
    "melancholic": Mood(0.65, 0.75, 255, 150),
    "warm": Mood(0.15, 1.05, 55, 50),
    "playful": Mood(0.05, 1.2, 85, 130),
    "energetic": Mood(0.35, 1.3, 25, 170),
    "dark": Mood(0.85, 0.95, 20, 180),
    "epic": Mood(0.6, 1.1, 40, 190),
}


@dataclass(frozen=True)
class ColorScheme:
    """Inks, each (3,) sRGB in [0, 1].

    Background: `ground`, three `fields` from near the ground to far from it, and the most colorful, `accent`.
    Foreground: `foreground` and its second ink, `shadow`. `is_dark`: the foreground is lighter than the background.
    """

    ground: Colors
    fields: tuple[Colors, Colors, Colors]
    accent: Colors
    foreground: Colors
    shadow: Colors
    is_dark: bool

    @property
    def background_inks(self) -> tuple[Colors, ...]:
        """The inks behind the motif."""
        return (self.ground, *self.fields, self.accent)


def build_color_scheme(
    palette: list[str], mood: str, rng: np.random.Generator, is_dark: bool | None = None
) -> ColorScheme:
    """Mix the inks for a palette and a mood of MOODS.

    `palette`: `#rrggbb`, the most frequent first; may be empty. `is_dark`: None leaves it to the mood.
    """
    character = MOODS[mood]
    if is_dark is None:
        is_dark = bool(rng.random() < character.dark_probability)
    colors = _add_missing_hues([to_lch(from_hex(color)) for color in palette], character)
    mixer = _Mixer(colors, character.chroma, rng)
    return _mix_dark_scheme(mixer, rng) if is_dark else _mix_light_scheme(mixer, rng, character.is_vivid)


def _mix_dark_scheme(mixer: "_Mixer", rng: np.random.Generator) -> ColorScheme:
    chroma, hue = mixer.take_most_colorful(will_be_light=False)
    foreground, shadow = mixer.mix_ink(0.95, (0.94, 0.96), 0.01, 0.04), from_lch(0.86, 0.1, hue)
    mixer.foreground = (foreground, shadow)
    accent = mixer.mix_accent((0.50, 0.60), chroma, hue)
    ground = mixer.mix_ink(rng.uniform(0.18, 0.26), (0.17, 0.27), 0.03, 0.09)
    near, middle, far = (
        mixer.mix_ink(lightness, (lightness - 0.04, lightness + 0.04), 0.07, 0.16) for lightness in (0.34, 0.42, 0.50)
    )
    return ColorScheme(ground, (near, middle, far), accent, foreground, shadow, is_dark=True)


def _mix_light_scheme(mixer: "_Mixer", rng: np.random.Generator, is_vivid: bool) -> ColorScheme:
    chroma, hue = mixer.take_most_colorful(will_be_light=True)
    # A vivid mood prints its darkest ink in color.
    foreground = (
        mixer.mix_ink(0.28, (0.25, 0.32), 0.1, 0.14) if is_vivid else mixer.mix_ink(0.23, (0.2, 0.27), 0.02, 0.07)
    )
    shadow = from_lch(0.38, 0.13, _choose_shadow_hue(to_lch(foreground), hue))
    mixer.foreground = (foreground, shadow)
    accent = mixer.mix_accent((0.66, 0.86), chroma, hue)
    # A colored ground is less likely where the artwork has a paper white of its own.
    has_paper = any(lightness > 0.88 and chroma < 0.06 for lightness, chroma, _ in mixer.palette)
    is_colored = rng.random() < (0.7 if is_vivid else 0.2) * (0.4 if has_paper else 1)
    if is_colored:
        ground = mixer.mix_ink(0.8, (0.74, 0.88), 0.08, 0.16)
    else:
        ground = mixer.mix_ink(0.93, (0.91, 0.95), 0.01, 0.04)
    min_chroma = 0.11 if is_vivid else 0.08
    near, middle, far = (
        mixer.mix_ink(lightness, (lightness - 0.05, lightness + 0.05), min_chroma, 0.16)
        for lightness in (0.90 if is_colored else 0.84, 0.76, 0.70)
    )
    return ColorScheme(ground, (near, middle, far), accent, foreground, shadow, is_dark=False)


def _add_missing_hues(palette: list[Lch], mood: Mood) -> list[Lch]:
    """Return the palette, with the mood's hues added where it has no hue or only one."""
    hues = [hue for _, chroma, hue in palette if chroma > _GRAY_CHROMA]
    if not hues:
        grays = [(lightness, 0.015, mood.hue) for lightness, _, _ in palette]
        return [*grays, (0.6, 0.16, mood.hue), (0.3, 0.06, mood.hue), (0.93, 0.02, mood.hue)]
    if any(_hue_difference(hue, hues[0]) >= 30 for hue in hues):
        return palette
    if max(chroma for _, chroma, _ in palette) < 0.1 and _hue_difference(mood.hue, hues[0]) > 40:
        return [*palette, (0.62, 0.12, mood.hue)]
    # Of the two neighbors, the one that is not a sour green.
    neighbors = [(hues[0] + mood.hue_spread) % 360, (hues[0] - mood.hue_spread) % 360]
    return [*palette, (0.62, 0.09, min(neighbors, key=lambda hue: 85 < hue < 140))]


def _choose_shadow_hue(ink: Lch, hue: float) -> float:
    """Return the hue, or the ink's own where dots of the hue on the ink would look brown."""
    _, chroma, ink_hue = ink
    return ink_hue if chroma > 0.05 and _hue_difference(ink_hue, hue) > 90 else hue


def _hue_difference(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


class _Mixer:
    """Mixes inks that stay near the palette's colors and can be told apart."""

    def __init__(self, palette: list[Lch], chroma: float, rng: np.random.Generator) -> None:
        self.palette, self._chroma, self._rng = palette, chroma, rng
        self._uses = [0.0] * len(palette)
        self._background: list[Colors] = []
        # Set once they are mixed; inks that are mixed from then on are background inks.
        self.foreground: tuple[Colors, ...] = ()

    def mix_ink(
        self, lightness: float, lightness_range: tuple[float, float], min_chroma: float, max_chroma: float
    ) -> Colors:
        """Return the palette color nearest to `lightness`, moved into the ranges of lightness and chroma.

        Colors that were used before are less likely.
        """
        costs = [
            abs(color[0] - lightness) + max(0.0, min_chroma - color[1]) * 3 + use * 0.22 + self._rng.uniform(0, 0.06)
            for color, use in zip(self.palette, self._uses, strict=True)
        ]
        index = int(np.argmin(costs))
        self._uses[index] += 1
        color_lightness, chroma, hue = self.palette[index]
        return self._adjust(
            float(np.clip(color_lightness, *lightness_range)),
            float(np.clip(chroma * self._chroma, min_chroma, max_chroma)),
            hue,
        )

    def take_most_colorful(self, will_be_light: bool) -> tuple[float, float]:
        """Return chroma and hue of the palette's most colorful color. Only a light ink may be a yellow."""
        ratings = [
            chroma + self._rng.uniform(0, 0.04) - 0.12 * (_is_olive(hue) and not will_be_light)
            for _, chroma, hue in self.palette
        ]
        index = int(np.argmax(ratings))
        self._uses[index] += 1.5
        return self.palette[index][1:]

    def mix_accent(self, lightness_range: tuple[float, float], chroma: float, hue: float) -> Colors:
        """Return the hue at the lightness at which sRGB can show it with the highest chroma."""
        low, high = lightness_range
        if 110 < hue < 160:
            # The most colorful greens are neon.
            high, chroma = min(high, 0.76), min(chroma, 0.14)
        # Muted artwork gets a muted accent.
        is_muted = max(color[1] for color in self.palette) <= _MUTED_CHROMA
        min_chroma, max_chroma = (0.09, 0.13) if is_muted else (0.13, 0.22)
        lightness = max(np.linspace(low, high, 6), key=lambda level: to_lch(from_lch(float(level), 0.3, hue))[1])
        return self._adjust(float(lightness), float(np.clip(chroma * 1.2 * self._chroma, min_chroma, max_chroma)), hue)

    def _adjust(self, lightness: float, chroma: float, hue: float) -> Colors:
        """Return the color as sRGB. A background ink moves until it is legible and differs from the others."""
        if 0.1 < lightness < 0.6 and _is_olive(hue):
            # A dark yellow looks like mud; brown and green do not.
            hue = 58 if hue < 98 else 138
        if not self.foreground:
            return from_lch(lightness, chroma, hue)
        color = self._move_from_foreground(lightness, chroma, hue)
        self._background.append(color)
        return color

    def _move_from_foreground(self, lightness: float, chroma: float, hue: float) -> Colors:
        is_dark = to_lch(self.foreground[0])[0] > 0.6
        direction = -1 if is_dark else 1
        color = from_lch(lightness, chroma, hue)
        for _ in range(_MAX_SEPARATION_STEPS):
            if self._is_legible(color) and self._is_distinct(color):
                break
            lightness += direction * 0.02
            if not 0.14 < lightness < 0.98:
                # At the end of the scale: start in the middle again, with less chroma.
                lightness, chroma = (0.5 if is_dark else 0.72), chroma * 0.6
            color = from_lch(lightness, chroma, hue)
        while not self._is_legible(color):
            lightness += direction * 0.01
            color = from_lch(lightness, chroma, hue)
        return color

    def _is_legible(self, color: Colors) -> bool:
        return min(contrast(color, ink) for ink in self.foreground) >= _MIXED_CONTRAST

    def _is_distinct(self, color: Colors) -> bool:
        return all(np.linalg.norm(to_oklab(color) - to_oklab(other)) >= _MIN_DIFFERENCE for other in self._background)


def _is_olive(hue: float) -> bool:
    return 72 < hue < 125
