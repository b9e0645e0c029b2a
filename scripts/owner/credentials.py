"""Checks the credentials of Spotify and of the image server with free requests, and explains the result."""

from __future__ import annotations

import base64
import re
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import quote, urlencode

from coverart.spotify.premium import says_premium_is_missing
from generate.image_server_reasons import Reason, find_status_reason, read_body_text
from scripts.owner import http

_CHECK_NETWORK = "Check the connection and run this again; nothing was stored."
_TRY_LATER = "Run this again in a minute; nothing was stored."
# What other servers call OpenAI's `shutdown_date`: Mistral, OpenRouter.
_SHUTDOWN_FIELDS = ("shutdown_date", "deprecation", "deprecation_date", "expiration_date")
_NO_API = (
    "There is no such API at the address in the parameter OpenAiBaseUrl. It begins with http:// or https://, and "
    "usually ends in /v1. Nothing was stored."
)
# The key is valid, and something else is missing.
_ACCEPTED_REASONS = {
    Reason.PERMISSION: "the key may not look models up, so it is unknown whether it may generate images. A restricted "
    "key needs the permission for images.",
    Reason.UNVERIFIED: "{model} needs a verified organization: verify it in OpenAI's settings, under Organization.",
    Reason.MODEL_UNKNOWN: "it has no model {model} for this key: the parameter ImageModel is wrong, or the "
    "organization has no access.",
    Reason.MODEL_FORBIDDEN: "this key, or its project, may not use the model {model}: allow it there, or choose "
    "another one with the parameter ImageModel.",
    Reason.MODEL_GONE: "the model {model} was shut down. Choose another one with the parameter ImageModel.",
    Reason.NO_CREDIT: "the account has no credit left. Add some there, or raise its limit.",
    Reason.ACCOUNT: "the account is not active. Check the billing details there.",
}
_REFUSED_REASONS = {
    Reason.UNREACHABLE: f"OpenAI could not be reached. {_CHECK_NETWORK}",
    Reason.NO_API: _NO_API,
    Reason.KEY: "The key is wrong or was revoked. Create a new one at OpenAI.",
    Reason.COUNTRY: "OpenAI refuses the key: this country or network may not be supported.",
    Reason.FORBIDDEN: "OpenAI refuses the key, or this network (status 403). Nothing was stored.",
    Reason.BUSY: f"OpenAI's rate limit was reached. {_TRY_LATER}",
}


class InvalidCredentialError(Exception):
    """A credential to reject. The message says why, and never contains the credential."""


def check_spotify(accounts_url: str, api_url: str, client_id: str, client_secret: str) -> str:
    """Request a token of the app itself, which gives access to nobody's data, and use it once.

    Return a message for the owner. It has a second line if the owner has no Premium. Raise InvalidCredentialError.
    """
    _check_characters("Spotify client ID", client_id)
    _check_characters("Spotify client secret", client_secret)
    app = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    try:
        response = http.send(
            "POST",
            f"{accounts_url.rstrip('/')}/api/token",
            {"Authorization": f"Basic {app}", "Content-Type": "application/x-www-form-urlencoded"},
            b"grant_type=client_credentials",
        )
        body = response.json()
        fields = body if isinstance(body, dict) else {}
        if response.status == 200 and isinstance(fields.get("access_token"), str):
            is_premium_missing = _is_premium_missing(api_url, fields["access_token"])
        elif not (is_premium_missing := says_premium_is_missing(response.text)):
            raise InvalidCredentialError(_describe_spotify_error(response.status, fields))
    except (*http.UNREACHABLE_ERRORS, ValueError):
        raise InvalidCredentialError(f"Spotify could not be reached. {_CHECK_NETWORK}") from None
    if not is_premium_missing:
        return "Spotify accepts the client ID and secret."
    return (
        "Spotify accepts the client ID and secret.\nHowever, it serves this app only while the app's owner has "
        "Premium, and that account has none. After it is renewed, it may take a few hours until anybody can log in."
    )


