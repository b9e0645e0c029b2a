"""Answers that trickle, or break off: what requests itself would wait for without an end."""

from collections.abc import Iterator

import pytest
import requests

from coverart import http_deadline
from coverart.errors import PictureUnavailableError
from coverart.images.download import ImageDownloader, parse_origin
from scripts.standins.catalogue import spotify_id
from scripts.standins.spotify import Standin
from tests.faults.fault_proxy import Fault, Line, opened

PICTURE = f"/image/{spotify_id('album', 'Second Cup')}-640"


@pytest.fixture
def line(spotify_standin: Standin) -> Iterator[Line]:
    """To the stand-in's pictures."""
    with opened("pictures") as board:
        board.lines["pictures"].leads_to = spotify_standin.url
        yield board.lines["pictures"]


def test_an_answer_comes_as_it_is(line: Line) -> None:
    with http_deadline.create_session(10) as session:
        answer = session.get(line.url + PICTURE, timeout=10)
    assert answer.content == requests.get(line.url + PICTURE, timeout=10).content
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_an_answer_that_trickles_is_too_late(line: Line) -> None:
    line.board.add("pictures", Fault("drip", late=True))
    with http_deadline.create_session(0.5) as session, pytest.raises(requests.ReadTimeout):
        session.get(line.url + PICTURE, timeout=10)


def test_an_answer_that_breaks_off_is_none(line: Line) -> None:
    line.board.add("pictures", Fault("reset", late=True))
    with http_deadline.create_session(10) as session, pytest.raises(requests.ConnectionError):
        session.get(line.url + PICTURE, timeout=10)


def test_a_picture_that_trickles_is_too_late(line: Line) -> None:
    line.board.add("pictures", Fault("drip", late=True))
    with pytest.raises(PictureUnavailableError):
        ImageDownloader(frozenset({parse_origin(line.url)}), timeout=0.5).get(line.url + PICTURE)
