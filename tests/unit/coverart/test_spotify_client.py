"""Spotify's Web API: requests, refusals, invalid responses, its rate limit, and routes that an app may not use."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from coverart import errors
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.oauth import SpotifyAccounts
from coverart.spotify.settings import SpotifySettings
from scripts.fakes.catalog import spotify_id
from tests.fake_spotify import log_in
from tests.spotify_requests import ERROR_BODY, add_fault, count_requests, save_tokens
from tests.stored_secrets import SECRETS_PATH


def test_only_the_spotify_package_imports_spotipy():
    functions = Path(__file__).parents[3] / "functions"
    pattern = re.compile(r"^\s*(import|from) spotipy", re.MULTILINE)
    files = {str(path.relative_to(functions)) for path in functions.rglob("*.py") if pattern.search(path.read_text())}
    assert files == {f"coverart/spotify/{name}.py" for name in ("client", "errors", "oauth")}


def test_requests_conform_to_the_specification(fake_spotify, listener_id):
    fake_spotify.state.mode = "extended"
    spotify, artist_id = create_spotify_client(listener_id), spotify_id("artist", "Silver Bridle")
    user = spotify.get_user()
    assert (user.account_id, user.id, user.display_name) == ("DemoListener1", "demo", "Robin Aldermoor")
    spotify.list_top_artists("short_term", 50)
    spotify.list_top_songs("long_term")
    assert spotify.list_artist_top_songs(artist_id)
    assert spotify.search_songs('The "Quoted" Silver Bridle') == []
    assert spotify.find_artist(artist_id)
    assert spotify.find_artist(spotify_id("artist", "Nobody")) is None
    spotify.get_playlist(spotify_id("playlist", "everything-at-once"))
    spotify.get_playlist_items_page(spotify_id("playlist", "everything-at-once"), 50)
    recorder = fake_spotify.state.recorder
    assert (recorder.violations, len(recorder.requests)) == ([], 9)
    searches = [request["query"]["q"] for request in recorder.requests if "q" in request["query"]]
    assert searches == ['artist:"The  Quoted  Silver Bridle"']


def test_violation_of_the_specification_is_recorded(served_spotify):
    token = served_spotify.state.tokens("demo")["access_token"]
    response = requests.get(
        f"{served_spotify.api_url}me/top/artists?limit=51&country=GB",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert response.status_code == 400
    assert len(served_spotify.state.recorder.violations) == 2


# Refusals


def test_user_who_is_not_on_the_list_has_an_error(listeners, listener_id, fake_spotify):
    stranger = create_spotify_client(log_in(fake_spotify, "stranger"))
    add_fault(fake_spotify, "/v1/search", 403)
    for call in (
        stranger.get_user,
        lambda: stranger.get_playlist("x"),
        lambda: stranger.find_artist("x"),
        # "scope" in a URL is no reason.
        lambda: create_spotify_client(listener_id).search_songs("Telescope"),
    ):
        with pytest.raises(errors.NotAllowListedError, match="five listeners"):
            call()


def list_calls(spotify):
    """Return all calls of the Web API."""
    playlist_id = spotify_id("playlist", "everything-at-once")
    return (
        spotify.get_user,
        lambda: spotify.list_top_artists("medium_term", 10),
        lambda: spotify.list_top_songs("medium_term"),
        lambda: spotify.list_artist_top_songs("x"),
        lambda: spotify.search_songs("Ada"),
        lambda: spotify.find_artist("x"),
        lambda: spotify.get_playlist(playlist_id),
        lambda: spotify.get_playlist_items_page(playlist_id, 0),
        lambda: spotify.get_playlists_page(0),
        lambda: spotify.list_playlist_images(playlist_id),
        lambda: spotify.set_playlist_image(playlist_id, b"jpeg"),
    )


def test_owner_without_premium_is_said_on_every_route(fake_spotify, listeners, listener_id):
    fake_spotify.state.premium = False
    for call in list_calls(create_spotify_client(listener_id)):
        with pytest.raises(errors.OwnerWithoutPremiumError, match="Please tell the owner"):
            call()
    assert listeners.get(listener_id).routes == {}


def test_no_request_is_sent_in_a_cool_down(fake_spotify, listeners, listener_id):
    listeners.save_cool_down(listener_id, datetime.now(UTC) + timedelta(hours=1))
    for call in list_calls(create_spotify_client(listener_id)):
        with pytest.raises(errors.SpotifyCoolingDownError):
            call()
    assert fake_spotify.state.recorder.requests == []


def test_missing_scope_needs_consent(fake_spotify, listeners, listener_id):
    save_tokens(listeners, listener_id, fake_spotify.state.tokens("demo", scope="playlist-read-private"))
    with pytest.raises(errors.ConsentNeededError, match="log in again to allow it"):
        create_spotify_client(listener_id).list_top_artists("medium_term", 10)


def test_inaccessible_playlist_has_its_own_error(listener_id):
    for playlist_id, error in (
        (spotify_id("playlist", "none-such"), errors.PlaylistNotFoundError),
        (spotify_id("playlist", "somebody-elses"), errors.PlaylistForbiddenError),
        ("../me", errors.PlaylistNotFoundError),
    ):
        with pytest.raises(error):
            create_spotify_client(listener_id).get_playlist_items_page(playlist_id, 0)


# Invalid responses


def test_invalid_response_is_unavailable(fake_spotify, listener_id):
    spotify = create_spotify_client(listener_id)
    for status, body in (
        (500, ERROR_BODY),
        (502, "<html>Bad gateway</html>"),
        (500, ["of", "another", "shape"]),
        (418, ERROR_BODY),
        (200, "<html>hello</html>"),
        (200, None),
        (200, {"items": "many"}),
        (200, {"items": [7]}),
    ):
        add_fault(fake_spotify, "/v1/me/top/artists", status, body)
        with pytest.raises(errors.SpotifyUnavailableError, match="try again"):
            spotify.list_top_artists("medium_term", 10)


@pytest.mark.parametrize(
    ("name", "value"), [("SPOTIFY_API_URL", "http://127.0.0.1:9/v1/"), ("SPOTIFY_TIMEOUT_SECONDS", "0.1")]
)
def test_refused_connection_or_late_response_is_unavailable(fake_spotify, listener_id, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    add_fault(fake_spotify, "/v1/me", None, delay=0.5)
    with pytest.raises(errors.SpotifyUnavailableError):
        create_spotify_client(listener_id).get_user()


# The rate limit: short waits within a call, and cool-downs that every function observes


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
    with pytest.raises(errors.SpotifyCoolingDownError, match="rate limit was reached") as raised:
        spotify.get_user()
    until = listeners.get(listener_id).cool_down_until
    assert began_at <= until - timedelta(seconds=seconds) <= datetime.now(UTC)
    assert f"{until:%Y-%m-%d %H:%M:%S} UTC" in str(raised.value)
    assert actual_pauses == pauses
    request_count = count_requests(fake_spotify, "/v1/me/")
    for client in (spotify, create_spotify_client(listener_id)):
        with pytest.raises(errors.SpotifyCoolingDownError):
            client.get_user()
    assert count_requests(fake_spotify, "/v1/me/") == request_count


# Routes


def test_one_of_many_threads_tries_an_unavailable_route(fake_spotify, listeners, listener_id):
    spotify, barrier = create_spotify_client(listener_id), threading.Barrier(6)

    def list_top_songs(_):
        barrier.wait(timeout=60)
        return spotify.list_artist_top_songs(spotify_id("artist", "Silver Bridle"))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(list_top_songs, range(6))) == [None] * 6
    assert sum("top-tracks" in request["path"] for request in fake_spotify.state.recorder.requests) == 1
    assert listeners.get(listener_id).routes == {"artist_top_tracks": False}
