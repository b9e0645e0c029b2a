"""Fixtures of the functions that call Spotify: the fake on a port of its own, and a listener who is logged in."""

from collections.abc import Iterator

import pytest

from coverart.aws import clients
from coverart.spotify import access
from coverart.store.listeners import Listeners, OAuthTokens
from scripts.fakes.spotify import SECRETS, FakeSpotify, serve
from scripts.fakes.spotify_state import LISTENERS
from tests.profiles import save_profile
from tests.stored_secrets import SECRETS_PATH, store_secret


@pytest.fixture(scope="session")
def served_spotify() -> Iterator[FakeSpotify]:
    with serve() as fake:
        yield fake


@pytest.fixture
def fake_spotify(served_spotify: FakeSpotify) -> Iterator[FakeSpotify]:
    """In development mode, with nothing recorded. Fails a test whose requests violate the specification."""
    served_spotify.state.reset()
    yield served_spotify
    assert served_spotify.state.recorder.violations == []


@pytest.fixture
def listeners(stack: None, fake_spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch) -> Listeners:
    """Those of a stack that its owner has set up for the fake."""
    for name, value in {
        "SPOTIFY_API_URL": fake_spotify.api_url,
        "SPOTIFY_ACCOUNTS_URL": fake_spotify.url,
        "ARTWORK_ORIGINS": ",".join(fake_spotify.picture_urls),
        "SECRETS_PATH": SECRETS_PATH,
        "SPOTIFY_TIMEOUT_SECONDS": "60",
        "DATA_MODE": "full",
        "GENRE_SOURCE": "spotify",
        "MUSICBRAINZ_URL": "http://127.0.0.1:1/",
        "STACK_NAME": "cover-art",
    }.items():
        monkeypatch.setenv(name, value)
    for name, value in SECRETS.items():
        store_secret(name, value)
    monkeypatch.setattr(access, "_PAUSES_SECONDS", ())
    return Listeners(clients.get_table("ListenersTable"))


@pytest.fixture
def listener_id(listeners: Listeners, fake_spotify: FakeSpotify) -> str:
    """The id of the demo listener, who is logged in."""
    return log_in(fake_spotify, "demo")


def log_in(fake: FakeSpotify, listener: str) -> str:
    """Forget all requests and faults, and return the id of the listener, who is logged in."""
    fake.state.recorder.clear()
    account, tokens = LISTENERS[listener], OAuthTokens.model_validate(fake.state.tokens(listener))
    return save_profile(account.account_id, account.name, listener, tokens)
