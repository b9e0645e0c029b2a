"""A cover's candidates, as its item in CoversTable has them.

`candidates` maps each candidate's index, as text, to {`step`, `timings`, `painting`, `pictures`, `error`}: what began,
how long it took, and the results as they come. `prompted` has the prompts in the same order. `chosen` is the index that
the listener chose. Items of earlier versions have one `prompt`, `painting` and `pictures` instead.
"""

from collections.abc import Mapping
from typing import Any

_RESULTS = ("prompt", "painting", "pictures")


def new_candidates(count: int) -> dict[str, Any]:
    """Return the candidates of a new cover."""
    return {str(index): {"timings": {}} for index in range(count)}


def read_candidates(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the results of each candidate: `prompt`, `painting` and `pictures` where they exist, and its progress."""
    if "candidates" not in item:
        return [{name: item[name] for name in ("step", *_RESULTS) if name in item}]
    prompts = item.get("prompted", {}).get("prompts", [])
    candidates = [{**item["candidates"][index]} for index in sorted(item["candidates"])]
    for candidate, prompt in zip(candidates, prompts, strict=False):
        candidate["prompt"] = prompt
    return candidates


def find_chosen(item: Mapping[str, Any]) -> int:
    """Return the candidate that the listener chose, else the first finished one, else the first."""
    if "chosen" in item:
        return int(item["chosen"])
    finished = (index for index, candidate in enumerate(read_candidates(item)) if "pictures" in candidate)
    return next(finished, 0)


def add_chosen_results(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item with the chosen candidate's results as its own, as items of earlier versions have them."""
    if "candidates" not in item:
        return dict(item)
    candidate = read_candidates(item)[find_chosen(item)]
    timings = {**item.get("timings", {}), **candidate.get("timings", {})}
    return {**item, "timings": timings, **{name: candidate[name] for name in _RESULTS if name in candidate}}
