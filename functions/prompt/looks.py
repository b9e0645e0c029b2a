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

    Without a position in the options, a playlist keeps the one that it had, and a new one follows the others.
    `designs`: items of covers with `request`, this cover's first. Raises InvalidRequestError where there is no such
    look.
    """
    if options.look is None or not options.has_built_in_look:
        return None
    look = find_look(options.look)
    position = _find_position(options.look, designs) if options.position is None else options.position
    return SeriesPart(
        origin=Origin("look", f"the look “{look.name}”"),
        technique=look.techniques[position % len(look.techniques)],
        layouts=look.layouts,
        palette=look.palettes[position % len(look.palettes)],
        lettering=SharedLettering(look.typeface, look.second_typeface, look.place, look.cap_height),
    )


def _find_position(look: str, designs: Sequence[Mapping[str, Any]]) -> int:
    """Return the position of this cover's source among the sources of the listener's latest covers with the look."""
    requests = [design.get("request", {}) for design in designs]
    series = [request for request in requests[1:] if request.get("options", {}).get("look") == look]
    source = requests[0].get("source") if requests else None
    for request in series:
        if request.get("source") == source and (position := request["options"].get("position")) is not None:
            return int(position)
    sources: list[Any] = []
    for request in reversed(series):
        if request.get("source") not in sources:
            sources.append(request.get("source"))
    return sources.index(source) if source in sources else len(sources)
