"""The authorization request, and why a login can be refused (RFC 6749, section 4.1)."""

from typing import Literal
from urllib.parse import urlencode

from coverart.spotify.settings import OAUTH_SCOPE

LoginErrorCode = Literal[
    "state_missing",
    "state_repeated",
    "state_foreign",
    "state_expired",
    "state_used",
    "code_missing",
    "code_repeated",
    "code_refused",
    "access_denied",
]


class LoginRefusedError(Exception):
    def __init__(self, code: LoginErrorCode) -> None:
        super().__init__(code)
        self.code = code


def build_authorize_url(accounts_url: str, client_id: str, redirect_uri: str, state: str) -> str:
    """At Spotify's accounts service."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": OAUTH_SCOPE,
        "state": state,
        # Asked each time: the six months that a login lasts begin with the listener's consent.
        "show_dialog": "true",
    }
    return f"{accounts_url.rstrip('/')}/authorize?{urlencode(asked)}"
