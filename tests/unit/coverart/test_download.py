"""Downloads from the allowed origins. The tests of fetch's artwork cover further failures of a download."""

import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from coverart.errors import PictureError, PictureUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify

IMAGE_PATH = f"/image/{spotify_id('album', 'Second Cup')}-64"


def create_downloader(url: str, timeout_seconds: float = 10) -> ImageDownloader:
    return ImageDownloader(frozenset({parse_origin(url)}), timeout_seconds)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://i.scdn.co/image/1", ("https", "i.scdn.co", 443)),
        ("https://I.SCDN.CO:443/image/1", ("https", "i.scdn.co", 443)),
        ("http://127.0.0.1:8001/image/1", ("http", "127.0.0.1", 8001)),
    ],
)
def test_origin_is_scheme_host_and_port(url: str, expected: tuple[str, str, int]) -> None:
    assert parse_origin(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", "image/1", "file:///etc/passwd", "ftp://i.scdn.co/1", "https://i.scdn.co@evil.example/1", "http://a:b/1"],
)
def test_url_without_origin_raises(url: str) -> None:
    with pytest.raises(ValueError, match=r"origin|Port"):
        parse_origin(url)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_download_is_equal_with_and_without_session(fake_spotify: FakeSpotify, session: requests.Session) -> None:
    downloader = create_downloader(fake_spotify.url)
    body = downloader.get(fake_spotify.url + IMAGE_PATH)
    assert body.startswith(b"\xff\xd8")
    assert downloader.get(fake_spotify.url + IMAGE_PATH, session) == body


def test_other_origin_is_not_requested(fake_spotify: FakeSpotify) -> None:
    with pytest.raises(PictureError, match="not on an allowed Spotify host"):
        create_downloader("https://i.scdn.co").get(fake_spotify.url + IMAGE_PATH)
    assert fake_spotify.state.recorder.requests == []


@pytest.fixture
def slow_server() -> Iterator[tuple[str, list[bytes]]]:
    """The URL of an image that arrives byte by byte within 30 seconds, and the bytes that were sent so far."""
    stop = threading.Event()
    sent_bytes: list[bytes] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")
            for _ in range(600):
                if stop.wait(0.05):
                    return
                connection.sendall(b"x")
                sent_bytes.append(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/image/1", sent_bytes
        stop.set()
        thread.join(timeout=10)


def test_slow_image_is_not_read_to_its_end(slow_server: tuple[str, list[bytes]]) -> None:
    url, sent_bytes = slow_server
    with pytest.raises(PictureUnavailableError, match="took too long"):
        create_downloader(url, timeout_seconds=1).get(url)
    # The timeout is a thirtieth of the time that the image takes. On a busy machine the download ends later.
    assert len(sent_bytes) < 300


def test_image_with_too_many_bytes_raises(fake_spotify: FakeSpotify) -> None:
    fake_spotify.state.recorder.faults[:] = [Fault("/image/", 200, body="x" * 10_000_001)]
    with pytest.raises(PictureError, match="10 MB"):
        create_downloader(fake_spotify.url, timeout_seconds=30).get(fake_spotify.url + IMAGE_PATH)


def test_only_large_image_waits_and_only_once(fake_spotify: FakeSpotify) -> None:
    downloader, waits = create_downloader(fake_spotify.url), []
    url = fake_spotify.url + IMAGE_PATH
    body = downloader.get(url, wait=lambda: waits.append("small"))
    assert downloader.get(url, large_bytes=len(body) // 2, wait=lambda: waits.append("large")) == body
    assert waits == ["large"]


def test_incomplete_image_is_unavailable(fake_spotify: FakeSpotify) -> None:
    fake_spotify.state.recorder.faults[:] = [Fault("/image/", 200, headers={"Content-Length": "999"}, body="x")]
    with pytest.raises(PictureUnavailableError):
        create_downloader(fake_spotify.url, timeout_seconds=5).get(fake_spotify.url + IMAGE_PATH)
