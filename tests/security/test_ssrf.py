"""Server-side request forgery: images are downloaded from allowed servers only, whatever a URL looks like."""

import ipaddress
import socket
from contextlib import suppress
from unittest.mock import Mock

import pytest
import requests
import urllib3
from hypothesis import example, given
from hypothesis import strategies as st

from coverart.errors import PaintingElsewhereError, PaintingLostError, PictureError
from coverart.images.download import ImageDownloader
from generate import image_response
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault

# Artwork and playlist images, which come from the allowed origins.

SCHEMES = ["https://", "http://", "HTTPS://", "https:/", "https:", "//", "https:\\\\", " https://", "file://"]
USERS = ["", "user@", "user:password@", "i.scdn.co@", "i.scdn.co:443@", "@", "\\@", "i.scdn.co\\@", "i.scdn.co#@"]
HOSTS = [
    "i.scdn.co", "I.SCDN.CO", "i.scdn.co.", "i.scdn.co.evil.example", "evil.example", "127.0.0.1", "2130706433",
    "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[::1]i.scdn.co", "169.254.169.254", "ⅰ.scdn.co", "i。scdn。co",
    "i.scdn.co%2eevil.example", "i.scdn.co%00.evil.example", "xn--i-scdn-co", "і.scdn.co", "localhost", "",
]  # fmt: skip
PORTS = [
    "", ":443", ":80", ":8443", ":0443", ":", ":99999", ":x", "\\", "#", "?", "\t", "\n", " ", "@evil.example", "%40",
]  # fmt: skip
PATHS = ["/image/1", "", "/../x", "/@evil.example/", "\\evil.example"]
urls = st.tuples(*map(st.sampled_from, (SCHEMES, USERS, HOSTS, PORTS, PATHS))).map("".join)


@example(url="https://i.scdn.co/image/1")
@example(url="https://i.scdn.co\\@evil.example/image/1")
@example(url="https://i.scdn.co@evil.example/image/1")
@example(url="https://user@i.scdn.co/image/1")
@example(url="https://evil.example\\@i.scdn.co/image/1")
@given(url=urls)
def test_image_url_reaches_only_allowed_origins(url):
    """urllib3 makes the connection, so its parser decides where to."""
    session = Mock(get=Mock(side_effect=requests.ConnectionError))
    with suppress(PictureError):
        ImageDownloader(frozenset({("https", "i.scdn.co", 443)}), 60).get(url, session)
    for call in session.get.call_args_list:
        target = urllib3.util.parse_url(call.args[0])
        assert (target.scheme, target.host, target.port or 443, target.auth) == ("https", "i.scdn.co", 443, None)
        assert call.kwargs["allow_redirects"] is False


def test_image_redirect_is_not_followed(fake_spotify):
    album_id = spotify_id("album", "Second Cup")
    target_url = f"{fake_spotify.url}/image/{album_id}-64"
    port = int(fake_spotify.url.rsplit(":", 1)[1])
    fake_spotify.state.recorder.faults[:] = [Fault("/image/moved", 302, headers={"Location": target_url}, body="")]
    downloader = ImageDownloader(frozenset({("http", "127.0.0.1", port)}), 60)
    with pytest.raises(PictureError, match="status 302"):
        downloader.get(f"{fake_spotify.url}/image/moved")
    assert [request["path"] for request in fake_spotify.state.recorder.requests] == ["/image/moved"]


# A painting may be a URL, on the image model's server or on the public internet.

ADDRESSES = {
    "images.example": ["93.184.215.14"],
    "private.example": ["10.0.0.7"],
    "both.example": ["93.184.215.14", "192.168.1.1"],
    "metadata.example": ["169.254.169.254"],
    "loopback.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "carrier.example": ["100.64.0.1"],
}


def resolve(host, port, **_):
    """Resolve the hosts above and IP addresses, and no others."""
    try:
        addresses = [str(ipaddress.ip_address(host))]
    except ValueError:
        if host not in ADDRESSES:
            raise socket.gaierror from None
        addresses = ADDRESSES[host]
    return [(2, 1, 6, "", (address, port)) for address in addresses]


@pytest.fixture
def request_painting(openai_state, image_model, monkeypatch):
    """Let the image model respond with a URL. Return the URLs that were requested, each with the key that was sent."""
    requests = []

    def stream(method, url, **options):
        assert (method, options["follow_redirects"]) == ("GET", False)
        requests.append((url, options["headers"].get("Authorization")))
        raise image_response.httpx2.ConnectError("nothing listens there")

    monkeypatch.setattr(image_response, "socket", Mock(getaddrinfo=resolve))
    monkeypatch.setattr(image_response.httpx2, "stream", stream)

    def request(url, error_class):
        openai_state.recorder.faults[:] = [Fault("generations$", 200, body={"created": 1, "data": [{"url": url}]})]
        with pytest.raises(error_class):
            image_model.paint("A cat", "ada")
        return requests

    return request


@pytest.mark.parametrize(
    "url",
    [
        *(f"https://{host}/1" for host in ADDRESSES if host != "images.example"),
        *("https://127.0.0.1/1", "https://[::1]/1", "https://169.254.169.254/latest/meta-data"),
        *("https://unknown.example/1", "https://images.example:8443/1", "https://user@images.example/1"),
        *("http://images.example/1", "ftp://images.example/1", "https:///1", "https://[", "//10.0.0.7/1"),
        *("http://127.0.0.1:10002/1", "file:///etc/passwd"),
    ],
)
def test_painting_url_in_a_private_network_is_not_requested(request_painting, url):
    assert request_painting(url, PaintingElsewhereError) == []


def test_public_or_relative_painting_url_is_requested(request_painting, image_model):
    """The image model's own server gets the key, others do not."""
    base_url, key = str(image_model.client.base_url), f"Bearer {image_model.client.api_key}"
    requests = request_painting("https://images.example/1", PaintingLostError)
    assert requests == [("https://images.example/1", None)]
    request_painting("/media/a.jpg", PaintingLostError)
    assert requests[1:] == [(base_url.replace("/v1/", "/media/a.jpg"), key)]
