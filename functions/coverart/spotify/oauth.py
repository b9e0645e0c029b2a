"""Spotify's accounts service, through spotipy: exchanging a login's code for tokens, and refreshing them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.exceptions import SpotifyOauthError

from coverart import http_deadline
from coverart.aws.secrets import get_required_secret
from coverart.errors import ConfigurationError
from coverart.spotify.errors import INVALID_RESPONSE_ERRORS, owner_without_premium, spotify_unavailable
from coverart.spotify.premium import says_premium_is_missing
from coverart.spotify.settings import OAUTH_SCOPE
from coverart.store.listeners import OAuthTokens


class InvalidGrantError(Exception):
    """The refresh token has expired (six months after consent) or was revoked, or the code is invalid, used or old."""


@dataclass(frozen=True)
class SpotifyAccounts:
    """`url`: of the accounts service. `timeout_seconds`: for a whole response."""

    secrets_path: str
    url: str
    timeout_seconds: float

    def exchange_code(self, code: str, redirect_uri: str) -> OAuthTokens:
        """Return a listener's first tokens for the code of their consent (RFC 6749, section 4.1.3).

        Raises InvalidGrantError, OwnerWithoutPremiumError, ConfigurationError, SpotifyUnavailableError.
        """
        with _translate_errors():
            oauth = self._create_oauth(redirect_uri)
            oauth.get_access_token(code, as_dict=False, check_cache=False)
            return OAuthTokens.model_validate(oauth.cache_handler.get_cached_token())

    def refresh(self, tokens: OAuthTokens) -> OAuthTokens:
        """Return new tokens (RFC 6749, section 6). The refresh token stays the same where Spotify sends no new one.

        Raises InvalidGrantError, OwnerWithoutPremiumError, ConfigurationError, SpotifyUnavailableError.
        """
        with _translate_errors():
            response = self._create_oauth().refresh_access_token(tokens.refresh_token.get_secret_value())
            return OAuthTokens.model_validate({**response, "scope": tokens.scope})

    def _create_oauth(self, redirect_uri: str = "https://unused.invalid/") -> Any:
        """Return spotipy's SpotifyOAuth, which keeps tokens in memory only. Raises ConfigurationError."""
        silence_spotipy_logs()
        oauth = spotipy.SpotifyOAuth(
            client_id=get_required_secret(self.secrets_path, "spotify_client_id"),
            client_secret=get_required_secret(self.secrets_path, "spotify_client_secret"),
            redirect_uri=redirect_uri,
            scope=OAUTH_SCOPE,
            cache_handler=MemoryCacheHandler(),
            requests_timeout=self.timeout_seconds,
            requests_session=http_deadline.create_session(self.timeout_seconds),
        )
        oauth.OAUTH_TOKEN_URL = f"{self.url.rstrip('/')}/api/token"
        return oauth


@contextmanager
def _translate_errors() -> Iterator[None]:
    # It chains no error, because a response may contain tokens.
    try:
        yield
    except SpotifyOauthError as error:
        if error.error == "invalid_grant":
            raise InvalidGrantError from None
        if says_premium_is_missing(str(error)):
            raise owner_without_premium() from None
        if str(error.error) in {"invalid_client", "unauthorized_client"}:
            raise ConfigurationError(
                "Spotify rejected this stack's client id and secret. Its owner has to store valid ones."
            ) from None
        raise spotify_unavailable() from None
    except INVALID_RESPONSE_ERRORS:
        raise spotify_unavailable() from None


def silence_spotipy_logs() -> None:
    """Switch spotipy's logs off: they contain tokens and the client secret at DEBUG, and refused requests at ERROR."""
    logging.getLogger("spotipy").setLevel(logging.CRITICAL)
