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

from coverart import in_time
from coverart.errors import ConfigurationError
from coverart.listeners import Tokens
from coverart.secrets import needed_secret
from coverart.spotify_errors import unavailable
from coverart.spotify_settings import SCOPE


class InvalidGrantError(Exception):
    """A dead refresh token: six months after consent, or taken back. Or a code that is none, used or too old."""


@dataclass(frozen=True)
class Accounts:
    secrets_path: str
    url: str
    timeout: float

    def redeem(self, code: str, redirect_uri: str) -> Tokens:
        """The first tokens, for the code of a listener's consent.

        Raises InvalidGrantError, ConfigurationError, SpotifyUnavailableError.
        """
        with _refusals_named():
            oauth = self._oauth(redirect_uri)
            oauth.get_access_token(code, as_dict=False, check_cache=False)
            return Tokens.model_validate(oauth.cache_handler.get_cached_token())

    def renew(self, tokens: Tokens) -> Tokens:
        """Keeps the refresh token where Spotify gives no new one.

        Raises InvalidGrantError, ConfigurationError, SpotifyUnavailableError.
        """
        with _refusals_named():
            answer = self._oauth().refresh_access_token(tokens.refresh_token.get_secret_value())
            return Tokens.model_validate({**answer, "scope": tokens.scope})

    def _oauth(self, redirect_uri: str = "https://not.used.when.renewing/") -> Any:
        """spotipy's SpotifyOAuth, caching in memory only. Raises ConfigurationError."""
        quieten_spotipy()
        oauth = spotipy.SpotifyOAuth(
            client_id=needed_secret(self.secrets_path, "spotify_client_id"),
            client_secret=needed_secret(self.secrets_path, "spotify_client_secret"),
            redirect_uri=redirect_uri,
            scope=SCOPE,
            cache_handler=MemoryCacheHandler(),
            requests_timeout=self.timeout,
            requests_session=in_time.session(self.timeout),
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
        raise unavailable() from None
    except (requests.RequestException, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        # spotipy takes an answer's shape for granted. Nothing is chained: the answer may hold tokens.
        raise unavailable() from None


def quieten_spotipy() -> None:
    """At DEBUG spotipy logs the bearer header and the client's secret; at ERROR, what is refused, which we tell."""
    logging.getLogger("spotipy").setLevel(logging.CRITICAL)
