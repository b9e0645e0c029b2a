"""Responses that arrive slowly or break off, for which requests itself would wait without limit."""

from collections.abc import Iterator

import pytest
import requests

from coverart import http_deadline
from coverart.errors import PictureUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from scripts.fakes.catalog import spotify_id
from scripts.fakes.spotify import FakeSpotify
from tests.faults.fault_plan import Fault
from tests.faults.fault_proxy import FaultProxy, start_proxies

IMAGE_PATH = f"/image/{spotify_id('album', 'Second Cup')}-640"


@pytest.fixture
def line(fake_spotify: FakeSpotify) -> Iterator[FaultProxy]:
    """To the fake's pictures."""
    with start_proxies("pictures") as proxies:
        proxies["pictures"].target_url = fake_spotify.url
        yield proxies["pictures"]


def test_an_answer_comes_as_it_is(line: FaultProxy) -> None:
    with http_deadline.create_session(10) as session:
        response = session.get(line.url + IMAGE_PATH, timeout=10)
    assert response.content == requests.get(line.url + IMAGE_PATH, timeout=10).content
    assert response.headers["Content-Type"] == "image/jpeg"


def test_an_answer_that_trickles_is_too_late(line: FaultProxy) -> None:
    line.add_fault(Fault("drip", late=True))
    with http_deadline.create_session(0.5) as session, pytest.raises(requests.ReadTimeout):
        session.get(line.url + IMAGE_PATH, timeout=10)


def test_an_answer_that_breaks_off_is_none(line: FaultProxy) -> None:
    line.add_fault(Fault("reset", late=True))
    with http_deadline.create_session(10) as session, pytest.raises(requests.ConnectionError):
        session.get(line.url + IMAGE_PATH, timeout=10)


def test_a_picture_that_trickles_is_too_late(line: FaultProxy) -> None:
    line.add_fault(Fault("drip", late=True))
    with pytest.raises(PictureUnavailableError):
        ImageDownloader(frozenset({parse_origin(line.url)}), timeout_seconds=0.5).get(line.url + IMAGE_PATH)
