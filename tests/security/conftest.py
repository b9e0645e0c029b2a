"""Fixtures of the API's tests and of the tests that use the fake Spotify."""

from tests.fake_spotify import fake_spotify, listener_id, listeners, served_spotify
from tests.unit.api.conftest import ada, bob, demo_listener, step_functions

__all__ = [
    "ada",
    "bob",
    "demo_listener",
    "fake_spotify",
    "listener_id",
    "listeners",
    "served_spotify",
    "step_functions",
]
