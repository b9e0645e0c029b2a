"""Artwork: which image is chosen, from where and how it is downloaded, and which albums are skipped."""

import threading

import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.errors import NoArtworkError, SpotifyUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from coverart.models import PlaylistSource, TopArtistsSource
from coverart.spotify.client import create_spotify_client
from coverart.spotify.models import SpotifyImage
from coverart.store.keys import artwork_key
from fetch.artwork import ArtworkStore, choose_images
from fetch.song_selection import select_songs
from scripts.fakes import artwork
from scripts.fakes.catalog import Artwork, spotify_id
from tests.images import decode, encode
from tests.spotify_requests import add_fault
from tests.stored_files import list_keys

TOP_ARTISTS = TopArtistsSource(kind="top_artists", count=12)
UNREADABLE, TOO_LARGE = "The image cannot be read.", "The image has more than 10 MB."
NO_ARTWORK, NOT_SERVED = "Spotify has no artwork for this album.", "Spotify did not serve the image (status {})."
NOT_ALLOWED = "The image URL is not on an allowed Spotify host."
RAIN = "rain-on-the-skylight"


@pytest.fixture
def save(listener_id, fake_spotify, bucket):
    """Save the artwork of these songs, or of the first ones of the playlist with this name."""

    def save_songs(songs, count=None, timeout_seconds=60, **options):
        if isinstance(songs, str):
            songs = select(listener_id, PlaylistSource(kind="playlist", playlist_id=spotify_id("playlist", songs)))
        downloader = ImageDownloader(frozenset({parse_origin(fake_spotify.url)}), timeout_seconds)
        store = ArtworkStore(bucket, downloader, **options)
        return store.save(listener_id, songs[:count])

    return save_songs


@pytest.fixture
def render_artwork(monkeypatch):
    """Let the fake serve what a function without arguments returns."""
    return lambda render: monkeypatch.setattr("scripts.fakes.artwork.render_jpeg", lambda *_: render())


def select(listener_id, source):
    return select_songs(create_spotify_client(listener_id), source).songs


def list_downloads(fake):
    return [request["path"] for request in fake.state.recorder.requests if request["path"].startswith("/image/")]


def read_artwork(song):
    """Return the content type and the content."""
    response = clients.get_client("s3").get_object(Bucket="bucket", Key=song.artwork)
    return response["ContentType"], response["Body"].read()


def test_widest_images_up_to_640_pixels_come_first():
    for widths, expected_urls in (
        ([640, 300, 64], ["u640", "u300"]),
        ([64, 640, 300], ["u640", "u300"]),
        ([2000, 1000, 300], ["u300", "u1000"]),
        ([None, 300], ["u300", "uNone"]),
        ([None], ["uNone"]),
        ([0], ["u0"]),
        ([], []),
    ):
        images = [SpotifyImage(url=f"u{width}", width=width) for width in widths]
        # One without an address is never chosen.
        assert [image.url for image in choose_images([SpotifyImage(url="", width=640), *images])] == expected_urls


def test_smaller_image_replaces_one_that_is_gone(save, fake_spotify):
    failures = [(status, "", NOT_SERVED.format(status)) for status in (204, 403, 404, 500, 503)]
    for status, body, reason in [*failures, (200, "cut off", UNREADABLE), (200, "<html>", UNREADABLE)]:
        add_fault(fake_spotify, "-640$", status, body)
        [song], skipped_albums = save(RAIN, 1)
        assert skipped_albums == []
        assert decode(read_artwork(song)[1]).size == (300, 300)
        clients.get_client("s3").delete_object(Bucket="bucket", Key=song.artwork)
        add_fault(fake_spotify, f"/image/{song.album_id}", status, body, times=2)
        assert [album.reason for album in save(RAIN, 2)[1]] == [reason]


def test_artwork_is_stored_unchanged_and_songs_are_ranked(save, listener_id, fake_spotify):
    songs, skipped_albums = save(select(listener_id, TOP_ARTISTS))
    assert [song.rank for song in songs] == list(range(1, 13))
    assert skipped_albums == []
    first = songs[0]
    assert (first.artist, first.album, first.year) == ("Nine Lives Society", "Nine Lives, One Windowsill", 2016)
    assert first.album_url == f"https://open.spotify.com/album/{first.album_id}"
    assert first.artwork == artwork_key(listener_id, first.album_id)
    content_type, body = read_artwork(first)
    assert (content_type, decode(body).size) == ("image/jpeg", (640, 640))
    assert f"/image/{first.album_id}-640" in list_downloads(fake_spotify)


def test_stored_artwork_is_not_downloaded_again(save, fake_spotify):
    result = save(RAIN)
    downloads = list_downloads(fake_spotify)
    assert len(downloads) == len(result[0]) == 7
    assert save(RAIN) == result
    assert list_downloads(fake_spotify) == downloads


def test_all_artwork_is_downloaded_in_parallel(save, listener_id, render_artwork):
    body, barrier = artwork.render_jpeg(Artwork("coffee"), 640), threading.Barrier(12)

    def wait_for_all_requests():
        barrier.wait(timeout=60)
        return body

    render_artwork(wait_for_all_requests)
    songs, _ = save(select(listener_id, TOP_ARTISTS), timeout_seconds=90)
    assert len(songs) == 12


class CountingSemaphore(threading.Semaphore):
    entries = 0

    def __enter__(self, blocking=True, timeout=None):
        result = super().__enter__(blocking, timeout)
        self.entries += 1
        return result


def test_large_images_are_stored_a_few_at_a_time(save, render_artwork):
    pixels = np.random.default_rng(0).bytes(640 * 640 * 3)
    body = encode(Image.frombytes("RGB", (640, 640), pixels), "PNG", compress_level=0)
    assert len(body) > 1_000_000
    render_artwork(lambda: body)
    semaphore = CountingSemaphore(2)
    songs, _ = save(RAIN, 5, _large_downloads=semaphore)
    assert (len(songs), semaphore.entries) == (5, 5)
    assert read_artwork(songs[0]) == ("image/png", body)


def test_playlist_without_usable_artwork_raises_the_reasons(save):
    for slug, reasons in {
        "corrupt": [UNREADABLE],
        "giant": ["The image has more than 16 megapixels.", TOO_LARGE],
        "elsewhere": [NOT_SERVED.format(302), NOT_ALLOWED],
        "no-artwork": [NO_ARTWORK],
    }.items():
        with pytest.raises(NoArtworkError) as raised:
            save(slug)
        assert all(reason in str(raised.value) for reason in reasons)
    with pytest.raises(NoArtworkError):
        save([])
    assert list_keys() == []


def test_album_without_usable_artwork_is_skipped(save):
    songs, skipped_albums = save("mostly-fine")
    assert [(song.rank, song.track) for song in songs] == [(1, "Steam Rising"), (2, "Neap"), (3, "Shovel"), (4, "Purr")]
    assert {album.album: album.reason for album in skipped_albums} == {
        "Broken: cut-off": UNREADABLE,
        "Broken: foreign": NOT_ALLOWED,
        "Broken: none": NO_ARTWORK,
        "Broken: too-many-bytes": TOO_LARGE,
    }


def test_late_artwork_is_unavailable(save, fake_spotify):
    add_fault(fake_spotify, "/image/", 200, "<html>")
    add_fault(fake_spotify, "/image/", None, delay=60)
    with pytest.raises(SpotifyUnavailableError, match="no artwork at the moment"):
        save(RAIN, 1, timeout_seconds=0.2)
    fake_spotify.state.recorder.clear()
