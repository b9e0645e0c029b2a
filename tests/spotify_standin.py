"""Fixtures of the functions that call Spotify: the stand-in on a port of its own, and a listener who is logged in."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from coverart.aws import clients, secrets
from coverart.store.listeners import Listeners
from scripts.standins import demo
from scripts.standins.spotify import Standin, serving

SECRETS_PATH = "/cover-art"


@pytest.fixture(scope="session")
def served_spotify() -> Iterator[Standin]:
    with serving() as standin:
        yield standin


@pytest.fixture
def spotify_standin(served_spotify: Standin) -> Iterator[Standin]:
    """In development mode, with nothing recorded. Fails a test whose requests violate the specification."""
    served_spotify.state.reset()
    yield served_spotify
    assert served_spotify.state.recorder.violations == []


@pytest.fixture
def listeners(stack: None, spotify_standin: Standin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listeners]:
    """Those of a stack that its owner has set up for the stand-in."""
    for name, value in {
        "SPOTIFY_API_URL": spotify_standin.api_url,
        "SPOTIFY_ACCOUNTS_URL": spotify_standin.url,
        "ARTWORK_ORIGINS": ",".join(spotify_standin.picture_urls),
        "SECRETS_PATH": SECRETS_PATH,
        "SPOTIFY_TIMEOUT_SECONDS": "10",
        "DATA_MODE": "full",
        "GENRE_SOURCE": "spotify",
        "MUSICBRAINZ_URL": "http://127.0.0.1:1/",
        "STACK_NAME": "cover-art",
    }.items():
        monkeypatch.setenv(name, value)
    for name, value in demo.SECRETS.items():
        clients.get_client("ssm").put_parameter(Name=f"{SECRETS_PATH}/{name}", Value=value, Type="SecureString")
    secrets._get_provider.cache_clear()
    yield Listeners(clients.get_table("ListenersTable"))
    secrets._get_provider.cache_clear()


@pytest.fixture
def listener_id(listeners: Listeners, spotify_standin: Standin) -> str:
    """The id of the demo listener, who is logged in."""
    return log_in(listeners, spotify_standin, "demo")


def log_in(listeners: Listeners, standin: Standin, listener: str) -> str:
    listener_id = demo.connect(listeners, standin.url, listener, datetime.now(UTC))
    standin.state.recorder.clear()
    return listener_id
