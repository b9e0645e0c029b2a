"""The handler of fetch, with the fake Spotify, the tables and the bucket."""

from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.errors import ConfigurationError, CoverDeletedError, InvalidRequestError, NoArtworkError
from coverart.store.covers import Covers, new_item
from fetch.app import FetchSettings, handler
from fetch.artwork import ArtworkStore
from scripts.fakes.catalog import spotify_id
from tests.stored_files import list_keys

COVER_ID = "cover-1"


@pytest.fixture
def covers(listener_id):
    """The covers' table with one that was just accepted."""
    table = clients.get_table("CoversTable")
    table.put_item(Item=new_item(listener_id, COVER_ID, {}, datetime.now(UTC)))
    return Covers(table)


def fetch(listener_id, source):
    return handler({"listener_id": listener_id, "cover_id": COVER_ID, "source": source}, None)


def test_result_is_stored_on_the_cover(covers, listener_id):
    result = fetch(listener_id, {"kind": "playlist", "playlist_id": spotify_id("playlist", "mostly-fine")})
    assert result["title"] == "Scratched but Playing"
    assert [song["track"] for song in result["songs"]] == ["Steam Rising", "Neap", "Shovel", "Purr"]
    assert len(result["left_out"]) == 4
    assert covers.get(listener_id, COVER_ID)["fetched"] == result
    assert len(fetch(listener_id, {"kind": "top_artists"})["songs"]) == 10


def test_sample_music_needs_no_spotify(covers, listener_id, fake_spotify):
    fake_spotify.state.recorder.requests.clear()
    result = fetch(listener_id, {"kind": "sample"})
    assert (result["title"], len(result["songs"]), len(list_keys())) == ("Sample music", 4, 4)
    assert all(song["genres"] and song["year"] for song in result["songs"])
    assert fake_spotify.state.recorder.requests == []


def test_error_is_raised_and_nothing_is_stored(covers, listener_id):
    with pytest.raises(NoArtworkError):
        fetch(listener_id, {"kind": "playlist", "playlist_id": spotify_id("playlist", "corrupt")})
    with pytest.raises(InvalidRequestError, match="playlist_id"):
        fetch(listener_id, {"kind": "playlist", "playlist_id": "../../me"})
    assert "fetched" not in covers.get(listener_id, COVER_ID)


def test_artwork_origins_are_read_from_the_environment(listener_id, template, monkeypatch):
    monkeypatch.setenv("ARTWORK_ORIGINS", template["Parameters"]["ArtworkOrigins"]["Default"])
    assert ("https", "i.scdn.co", 443) in FetchSettings.load().artwork_origins
    monkeypatch.setenv("ARTWORK_ORIGINS", "https://a.example, http://127.0.0.1:8001")
    expected = {("https", "a.example", 443), ("http", "127.0.0.1", 8001)}
    assert FetchSettings.load().artwork_origins == expected
    monkeypatch.setenv("ARTWORK_ORIGINS", "nowhere")
    with pytest.raises(ConfigurationError, match="ARTWORK_ORIGINS"):
        FetchSettings.load()


def test_artwork_stored_after_a_deletion_is_removed(covers, listener_id, monkeypatch):
    save = ArtworkStore.save

    def save_after_deletion(store, listener_id, songs):
        clients.get_table("ListenersTable").delete_item(Key={"listener_id": listener_id, "item": "profile"})
        covers.delete(listener_id, COVER_ID)
        result = save(store, listener_id, songs)
        assert len(list_keys()) == 4
        return result

    monkeypatch.setattr(ArtworkStore, "save", save_after_deletion)
    with pytest.raises(CoverDeletedError):
        fetch(listener_id, {"kind": "playlist", "playlist_id": spotify_id("playlist", "mostly-fine")})
    assert list_keys() == []
