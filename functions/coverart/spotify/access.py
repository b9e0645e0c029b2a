"""A listener's access to Spotify: tokens and cool-downs, stored on the profile so that every function knows them."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from coverart.errors import SpotifyCoolingDownError
from coverart.spotify.errors import cooling_down, reconnect_needed, spotify_unavailable
from coverart.spotify.oauth import InvalidGrantError, SpotifyAccounts
from coverart.store.listeners import Listeners, OAuthTokens, Profile

# It refreshes an access token so long before it expires.
_REFRESH_MARGIN_SECONDS = 60
# How long to wait for another function's new tokens: five seconds in all.
_PAUSES_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0)


class ListenerAccess:
    """Serves as spotipy's auth manager. Several threads may use it at once."""

    def __init__(
        self,
        profile: Profile,
        listeners: Listeners,
        accounts: SpotifyAccounts,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._listener_id = profile.listener_id
        self._listeners = listeners
        self._accounts = accounts
        self._sleep = sleep
        self._tokens = profile.tokens
        self._needs_reconnect = profile.state == "reconnect"
        self._cool_down_until = profile.cool_down_until
        self._refresh_lock = threading.Lock()

    @property
    def tokens(self) -> OAuthTokens:
        """The latest tokens that this process has."""
        return self._tokens

    def get_access_token(self, as_dict: bool = False) -> str:  # noqa: ARG002  # spotipy passes it
        """Return the token that spotipy sends."""
        return self._tokens.access_token.get_secret_value()

    def check(self) -> None:
        """Raises ReconnectNeededError, and SpotifyCoolingDownError during a cool-down."""
        if self._needs_reconnect:
            raise reconnect_needed()
        if self._cool_down_until is not None and self._cool_down_until > datetime.now(UTC):
            raise cooling_down(self._cool_down_until)

    def is_expiring(self) -> bool:
        """Return whether the access token has expired or will within a minute."""
        return self._tokens.expires_at - time.time() < _REFRESH_MARGIN_SECONDS

    def start_cool_down(self, seconds: int) -> SpotifyCoolingDownError:
        """Store that Spotify wants no requests for so long, and return the error that says until when."""
        until = datetime.now(UTC) + timedelta(seconds=max(seconds, 1))
        # Spotify may have requested a longer wait from another thread.
        self._cool_down_until = max(until, self._cool_down_until or until)
        self._listeners.save_cool_down(self._listener_id, self._cool_down_until)
        return cooling_down(self._cool_down_until)

    def refresh(self, old: OAuthTokens) -> None:
        """Replace the tokens `old`, unless another thread or function has replaced them already.

        Raises ReconnectNeededError, OwnerWithoutPremiumError, ListenerNotFoundError, ConfigurationError,
        SpotifyUnavailableError.
        """
        with self._refresh_lock:
            if self._tokens != old or self._load_refreshed(old):
                return
            try:
                new = self._accounts.refresh(old)
            except InvalidGrantError:
                # Where Spotify replaces refresh tokens, another function may have used up this one, and not stored the
                # new one yet.
                if self._wait_until_refreshed(old):
                    return
                if not self._listeners.mark_reconnect(self._listener_id, old) and self._load_refreshed(old):
                    return
                self._needs_reconnect = True
                raise reconnect_needed() from None
            if self._listeners.replace_tokens(self._listener_id, old, new):
                self._tokens = new
            elif not self._load_refreshed(old):
                raise spotify_unavailable()

    def _wait_until_refreshed(self, old: OAuthTokens) -> bool:
        """Return whether another function has replaced `old` within some seconds."""
        for pause in (0, *_PAUSES_SECONDS):
            self._sleep(pause)
            if self._load_refreshed(old):
                return True
        return False

    def _load_refreshed(self, old: OAuthTokens) -> bool:
        """Load the stored tokens. Return whether another function has replaced `old`."""
        profile = self._listeners.get(self._listener_id)
        if profile.state == "reconnect":
            self._needs_reconnect = True
            raise reconnect_needed()
        self._tokens = profile.tokens
        return profile.tokens != old
