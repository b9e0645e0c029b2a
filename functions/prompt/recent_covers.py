"""What the listener's previous cover showed, so that the next one shows something else."""

from collections.abc import Mapping, Sequence
from typing import Any

from prompt.art_direction import Recent


def find_recent(designs: Sequence[Mapping[str, Any]]) -> Recent:
    """Return what the cover before this one showed.

    A repeated cover, with the same source and variation, keeps its picture: what counts is the cover before the first
    one of them. `designs`: items of covers with `request` and `prompt`, this cover's first, then older ones.
    """
    if not designs:
        return Recent()
    own = _identify(designs[0])
    oldest = max(place for place, design in enumerate(designs) if _identify(design) == own)
    prompt: Mapping[str, Any] = designs[oldest + 1].get("prompt", {}) if oldest + 1 < len(designs) else {}
    return Recent(prompt.get("technique", ""), prompt.get("motif", ""))


def _identify(design: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return source and variation."""
    request = design.get("request", {})
    return request.get("source"), request.get("options", {}).get("variation", 0)
