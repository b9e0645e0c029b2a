import pytest

from coverart.aws import clients
from coverart.store.sessions import Sessions
from tests.fake_spotify import fake_spotify, listeners, served_spotify
from tests.unit.auth.browser import PAGE, SESSION_KEY, save_secret

__all__ = ["fake_spotify", "listeners", "served_spotify"]


@pytest.fixture(autouse=True)
def auth_stack(listeners, monkeypatch):
    """The tables, secrets and settings of auth."""
    monkeypatch.setenv("PUBLIC_URL", PAGE)
    save_secret("session_key", SESSION_KEY)


@pytest.fixture
def sessions():
    return Sessions(clients.get_table("KeysTable"))
