"""What a composition shows, and the signature of a composition."""

from collections.abc import Callable
from dataclasses import dataclass

from generate.painter.canvas import Canvas
from generate.painter.color_scheme import ColorScheme


@dataclass(frozen=True)
class Subjects:
    """What is on a poster.

    `pictograms`: one to three names, the motif's first. `energy`: 0 calm, 1 wild. `decade`: for example 1970, or 0
    where it is unknown. `places`: any of sea, peaks, forest, stars.
    """

    pictograms: tuple[str, ...]
    energy: float
    decade: int
    places: frozenset[str]

    @property
    def motif(self) -> str:
        """The name of the main pictogram."""
        return self.pictograms[0]

    @property
    def secondary(self) -> tuple[str, ...]:
        """The names of up to two smaller pictograms."""
        return self.pictograms[1:]


Composition = Callable[[Canvas, ColorScheme, Subjects], None]
