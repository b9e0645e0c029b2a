"""Checks the credentials of Spotify and of the image server with free requests, and explains the result."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import openai
import requests

from coverart.spotify.errors import says_premium_is_missing
from generate.image_server_errors import Reason, find_reason

_TIMEOUT_SECONDS = 15
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
    """A credential must not be stored. The message says why, and never contains the credential."""


def check_spotify(accounts_url: str, api_url: str, client_id: str, client_secret: str) -> str:
    """Request a token of the app itself, which gives access to nobody's data, and use it once.

    Return a message for the owner. It has a second line if the owner has no Premium. Raise InvalidCredentialError.
    """
    _check_characters("Spotify client ID", client_id)
    _check_characters("Spotify client secret", client_secret)
    url, form = f"{accounts_url.rstrip('/')}/api/token", {"grant_type": "client_credentials"}
    try:
        response = requests.post(url, form, auth=(client_id, client_secret), timeout=_TIMEOUT_SECONDS)
        match _read_json(response.text):
            case {"access_token": str(token)} if response.ok:
                is_premium_missing = _is_premium_missing(api_url, token)
            case {"error": "invalid_client", "error_description": str(text)} if "secret" in text.lower():
                raise InvalidCredentialError(
                    "The client secret is wrong: it does not belong to this client ID. In Spotify's dashboard, “View "
                    "client secret” in the app's settings shows it."
                )
            case {"error": "invalid_client"}:  # For an unknown id, the description is "Invalid client".
                raise InvalidCredentialError(
                    "The client ID is wrong: Spotify has no such app. It is in Spotify's dashboard, in the app's "
                    "settings."
                )
            case _ if says_premium_is_missing(response.text):
                is_premium_missing = True
            case _ if response.ok:
                raise InvalidCredentialError(f"Spotify's response could not be read. {_TRY_LATER}")
            case _:
                raise InvalidCredentialError(f"Spotify is not working properly at the moment. {_TRY_LATER}")
    except requests.RequestException:
        raise InvalidCredentialError(f"Spotify could not be reached. {_CHECK_NETWORK}") from None
    if not is_premium_missing:
        return "Spotify accepts the client ID and secret."
    return (
        "Spotify accepts the client ID and secret.\nHowever, it serves this app only while the app's owner has "
        "Premium, and that account has none. After it is renewed, it may take a few hours until anybody can log in."
    )


def _is_premium_missing(api_url: str, token: str) -> bool:
    """Raise requests.RequestException."""
    response = requests.get(
        f"{api_url.rstrip('/')}/search",
        {"q": 'artist:"a"', "type": "track", "limit": "1"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=_TIMEOUT_SECONDS,
    )
    return response.status_code == requests.codes.forbidden and says_premium_is_missing(response.text)


def check_openai(base_url: str, model: str, key: str) -> str:
    """Look the model up, which is free.

    Return a message for the owner. The message of a valid key has a second line if the model cannot be used yet, or
    not for long. Raise InvalidCredentialError.
    """
    _check_characters("OpenAI API key", key)
    if not model:
        raise InvalidCredentialError("The parameter ImageModel is empty. Nothing was stored.")
    try:
        with openai.OpenAI(api_key=key, base_url=base_url, timeout=_TIMEOUT_SECONDS, max_retries=0) as client:
            details = _find_model(client, model)
    except openai.OpenAIError as error:
        return _describe_openai_error(error, model)
    except httpx2.InvalidURL:
        raise InvalidCredentialError(_NO_API) from None
    if not details:
        return _accept(Reason.MODEL_UNKNOWN, model)
    if (shutdown_date := _find_shutdown_date(details)) is None:
        return f"OpenAI accepts the key, and the model {model} is available."
    verb = "was" if shutdown_date <= datetime.now(UTC).date() else "will be"
    return (
        f"OpenAI accepts the key.\nHowever, the model {model} {verb} shut down on {shutdown_date}. Choose another one "
        "with the parameter ImageModel; otherwise the built-in painter is used from then on."
    )


def _find_model(client: openai.OpenAI, model: str) -> dict[str, Any]:
    """Return what the server says about a model, or nothing where it has none of that name.

    Servers without a route for one model list all. Raise InvalidCredentialError and openai's errors.
    """
    try:
        details = _read_json(client.models.with_raw_response.retrieve(model).text)
    except openai.APIStatusError as error:
        if find_reason(error) is not Reason.NO_API:
            raise
        match _read_json(client.models.with_raw_response.list().text):
            case {"data": list(models)}:
                return next((entry for entry in models if isinstance(entry, dict) and entry.get("id") == model), {})
        raise InvalidCredentialError(_NO_API) from None
    if not isinstance(details, dict) or not details.get("id"):
        raise InvalidCredentialError(_NO_API)
    return details


def _find_shutdown_date(details: dict[str, Any]) -> date | None:
    texts = (str(details.get(name)) for name in _SHUTDOWN_FIELDS)
    match = next((match for text in texts if (match := re.match(r"\d{4}-\d\d-\d\d", text))), None)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def _describe_openai_error(error: openai.OpenAIError, model: str) -> str:
    """Return a message for a valid key. Raise InvalidCredentialError for any other."""
    reason = find_reason(error)
    if reason in _ACCEPTED_REASONS:
        return _accept(reason, model)
    if reason in _REFUSED_REASONS:
        raise InvalidCredentialError(_REFUSED_REASONS[reason])
    if not isinstance(error, openai.APIStatusError):
        raise InvalidCredentialError(_REFUSED_REASONS[Reason.UNREACHABLE])
    raise InvalidCredentialError(
        f"OpenAI is not working properly at the moment (status {error.status_code}). {_TRY_LATER}"
    )


def _accept(reason: Reason, model: str) -> str:
    problem = _ACCEPTED_REASONS[reason].format(model=model)
    return f"OpenAI accepts the key.\nHowever, {problem} Until then the built-in painter is used."


def _read_json(text: str) -> Any:
    """Return None for a text that is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _check_characters(label: str, value: str) -> None:
    """Raise InvalidCredentialError for what a mistake with the clipboard produces, and no HTTP header may contain."""
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise InvalidCredentialError(f"The {label} is empty or contains invalid characters. Copy it again.")
