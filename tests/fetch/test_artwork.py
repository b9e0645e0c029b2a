"""Artwork: which picture, from where, how much of it, and what becomes of the others."""

import io
import threading
from typing import Any

import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import NoArtworkError, SpotifyUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from coverart.models import PlaylistSource, TopArtistsSource
from coverart.spotify.client import create_spotify_client
from coverart.spotify.models import Album, SpotifyImage, Track
from coverart.store.keys import artwork_key
from fetch.artwork import ArtworkStore, best_picture
from fetch.song_selection import Pick, SongSelection, select_songs
from scripts.standins import artwork
from scripts.standins.catalogue import Artwork, spotify_id
from scripts.standins.serving import Fault
from scripts.standins.spotify import Standin


@pytest.fixture
def store(listener_id: str, spotify_standin: Standin) -> ArtworkStore:
    return ArtworkStore(
        Bucket(clients.get_client("s3"), "bucket"), ImageDownloader(frozenset({parse_origin(spotify_standin.url)}), 10)
    )


def library(listener_id: str, slug: str) -> SongSelection:
    source = PlaylistSource(kind="playlist", playlist_id=spotify_id("playlist", slug))
    return select_songs(create_spotify_client(listener_id), source)


def pick(url: str | None, name: str = "An Album") -> Pick:
    pictures = [] if url is None else [{"url": url, "width": 640}]
    album = Album.model_validate({"id": spotify_id("album", name), "name": name, "images": pictures})
    return Pick("Somebody", [], Track(name="A Song", album=album), album)


def downloads(standin: Standin) -> list[str]:
    return [request["path"] for request in standin.state.recorder.requests if request["path"].startswith("/image/")]


def picture(width: int | None, url: str = "u") -> SpotifyImage:
    return SpotifyImage(url=f"{url}{width}", width=width)


@pytest.mark.parametrize(
    ("widths", "chosen"),
    [
        ([640, 300, 64], "u640"),
        ([64, 640, 300], "u640"),
        ([2000, 1000, 300], "u300"),
        ([2000, 1000], "u1000"),
        ([None, 300], "u300"),
        ([None], "uNone"),
        ([0], "u0"),
        ([], None),
    ],
)
def test_the_widest_picture_up_to_640_pixels_is_chosen_or_the_nearest(widths: list[Any], chosen: str | None) -> None:
    best = best_picture([picture(width) for width in widths])
    assert (best and best.url) == chosen


def test_pictures_without_an_address_are_passed_over() -> None:
    assert best_picture([SpotifyImage(url="", width=640)]) is None


def test_the_bytes_are_kept_as_they_came_and_ranked(
    store: ArtworkStore, listener_id: str, spotify_standin: Standin
) -> None:
    source = TopArtistsSource(kind="top_artists", count=12)
    songs, left_out = store.keep(listener_id, select_songs(create_spotify_client(listener_id), source).picks)
    assert [song.rank for song in songs] == list(range(1, 13))
    assert left_out == []
    first = songs[0]
    assert (first.artist, first.album, first.year) == ("Nine Lives Society", "Nine Lives, One Windowsill", 2016)
    assert first.album_url == f"https://open.spotify.com/album/{first.album_id}"
    assert first.artwork == artwork_key(listener_id, first.album_id)
    kept = clients.get_client("s3").get_object(Bucket="bucket", Key=first.artwork)
    body = kept["Body"].read()
    assert kept["ContentType"] == "image/jpeg"
    assert Image.open(io.BytesIO(body)).size == (640, 640)
    assert f"/image/{first.album_id}-640" in downloads(spotify_standin)


def test_artwork_that_is_there_already_is_used_again(
    store: ArtworkStore, listener_id: str, spotify_standin: Standin
) -> None:
    picks = library(listener_id, "rain-on-the-skylight").picks
    first = store.keep(listener_id, picks)
    assert len(downloads(spotify_standin)) == len(picks)
    assert store.keep(listener_id, picks) == first
    assert len(downloads(spotify_standin)) == len(picks)


