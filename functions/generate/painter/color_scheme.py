"""The inks of a poster: what the artwork's palette becomes in print.

Two tiers keep it legible: everything behind the motif is of the back tier, the motif of the front tier, and any front
ink on any back ink has a contrast of at least 3:1 (WCAG 2.2, 1.4.11).
"""

from dataclasses import dataclass

import numpy as np

from coverart.images.color import Colors, contrast, from_hex, from_lch, to_lch, to_oklab

CONTRAST = 3.0
_MUTED = 0.09  # the same, below which no colour of the artwork is loud
_GREY = 0.045  # OKLCH chroma below which a colour has no hue to speak of


@dataclass(frozen=True)
class Mood:
    """`night`: chance of light ink on a dark ground. `chroma`: how much colour the inks take. `hue`: degrees in OKLCH,
    for artwork without colour. `spread`: degrees between hues where the artwork has only one.
    """

    night: float
    chroma: float
    hue: float
    spread: float


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
    """sRGB in [0, 1]. `ground`, `fields` (three, from near the ground to far from it) and `pop` (the loudest) are the
    back tier; `front` and `echo` (the front's second ink) the front tier. `night`: the front tier is the lighter.
    """

    ground: Colors
    fields: tuple[Colors, Colors, Colors]
    pop: Colors
    front: Colors
    echo: Colors
    night: bool

    @property
    def back(self) -> tuple[Colors, ...]:
        return (self.ground, *self.fields, self.pop)


def build_color_scheme(
    palette: list[str], mood: str, rng: np.random.Generator, night: bool | None = None
) -> ColorScheme:
    """`palette`: `#rrggbb`, the most present first; may be empty. `night`: None leaves it to the mood."""
    manner = MOODS[mood]
    if night is None:
        night = bool(rng.random() < manner.night)
    mixer = _Mixer(_in_colour([to_lch(from_hex(colour)) for colour in palette], manner), manner.chroma, rng)
    if night:
        loud, hue = mixer.loudest(light=False)
        front, echo = mixer.ink(0.95, (0.94, 0.96), 0.01, 0.04), from_lch(0.86, 0.1, hue)
        mixer.front = (front, echo)
        pop = mixer.pop((0.50, 0.60), loud, hue)
        ground = mixer.ink(rng.uniform(0.18, 0.26), (0.17, 0.27), 0.03, 0.09)
        fields = [mixer.ink(at, (at - 0.04, at + 0.04), 0.07, 0.16) for at in (0.34, 0.42, 0.50)]
    else:
        loud, hue = mixer.loudest(light=True)
        # A loud mood prints its darkest ink in colour.
        front = (
            mixer.ink(0.28, (0.25, 0.32), 0.1, 0.14) if manner.chroma > 1 else mixer.ink(0.23, (0.2, 0.27), 0.02, 0.07)
        )
        echo = from_lch(0.38, 0.13, _beside(to_lch(front), hue))
        mixer.front = (front, echo)
        pop = mixer.pop((0.66, 0.86), loud, hue)
        # Where the artwork has paper of its own, loud ground is the exception.
        paper = any(lightness > 0.88 and chroma < 0.06 for lightness, chroma, _ in mixer.palette)
        flooded = rng.random() < (0.2 + 0.5 * (manner.chroma > 1)) * (0.4 if paper else 1)
        ground = mixer.ink(0.8, (0.74, 0.88), 0.08, 0.16) if flooded else mixer.ink(0.93, (0.91, 0.95), 0.01, 0.04)
        low = 0.11 if manner.chroma > 1 else 0.08
        fields = [mixer.ink(at, (at - 0.05, at + 0.05), low, 0.16) for at in (0.90 if flooded else 0.84, 0.76, 0.70)]
    return ColorScheme(ground, (fields[0], fields[1], fields[2]), pop, front, echo, night)


Lch = tuple[float, float, float]


