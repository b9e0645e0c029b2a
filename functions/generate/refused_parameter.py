"""Which parameter an image server does not know."""

import re

import openai

from generate.image_server_errors import find_reason, read_text
from generate.image_server_reasons import Reason

_OTHER_REASONS = {Reason.BLOCKED, Reason.NO_CREDIT, Reason.ACCOUNT, Reason.NO_RESPONSE}
_COMPLAINT = re.compile(
    r"not (be )?(supported|permitted|allowed|recogni[sz]ed|available|expected|valid)|"
    r"(un|in)(supported|known|recogni[sz]ed|expected|valid)|n't support|not support|extra|additional propert|"
    r"deprecated|must be|should be|no longer|has no|got an"
)


def find_refused_parameter(error: openai.APIStatusError, parameters: dict[str, str]) -> str | None:
    """Return which of the `parameters` the server refused before it painted, or None where it is none of them.

    The server names it as `param`, as the place of the problem (FastAPI's `loc`), or in a sentence, by its name or by
    its value in quotes. A gateway names `extra_body`, into which it put what it does not know itself: the last one.
    """
    if error.status_code not in {400, 422} or find_reason(error) in _OTHER_REASONS:
        return None
    text = read_text(error)
    if "extra_body" in text:
        return next(reversed(parameters), None)
    if error.param:
        name = str(error.param).rsplit(".", 1)[-1]
        return name if name in parameters else None
    if not _COMPLAINT.search(text):
        return None
    matches = (
        (match.start(), name)
        for name, value in parameters.items()
        if (match := re.search(rf"\b{re.escape(name)}\b|['\"`]{re.escape(value.lower())}['\"`]", text))
    )
    return min(matches, default=(0, None))[1]
