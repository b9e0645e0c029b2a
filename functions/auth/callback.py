"""The end of a login: OAuth's authorization code flow (RFC 6749, section 4.1), step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from auth.listener_id import choose_listener_id
from auth.oauth import LoginRefusedError
from auth.oauth_state import OAuthStates
from coverart.errors import ConfigurationError, CoverArtError
from coverart.spotify.client import get_token_owner
from coverart.spotify.errors import spotify_unavailable
from coverart.spotify.oauth import InvalidGrantError, SpotifyAccounts
from coverart.spotify.settings import SpotifySettings
from coverart.store.listeners import Listeners

# The errors of RFC 6749, section 4.1.2.1, that only the stack's owner can correct.
_OWNER_ERRORS = {"invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type"}


@dataclass(frozen=True)
class Login:
    """`redirect_uri`: the one that /login sent, which Spotify compares."""

    states: OAuthStates
    accounts: SpotifyAccounts
    listeners: Listeners
    settings: SpotifySettings
    redirect_uri: str

    def finish(self, parameters: Mapping[str, Sequence[str]], cookie_value: str | None, now: datetime) -> str:
        """Log a listener in and return their id.

        `parameters`: those of the callback's query string. `cookie_value`: of the browser's state cookie. Raises
        LoginRefusedError, NotAllowListedError, OwnerWithoutPremiumError, SpotifyCoolingDownError,
        SpotifyUnavailableError, ConfigurationError.
        """
        # 1. The state is ours, belongs to this browser, and was never used before.
        self.states.use(_get_single(parameters, "state"), cookie_value)
        # 2. The listener consented.
        if "error" in parameters:
            raise _translate_error(parameters["error"][0])
        # 3. Spotify exchanges the code for tokens.
        code = _get_single(parameters, "code")
        try:
            tokens = self.accounts.exchange_code(code, self.redirect_uri)
        except InvalidGrantError:
            raise LoginRefusedError("code_refused") from None
        # 4. Spotify lets the listener use this app, and says who they are.
        user = get_token_owner(self.settings, tokens.access_token)
        # 5. This is the first write.
        listener_id = choose_listener_id(self.listeners, user)
        self.listeners.save_login(listener_id, user.id, user.display_name, tokens, now)
        return listener_id


def _get_single(parameters: Mapping[str, Sequence[str]], name: Literal["state", "code"]) -> str:
    """Raises LoginRefusedError where the parameter is missing, empty or repeated."""
    values = parameters.get(name, [])
    if len(values) > 1:
        raise LoginRefusedError("state_repeated" if name == "state" else "code_repeated")
    if not values or not values[0]:
        raise LoginRefusedError("state_missing" if name == "state" else "code_missing")
    return values[0]


def _translate_error(error: str) -> LoginRefusedError | CoverArtError:
    if error == "access_denied":
        return LoginRefusedError("access_denied")
    if error in _OWNER_ERRORS:
        return ConfigurationError("The Spotify app is misconfigured. Its owner has to correct it.")
    return spotify_unavailable()
