"""Checks Spotify's and OpenAI's credentials with one request each, and explains the result."""

import openai
import requests

_TIMEOUT_SECONDS = 15
_CHECK_NETWORK = "Check the connection and run this again; nothing was stored."
_TRY_LATER = "Run this again in a minute; nothing was stored."


class InvalidCredentialError(Exception):
    """A credential must not be stored. The message says why, and never contains the credential."""


def check_spotify(accounts_url: str, client_id: str, client_secret: str) -> str:
    """Request a token of the app itself, which gives access to nobody's data.

    Return a message for the owner. Raise InvalidCredentialError.
    """
    _check_characters("Spotify client ID", client_id)
    _check_characters("Spotify client secret", client_secret)
    url, form = f"{accounts_url.rstrip('/')}/api/token", {"grant_type": "client_credentials"}
    try:
        response = requests.post(url, form, auth=(client_id, client_secret), timeout=_TIMEOUT_SECONDS)
    except (requests.ConnectionError, requests.Timeout):
        raise InvalidCredentialError(f"Spotify could not be reached. {_CHECK_NETWORK}") from None
    try:
        body = response.json()
    except requests.JSONDecodeError:
        body = None
    match body:
        case {"access_token": str()} if response.ok:
            return "Spotify accepts the client ID and secret."
        # For an unknown id, the description is "Invalid client".
        case {"error": "invalid_client", "error_description": str(description)} if "secret" in description.lower():
            raise InvalidCredentialError(
                "The client secret is wrong: it does not belong to this client ID. In Spotify's dashboard, “View "
                "client secret” in the app's settings shows it."
            )
        case {"error": "invalid_client"}:
            raise InvalidCredentialError(
                "The client ID is wrong: Spotify has no such app. It is in Spotify's dashboard, in the app's settings."
            )
    problem = "Spotify's response could not be read" if response.ok else "Spotify is not working properly at the moment"
    raise InvalidCredentialError(f"{problem}. {_TRY_LATER}")


def check_openai(base_url: str, model: str, key: str) -> str:
    """Look the model up, which is free.

    Return a message for the owner. The message of a valid key has a second line if the model cannot be used yet, or
    not for long. Raise InvalidCredentialError.
    """
    _check_characters("OpenAI API key", key)
    try:
        with openai.OpenAI(api_key=key, base_url=base_url, timeout=_TIMEOUT_SECONDS, max_retries=0) as client:
            details = client.models.retrieve(model)
    except openai.APIConnectionError:
        raise InvalidCredentialError(f"OpenAI could not be reached. {_CHECK_NETWORK}") from None
    except openai.APIStatusError as error:
        return _describe_openai_error(error, model)
    if details.shutdown_date is None:
        return f"OpenAI accepts the key, and the model {model} is available."
    return (
        f"OpenAI accepts the key.\nHowever, the model {model} will be shut down on {details.shutdown_date}. Choose "
        "another one with the parameter ImageModel; otherwise the built-in painter is used from then on."
    )


def _describe_openai_error(error: openai.APIStatusError, model: str) -> str:
    """Return a message for a valid key. Raise InvalidCredentialError for any other."""
    message = error.message.lower()
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError() if (
            "scope" in message or "permission" in message
        ):
            return (
                "OpenAI accepts the key.\nHowever, the key may not look models up, so it is unknown whether it may "
                "generate images. A restricted key needs the permission for images."
            )
        case openai.PermissionDeniedError() if "verified" in message:
            return (
                f"OpenAI accepts the key.\nHowever, {model} needs a verified organization: verify it in OpenAI's "
                "settings, under Organization. Until then the built-in painter is used."
            )
        case openai.NotFoundError():
            return (
                f"OpenAI accepts the key.\nHowever, it has no model {model} for this key: the parameter ImageModel is "
                "wrong, or the organization has no access. Until then the built-in painter is used."
            )
        case openai.AuthenticationError():
            raise InvalidCredentialError("The key is wrong or was revoked. Create a new one at OpenAI.")
        case openai.PermissionDeniedError():
            raise InvalidCredentialError("OpenAI refuses the key: this country or network may not be supported.")
        case openai.RateLimitError():
            raise InvalidCredentialError(f"OpenAI's rate limit was reached. {_TRY_LATER}")
    raise InvalidCredentialError(
        f"OpenAI is not working properly at the moment (status {error.status_code}). {_TRY_LATER}"
    )


def _check_characters(label: str, value: str) -> None:
    """Raise InvalidCredentialError for what a mistake with the clipboard produces, and no HTTP header may contain."""
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise InvalidCredentialError(f"The {label} is empty or contains invalid characters. Copy it again.")
