import pytest

from tests.auth.browser import PAGE, SESSION_KEY, save_secret
from tests.spotify_standin import listeners, served_spotify, spotify_standin

__all__ = ["listeners", "served_spotify", "spotify_standin"]


@pytest.fixture(autouse=True)
def auth_stack(listeners, monkeypatch):
    """The tables, secrets and settings of auth."""
    monkeypatch.setenv("PUBLIC_URL", PAGE)
    save_secret("session_key", SESSION_KEY)
