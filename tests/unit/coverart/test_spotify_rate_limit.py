"""Spotify's rate limit: short waits within a call, and cool-downs that every function observes."""

from datetime import UTC, datetime, timedelta

import pytest

from coverart.errors import SpotifyCoolingDownError
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.oauth import SpotifyAccounts
from coverart.spotify.settings import SpotifySettings
from tests.fake_spotify import SECRETS_PATH
from tests.spotify_requests import ERROR_BODY, add_fault, count_requests


def create_client(listeners, listener_id, pauses):
    """Return a client that appends each pause, in seconds, to `pauses` instead of waiting."""
    settings = SpotifySettings.load()
    accounts = SpotifyAccounts(SECRETS_PATH, settings.spotify_accounts_url, settings.spotify_timeout_seconds)
    return SpotifyClient(listeners.get(listener_id), listeners, accounts, settings, pauses.append)


def test_short_wait_happens_within_the_call(fake_spotify, listeners, listener_id):
    pauses = []
    past = datetime.now(UTC) - timedelta(seconds=1)
    listeners.save_cool_down(listener_id, past)
    add_fault(fake_spotify, "/v1/me", 429, times=2, headers={"Retry-After": "3"})
    assert create_client(listeners, listener_id, pauses).get_user().id == "demo"
    assert (pauses, listeners.get(listener_id).cool_down_until) == ([3, 3], past)


@pytest.mark.parametrize(
    ("headers", "body", "pauses", "seconds"),
    [
        ({"Retry-After": "86400"}, ERROR_BODY, [], 86_400),
        ({"Retry-After": "5"}, ERROR_BODY, [5, 5], 5),
        ({}, ERROR_BODY, [], 30),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "Too many requests", [], 30),
        ({"Retry-After": "9" * 30}, ERROR_BODY, [], 7 * 86_400),
        ({"Retry-After": "1"}, {"error": {"message": "Quota", "reason": "QUOTA_EXCEEDED"}}, [], 3600),
    ],
    ids=["a day", "repeated", "no header", "a date", "absurd", "quota"],
)
def test_long_wait_is_stored_and_no_client_sends_requests(
    fake_spotify, listeners, listener_id, headers, body, pauses, seconds
):
    actual_pauses: list[float] = []
    add_fault(fake_spotify, "/v1/me", 429, body, times=9, headers=headers)
    spotify, began_at = create_client(listeners, listener_id, actual_pauses), datetime.now(UTC)
    with pytest.raises(SpotifyCoolingDownError, match="rate limit was reached") as raised:
        spotify.get_user()
    until = listeners.get(listener_id).cool_down_until
    assert began_at <= until - timedelta(seconds=seconds) <= datetime.now(UTC)
    assert f"{until:%Y-%m-%d %H:%M:%S} UTC" in str(raised.value)
    assert actual_pauses == pauses
    request_count = count_requests(fake_spotify, "/v1/me/")
    for client in (spotify, create_spotify_client(listener_id)):
        with pytest.raises(SpotifyCoolingDownError):
            client.get_user()
    assert count_requests(fake_spotify, "/v1/me/") == request_count
