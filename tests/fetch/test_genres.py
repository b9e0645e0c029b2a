"""Genres of MusicBrainz's, where Spotify gives none."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from coverart.aws import clients
from coverart.spotify.models import Album, Artist, Track
from coverart.store.covers import Covers, new_item
from fetch.app import handler
from fetch.musicbrainz import CACHE_LIFETIME, GenreCache, MusicBrainz, RateLimiter, look_up, with_genres
from fetch.song_selection import Pick
from scripts.standins import musicbrainz
from scripts.standins.catalogue import spotify_id
from scripts.standins.musicbrainz import Standin
from scripts.standins.serving import Fault

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
MEADOWLARK = {spotify_id("artist", "Meadowlark Union"): "Meadowlark Union"}
GRAVEL = {spotify_id("artist", "Gravel Tongue"): "Gravel Tongue"}
PENDULUM = {spotify_id("artist", "Pendulum Etiquette"): "Pendulum Etiquette"}
TAGS = ["bluegrass", "folk", "seen live"]


@pytest.fixture(scope="module")
def served() -> Iterator[Standin]:
    with musicbrainz.serving() as standin:
        yield standin


@pytest.fixture
def standin(served: Standin) -> Iterator[Standin]:
    served.state.reset()
    yield served
    assert served.state.recorder.violations == []


@pytest.fixture
def asked(standin: Standin) -> MusicBrainz:
    return MusicBrainz(standin.api_url, "https://covers.example", RateLimiter())


@pytest.fixture
def known(stack: None) -> GenreCache:
    return GenreCache(clients.get_table("KeysTable"))


def pick(artists: dict[str, str], genres: list[str]) -> Pick:
    [(artist_id, name)] = artists.items()
    album = Album(id="album1", name="An Album")
    return Pick(name, genres, Track(name="A Song", album=album, artists=[Artist(id=artist_id)]), album, artist_id)


def test_an_artists_tags_come_with_the_most_given_first(asked: MusicBrainz, standin: Standin) -> None:
    assert asked.genres("Meadowlark Union", timeout=5) == TAGS
    assert standin.state.agents == ["CoverArt/1 ( https://covers.example )"]


def test_of_artists_with_like_names_the_one_that_is_called_so_counts(asked: MusicBrainz) -> None:
    assert asked.genres("the pendulum étiquette", timeout=5) == ["post-punk", "math rock", "seen live"]


@pytest.mark.parametrize("name", ["Nobody Heard Of", 'A "Quoted\\ (Name) AND artist:*', "Pendulum Etiquette Tribute"])
def test_an_artist_that_musicbrainz_does_not_know_has_no_tags(asked: MusicBrainz, name: str) -> None:
    assert asked.genres(name, timeout=5) == []


def test_of_namesakes_the_one_that_most_people_described_counts(asked: MusicBrainz, standin: Standin) -> None:
    artists = [
        {"name": "Nirvana", "tags": [{"name": "psychedelic pop", "count": 2}]},
        {"name": "Nirvana", "tags": [{"name": "grunge", "count": 30}, {"name": "x" * 41, "count": 90}]},
        {"name": "Nirvana"},
    ]
    standin.state.recorder.faults.append(Fault("/artist$", 200, body={"artists": artists}))
    assert asked.genres("Nirvana", timeout=5) == ["grunge"]


def test_what_was_found_is_kept_for_thirty_days_also_where_it_is_nothing(
    asked: MusicBrainz, known: GenreCache, standin: Standin
) -> None:
    nobody = {"nobody1": "Nobody Heard Of"}
    expected = {next(iter(MEADOWLARK)): TAGS, "nobody1": []}
    assert look_up(MEADOWLARK | nobody, asked, known, NOW) == expected
    assert look_up(MEADOWLARK | nobody, asked, known, NOW + CACHE_LIFETIME - timedelta(seconds=1)) == expected
    assert standin.asked() == ["Meadowlark Union", "Nobody Heard Of"]
    assert look_up(nobody, asked, known, NOW + CACHE_LIFETIME) == {"nobody1": []}
    assert len(standin.asked()) == 3


def test_at_most_one_request_a_second_is_made_and_the_rest_comes_next_time(
    asked: MusicBrainz, known: GenreCache, standin: Standin
) -> None:
    three = MEADOWLARK | GRAVEL | PENDULUM
    # The stand-in refuses whoever asks sooner.
    assert set(look_up(three, asked, known, NOW, within=1.9)) == set(MEADOWLARK | GRAVEL)
    assert set(look_up(three, asked, known, NOW, within=1.9)) == set(three)
    assert standin.asked() == list(three.values())


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/artist$", 503, body={"error": "Your requests are exceeding the allowable rate limit."}),
        Fault("/artist$", 302, headers={"Location": "http://127.0.0.1:1/"}),
        Fault("/artist$", 200, body="<html>not JSON</html>"),
        Fault("/artist$", 200, body={"artists": [{"name": 7}]}),
    ],
    ids=["busy", "moved", "no JSON", "another shape"],
)
def test_musicbrainz_failing_is_no_error_and_is_not_remembered(
    fault: Fault, asked: MusicBrainz, known: GenreCache, standin: Standin
) -> None:
    standin.state.recorder.faults.append(fault)
    assert look_up(MEADOWLARK | GRAVEL, asked, known, NOW) == {}
    assert len(standin.state.recorder.requests) == 1
    assert look_up(MEADOWLARK, asked, known, NOW) == {next(iter(MEADOWLARK)): TAGS}


def test_musicbrainz_not_being_there_is_no_error(known: GenreCache) -> None:
    assert look_up(MEADOWLARK, MusicBrainz("http://127.0.0.1:1/", "x", RateLimiter()), known, NOW) == {}


def test_a_cover_does_not_wait_longer_than_its_bound(
    asked: MusicBrainz, known: GenreCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no timeout of the client's helps: here the answer never comes."""
    let_go, stuck = threading.Event(), threading.Event()

    def trickle(*_args: Any, **_told: Any) -> None:
        stuck.set()
        let_go.wait(20)
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "get", trickle)
    assert look_up(MEADOWLARK, asked, known, NOW, within=0.3) == {}
    assert stuck.is_set()
    assert not let_go.is_set()
    let_go.set()


