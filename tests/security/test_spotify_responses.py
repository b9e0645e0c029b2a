"""Malformed responses of Spotify: each is read or gives a named error, and everything stored can be read again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coverart.aws import clients
from coverart.errors import CoverArtError
from coverart.images.compare import are_same_image
from coverart.models import FetchResult
from coverart.pipeline.publish_image import create_image_publisher
from coverart.pipeline.start_cover import new_cover_id
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.oauth import InvalidGrantError, SpotifyAccounts
from coverart.spotify.playlists import mark_existing_as_known
from coverart.spotify.settings import SpotifySettings
from coverart.store.covers import Covers, new_item
from coverart.store.listeners import Listeners
from coverart.store.playlists import Playlists
from coverart.store.publish_history import HistoryEntry
from fetch.app import handler as fetch
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault
from tests.fake_spotify import log_in
from tests.playlist_images import COVER, OWN
from tests.security.mutators import mutate_body, odd_values, readable_errors
from tests.stored_secrets import SECRETS_PATH

PLAYLIST = spotify_id("playlist", "everything-at-once")
ARTIST = spotify_id("artist", "Nine Lives Society")
# The path of each call, and the call.
CALLS = {
    "me": ("me", SpotifyClient.get_user),
    "top artists": ("me/top/artists?limit=3", lambda spotify: spotify.list_top_artists("medium_term", 3)),
    "top songs": ("me/top/tracks?limit=5", lambda spotify: spotify.list_top_songs("medium_term")),
    "artist": (f"artists/{ARTIST}", lambda spotify: spotify.find_artist(ARTIST)),
    "artist's songs": (f"artists/{ARTIST}/top-tracks", lambda spotify: spotify.list_artist_top_songs(ARTIST)),
    "search": ("search?q=artist:Purr&type=track&limit=5", lambda spotify: spotify.search_songs("Purr")),
    "playlist": (f"playlists/{PLAYLIST}?fields=id,name,owner,images", lambda spotify: spotify.get_playlist(PLAYLIST)),
    "entries": (f"playlists/{PLAYLIST}/items?limit=5", lambda spotify: spotify.get_playlist_items_page(PLAYLIST, 0)),
    "images": (f"playlists/{PLAYLIST}/images", lambda spotify: spotify.list_playlist_images(PLAYLIST)),
    "playlists": ("me/playlists?limit=50", lambda spotify: spotify.get_playlists_page(0)),
}


@pytest.fixture(scope="module")
def valid_bodies(served_spotify):
    """Valid responses by the names of CALLS."""
    served_spotify.state.reset()
    served_spotify.state.mode = "extended"
    headers = {"Authorization": f"Bearer {served_spotify.state.tokens('demo')['access_token']}"}
    urls = {name: f"{served_spotify.api_url.rstrip('/')}/{path}" for name, (path, _) in CALLS.items()}
    responses = {name: requests.get(url, headers=headers, timeout=60) for name, url in urls.items()}
    assert {response.status_code for response in responses.values()} == {200}
    return {name: response.json() for name, response in responses.items()}


def respond_with(fake_spotify, name, body, times=1, status=200, headers=None):
    """Let Spotify respond to a call with `body`."""
    pattern = "/v1/" + CALLS[name][0].partition("?")[0] + "/?$"
    fake_spotify.state.recorder.faults[:] = [Fault(pattern, status, times, headers or {}, body)]


def create_client(listener_id):
    """Return a client that does not sleep before a retry."""
    settings = SpotifySettings.load()
    listeners = Listeners(clients.get_table(settings.listeners_table))
    accounts = SpotifyAccounts(SECRETS_PATH, settings.spotify_accounts_url, settings.spotify_timeout_seconds)
    return SpotifyClient(listeners.get(listener_id), listeners, accounts, settings, sleep=lambda _: None)


def fetch_songs(listener_id, source):
    """Run fetch for a new cover, and check that what it stored is what it returned, and can be read."""
    covers = Covers(clients.get_table("CoversTable"))
    covers.table.put_item(Item=new_item(listener_id, "c1", {}, datetime.now(UTC)))
    result = fetch({"listener_id": listener_id, "cover_id": "c1", "source": {**source, "count": 3}}, None)
    songs = FetchResult.model_validate(json.loads(json.dumps(result, allow_nan=False))).songs
    assert all(song.artwork == f"artwork/{listener_id}/{song.album_id}.jpg" for song in songs)
    assert covers.get(listener_id, "c1")["fetched"] == result


def store_playlists(listener_id):
    """Mark the playlists as known. Return what is stored."""
    playlists = Playlists(clients.get_table("ListenersTable"))
    mark_existing_as_known(listener_id, create_client(listener_id), playlists)
    stored_playlists = playlists.get_all(listener_id)
    assert all(len(playlist_id) <= 64 for playlist_id in stored_playlists)
    return stored_playlists


# What reads the response to a call and stores it. The call itself reads the others.
USES = {
    **dict.fromkeys(["top artists", "top songs"], partial(fetch_songs, source={"kind": "top_artists"})),
    **dict.fromkeys(
        ["playlist", "entries"], partial(fetch_songs, source={"kind": "playlist", "playlist_id": PLAYLIST})
    ),
    "playlists": store_playlists,
}


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
def test_malformed_response_is_read_or_refused(fake_spotify, listener_id, valid_bodies, name, data):
    respond_with(fake_spotify, name, data.draw(mutate_body(valid_bodies[name])))
    with readable_errors():
        if name in USES:
            USES[name](listener_id)
        else:
            CALLS[name][1](create_client(listener_id))
    assert [fault.times for fault in fake_spotify.state.recorder.faults] == [0], "nobody asked for the response"


@given(
    name=st.sampled_from(["me", "top artists", "artist's songs", "playlist", "playlists"]),
    status=st.sampled_from([204, 301, 400, 401, 403, 404, 410, 418, 429, 500, 503]),
    wait=st.sampled_from(["", "0", "soon", "-1", "1e9", "3, 4", "86400", "9" * 5000, "0" * 5000, "1.5", "\xb2"]),
    body=mutate_body({"error": {"status": 403, "message": "Insufficient client scope", "reason": "QUOTA_EXCEEDED"}}),
)
def test_malformed_error_response_gives_a_named_error(fake_spotify, listeners, name, status, wait, body):
    listener_id = log_in(fake_spotify, "demo")
    respond_with(fake_spotify, name, body, 9, status, {"Retry-After": wait, "Location": "http://127.0.0.1:1/"})
    with readable_errors():
        CALLS[name][1](create_client(listener_id))
    # The profile can be read although it may store a cool-down.
    assert listeners.get(listener_id).listener_id == listener_id


TOKENS = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "scope": "", "token_type": "Bearer"}


@example(body=json.dumps({**TOKENS, "access_token": "日本"}))
@example(body=json.dumps({**TOKENS, "access_token": "a\r\nX-Evil: 1"}))
@example(body=json.dumps({**TOKENS, "expires_in": 10**50}))
@given(body=mutate_body(TOKENS))
def test_malformed_tokens_are_refused_or_usable(fake_spotify, listeners, body):
    listener_id = log_in(fake_spotify, "demo")
    old_tokens = listeners.get(listener_id).tokens
    accounts = SpotifyAccounts(SECRETS_PATH, fake_spotify.url, 60)
    fake_spotify.state.recorder.faults[:] = [Fault("/api/token", 200, 2, body=body)]
    try:
        new_tokens = accounts.exchange_code("code", "http://127.0.0.1:8000/callback")
        renewed_tokens = accounts.refresh(old_tokens)
    except (CoverArtError, InvalidGrantError):
        return
    for tokens in (new_tokens, renewed_tokens):
        listeners.save_login(listener_id, "demo", "Robin", tokens, datetime.now(UTC))
        assert listeners.get(listener_id).tokens == tokens
        with readable_errors():
            create_client(listener_id).get_user()


@given(
    status=st.sampled_from([400, 401, 429, 500]),
    body=mutate_body({"error": "invalid_grant", "error_description": "Refresh token revoked"}),
)
def test_malformed_token_error_gives_a_named_error(fake_spotify, listeners, listener_id, status, body):
    fake_spotify.state.recorder.faults[:] = [Fault("/api/token", status, body=body)]
    with pytest.raises((CoverArtError, InvalidGrantError)):
        SpotifyAccounts(SECRETS_PATH, fake_spotify.url, 60).refresh(listeners.get(listener_id).tokens)


def test_false_total_does_not_cause_endless_requests(fake_spotify, listener_id):
    respond_with(fake_spotify, "playlists", {"items": [], "total": 10**12}, times=99)
    store_playlists(listener_id)
    assert len(fake_spotify.state.recorder.requests) == 1


def test_lone_surrogate_in_a_name_becomes_a_question_mark(fake_spotify, listener_id):
    respond_with(fake_spotify, "playlists", json.dumps({"items": [{"id": "p1", "name": "Half \ud800"}], "total": 1}))
    assert store_playlists(listener_id)["p1"].name == "Half ?"


@given(data=st.data())
def test_api_lists_malformed_playlists_or_refuses(fake_spotify, demo_listener, valid_bodies, data):
    respond_with(fake_spotify, "playlists", data.draw(mutate_body(valid_bodies["playlists"])))
    response = demo_listener.call("GET", "/api/playlists")
    assert response.status == 200 or response.code == "spotify_unavailable"


@pytest.mark.parametrize("name", ["playlist", "images", "entries"])
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_own_image_is_never_lost(fake_spotify, listener_id, valid_bodies, name, data):
    """The image is set, or a named error says why not."""
    body = data.draw(mutate_body(valid_bodies[name]))
    fake_spotify.state.set_image(PLAYLIST, OWN)
    fake_spotify.state.uploads.clear()
    publisher = replace(create_image_publisher(listener_id), sleep=lambda _: None)
    now = datetime.now(UTC)
    entry_id = new_cover_id(now)
    publisher.bucket.put("cover", COVER, "image/jpeg")
    texts = {"playlist_id": PLAYLIST, "entry_id": entry_id, "playlist_name": "", "picture": "cover"}
    publisher.history.add(listener_id, HistoryEntry(**texts, cover_id=None, asked_at=now))
    respond_with(fake_spotify, name, body)
    try:
        entry = publisher.apply(PLAYLIST, entry_id, replace_own=True)
    except CoverArtError:
        entry = publisher.history.get(listener_id, PLAYLIST, entry_id)
    assert entry.status in {"asked", "set", "confirming"} or entry.message.endswith(".")
    if fake_spotify.state.uploads.get(PLAYLIST) and name == "entries":
        assert are_same_image(publisher.bucket.get(entry.replaced.kept), OWN)
    publisher.history.clear(listener_id, PLAYLIST, now + timedelta(days=1))


@given(name=odd_values)
def test_artist_name_cannot_change_a_search(fake_spotify, listener_id, name):
    fake_spotify.state.recorder.requests.clear()
    try:
        create_spotify_client(listener_id).search_songs(str(name))
    except CoverArtError:
        return
    [query] = [request["query"] for request in fake_spotify.state.recorder.requests]
    assert query.keys() == {"q", "limit", "offset", "type"}
    assert query["q"].count('"') == 2
