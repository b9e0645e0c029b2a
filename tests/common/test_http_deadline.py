"""Responses that arrive slowly or break off, for which requests itself would wait without limit."""

from collections.abc import Iterator

import pytest
import requests

from coverart import http_deadline
from coverart.errors import PictureUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from scripts.standins.catalogue import spotify_id
from scripts.standins.spotify import Standin
from tests.faults.lines import Fault, Line, opened

IMAGE_PATH = f"/image/{spotify_id('album', 'Second Cup')}-640"


@pytest.fixture
def line(spotify_standin: Standin) -> Iterator[Line]:
    """A proxy in front of Spotify's images."""
    with opened("pictures") as board:
        board.lines["pictures"].leads_to = spotify_standin.url
        yield board.lines["pictures"]


def test_response_within_deadline_is_unchanged(line: Line) -> None:
    with http_deadline.create_session(10) as session:
        response = session.get(line.url + IMAGE_PATH, timeout=10)
    assert response.content == requests.get(line.url + IMAGE_PATH, timeout=10).content
    assert response.headers["Content-Type"] == "image/jpeg"


def test_slow_response_raises_read_timeout(line: Line) -> None:
    line.board.add("pictures", Fault("drip", late=True))
    with http_deadline.create_session(0.5) as session, pytest.raises(requests.ReadTimeout):
        session.get(line.url + IMAGE_PATH, timeout=10)


def test_incomplete_response_raises_connection_error(line: Line) -> None:
    line.board.add("pictures", Fault("reset", late=True))
    with http_deadline.create_session(10) as session, pytest.raises(requests.ConnectionError):
        session.get(line.url + IMAGE_PATH, timeout=10)


def test_slow_image_is_unavailable(line: Line) -> None:
    line.board.add("pictures", Fault("drip", late=True))
    with pytest.raises(PictureUnavailableError):
        ImageDownloader(frozenset({parse_origin(line.url)}), timeout_seconds=0.5).get(line.url + IMAGE_PATH)
