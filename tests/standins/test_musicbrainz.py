"""MusicBrainz's stand-in keeps the rules that MusicBrainz has."""

from collections.abc import Iterator

import pytest
import requests

from scripts.standins import musicbrainz
from scripts.standins.musicbrainz import Standin

POLITE = {"User-Agent": "Tests/1 ( https://tests.example )"}
FOLK = {"query": 'artist:"Meadowlark Union"', "fmt": "json"}


@pytest.fixture
def standin() -> Iterator[Standin]:
    with musicbrainz.serving() as served:
        yield served


def ask(standin: Standin, query: dict[str, str], headers: dict[str, str]) -> requests.Response:
    return requests.get(f"{standin.api_url}artist", params=query, headers=headers, timeout=5)


def test_a_search_gives_the_best_hit_first_with_its_tags_in_no_order(standin: Standin) -> None:
    found = ask(standin, {**FOLK, "query": 'artist:"Pendulum Etiquette"'}, POLITE).json()["artists"]
    assert [(artist["name"], artist["score"]) for artist in found] == [
        ("Pendulum Etiquette", 100),
        ("Pendulum Etiquette Tribute Orchestra", 50),
    ]
    assert {"name": "post-punk", "count": 9} in found[0]["tags"]
    assert "tags" not in found[1]


def test_who_does_not_say_who_asks_is_refused(standin: Standin) -> None:
    assert ask(standin, FOLK, {"User-Agent": "python-requests"}).status_code == 403


def test_who_asks_more_than_once_a_second_is_refused(standin: Standin) -> None:
    assert [ask(standin, FOLK, POLITE).status_code for _ in range(2)] == [200, 503]


def test_what_is_not_a_search_for_an_artist_is_a_violation(standin: Standin) -> None:
    assert ask(standin, {"query": "Meadowlark Union"}, POLITE).status_code == 400
    assert len(standin.state.recorder.violations) == 1
