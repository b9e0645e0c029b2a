"""OAuth's authorization request, and the reasons to refuse a login (RFC 6749, section 4.1)."""

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
    """The callback's parameters do not log anybody in. The page explains `code`."""

    def __init__(self, code: LoginErrorCode) -> None:
        super().__init__(code)
        self.code = code


def build_authorize_url(accounts_url: str, client_id: str, redirect_uri: str, state: str) -> str:
    """Return the URL of Spotify's accounts service at which the listener gives consent."""
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": OAUTH_SCOPE,
        "state": state,
        # At every login, because a refresh token expires six months after consent.
        "show_dialog": "true",
    }
    return f"{accounts_url.rstrip('/')}/authorize?{urlencode(parameters)}"
