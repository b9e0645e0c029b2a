"""The options of a cover that repeats another one with other lettering."""

from collections.abc import Mapping
from typing import Any

from coverart.errors import InvalidRequestError
from coverart.models import CandidateReference, CoverOptions
from coverart.store.candidates import read_candidates
from coverart.store.stored_items import read_stored

_OWN_OPTIONS = ("publish", "lettering", "lettering_text", "second_line", "retitle")


def repeat_options(item: Mapping[str, Any], reference: CandidateReference, options: CoverOptions) -> CoverOptions:
    """Return the options of the cover with this item, for one candidate, with the lettering of `options`.

    Raises InvalidRequestError where the candidate is not painted.
    """
    candidates = read_candidates(item)
    if reference.candidate >= len(candidates) or "painting" not in candidates[reference.candidate]:
        raise InvalidRequestError("The cover that you want to retitle is not finished. Please choose a finished one.")
    earlier = read_stored(CoverOptions, item["request"]["options"]).for_candidate(reference.candidate)
    own = {name: getattr(options, name) for name in _OWN_OPTIONS}
    # An image model's painting is used again, whether or not its picture is still there.
    is_again = candidates[reference.candidate]["painting"]["backend"] == "openai"
    picture = None if is_again else earlier.picture
    return CoverOptions.model_validate(
        {**earlier.model_dump(), **own, "picture": picture, "send_picture": False, "candidates": 1}
    )