def _describe_spotify_error(status: int, fields: dict[str, Any]) -> str:
    if fields.get("error") != "invalid_client":
        problem = "'s response could not be read" if status == 200 else " is not working properly at the moment"
        return f"Spotify{problem}. {_TRY_LATER}"
    if "secret" in str(fields.get("error_description")).lower():
        return (
            "The client secret is wrong: it does not belong to this client ID. In Spotify's dashboard, “View "
            "client secret” in the app's settings shows it."
        )
    # For an unknown id, the description is "Invalid client".
    return "The client ID is wrong: Spotify has no such app. It is in Spotify's dashboard, in the app's settings."


def _is_premium_missing(api_url: str, token: str) -> bool:
    """Raise http.UNREACHABLE_ERRORS and ValueError."""
    query = urlencode({"q": 'artist:"a"', "type": "track", "limit": "1"})
    response = http.send("GET", f"{api_url.rstrip('/')}/search?{query}", {"Authorization": f"Bearer {token}"})
    return response.status == 403 and says_premium_is_missing(response.text)


def check_openai(base_url: str, model: str, key: str) -> str:
    """Look the model up, which is free.

    Return a message for the owner. The message of a valid key has a second line if the model is not available yet, or
    not for long. Raise InvalidCredentialError.
    """
    _check_characters("OpenAI API key", key)
    if not model:
        raise InvalidCredentialError("The parameter ImageModel is empty. Nothing was stored.")
    headers, base_url = {"Authorization": f"Bearer {key}"}, base_url.rstrip("/")
    try:
        response = http.send("GET", f"{base_url}/models/{quote(model, safe='')}", headers)
        if response.status != 200 and _find_reason(response) is Reason.NO_API:
            # Servers without a route for one model list all.
            response = http.send("GET", f"{base_url}/models", headers)
    except http.UNREACHABLE_ERRORS:
        raise InvalidCredentialError(_REFUSED_REASONS[Reason.UNREACHABLE]) from None
    except ValueError:
        raise InvalidCredentialError(_NO_API) from None
    if response.status != 200:
        return _describe_openai_error(_find_reason(response), response.status, model)
    details = _find_model(response.json(), model)
    if details is None:
        return _accept(Reason.MODEL_UNKNOWN, model)
    if (shutdown_date := _find_shutdown_date(details)) is None:
        return f"OpenAI accepts the key, and the model {model} is available."
    verb = "was" if shutdown_date <= datetime.now(timezone.utc).date() else "will be"
    return (
        f"OpenAI accepts the key.\nHowever, the model {model} {verb} shut down on {shutdown_date}. Choose another one "
        "with the parameter ImageModel; otherwise the built-in painter is used from then on."
    )


def _find_reason(response: http.Response) -> Reason:
    return find_status_reason(response.status, read_body_text(response.text))


def _find_model(body: Any, model: str) -> dict[str, Any] | None:
    """Return the model of a response with one model or all of them, or None. Raise InvalidCredentialError."""
    if isinstance(body, dict) and body.get("id"):
        return body
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        return next((entry for entry in body["data"] if isinstance(entry, dict) and entry.get("id") == model), None)
    raise InvalidCredentialError(_NO_API)


def _find_shutdown_date(details: dict[str, Any]) -> date | None:
    texts = (str(details.get(name)) for name in _SHUTDOWN_FIELDS)
    match = next((match for text in texts if (match := re.match(r"\d{4}-\d\d-\d\d", text))), None)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def _describe_openai_error(reason: Reason, status: int, model: str) -> str:
    """Return a message for a valid key. Raise InvalidCredentialError for any other."""
    if reason in _ACCEPTED_REASONS:
        return _accept(reason, model)
    otherwise = f"OpenAI is not working properly at the moment (status {status}). {_TRY_LATER}"
    raise InvalidCredentialError(_REFUSED_REASONS.get(reason, otherwise))


def _accept(reason: Reason, model: str) -> str:
    problem = _ACCEPTED_REASONS[reason].format(model=model)
    return f"OpenAI accepts the key.\nHowever, {problem} Until then the built-in painter is used."


def _check_characters(label: str, value: str) -> None:
    """Raise InvalidCredentialError for what a mistake with the clipboard produces, and no HTTP header may contain."""
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise InvalidCredentialError(f"The {label} is empty or contains invalid characters. Copy it again.")
