"""Logs a listener of the Spotify stand-in in, without the way through a browser."""

from datetime import UTC, datetime

import requests

from coverart.store.listeners import Listeners, OAuthTokens
from scripts.standins.tokens import CLIENT_ID, CLIENT_SECRET

# What the stack's secrets are for the stand-in.
SECRETS = {"spotify_client_id": CLIENT_ID, "spotify_client_secret": CLIENT_SECRET}


def connect(listeners: Listeners, standin_url: str, listener: str = "demo", now: datetime | None = None) -> str:
    """Writes the profile of `listener` (a key of spotify_state.LISTENERS) with valid tokens; gives the listener_id."""
    url = standin_url.rstrip("/")
    known = requests.get(f"{url}/_standin/listeners", timeout=10)
    issued = requests.post(f"{url}/_standin/tokens", json={"listener": listener}, timeout=10)
    issued.raise_for_status()
    listener_id, name = known.json()[listener]
    listeners.save_login(
        listener_id, listener, name, OAuthTokens.model_validate(issued.json()), now or datetime.now(UTC)
    )
    return str(listener_id)
