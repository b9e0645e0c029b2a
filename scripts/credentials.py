"""Whether Spotify and OpenAI take a credential: one call each, and the answer in words."""

import openai
import requests
import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.exceptions import SpotifyOauthError

from coverart.spotify.oauth import silence_spotipy_logs

_TIMEOUT = 15  # seconds
_NETWORK = "Check the connection and run it again; nothing of this was stored."
_LATER = "Run it again in a minute; nothing of this was stored."


class RefusedError(Exception):
    """Not to be stored; the message says what is wrong, and never the credential."""


def check_spotify(accounts_url: str, client_id: str, client_secret: str) -> str:
    """Asks for a token of the app's own, which reads nobody's data. What to say of an app that is right.

    Raises RefusedError.
    """
    _look("Spotify's client id", client_id)
    _look("Spotify's client secret", client_secret)
    silence_spotipy_logs()
    app = spotipy.SpotifyClientCredentials(
        client_id, client_secret, cache_handler=MemoryCacheHandler(), requests_timeout=_TIMEOUT,
        requests_session=requests.Session(),
    )  # fmt: skip
    app.OAUTH_TOKEN_URL = f"{accounts_url.rstrip('/')}/api/token"
    try:
        app.get_access_token(as_dict=False, check_cache=False)
    except SpotifyOauthError as error:
        raise RefusedError(_refused_by_spotify(error)) from None
    except (requests.ConnectionError, requests.Timeout):
        raise RefusedError(f"Spotify could not be reached. {_NETWORK}") from None
    except (requests.RequestException, ValueError, AttributeError, KeyError, TypeError):
        # spotipy takes an answer's shape for granted. Nothing is chained: the answer may hold a token.
        raise RefusedError(f"Spotify answered in a way that cannot be read. {_LATER}") from None
    return "Spotify knows the app, and takes its secret."


def _refused_by_spotify(error: SpotifyOauthError) -> str:
    if error.error != "invalid_client":
        return f"Spotify does not answer as it should just now. {_LATER}"
    # Of an unknown id it says "Invalid client".
    if "secret" in str(error.error_description).lower():
        return (
            "The client secret is wrong: Spotify knows the app, and this is not its secret. "
            "In Spotify's dashboard, under the app's settings, “View client secret” shows it."
        )
    return (
        "The client id is wrong: Spotify knows no app with it. It is in Spotify's dashboard, under the app's settings."
    )


def check_openai(base_url: str, model: str, key: str) -> str:
    """Asks what the model is, which costs nothing. What to say of a key that is right; more than one line where the
    model cannot paint yet, or not for long.

    Raises RefusedError.
    """
    _look("OpenAI's key", key)
    try:
        with openai.OpenAI(api_key=key, base_url=base_url, timeout=_TIMEOUT, max_retries=0) as client:
            found = client.models.retrieve(model)
    except openai.APIConnectionError:
        raise RefusedError(f"OpenAI could not be reached. {_NETWORK}") from None
    except openai.APIStatusError as error:
        return _refused_by_openai(error, model)
    if found.shutdown_date is None:
        return f"OpenAI takes the key, and the model {model} is there."
    return (
        f"OpenAI takes the key.\nBut the model {model} goes on {found.shutdown_date}: choose another before then, "
        "with the parameter ImageModel. After that the built-in painter paints."
    )


def _refused_by_openai(error: openai.APIStatusError, model: str) -> str:
    """What to say of a key that is right all the same. Raises RefusedError."""
    said = error.message.lower()
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError() if "scope" in said or "permission" in said:
            return (
                "OpenAI takes the key.\nBut it may not be asked about models, so nobody knows whether it may paint. "
                "A restricted key needs the permission for images."
            )
        case openai.PermissionDeniedError() if "verified" in said:
            return (
                f"OpenAI takes the key.\nBut the organisation is not verified, which {model} needs: verify it in "
                "OpenAI's settings, under Organization. Until then the built-in painter paints."
            )
        case openai.NotFoundError():
            return (
                f"OpenAI takes the key.\nBut it knows no {model} for it: the name (parameter ImageModel) is wrong, "
                "or the organisation has no access. Until then the built-in painter paints."
            )
        case openai.AuthenticationError():
            raise RefusedError("The key is wrong: OpenAI does not know it, or it was revoked. Make a new one there.")
        case openai.PermissionDeniedError():
            raise RefusedError("OpenAI refuses the key here: perhaps it does not serve this country or network.")
        case openai.RateLimitError():
            raise RefusedError(f"OpenAI asks to wait. {_LATER}")
    raise RefusedError(f"OpenAI does not answer as it should just now ({error.status_code}). {_LATER}")


def _look(what: str, value: str) -> None:
    """What a slip of the clipboard brings, and no HTTP header takes."""
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise RefusedError(f"{what} has characters in it that no such thing has. Copy it again.")
