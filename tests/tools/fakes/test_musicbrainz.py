"""The fake MusicBrainz has MusicBrainz's rules."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import requests

from scripts.fakes import musicbrainz
from scripts.fakes.musicbrainz import FakeMusicBrainz

POLITE = {"User-Agent": "Tests/1 ( https://tests.example )"}
FOLK = {"query": 'artist:"Meadowlark Union"', "fmt": "json"}


@pytest.fixture
def fake() -> Iterator[FakeMusicBrainz]:
    with musicbrainz.serve() as served:
        yield served


def ask(fake: FakeMusicBrainz, query: dict[str, str], headers: dict[str, str]) -> requests.Response:
    return requests.get(f"{fake.api_url}artist", params=query, headers=headers, timeout=60)


def test_search_returns_the_best_hit_first(fake):
    artists = ask(fake, {**FOLK, "query": 'artist:"Pendulum Etiquette"'}, POLITE).json()["artists"]
    assert [(artist["name"], artist["score"]) for artist in artists] == [
        ("Pendulum Etiquette", 100),
        ("Pendulum Etiquette Tribute Orchestra", 50),
    ]
    assert {"name": "post-punk", "count": 9} in artists[0]["tags"]
    assert "tags" not in artists[1]


def test_third_request_within_a_second_is_refused(fake, monkeypatch):
    seconds = iter([10.0, 10.6, 10.9, 12.0])
    monkeypatch.setattr(musicbrainz, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    assert [ask(fake, FOLK, POLITE).status_code for _ in range(4)] == [200, 200, 503, 200]


def test_anonymous_request_is_refused_and_another_a_violation(fake):
    assert ask(fake, FOLK, {"User-Agent": "python-requests"}).status_code == 403
    assert ask(fake, {"query": "Meadowlark Union"}, POLITE).status_code == 400
    assert len(fake.state.recorder.violations) == 1
