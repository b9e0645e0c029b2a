"""What the deployed stack's prompts are made of: MusicBrainz's genres, and the look of an earlier cover."""

import uuid

from coverart.store.keys import genre_key
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault
from tests.stack.stack_state import is_logged

TOP_ARTISTS = {"kind": "top_artists", "time_range": "short_term", "count": 3}
# The parts of a prompt that a shared look takes over.
LOOK_PARTS = {"mood", "medium", "era", "light", "colours"}
# Their genres are known to MusicBrainz, and not to Spotify in development mode.
ARTISTS = ("Meadowlark Union", "Gravel Tongue")


def make_cover(local, listener_id, source, **options):
    """Make a cover, without a style by default: a style takes a second, and few tests need it. Return its item."""
    options = {"style_albums": [], **options}
    cover_id = local.request_cover(listener_id, source, key=str(uuid.uuid4()), options=options)
    item = local.wait_for_cover(listener_id, cover_id)
    assert item["status"] == "done", item.get("error")
    return item


def add_playlist_without_genres(local):
    """Add a playlist of ARTISTS, whose genres the stack has not looked up yet. Return its source."""
    keys = local.table("Keys")
    for name in ARTISTS:
        keys.delete_item(Key=genre_key(spotify_id("artist", name)))
    songs = ["Barefoot Almanac", "Shovel", "Cricket Parliament", "Driveway Hymns"]
    return {"kind": "playlist", "playlist_id": local.spotify.state.add_playlist("Without genres", songs)}


def genres_by_artist(item):
    return {song["artist"]: song["genres"] for song in item["fetched"]["songs"]}


def texts_by_part(item):
    return {phrase["part"]: phrase["text"] for phrase in item["prompt"]["phrases"]}


def test_missing_genres_are_looked_up_once_at_musicbrainz(local, listener_id):
    source = add_playlist_without_genres(local)
    first = make_cover(local, listener_id, source)
    assert genres_by_artist(first)["Meadowlark Union"] == ["bluegrass", "folk", "seen live"]
    assert genres_by_artist(first)["Gravel Tongue"] == ["grunge", "slowcore", "seen live"]
    assert {phrase["source"] for phrase in first["prompt"]["phrases"] if phrase["part"] == "medium"} == {"genres"}
    assert sorted(local.musicbrainz.list_searched_artists()) == sorted(ARTISTS)
    assert local.musicbrainz.state.agents[0] == f"CoverArt/1 ( {local.url} )"
    assert genres_by_artist(make_cover(local, listener_id, source)) == genres_by_artist(first)
    assert len(local.musicbrainz.state.recorder.requests) == 2


def test_slow_or_failing_musicbrainz_fails_no_cover(local, listener_id):
    source = add_playlist_without_genres(local)
    faults = local.musicbrainz.state.recorder.faults
    faults.append(Fault("/artist$", 503))
    assert not any(genres_by_artist(make_cover(local, listener_id, source)).values())
    faults.append(Fault("/artist$", delay=12))
    item = make_cover(local, listener_id, source)
    assert not any(genres_by_artist(item).values())
    # fetch waits five seconds, and the response takes twelve.
    assert item["timings"]["fetch"]["seconds"] < 12
    assert item["prompt"]["text"]


def test_shared_look_takes_over_phrases_and_style_albums(local, listener_id):
    first = make_cover(local, listener_id, TOP_ARTISTS, style_albums=None)
    playlist = {"kind": "playlist", "playlist_id": spotify_id("playlist", "night-bus-circuits"), "count": 4}
    second = make_cover(local, listener_id, playlist, look=first["cover_id"], style_albums=None)
    first_texts, second_texts = texts_by_part(first), texts_by_part(second)
    assert {part: second_texts[part] for part in LOOK_PARTS} == {part: first_texts[part] for part in LOOK_PARTS}
    assert second_texts["subject"] != first_texts["subject"]
    style_albums = first["prompt"]["style_albums"]
    assert second["prompt"]["style_albums"] == style_albums
    assert not {song["album_id"] for song in second["fetched"]["songs"]} & set(style_albums)
    # stylize had the artwork of these albums: it logs the id of each album whose artwork it leaves out.
    assert is_logged(local, "stylize", second["cover_id"])
    assert not any(is_logged(local, step, second["cover_id"], '"album_id"') for step in ("detect", "stylize"))


def test_look_that_does_not_exist_fails_the_cover(local, listener_id):
    options = {"look": "20200101T000000000-0123456789"}
    cover_id = local.request_cover(listener_id, TOP_ARTISTS, key=str(uuid.uuid4()), options=options)
    item = local.wait_for_cover(listener_id, cover_id)
    assert (item["status"], item["error"]["code"]) == ("failed", "invalid_request")
    assert "look" in item["error"]["message"]
