"""What an error of an image server means, whoever made the server.

OpenAI's codes are documented. Other servers that speak the Images API put the reason anywhere in the body: in a code, a
type, a status or a sentence. So one search covers all texts of the body.

The release bundle's installer checks keys with it: no package, and Python 3.9.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

from coverart.errors import (
    CoverArtError,
    ImageModelBusyError,
    ImageModelRefusedError,
    PaintingLostError,
    PromptBlockedError,
)

# A gateway gave up waiting, or lost its connection, after it had passed the request on. 520 to 524 are Cloudflare's.
_GATEWAY_TIMEOUT_STATUSES = frozenset({408, 504, *range(520, 525)})
_MAX_BODY_CHARACTERS = 100_000
# What these fields hold repeats the request, and with it the prompt.
_REQUEST_FIELDS = frozenset({"input", "prompt", "flagged_input", "revised_prompt"})


class Reason(Enum):
    """Why an image server did not paint: the error for the listener and the state machine, with its sentence."""

    UNREACHABLE = ImageModelBusyError("The image model cannot be reached. Please try again in a few minutes.")
    NO_RESPONSE = PaintingLostError("The image model did not respond in time.")
    UNREADABLE = PaintingLostError("The image model's response could not be read.")
    BUSY = ImageModelBusyError("The image model is busy. Please try again in a few minutes.")
    FAULT = ImageModelBusyError("The image model has a temporary fault. Please try again in a few minutes.")
    BLOCKED = PromptBlockedError("The image model rejected this prompt. Try rephrasing it.")
    NO_CREDIT = ImageModelRefusedError("The owner's account at the image model has no credit left.")
    ACCOUNT = ImageModelRefusedError(
        "The owner's account at the image model is not active. Its owner has to check the billing details there."
    )
    KEY = ImageModelRefusedError("The image model rejected the API key that the owner stored.")
    PERMISSION = ImageModelRefusedError("The API key that the owner stored may not generate images.")
    UNVERIFIED = ImageModelRefusedError("The image model requires the owner's organization to be verified first.")
    COUNTRY = ImageModelRefusedError("The image model is not available in this stack's country or network.")
    FORBIDDEN = ImageModelRefusedError("The image model refuses the owner's key or network (status 403).")
    MODEL_FORBIDDEN = ImageModelRefusedError("The owner's key may not use this image model (parameter ImageModel).")
    MODEL_GONE = ImageModelRefusedError("The image model was shut down: the owner has to choose another (ImageModel).")
    MODEL_UNKNOWN = ImageModelRefusedError("The image server has no such model (parameter ImageModel).")
    NO_API = ImageModelRefusedError("There is no Images API at the owner's address (parameter OpenAiBaseUrl).")
    REFUSED = ImageModelRefusedError("The image model refused the request (status {}).")

    def to_domain_error(self, status: int | None = None) -> CoverArtError:
        """Return a new error. It repeats nothing that the server said but the status."""
        error: CoverArtError = self.value
        return type(error)(str(error).format(status))


# The first that matches. An empty set stands for any status.
_RULES: tuple[tuple[Reason, frozenset[int], str], ...] = (
    (
        Reason.ACCOUNT,
        frozenset(),
        r"billing_not_active|account (is not active|.{0,40}(deactivated|suspended|disabled))|account_deactivated|"
        r"billing (account )?.{0,40}(disabled|not enabled)|only accessible to billed users|consumer_suspended|"
        r"resource has been temporarily blocked",
    ),
    (
        Reason.NO_CREDIT,
        frozenset(),
        r"insufficient[_ ](quota|credits?|balance|funds)|billing[_ ](hard[_ ])?limit|budget[_ ](has been )?exceeded|"
        r"(over|crossed|exceeded) ?budget|exceeded your current quota|spending limit|payment required|"
        r"(not enough|no|any|all available|out of) credits|credit balance|balance is too low",
    ),
    (
        Reason.BLOCKED,
        frozenset({400, 403, 422, 451, 500}),
        r"moderation_blocked|content[_ ]?(policy|filter|management policy|moderation)|responsible ?ai|image_safety|"
        r"safety (system|policy|filter|setting)|(rejected|flagged|blocked) by .{0,40}(moderation|safety)|"
        r"was flagged|prohibited_content|unsafe[_ ](generation|content)|sensitive words|usage guidelines|nsfw",
    ),
    (
        Reason.KEY,
        frozenset({400, 403}),
        # The last one is LiteLLM's: it looks any key but its own up in a database that it does not have.
        r"api[_ ]key[_ ](not[_ ]valid|invalid)|(incorrect|invalid|wrong) api[_ ]key|no_db_connection",
    ),
    (
        Reason.COUNTRY,
        frozenset({400, 403}),
        r"(country|region|territory|location).{0,40}not (yet )?supported|_country_",
    ),
    (Reason.UNVERIFIED, frozenset({400, 403}), r"(must|needs to|has to|to) be verified|verify (your )?organi[sz]ation"),
    (
        Reason.MODEL_GONE,
        frozenset({400, 404, 410}),
        r"deprecated|decommissioned|shut ?down|retired|discontinued|sunset|no longer (available|supported|offered)",
    ),
    (
        Reason.MODEL_FORBIDDEN,
        frozenset({400, 401, 403}),
        r"model_access_denied|model_not_found|(have|has) (no )?access to (the )?model|"
        r"not allowed to access (the )?model|access to (the )?model.{0,60}(denied|not allowed)",
    ),
    (
        Reason.MODEL_UNKNOWN,
        frozenset({400, 404, 422}),
        r"model_not_found|deploymentnotfound|(invalid|unknown|unsupported|no such) model|"
        r"model.{0,120}(not (be )?found|not exist|not supported|unknown|is not a valid)",
    ),
    (Reason.PERMISSION, frozenset({401, 403}), r"scope|permission|service_disabled"),
)
_REASONS_BY_STATUS = {
    401: Reason.KEY,
    402: Reason.NO_CREDIT,
    403: Reason.FORBIDDEN,
    404: Reason.NO_API,
    405: Reason.NO_API,
    410: Reason.MODEL_GONE,
    429: Reason.BUSY,
}
# Google says of a limit per minute, too, that the quota is exceeded, and when to call again.
_RETRY_SOON = re.compile(r"(retry|try again) in \d")
# A gateway between us and the server says so with any status.
_LOST = re.compile(r"timed? ?-?out\b|server ?disconnected|connection (was )?(reset|aborted|closed)")


def find_status_reason(status: int, text: str) -> Reason:
    """Return what an error status with these texts means. `text`: from `read_body_text`."""
    if status in _GATEWAY_TIMEOUT_STATUSES or ((status == 400 or status >= 500) and _LOST.search(text)):
        return Reason.NO_RESPONSE
    if status == 429 and _RETRY_SOON.search(text):
        return Reason.BUSY
    for reason, statuses, pattern in _RULES:
        if (not statuses or status in statuses) and re.search(pattern, text):
            return reason
    return Reason.FAULT if status >= 500 else _REASONS_BY_STATUS.get(status, Reason.REFUSED)


def read_body_text(body: str) -> str:
    """Return everything that the server said, in lower case."""
    try:
        parsed = json.loads(body[:_MAX_BODY_CHARACTERS])
    except (ValueError, RecursionError):
        parsed = body[:_MAX_BODY_CHARACTERS]
    return " ".join(_list_texts(parsed)).lower()


def _list_texts(body: Any) -> Iterator[str]:
    """Yield all texts of a JSON body in their order, except those that repeat the request."""
    parts = [body]
    while parts:
        part = parts.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            parts += reversed(part)
        elif isinstance(part, dict):
            parts += [value for name, value in reversed(part.items()) if name not in _REQUEST_FIELDS]
