"""Spotify's accounts service: tokens for a consent, and new ones for old, through spotipy."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.exceptions import SpotifyOauthError

from coverart import http_deadline
from coverart.aws.secrets import get_required_secret
from coverart.errors import ConfigurationError
from coverart.spotify.errors import spotify_unavailable
from coverart.spotify.settings import OAUTH_SCOPE
from coverart.store.listeners import OAuthTokens


class InvalidGrantError(Exception):
    """A dead refresh token: six months after consent, or taken back. Or a code that is none, used or too old."""


@dataclass(frozen=True)
class SpotifyAccounts:
    secrets_path: str
    url: str
    timeout: float

    def redeem(self, code: str, redirect_uri: str) -> OAuthTokens:
        """The first tokens, for the code of a listener's consent.

        Raises InvalidGrantError, ConfigurationError, SpotifyUnavailableError.
        """
        with _refusals_named():
            oauth = self._oauth(redirect_uri)
            oauth.get_access_token(code, as_dict=False, check_cache=False)
            return OAuthTokens.model_validate(oauth.cache_handler.get_cached_token())

    def renew(self, tokens: OAuthTokens) -> OAuthTokens:
        """Keeps the refresh token where Spotify gives no new one.

        Raises InvalidGrantError, ConfigurationError, SpotifyUnavailableError.
        """
        with _refusals_named():
            answer = self._oauth().refresh_access_token(tokens.refresh_token.get_secret_value())
            return OAuthTokens.model_validate({**answer, "scope": tokens.scope})

    def _oauth(self, redirect_uri: str = "https://not.used.when.renewing/") -> Any:
        """spotipy's SpotifyOAuth, caching in memory only. Raises ConfigurationError."""
        silence_spotipy_logs()
        oauth = spotipy.SpotifyOAuth(
            client_id=get_required_secret(self.secrets_path, "spotify_client_id"),
            client_secret=get_required_secret(self.secrets_path, "spotify_client_secret"),
            redirect_uri=redirect_uri,
            scope=OAUTH_SCOPE,
            cache_handler=MemoryCacheHandler(),
            requests_timeout=self.timeout,
            requests_session=http_deadline.create_session(self.timeout),
        )
        oauth.OAUTH_TOKEN_URL = f"{self.url.rstrip('/')}/api/token"
        return oauth


@contextmanager
def _refusals_named() -> Iterator[None]:
    try:
        yield
    except SpotifyOauthError as error:
        if error.error == "invalid_grant":
            raise InvalidGrantError from None
        if str(error.error) in {"invalid_client", "unauthorized_client"}:
            raise ConfigurationError(
                "Spotify does not take this stack's client id and secret. Its owner has to set them anew."
            ) from None
        raise spotify_unavailable() from None
    except (requests.RequestException, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        # spotipy takes an answer's shape for granted. Nothing is chained: the answer may hold tokens.
        raise spotify_unavailable() from None


def silence_spotipy_logs() -> None:
    """At DEBUG spotipy logs the bearer header and the client's secret; at ERROR, what is refused, which we tell."""
    logging.getLogger("spotipy").setLevel(logging.CRITICAL)
