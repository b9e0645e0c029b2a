"""Pictures come from the allowed origins; what else can happen on the way is tested with fetch's artwork."""

import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from coverart.errors import PictureError, PictureUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault
from scripts.standins.spotify import Standin

PICTURE = f"/image/{spotify_id('album', 'Second Cup')}-64"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://i.scdn.co/image/1", ("https", "i.scdn.co", 443)),
        ("https://I.SCDN.CO:443/image/1", ("https", "i.scdn.co", 443)),
        ("http://127.0.0.1:8001/image/1", ("http", "127.0.0.1", 8001)),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: tuple[str, str, int]) -> None:
    assert parse_origin(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", "image/1", "file:///etc/passwd", "ftp://i.scdn.co/1", "https://i.scdn.co@evil.example/1", "http://a:b/1"],
)
def test_what_has_no_origin_of_a_picture_is_an_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"origin|Port"):
        parse_origin(url)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_a_picture_comes_as_it_is_with_and_without_a_session(
    spotify_standin: Standin, session: requests.Session
) -> None:
    downloads = ImageDownloader(frozenset({parse_origin(spotify_standin.url)}), timeout=10)
    alone = downloads.get(spotify_standin.url + PICTURE)
    assert alone.startswith(b"\xff\xd8")
    assert downloads.get(spotify_standin.url + PICTURE, session) == alone


def test_another_origin_is_not_asked(spotify_standin: Standin) -> None:
    downloads = ImageDownloader(frozenset({("https", "i.scdn.co", 443)}), timeout=10)
    with pytest.raises(PictureError, match="does not lie with Spotify"):
        downloads.get(spotify_standin.url + PICTURE)
    assert spotify_standin.state.recorder.requests == []


@pytest.fixture
def trickling() -> Iterator[tuple[str, list[bytes]]]:
    """A server whose picture comes byte by byte, and takes 30 seconds in all; what it has sent."""
    stop = threading.Event()
    sent: list[bytes] = []

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")
            for _ in range(600):
                if stop.wait(0.05):
                    return
                connection.sendall(b"x")
                sent.append(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/image/1", sent
        stop.set()
        thread.join(timeout=10)


def test_a_picture_that_trickles_is_not_waited_for(trickling: tuple[str, list[bytes]]) -> None:
    url, sent = trickling
    with pytest.raises(PictureUnavailableError, match="took too long"):
        ImageDownloader(frozenset({parse_origin(url)}), timeout=1).get(url)
    assert len(sent) < 600


def test_a_picture_of_too_many_bytes_is_not_read_to_its_end(spotify_standin: Standin) -> None:
    spotify_standin.state.recorder.faults[:] = [Fault("/image/", 200, body="x" * 10_000_001)]
    with pytest.raises(PictureError, match="10 MB"):
        ImageDownloader(frozenset({parse_origin(spotify_standin.url)}), timeout=30).get(spotify_standin.url + PICTURE)


def test_a_large_picture_waits_for_its_turn_once_and_a_small_one_never(spotify_standin: Standin) -> None:
    downloads, waits = ImageDownloader(frozenset({parse_origin(spotify_standin.url)}), timeout=10), []
    body = downloads.get(spotify_standin.url + PICTURE, wait=lambda: waits.append("small"))
    again = downloads.get(spotify_standin.url + PICTURE, large=len(body) // 2, wait=lambda: waits.append("large"))
    assert (again, waits) == (body, ["large"])


def test_a_picture_that_ends_too_early_may_come_later(spotify_standin: Standin) -> None:
    spotify_standin.state.recorder.faults[:] = [Fault("/image/", 200, headers={"Content-Length": "999"}, body="x")]
    with pytest.raises(PictureUnavailableError):
        ImageDownloader(frozenset({parse_origin(spotify_standin.url)}), timeout=5).get(spotify_standin.url + PICTURE)