def test_the_content_type_is_the_pictures_own(
    store: ArtworkStore, listener_id: str, spotify_standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(body, "PNG")
    monkeypatch.setattr("scripts.standins.artwork.jpeg", lambda _artwork, _size: body.getvalue())
    songs, _ = store.keep(listener_id, library(listener_id, "rain-on-the-skylight").picks[:1])
    kept = clients.get_client("s3").get_object(Bucket="bucket", Key=songs[0].artwork)
    assert (kept["ContentType"], kept["Body"].read()) == ("image/png", body.getvalue())


def test_all_artwork_is_asked_for_at_once(
    store: ArtworkStore, listener_id: str, spotify_standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = TopArtistsSource(kind="top_artists", count=12)
    picks = select_songs(create_spotify_client(listener_id), source).picks
    body, all_asked = artwork.jpeg(Artwork("coffee"), 640), threading.Barrier(len(picks))

    def last_of_all(_artwork: Any, _size: int) -> bytes:
        all_asked.wait(timeout=60)
        return body

    monkeypatch.setattr("scripts.standins.artwork.jpeg", last_of_all)
    patient = ArtworkStore(store.bucket, ImageDownloader(store.downloads.origins, 90))
    songs, _ = patient.keep(listener_id, picks)
    assert len(songs) == 12


class Turns(threading.Semaphore):
    taken = 0

    def __enter__(self, blocking: bool = True, timeout: float | None = None) -> bool:
        entered = super().__enter__(blocking, timeout)
        self.taken += 1
        return entered


def test_large_pictures_are_kept_though_few_of_them_are_in_memory_at_once(
    store: ArtworkStore, listener_id: str, spotify_standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = np.random.default_rng(0).bytes(640 * 640 * 3)
    large = io.BytesIO()
    Image.frombytes("RGB", (640, 640), body).save(large, "PNG", compress_level=0)
    assert len(large.getvalue()) > 1_000_000
    monkeypatch.setattr("scripts.standins.artwork.jpeg", lambda _artwork, _size: large.getvalue())
    turns = Turns(2)
    few = ArtworkStore(store.bucket, store.downloads, _large=turns)
    songs, _ = few.keep(listener_id, library(listener_id, "rain-on-the-skylight").picks[:5])
    assert (len(songs), turns.taken) == (5, 5)


@pytest.mark.parametrize(
    ("slug", "reasons"),
    [
        ("corrupt", ["The picture cannot be read."] * 2),
        ("giant", ["The picture has more than 16 megapixels.", "The picture has more than 10 MB."]),
        ("elsewhere", ["Spotify did not give the picture (status 302).", "The picture does not lie with Spotify."]),
        ("no-artwork", ["Spotify has no artwork for this album."] * 3),
    ],
)
def test_pictures_of_no_use_are_an_error_that_says_why_and_nothing_is_kept(
    store: ArtworkStore, listener_id: str, slug: str, reasons: list[str]
) -> None:
    with pytest.raises(NoArtworkError) as raised:
        store.keep(listener_id, library(listener_id, slug).picks)
    assert all(reason in str(raised.value) for reason in reasons)
    assert clients.get_client("s3").list_objects_v2(Bucket="bucket")["KeyCount"] == 0


def test_a_corrupt_picture_is_left_out_with_a_reason(store: ArtworkStore, listener_id: str) -> None:
    songs, left_out = store.keep(listener_id, library(listener_id, "mostly-fine").picks)
    assert [(song.rank, song.track) for song in songs] == [(1, "Steam Rising"), (2, "Neap"), (3, "Shovel"), (4, "Purr")]
    assert {album.album: album.reason for album in left_out} == {
        "Broken: cut-off": "The picture cannot be read.",
        "Broken: foreign": "The picture does not lie with Spotify.",
        "Broken: none": "Spotify has no artwork for this album.",
        "Broken: too-many-bytes": "The picture has more than 10 MB.",
    }


def test_only_the_allowed_origins_are_asked(store: ArtworkStore, listener_id: str, spotify_standin: Standin) -> None:
    port = int(spotify_standin.url.rsplit(":", 1)[1])
    elsewhere = [
        f"https://127.0.0.1:{port}/image/1",
        f"http://127.0.0.1:{port + 1}/image/1",
        f"http://localhost:{port}/image/1",
        f"http://127.0.0.1:{port}@pictures.invalid/image/1",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/hosts",
        "http://[",
    ]
    with pytest.raises(NoArtworkError):
        store.keep(listener_id, [pick(url, f"Album {number}") for number, url in enumerate(elsewhere)])
    assert downloads(spotify_standin) == []


@pytest.mark.parametrize("status", [204, 403, 404, 500])
def test_a_picture_that_is_not_given_is_left_out(
    store: ArtworkStore, listener_id: str, spotify_standin: Standin, status: int
) -> None:
    spotify_standin.state.recorder.faults.append(Fault("/image/", status, body=""))
    _, left_out = store.keep(listener_id, library(listener_id, "rain-on-the-skylight").picks[:2])
    assert [album.reason for album in left_out] == [f"Spotify did not give the picture (status {status})."]


def test_where_no_picture_comes_in_time_another_try_may_help(listener_id: str, spotify_standin: Standin) -> None:
    hurried = ArtworkStore(
        Bucket(clients.get_client("s3"), "bucket"), ImageDownloader(frozenset({parse_origin(spotify_standin.url)}), 0.2)
    )
    spotify_standin.state.recorder.faults.append(Fault("/image/", delay=0.6))
    with pytest.raises(SpotifyUnavailableError, match="no artwork at the moment"):
        hurried.keep(listener_id, library(listener_id, "rain-on-the-skylight").picks[:1])


def test_no_picks_at_all_is_an_error(store: ArtworkStore, listener_id: str) -> None:
    with pytest.raises(NoArtworkError):
        store.keep(listener_id, [])