def _in_colour(palette: list[Lch], manner: Mood) -> list[Lch]:
    """The palette, with the mood's own hues added where the artwork has none, or only one."""
    hues = [hue for _, chroma, hue in palette if chroma > _GREY]
    if not hues:
        grey = [(lightness, 0.015, manner.hue) for lightness, _, _ in palette]
        return [*grey, (0.6, 0.16, manner.hue), (0.3, 0.06, manner.hue), (0.93, 0.02, manner.hue)]
    if any(_turn(hue, hues[0]) >= 30 for hue in hues):
        return palette
    if max(chroma for _, chroma, _ in palette) < 0.1 and _turn(manner.hue, hues[0]) > 40:
        return [*palette, (0.62, 0.12, manner.hue)]
    # The neighbour that is not a sour green.
    aside = [(hues[0] + manner.spread) % 360, (hues[0] - manner.spread) % 360]
    return [*palette, (0.62, 0.09, min(aside, key=lambda hue: 85 < hue < 140))]


def _beside(ink: Lch, hue: float) -> float:
    """The hue, or where dots of it on the ink would be brown, the ink's own."""
    _, chroma, own = ink
    return own if chroma > 0.05 and _turn(own, hue) > 90 else hue


def _turn(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


class _Mixer:
    """Mixes inks that stay near the palette's colours and can be told apart."""

    def __init__(self, palette: list[Lch], chroma: float, rng: np.random.Generator) -> None:
        self.palette, self._chroma, self._rng = palette, chroma, rng
        self._uses = [0.0] * len(palette)
        self._backs: list[Colors] = []
        self.front: tuple[Colors, ...] = ()

    def ink(self, at: float, within: tuple[float, float], low: float, high: float) -> Colors:
        """The palette's colour that is nearest to lightness `at`, taken there and to a chroma of `low` to `high`."""
        costs = [
            abs(lightness - at) + max(0.0, low - chroma) * 3 + use * 0.22 + self._rng.uniform(0, 0.06)
            for (lightness, chroma, _), use in zip(self.palette, self._uses, strict=True)
        ]
        chosen = int(np.argmin(costs))
        self._uses[chosen] += 1
        lightness, chroma, hue = self.palette[chosen]
        return self._place(float(np.clip(lightness, *within)), float(np.clip(chroma * self._chroma, low, high)), hue)

    def loudest(self, light: bool) -> tuple[float, float]:
        """Chroma and hue of the palette's loudest colour. `light`: it will be light, so that it may be a yellow."""
        loudness = [
            chroma + self._rng.uniform(0, 0.04) - 0.12 * (_olive(hue) and not light) for _, chroma, hue in self.palette
        ]
        chosen = int(np.argmax(loudness))
        self._uses[chosen] += 1.5
        return self.palette[chosen][1:]

    def pop(self, within: tuple[float, float], chroma: float, hue: float) -> Colors:
        """The colour at the lightness where it is loudest."""
        if 110 < hue < 160:
            # Greens are loudest where they are neon.
            within, chroma = (within[0], min(within[1], 0.76)), min(chroma, 0.14)
        levels = np.linspace(*within, 6)
        # Muted artwork has a muted poster.
        low, high = (0.13, 0.22) if max(chroma for _, chroma, _ in self.palette) > _MUTED else (0.09, 0.13)
        loudest = max(levels, key=lambda level: to_lch(from_lch(float(level), 0.3, hue))[1])
        return self._place(float(loudest), float(np.clip(chroma * 1.2 * self._chroma, low, high)), hue)

    def _place(self, lightness: float, chroma: float, hue: float) -> Colors:
        if lightness < 0.6 and lightness > 0.1 and _olive(hue):
            hue = 58 if hue < 98 else 138  # a dark yellow is mud; brown and green are colours
        colour = from_lch(lightness, chroma, hue)
        if not self.front:
            return colour
        night = to_lch(self.front[0])[0] > 0.6
        for _ in range(40):
            close = any(np.linalg.norm(to_oklab(colour) - to_oklab(other)) < 0.075 for other in self._backs)
            legible = min(contrast(colour, ink) for ink in self.front) >= CONTRAST + 0.05
            if legible and not close:
                break
            # Away from the front tier; once at the end of the scale, on with less chroma.
            lightness += -0.02 if night else 0.02
            if not 0.14 < lightness < 0.98:
                lightness, chroma = (0.5 if night else 0.72), chroma * 0.6
            colour = from_lch(lightness, chroma, hue)
        while min(contrast(colour, ink) for ink in self.front) < CONTRAST + 0.05:
            lightness += -0.01 if night else 0.01
            colour = from_lch(lightness, chroma, hue)
        self._backs.append(colour)
        return colour


def _olive(hue: float) -> bool:
    return 72 < hue < 125
