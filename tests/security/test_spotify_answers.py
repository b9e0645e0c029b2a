"""Whatever Spotify answers is read, or is a named error; what is kept of it can be kept, and breaks nothing later."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coverart.aws import clients
from coverart.errors import CoverArtError
from coverart.models import FetchResult
from coverart.pipeline.publish_image import are_same_image, create_image_publisher
from coverart.pipeline.start_cover import new_cover_id
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.oauth import InvalidGrantError, SpotifyAccounts
from coverart.spotify.playlists import list_all_playlists, mark_existing_as_known
from coverart.spotify.settings import SpotifySettings
from coverart.store.covers import Covers, new_item
from coverart.store.listeners import Listeners
from coverart.store.playlists import Playlists
from coverart.store.publish_history import HistoryEntry
from fetch.app import handler as fetch
from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault
from tests.common.test_playlist_image import COVER, OWN
from tests.security.mutators import bodies, is_for_a_listener, odd
from tests.spotify_standin import SECRETS_PATH, log_in

PLAYLIST = spotify_id("playlist", "everything-at-once")
ARTIST = spotify_id("artist", "Nine Lives Society")
# What is asked, and the way to ask for it.
CALLS = {
    "me": ("me", SpotifyClient.me),
    "top artists": ("me/top/artists?limit=3", lambda spotify: spotify.top_artists("medium_term", 3)),
    "top songs": ("me/top/tracks?limit=5", lambda spotify: spotify.top_songs("medium_term")),
    "an artist": (f"artists/{ARTIST}", lambda spotify: spotify.artist(ARTIST)),
    "an artist's songs": (f"artists/{ARTIST}/top-tracks", lambda spotify: spotify.artist_top_songs(ARTIST)),
    "a search": ("search?q=artist:Purr&type=track&limit=5", lambda spotify: spotify.search_songs("Purr")),
    "a playlist": (f"playlists/{PLAYLIST}?fields=id,name,owner,images", lambda spotify: spotify.playlist(PLAYLIST)),
    "entries": (f"playlists/{PLAYLIST}/items?limit=5", lambda spotify: spotify.playlist_entries(PLAYLIST, 0)),
    "images": (f"playlists/{PLAYLIST}/images", lambda spotify: spotify.playlist_images(PLAYLIST)),
    "playlists": ("me/playlists?limit=50", lambda spotify: spotify.playlists(0)),
}
_told = {}


@pytest.fixture
def told(spotify_standin, listeners, listener_id):
    """What the stand-in answers, by the names of CALLS."""
    if not _told:
        token = listeners.get(listener_id).tokens.access_token.get_secret_value()
        spotify_standin.state.mode = "extended"
        for name, (path, _) in CALLS.items():
            sent = {"Authorization": f"Bearer {token}"}
            answer = requests.get(f"{spotify_standin.api_url.rstrip('/')}/{path}", headers=sent, timeout=10)
            assert answer.status_code == 200, name
            _told[name] = answer.json()
        spotify_standin.state.mode = "development"
        spotify_standin.state.recorder.clear()
    return _told


def route(name):
    return "/v1/" + CALLS[name][0].partition("?")[0] + "/?$"


def answering(standin, name, body, times=1):
    standin.state.recorder.faults[:] = [Fault(route(name), 200, times, body=body)]


def of(listener_id):
    settings = SpotifySettings.load()
    listeners = Listeners(clients.get_table(settings.listeners_table))
    accounts = SpotifyAccounts(SECRETS_PATH, settings.spotify_accounts_url, settings.spotify_timeout_seconds)
    return SpotifyClient(listeners.get(listener_id), listeners, accounts, settings, sleep=lambda _: None)


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
def test_every_bent_answer_is_read_or_a_named_error(spotify_standin, listener_id, told, name, data):
    answering(spotify_standin, name, data.draw(bodies(told[name])))
    try:
        CALLS[name][1](of(listener_id))
    except CoverArtError as error:
        is_for_a_listener(error)


@given(
    name=st.sampled_from(["me", "top artists", "an artist's songs", "a playlist", "playlists"]),
    status=st.sampled_from([204, 301, 400, 401, 403, 404, 410, 418, 429, 500, 503]),
    wait=st.sampled_from(["", "0", "soon", "-1", "1e9", "3, 4", "86400", "9" * 5000, "0" * 5000, "1.5", "\xb2"]),
    body=bodies({"error": {"status": 403, "message": "Insufficient client scope", "reason": "QUOTA_EXCEEDED"}}),
)
def test_every_bent_refusal_is_a_named_error(spotify_standin, listeners, name, status, wait, body):
    listener_id = log_in(listeners, spotify_standin, "demo")
    sent = {"Retry-After": wait, "Location": "http://127.0.0.1:1/"}
    spotify_standin.state.recorder.faults[:] = [Fault(route(name), status, 9, sent, body)]
    listener = of(listener_id)
    try:
        CALLS[name][1](listener)
    except CoverArtError as error:
        is_for_a_listener(error)
    # And what was remembered of it can be read.
    assert listeners.get(listener_id).listener_id == listener_id


TOKENS = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "scope": "", "token_type": "Bearer"}


@example(body=json.dumps({**TOKENS, "access_token": "日本"}))
@example(body=json.dumps({**TOKENS, "access_token": "a\r\nX-Evil: 1"}))
@example(body=json.dumps({**TOKENS, "expires_in": 10**50}))
@given(body=bodies(TOKENS))
def test_bent_tokens_are_refused_or_can_be_kept_and_break_nothing(spotify_standin, listeners, body):
    listener_id = log_in(listeners, spotify_standin, "demo")
    old = listeners.get(listener_id).tokens
    accounts = SpotifyAccounts(SECRETS_PATH, spotify_standin.url, 10)
    spotify_standin.state.recorder.faults[:] = [Fault("/api/token", 200, 2, body=body)]
    try:
        first = accounts.redeem("code", "http://127.0.0.1:8000/callback")
        renewed = accounts.renew(old)
    except (CoverArtError, InvalidGrantError):
        return
    for new in (first, renewed):
        listeners.save_login(listener_id, "demo", "Robin", new, datetime.now(UTC))
        assert listeners.get(listener_id).tokens == new
        try:
            of(listener_id).me()
        except CoverArtError as error:
            is_for_a_listener(error)


@given(
    status=st.sampled_from([400, 401, 429, 500]),
    body=bodies({"error": "invalid_grant", "error_description": "Refresh token revoked"}),
)
def test_bent_refusals_of_tokens_are_named_errors(spotify_standin, listeners, listener_id, status, body):
    spotify_standin.state.recorder.faults[:] = [Fault("/api/token", status, 1, body=body)]
    with pytest.raises((CoverArtError, InvalidGrantError)):
        SpotifyAccounts(SECRETS_PATH, spotify_standin.url, 10).renew(listeners.get(listener_id).tokens)


SOURCES = {
    "top artists": {"kind": "top_artists", "time_range": "medium_term", "count": 3},
    "top songs": {"kind": "top_artists", "time_range": "medium_term", "count": 3},
    "a playlist": {"kind": "playlist", "playlist_id": PLAYLIST, "count": 3},
    "entries": {"kind": "playlist", "playlist_id": PLAYLIST, "count": 3},
}


@pytest.mark.parametrize("name", SOURCES)
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_fetch_ends_well_or_with_a_named_error_and_keeps_what_it_gives(spotify_standin, listener_id, told, name, data):
    covers = Covers(clients.get_table("CoversTable"))
    covers.table.put_item(Item=new_item(listener_id, "c1", {}, datetime.now(UTC)))
    answering(spotify_standin, name, data.draw(bodies(told[name])))
    try:
        given = fetch({"listener_id": listener_id, "cover_id": "c1", "source": SOURCES[name]}, None)
    except CoverArtError as error:
        is_for_a_listener(error)
    else:
        fetched = FetchResult.model_validate(json.loads(json.dumps(given, allow_nan=False)))
        assert all(song.artwork == f"artwork/{listener_id}/{song.album_id}.jpg" for song in fetched.songs)
        assert covers.get(listener_id, "c1")["fetched"] == given


@given(data=st.data())
def test_bent_playlists_are_remembered_as_far_as_they_can_be(spotify_standin, listener_id, told, data):
    playlists = Playlists(clients.get_table("ListenersTable"))
    answering(spotify_standin, "playlists", data.draw(bodies(told["playlists"])))
    try:
        mark_existing_as_known(listener_id, of(listener_id), playlists)
    except CoverArtError as error:
        is_for_a_listener(error)
    assert all(len(playlist_id) <= 64 for playlist_id in playlists.get_all(listener_id))


def test_a_total_that_is_not_true_is_not_asked_for_to_its_end(spotify_standin, listener_id):
    answering(spotify_standin, "playlists", {"items": [], "total": 10**12}, times=99)
    assert list_all_playlists(of(listener_id)) == {}
    assert len(spotify_standin.state.recorder.requests) == 1


@given(data=st.data())
def test_the_page_lists_bent_playlists_or_says_why_not(spotify_standin, listening, told, data):
    answering(spotify_standin, "playlists", data.draw(bodies(told["playlists"])))
    answer = listening.ask("GET", "/api/playlists")
    assert answer.status == 200 or answer.code == "spotify_unavailable"


@pytest.mark.parametrize("name", ["a playlist", "images", "entries"])
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_an_image_is_set_or_a_named_error_says_why_and_the_listeners_own_is_never_lost(
    spotify_standin, listener_id, told, name, data
):
    body = data.draw(bodies(told[name]))
    spotify_standin.state.set_image(PLAYLIST, OWN)
    spotify_standin.state.uploads.clear()
    setter = replace(create_image_publisher(listener_id), sleep=lambda _: None)
    entry_id = new_cover_id(datetime.now(UTC))
    setter.bucket.put("cover", COVER, "image/jpeg")
    asked = HistoryEntry(playlist_id=PLAYLIST, entry_id=entry_id, cover_id=None, playlist_name="", picture="cover",
                  asked_at=datetime.now(UTC))  # fmt: skip
    setter.history.add(listener_id, asked)
    answering(spotify_standin, name, body)
    try:
        entry = setter.apply(PLAYLIST, entry_id, replace_own=True)
    except CoverArtError:
        entry = setter.history.get(listener_id, PLAYLIST, entry_id)
    assert entry.status == "asked" or entry.status in {"set", "confirming"} or entry.message.endswith(".")
    if spotify_standin.state.uploads.get(PLAYLIST) and name == "entries":
        assert are_same_image(setter.bucket.get(entry.replaced.kept), OWN)
    setter.history.clear(listener_id, PLAYLIST)


@given(name=odd)
def test_an_artists_name_is_only_ever_a_word_that_is_searched_for(spotify_standin, listener_id, name):
    spotify_standin.state.recorder.requests.clear()
    try:
        create_spotify_client(listener_id).search_songs(str(name))
    except CoverArtError:
        return
    asked = [request["query"] for request in spotify_standin.state.recorder.requests]
    assert [query.keys() for query in asked] == [{"q", "limit", "offset", "type"}]
    assert asked[0]["q"].count('"') == 2


def test_half_a_character_in_a_name_is_a_question_mark(spotify_standin, listener_id):
    body = {"items": [{"id": "p1", "name": "Half \ud800"}], "total": 1}
    answering(spotify_standin, "playlists", json.dumps(body))
    playlists = Playlists(clients.get_table("ListenersTable"))
    mark_existing_as_known(listener_id, of(listener_id), playlists)
    assert playlists.get_all(listener_id)["p1"].name == "Half ?"
