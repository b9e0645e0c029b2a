"""A cover's part in a series: what the built-in look and its position decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from coverart.looks import find_look
from coverart.models import CoverOptions, LetteringPlace
from prompt.taste_profile import Origin


class SharedLettering(NamedTuple):
    """How the titles of a series are set; the fields are those of Lettering."""

    typeface: str
    second_typeface: str
    place: LetteringPlace
    cap_height: float | None


@dataclass(frozen=True)
class SeriesPart:
    """`layouts`: of the technique; empty: all. `palette`: `#rrggbb`, the most frequent color first."""

    origin: Origin
    technique: str
    layouts: frozenset[str]
    palette: tuple[str, ...]
    lettering: SharedLettering


def plan_series_part(options: CoverOptions, designs: Sequence[Mapping[str, Any]]) -> SeriesPart | None:
    """Return the part of a cover with a built-in look; None where it has none.

    Without a position in the options, the cover follows the listener's latest ones with the look. `designs`: items of
    covers with `request`, this cover's first. Raises InvalidRequestError where there is no such look.
    """
    if options.look is None or not options.has_built_in_look:
        return None
    look = find_look(options.look)
    position = options.position
    if position is None:
        position = sum(
            design.get("request", {}).get("options", {}).get("look") == options.look for design in designs[1:]
        )
    return SeriesPart(
        origin=Origin("look", f"the look “{look.name}”"),
        technique=look.techniques[position % len(look.techniques)],
        layouts=look.layouts,
        palette=look.palettes[position % len(look.palettes)],
        lettering=SharedLettering(look.typeface, look.second_typeface, look.place, look.cap_height),
    )
