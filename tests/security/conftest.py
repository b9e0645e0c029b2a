"""Fixtures of the API's tests and of the tests that use Spotify's stand-in."""

from tests.api.conftest import ada, bob, demo_listener, step_functions
from tests.spotify_standin import listener_id, listeners, served_spotify, spotify_standin

__all__ = [
    "ada",
    "bob",
    "demo_listener",
    "listener_id",
    "listeners",
    "served_spotify",
    "spotify_standin",
    "step_functions",
]
