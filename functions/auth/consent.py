"""Where a listener is sent for their consent (RFC 6749, 4.1.1)."""

from urllib.parse import urlencode

from coverart.spotify_settings import SCOPE


def consent_address(accounts_url: str, client_id: str, redirect_uri: str, state: str) -> str:
    """At Spotify's accounts service."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        # Asked each time: the six months that a login lasts begin with the listener's consent.
        "show_dialog": "true",
    }
    return f"{accounts_url.rstrip('/')}/authorize?{urlencode(asked)}"
