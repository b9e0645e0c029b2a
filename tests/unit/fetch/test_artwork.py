"""Artwork: which image is chosen, from where and how it is downloaded, and which albums are skipped."""

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
from fetch.artwork import ArtworkStore, choose_image
from fetch.song_selection import SelectedSong, select_songs
from scripts.fakes import artwork
from scripts.fakes.catalog import Artwork, spotify_id
from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify

TOP_ARTISTS = TopArtistsSource(kind="top_artists", count=12)


def create_store(fake: FakeSpotify, timeout_seconds: float = 10) -> ArtworkStore:
    downloader = ImageDownloader(frozenset({parse_origin(fake.url)}), timeout_seconds)
    return ArtworkStore(Bucket(clients.get_client("s3"), "bucket"), downloader)


@pytest.fixture
def store(listener_id: str, fake_spotify: FakeSpotify) -> ArtworkStore:
    return create_store(fake_spotify)


def select_top_artists(listener_id: str) -> list[SelectedSong]:
    return select_songs(create_spotify_client(listener_id), TOP_ARTISTS).songs


def select_playlist(listener_id: str, slug: str) -> list[SelectedSong]:
    source = PlaylistSource(kind="playlist", playlist_id=spotify_id("playlist", slug))
    return select_songs(create_spotify_client(listener_id), source).songs


def create_song(image_url: str, album_name: str) -> SelectedSong:
    images = [{"url": image_url, "width": 640}]
    album = Album.model_validate({"id": spotify_id("album", album_name), "name": album_name, "images": images})
    return SelectedSong("Somebody", [], Track(name="A Song", album=album), album)


def list_downloads(fake: FakeSpotify) -> list[str]:
    return [request["path"] for request in fake.state.recorder.requests if request["path"].startswith("/image/")]


def read_object(key: str) -> tuple[str, bytes]:
    """Return the content type and the content."""
    response = clients.get_client("s3").get_object(Bucket="bucket", Key=key)
    return response["ContentType"], response["Body"].read()