def test_auto_asks_only_for_artists_of_whom_spotify_tells_nothing(
    asked: MusicBrainz, known: GenreCache, standin: Standin
) -> None:
    told, untold = pick(GRAVEL, ["grunge"]), pick(MEADOWLARK, [])
    assert [one.genres for one in with_genres([told, untold], "auto", asked, known)] == [["grunge"], TAGS]
    assert standin.asked() == ["Meadowlark Union"]


def test_spotify_as_the_source_asks_nobody_and_musicbrainz_as_the_source_asks_for_all(
    asked: MusicBrainz, known: GenreCache, standin: Standin
) -> None:
    told = pick(MEADOWLARK, ["Spotify's word"])
    assert with_genres([told], "spotify", asked, known) == [told]
    assert standin.asked() == []
    nameless = Pick("", ["Spotify's word"], told.track, told.album)
    assert [one.genres for one in with_genres([told, nameless], "musicbrainz", asked, known)] == [TAGS, []]


@pytest.mark.parametrize(("data_mode", "genres"), [("full", TAGS), ("words_only", [])])
def test_the_step_asks_where_spotify_gives_none_and_its_words_are_used(
    listener_id: str, standin: Standin, monkeypatch: pytest.MonkeyPatch, data_mode: str, genres: list[str]
) -> None:
    clients.get_table("CoversTable").put_item(Item=new_item(listener_id, "c1", {}, NOW))
    settings = {"DATA_MODE": data_mode, "GENRE_SOURCE": "auto", "MUSICBRAINZ_URL": standin.api_url, "PUBLIC_URL": ""}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    source = {"kind": "playlist", "playlist_id": spotify_id("playlist", "everything-at-once")}
    fetched = handler({"listener_id": listener_id, "cover_id": "c1", "source": source}, None)
    by_artist = {song["artist"]: song["genres"] for song in fetched["songs"]}
    assert by_artist["Meadowlark Union"] == genres
    assert by_artist["The Slow Pour"] == ["cool jazz", "bossa nova"]
    assert Covers(clients.get_table("CoversTable")).get(listener_id, "c1")["fetched"] == fetched
    assert {*standin.state.agents} <= {"CoverArt/1 ( stack cover-art )"}
    assert bool(standin.asked()) == (data_mode == "full")
