"""The way back from Spotify: OAuth's authorization code flow (RFC 6749, 4.1), step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import requests
import spotipy
from spotipy.exceptions import SpotifyException

from auth.oauth import LoginRefusedError
from auth.oauth_state import OAuthStates
from coverart import http_deadline
from coverart.errors import ConfigurationError
from coverart.spotify.errors import cooling_down, error_for_status, read_retry_after, spotify_unavailable
from coverart.spotify.models import SpotifyUser
from coverart.spotify.oauth import InvalidGrantError, SpotifyAccounts
from coverart.spotify.settings import SpotifySettings
from coverart.store.listeners import Listeners, OAuthTokens

# RFC 6749, 4.1.2.1: what only the owner can put right.
_OUR_FAULT = {"invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type"}


@dataclass(frozen=True)
class Login:
    states: OAuthStates
    accounts: SpotifyAccounts
    listeners: Listeners
    spotify: SpotifySettings
    redirect_uri: str

    def finish(self, answer: Mapping[str, Sequence[str]], browser: str | None, now: datetime) -> str:
        """The id of the listener who is logged in now. `answer`: the parameters that Spotify sent the browser with.

        Raises LoginRefusedError, NotAllowListedError, SpotifyCoolingDownError, SpotifyUnavailableError,
        ConfigurationError.
        """
        # 1. It answers a question of ours, of this browser, for the first time.
        self.states.use(_only(answer, "state"), browser)
        # 2. The listener agreed.
        if "error" in answer:
            raise _refused(answer["error"][0])
        # 3. Spotify takes the code for tokens.
        code = _only(answer, "code")
        try:
            tokens = self.accounts.redeem(code, self.redirect_uri)
        except InvalidGrantError:
            raise LoginRefusedError("code_refused") from None
        # 4. Spotify lets the listener use this app, and says who it is.
        listener = self._listener(tokens)
        # 5. Only now is anything kept.
        self.listeners.save_login(listener.listener_id, listener.id, listener.display_name, tokens, now)
        return listener.listener_id

    def _listener(self, tokens: OAuthTokens) -> SpotifyUser:
        # With a session of its own making spotipy sleeps for as long as Retry-After says, or loses the answer.
        client = spotipy.Spotify(
            auth=tokens.access_token.get_secret_value(),
            requests_session=http_deadline.create_session(self.spotify.spotify_timeout_seconds),
            requests_timeout=self.spotify.spotify_timeout_seconds,
        )
        client.prefix = self.spotify.spotify_api_url.rstrip("/") + "/"
        try:
            return SpotifyUser.model_validate(client.me())
        except SpotifyException as error:
            if error.http_status == 429:
                raise cooling_down(datetime.now(UTC) + timedelta(seconds=read_retry_after(error))) from None
            raise error_for_status(int(error.http_status)) from None
        except (requests.RequestException, ValueError, AttributeError, TypeError, RecursionError):
            raise spotify_unavailable() from None


def _only(answer: Mapping[str, Sequence[str]], name: Literal["state", "code"]) -> str:
    """Raises LoginRefusedError where the parameter is missing, empty or there twice."""
    values = answer.get(name, [])
    if len(values) > 1:
        raise LoginRefusedError("state_repeated" if name == "state" else "code_repeated")
    if not values or not values[0]:
        raise LoginRefusedError("state_missing" if name == "state" else "code_missing")
    return values[0]


def _refused(error: str) -> Exception:
    if error == "access_denied":
        return LoginRefusedError("access_denied")
    if error in _OUR_FAULT:
        return ConfigurationError("Spotify does not take the question that this stack asks it.")
    return spotify_unavailable()