@pytest.mark.parametrize(
    ("widths", "expected_url"),
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
def test_widest_image_up_to_640_pixels_is_chosen(widths: list[Any], expected_url: str | None) -> None:
    image = choose_image([SpotifyImage(url=f"u{width}", width=width) for width in widths])
    assert (image and image.url) == expected_url


def test_image_without_url_is_not_chosen() -> None:
    assert choose_image([SpotifyImage(url="", width=640)]) is None


def test_artwork_is_stored_unchanged_and_songs_are_ranked(
    store: ArtworkStore, listener_id: str, fake_spotify: FakeSpotify
) -> None:
    songs, skipped_albums = store.save(listener_id, select_top_artists(listener_id))
    assert [song.rank for song in songs] == list(range(1, 13))
    assert skipped_albums == []
    first = songs[0]
    assert (first.artist, first.album, first.year) == ("Nine Lives Society", "Nine Lives, One Windowsill", 2016)
    assert first.album_url == f"https://open.spotify.com/album/{first.album_id}"
    assert first.artwork == artwork_key(listener_id, first.album_id)
    content_type, body = read_object(first.artwork)
    assert content_type == "image/jpeg"
    assert Image.open(io.BytesIO(body)).size == (640, 640)
    assert f"/image/{first.album_id}-640" in list_downloads(fake_spotify)


def test_stored_artwork_is_not_downloaded_again(
    store: ArtworkStore, listener_id: str, fake_spotify: FakeSpotify
) -> None:
    selected_songs = select_playlist(listener_id, "rain-on-the-skylight")
    result = store.save(listener_id, selected_songs)
    assert len(list_downloads(fake_spotify)) == len(selected_songs)
    assert store.save(listener_id, selected_songs) == result
    assert len(list_downloads(fake_spotify)) == len(selected_songs)


def test_content_type_is_that_of_the_image(
    store: ArtworkStore, listener_id: str, fake_spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(body, "PNG")
    monkeypatch.setattr("scripts.fakes.artwork.render_jpeg", lambda _artwork, _size: body.getvalue())
    songs, _ = store.save(listener_id, select_playlist(listener_id, "rain-on-the-skylight")[:1])
    assert read_object(songs[0].artwork) == ("image/png", body.getvalue())


def test_all_artwork_is_downloaded_in_parallel(
    listener_id: str, fake_spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    selected_songs = select_top_artists(listener_id)
    body, barrier = artwork.render_jpeg(Artwork("coffee"), 640), threading.Barrier(len(selected_songs))

    def wait_for_all_requests(_artwork: Any, _size: int) -> bytes:
        barrier.wait(timeout=60)
        return body

    monkeypatch.setattr("scripts.fakes.artwork.render_jpeg", wait_for_all_requests)
    songs, _ = create_store(fake_spotify, timeout_seconds=90).save(listener_id, selected_songs)
    assert len(songs) == 12


class CountingSemaphore(threading.Semaphore):
    entries = 0

    def __enter__(self, blocking: bool = True, timeout: float | None = None) -> bool:
        result = super().__enter__(blocking, timeout)
        self.entries += 1
        return result


def test_large_images_are_stored_a_few_at_a_time(
    store: ArtworkStore, listener_id: str, fake_spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels, body = np.random.default_rng(0).bytes(640 * 640 * 3), io.BytesIO()
    Image.frombytes("RGB", (640, 640), pixels).save(body, "PNG", compress_level=0)
    assert len(body.getvalue()) > 1_000_000
    monkeypatch.setattr("scripts.fakes.artwork.render_jpeg", lambda _artwork, _size: body.getvalue())
    semaphore = CountingSemaphore(2)
    limited_store = ArtworkStore(store.bucket, store.downloader, _large_downloads=semaphore)
    songs, _ = limited_store.save(listener_id, select_playlist(listener_id, "rain-on-the-skylight")[:5])
    assert (len(songs), semaphore.entries) == (5, 5)


@pytest.mark.parametrize(
    ("slug", "reasons"),
    [
        ("corrupt", ["The image cannot be read."] * 2),
        ("giant", ["The image has more than 16 megapixels.", "The image has more than 10 MB."]),
        (
            "elsewhere",
            ["Spotify did not serve the image (status 302).", "The image URL is not on an allowed Spotify host."],
        ),
        ("no-artwork", ["Spotify has no artwork for this album."] * 3),
    ],
)
def test_playlist_without_usable_artwork_raises_the_reasons(
    store: ArtworkStore, listener_id: str, slug: str, reasons: list[str]
) -> None:
    with pytest.raises(NoArtworkError) as raised:
        store.save(listener_id, select_playlist(listener_id, slug))
    assert all(reason in str(raised.value) for reason in reasons)
    assert clients.get_client("s3").list_objects_v2(Bucket="bucket")["KeyCount"] == 0


def test_album_without_usable_artwork_is_skipped(store: ArtworkStore, listener_id: str) -> None:
    songs, skipped_albums = store.save(listener_id, select_playlist(listener_id, "mostly-fine"))
    assert [(song.rank, song.track) for song in songs] == [(1, "Steam Rising"), (2, "Neap"), (3, "Shovel"), (4, "Purr")]
    assert {album.album: album.reason for album in skipped_albums} == {
        "Broken: cut-off": "The image cannot be read.",
        "Broken: foreign": "The image URL is not on an allowed Spotify host.",
        "Broken: none": "Spotify has no artwork for this album.",
        "Broken: too-many-bytes": "The image has more than 10 MB.",
    }


def test_other_origins_are_not_requested(store: ArtworkStore, listener_id: str, fake_spotify: FakeSpotify) -> None:
    port = int(fake_spotify.url.rsplit(":", 1)[1])
    urls = [
        f"https://127.0.0.1:{port}/image/1",
        f"http://127.0.0.1:{port + 1}/image/1",
        f"http://localhost:{port}/image/1",
        f"http://127.0.0.1:{port}@pictures.invalid/image/1",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/hosts",
        "http://[",
    ]
    with pytest.raises(NoArtworkError):
        store.save(listener_id, [create_song(url, f"Album {number}") for number, url in enumerate(urls)])
    assert list_downloads(fake_spotify) == []


@pytest.mark.parametrize("status", [204, 403, 404, 500])
def test_image_that_is_not_served_is_skipped(
    store: ArtworkStore, listener_id: str, fake_spotify: FakeSpotify, status: int
) -> None:
    fake_spotify.state.recorder.faults.append(Fault("/image/", status, body=""))
    _, skipped_albums = store.save(listener_id, select_playlist(listener_id, "rain-on-the-skylight")[:2])
    assert [album.reason for album in skipped_albums] == [f"Spotify did not serve the image (status {status})."]


def test_late_artwork_is_unavailable(listener_id: str, fake_spotify: FakeSpotify) -> None:
    fake_spotify.state.recorder.faults.append(Fault("/image/", delay=0.6))
    with pytest.raises(SpotifyUnavailableError, match="no artwork at the moment"):
        create_store(fake_spotify, timeout_seconds=0.2).save(
            listener_id, select_playlist(listener_id, "rain-on-the-skylight")[:1]
        )


def test_empty_selection_raises(store: ArtworkStore, listener_id: str) -> None:
    with pytest.raises(NoArtworkError):
        store.save(listener_id, [])
