"""The door of fetch, with everything behind it."""

from typing import Any

import pytest

from coverart.aws import clients
from coverart.errors import ConfigurationError, CoverDeletedError, InvalidRequestError, NoArtworkError
from coverart.store.covers import Covers
from fetch.app import FetchSettings, handler
from fetch.artwork import ArtworkStore
from scripts.standins.catalogue import spotify_id

COVER = "cover-1"


@pytest.fixture
def covers(listener_id: str) -> Covers:
    covers = Covers(clients.get_table("CoversTable"))
    clients.get_table("CoversTable").put_item(
        Item={"listener_id": listener_id, "cover_id": COVER, "status": "accepted", "timings": {}, "created_at": "now"}
    )
    return covers


def fetch(listener_id: str, source: dict[str, Any]) -> dict[str, Any]:
    return handler({"listener_id": listener_id, "cover_id": COVER, "source": source}, None)


def test_a_playlist_is_fetched_and_kept_on_the_cover(covers: Covers, listener_id: str) -> None:
    slug = spotify_id("playlist", "mostly-fine")
    fetched = fetch(listener_id, {"kind": "playlist", "playlist_id": slug})
    assert fetched["title"] == "Scratched but Playing"
    assert [song["track"] for song in fetched["songs"]] == ["Steam Rising", "Neap", "Shovel", "Purr"]
    assert len(fetched["left_out"]) == 4
    item = covers.get(listener_id, COVER)
    assert item is not None
    assert item["fetched"] == fetched


def test_top_artists_are_ten_unless_asked_otherwise(covers: Covers, listener_id: str) -> None:
    assert len(fetch(listener_id, {"kind": "top_artists"})["songs"]) == 10


def test_a_named_error_passes_through_and_nothing_is_kept(covers: Covers, listener_id: str) -> None:
    with pytest.raises(NoArtworkError):
        fetch(listener_id, {"kind": "playlist", "playlist_id": spotify_id("playlist", "corrupt")})
    item = covers.get(listener_id, COVER)
    assert item is not None
    assert "fetched" not in item


def test_a_source_that_cannot_be_read_is_refused(covers: Covers, listener_id: str) -> None:
    with pytest.raises(InvalidRequestError, match="playlist_id"):
        fetch(listener_id, {"kind": "playlist", "playlist_id": "../../me"})


def test_artwork_comes_from_the_origins_that_are_set(
    listener_id: str, template: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTWORK_ORIGINS", template["Parameters"]["ArtworkOrigins"]["Default"])
    assert ("https", "i.scdn.co", 443) in FetchSettings.load().artwork_origins
    monkeypatch.setenv("ARTWORK_ORIGINS", "https://a.example, http://127.0.0.1:8001")
    expected = {("https", "a.example", 443), ("http", "127.0.0.1", 8001)}
    assert FetchSettings.load().artwork_origins == expected
    monkeypatch.setenv("ARTWORK_ORIGINS", "nowhere")
    with pytest.raises(ConfigurationError, match="ARTWORK_ORIGINS"):
        FetchSettings.load()


def test_artwork_that_comes_after_its_listener_was_forgotten_is_not_kept(
    covers: Covers, listener_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = ArtworkStore.keep

    def keep_while_being_forgotten(store: ArtworkStore, listener_id: str, picks: Any) -> Any:
        clients.get_table("ListenersTable").delete_item(Key={"listener_id": listener_id, "item": "profile"})
        covers.delete(listener_id, COVER)
        kept = keep(store, listener_id, picks)
        assert clients.get_client("s3").list_objects_v2(Bucket="bucket")["KeyCount"] == 4
        return kept

    monkeypatch.setattr(ArtworkStore, "keep", keep_while_being_forgotten)
    with pytest.raises(CoverDeletedError):
        fetch(listener_id, {"kind": "playlist", "playlist_id": spotify_id("playlist", "mostly-fine")})
    assert clients.get_client("s3").list_objects_v2(Bucket="bucket")["KeyCount"] == 0
