"""Repeats an earlier cover's prompt with other lettering."""

from collections.abc import Mapping
from typing import Any

from coverart.errors import InvalidRequestError
from coverart.models import CoverOptions, Prompt, read_model
from coverart.store.candidates import read_candidates
from coverart.techniques import load_techniques
from prompt.lettering import choose_lettering
from prompt.looks import SeriesPart
from prompt.taste_profile import TasteProfile


def retitle(
    item: Mapping[str, Any] | None,
    options: CoverOptions,
    title: str,
    taste: TasteProfile,
    series_part: SeriesPart | None,
) -> Prompt:
    """Return the prompt of the candidate that `options.retitle` names, with the lettering that the options want.

    An image model's painting is used again; the painter paints the same scene again, around the new words. Typeface
    and place stay. `item`: the candidate's cover. `title`: the playlist's name, or "". Raises InvalidRequestError where
    the cover no longer has the candidate's prompt and painting.
    """
    candidates = dict(enumerate(read_candidates(item or {"candidates": {}})))
    results = candidates.get(options.retitle.candidate if options.retitle else 0, {})
    if "prompt" not in results or "painting" not in results:
        raise InvalidRequestError("The cover that you want to retitle no longer exists. Please choose another one.")
    prompt = read_model(Prompt, results["prompt"])
    technique = load_techniques().get(prompt.technique)
    layout = technique.layouts.get(prompt.composition) if technique else None
    shared = series_part.lettering if series_part else None
    lettering = choose_lettering(options, title, taste, prompt.technique, layout, shared)
    if lettering and prompt.lettering:
        words = {"title": lettering.title, "second_line": lettering.second_line}
        lettering = prompt.lettering.model_copy(update=words)
    return prompt.model_copy(update={"lettering": lettering, "painting": results["painting"]["key"]})
