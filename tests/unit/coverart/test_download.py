"""Downloads and other responses, which may come late or incomplete, and origins of images.

requests itself would wait without limit for a slow response. The tests of fetch's artwork cover further failures.
"""

import itertools
from functools import partial
from types import SimpleNamespace

import pytest
import requests

from coverart import http_deadline
from coverart.errors import PictureError, PictureUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from scripts.fakes.catalog import spotify_id
from tests.faults.fault_proxy import Fault, start_proxies
from tests.spotify_requests import add_fault

IMAGE_PATH = f"/image/{spotify_id('album', 'Second Cup')}-640"


def create_downloader(url):
    return ImageDownloader(frozenset({parse_origin(url)}), timeout_seconds=30)


@pytest.fixture
def image_url(fake_spotify):
    return fake_spotify.url + IMAGE_PATH


@pytest.fixture
def proxy(fake_spotify):
    """Forwards requests to the fake's images."""
    with start_proxies("pictures") as proxies:
        proxies["pictures"].target_url = fake_spotify.url
        yield proxies["pictures"]


def pass_years(monkeypatch):
    """Let years pass between two looks at the clock."""
    monotonic = partial(next, itertools.count(0, step=10**9))
    monkeypatch.setattr(http_deadline, "time", SimpleNamespace(monotonic=monotonic))


def test_origin_is_scheme_host_and_port():
    origins = {
        "https://i.scdn.co/image/1": ("https", "i.scdn.co", 443),
        "https://I.SCDN.CO:443/image/1": ("https", "i.scdn.co", 443),
        "http://127.0.0.1:8001/image/1": ("http", "127.0.0.1", 8001),
    }
    assert {url: parse_origin(url) for url in origins} == origins
    for url in (
        *("", "image/1", "file:///etc/passwd", "ftp://i.scdn.co/1", "http://a:b/"),
        "https://i.scdn.co@evil.example/1",
    ):
        with pytest.raises(ValueError, match=r"origin|Port"):
            parse_origin(url)


def test_other_origin_is_not_requested_and_spotifys_is_named(fake_spotify, image_url):
    sentences = {
        "https://pickasso.spotifycdn.com/image/1": r"is on pickasso\.spotifycdn\.com, .* \(parameter ArtworkOrigins\)",
        "https://pl.scdn.co/1": r"is on pl\.scdn\.co, which the owner",
        "https://evilscdn.co/1": "not on an allowed Spotify host",
        "https://scdn.co.evil.example/1": "not on an allowed Spotify host",
        image_url: "not on an allowed Spotify host",
    }
    for url, sentence in sentences.items():
        with pytest.raises(PictureError, match=sentence):
            create_downloader("https://i.scdn.co").get(url)
    assert fake_spotify.state.recorder.requests == []


def test_slow_image_is_not_read_to_its_end(proxy, monkeypatch):
    pass_years(monkeypatch)
    proxy.plan.add(proxy.name, Fault("drip", late=True))
    with pytest.raises(PictureUnavailableError, match="took too long"):
        create_downloader(proxy.url).get(proxy.url + IMAGE_PATH)


@pytest.mark.parametrize(
    ("status", "body", "headers", "error"),
    [
        pytest.param(200, "x" * 10_000_001, {}, PictureError, id="too many bytes"),
        pytest.param(200, "x", {"Content-Length": "999"}, PictureUnavailableError, id="incomplete"),
        (404, "", {}, PictureError),
        (429, "", {}, PictureUnavailableError),
        (500, "", {}, PictureUnavailableError),
    ],
)
def test_image_may_come_later_unless_it_is_refused(fake_spotify, image_url, status, body, headers, error):
    add_fault(fake_spotify, "/image/", status, body, headers=headers)
    with pytest.raises(PictureError) as raised:
        create_downloader(image_url).get(image_url)
    assert raised.type is error


def test_only_large_image_waits_and_only_once(image_url):
    downloader, waits = create_downloader(image_url), []
    body = downloader.get(image_url, wait=lambda: waits.append("small"))
    assert downloader.get(image_url, large_bytes=len(body) // 2, wait=lambda: waits.append("large")) == body
    assert waits == ["large"]


def test_session_returns_complete_and_timely_responses_only(proxy, monkeypatch):
    url = proxy.url + IMAGE_PATH
    with http_deadline.create_session(30) as session:
        response = session.get(url, timeout=30)
        assert response.content == requests.get(url, timeout=30).content
        assert response.headers["Content-Type"] == "image/jpeg"
        proxy.plan.add(proxy.name, Fault("reset", late=True))
        with pytest.raises(requests.ConnectionError):
            session.get(url, timeout=30)
        proxy.plan.add(proxy.name, Fault("drip", late=True))
        pass_years(monkeypatch)
        with pytest.raises(requests.ReadTimeout):
            session.get(url, timeout=30)
