"""Genres from MusicBrainz for artists without genres at Spotify: lookup, cache, rate limit and failures."""

import threading
from concurrent.futures import wait
from datetime import UTC, datetime, timedelta

import pytest
import requests

from coverart.aws import clients
from coverart.spotify.models import Album, Artist, Track
from coverart.store.covers import Covers, new_item
from coverart.version import VERSION
from fetch.app import handler
from fetch.musicbrainz import CACHE_LIFETIME, GenreCache, MusicBrainz, RateLimiter, add_genres, look_up_genres
from fetch.song_selection import SelectedSong
from scripts.fakes import musicbrainz as fakes
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
MEADOWLARK, GRAVEL, PENDULUM = (
    {spotify_id("artist", name): name} for name in ("Meadowlark Union", "Gravel Tongue", "Pendulum Etiquette")
)
[MEADOWLARK_ID] = MEADOWLARK
MEADOWLARK_GENRES = ["bluegrass", "folk", "seen live"]
GRAVEL_GENRES = ["grunge", "slowcore", "seen live"]


class Clock:
    """The module `time` for the client and its fake. A pause ends at once."""

    def __init__(self):
        self.seconds = 1000.0

    def monotonic(self):
        return self.seconds

    def sleep(self, seconds):
        self.seconds += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Makes the rate limit independent of the machine: the fake refuses requests that come too fast by this clock."""
    clock = Clock()
    monkeypatch.setattr("fetch.musicbrainz.time", clock)
    monkeypatch.setattr("scripts.fakes.musicbrainz.time", clock)
    monkeypatch.setattr("fetch.musicbrainz.wait", lambda futures, **_: wait(futures, 60))


@pytest.fixture(scope="module")
def served_musicbrainz():
    with fakes.serve() as fake:
        yield fake


@pytest.fixture
def fake_musicbrainz(served_musicbrainz):
    """The fake, with nothing recorded. Fails a test whose requests are no searches."""
    served_musicbrainz.state.reset()
    yield served_musicbrainz
    assert served_musicbrainz.state.recorder.violations == []


@pytest.fixture
def musicbrainz(fake_musicbrainz):
    return MusicBrainz(fake_musicbrainz.api_url, "https://covers.example", RateLimiter())


@pytest.fixture
def genre_cache(stack):
    return GenreCache(clients.get_table("KeysTable"))


@pytest.fixture
def look_up(musicbrainz, genre_cache):
    return lambda artists, now=NOW, **options: look_up_genres(artists, musicbrainz, genre_cache, now, **options)


@pytest.fixture
def find_genres(musicbrainz, fake_musicbrainz):
    """Search for an artist. `tags`: those of each artist that the fake then finds under this name."""

    def find(name, *tags):
        if tags:
            artists = [{"name": name, "tags": [{"name": tag, "count": n} for tag, n in of.items()]} for of in tags]
            fake_musicbrainz.state.recorder.faults.append(Fault("/artist$", 200, body={"artists": artists}))
        musicbrainz.rate_limiter.wait_for_turn(float("inf"))
        return musicbrainz.find_genres(name, timeout_seconds=60)

    return find


def create_song(names_by_id, genres):
    [(artist_id, name)] = names_by_id.items()
    album = Album(id="album1", name="An Album")
    track = Track(name="A Song", album=album, artists=[Artist(id=artist_id)])
    return SelectedSong(name, genres, track, album, artist_id)


# The search


def test_name_matches_without_case_accents_and_article(find_genres, fake_musicbrainz):
    assert find_genres("Meadowlark Union") == MEADOWLARK_GENRES
    assert find_genres("the pendulum étiquette") == ["post-punk", "math rock", "seen live"]
    for name in ("Nobody Heard Of", 'A "Quoted\\ (Name) AND artist:*', "Pendulum Etiquette Tribute"):
        assert find_genres(name) == []
    assert {*fake_musicbrainz.state.agents} == {f"CoverArt/{VERSION} ( https://covers.example )"}


def test_six_top_tags_of_the_most_tagged_namesake_are_used(find_genres):
    assert find_genres("Nirvana", {"psychedelic pop": 2}, {"grunge": 30, "x" * 41: 90}, {}) == ["grunge"]
    genres = find_genres("Nirvana", {f"genre {count}": count for count in range(1, 9)})
    assert genres == ["genre 8", "genre 7", "genre 6", "genre 5", "genre 4", "genre 3"]


# Cache and rate limit


def test_genres_and_their_absence_are_cached_for_30_days(look_up, fake_musicbrainz):
    unknown = {"nobody1": "Nobody Heard Of", "unnamed": ""}
    expected = {MEADOWLARK_ID: MEADOWLARK_GENRES, "nobody1": []}
    just_before_expiry = NOW + CACHE_LIFETIME - timedelta(seconds=1)
    assert look_up(MEADOWLARK | unknown) == look_up(MEADOWLARK | unknown, just_before_expiry) == expected
    assert fake_musicbrainz.list_searched_artists() == ["Meadowlark Union", "Nobody Heard Of"]
    assert look_up(unknown, NOW + CACHE_LIFETIME) == {"nobody1": []}
    assert len(fake_musicbrainz.list_searched_artists()) == 3


def test_second_lookup_continues_at_one_request_a_second(look_up, fake_musicbrainz):
    artists = MEADOWLARK | GRAVEL | PENDULUM
    assert set(look_up(artists, timeout_seconds=1.9)) == set(MEADOWLARK | GRAVEL)
    assert set(look_up(artists, timeout_seconds=1.9)) == set(artists)
    assert fake_musicbrainz.list_searched_artists() == list(artists.values())


# Failures


def test_failed_lookup_raises_no_error_and_is_not_cached(look_up, fake_musicbrainz, genre_cache):
    for number, fault in enumerate(
        (
            Fault("/artist$", 503, body={"error": "Your requests are exceeding the allowable rate limit."}),
            Fault("/artist$", 302, headers={"Location": "/elsewhere"}),
            Fault("/artist$", 200, body="<html>not JSON</html>"),
            Fault("/artist$", 200, body={"artists": [{"name": 7}]}),
        ),
        start=1,
    ):
        fake_musicbrainz.state.recorder.faults.append(fault)
        assert look_up(MEADOWLARK | GRAVEL) == {}
        assert len(fake_musicbrainz.state.recorder.requests) == number
    assert look_up(MEADOWLARK) == {MEADOWLARK_ID: MEADOWLARK_GENRES}
    unreachable = MusicBrainz("http://127.0.0.1:1/", "x", RateLimiter())
    assert look_up_genres(GRAVEL, unreachable, genre_cache, NOW) == {}


def test_hanging_request_ends_at_the_timeout(look_up, monkeypatch):
    """The timeout of requests does not help here, because the response never ends."""
    release, is_hanging = threading.Event(), threading.Event()

    def hang(*_arguments, **_options):
        is_hanging.set()
        release.wait(60)
        raise requests.ConnectionError

    monkeypatch.setattr("fetch.musicbrainz.wait", wait)
    monkeypatch.setattr(requests, "get", hang)
    assert look_up(MEADOWLARK, timeout_seconds=0.3) == {}
    assert is_hanging.wait(60)
    assert not release.is_set()
    release.set()


# Sources of genres


@pytest.mark.parametrize(
    ("source", "genres", "searches"),
    [
        ("auto", [["grunge"], MEADOWLARK_GENRES, ["folk"]], ["Meadowlark Union"]),
        ("spotify", [["grunge"], [], ["folk"]], []),
        ("musicbrainz", [GRAVEL_GENRES, MEADOWLARK_GENRES, []], ["Gravel Tongue", "Meadowlark Union"]),
    ],
)
def test_source_decides_whose_genres_are_used(musicbrainz, genre_cache, fake_musicbrainz, source, genres, searches):
    song = create_song(MEADOWLARK, [])
    songs = [create_song(GRAVEL, ["grunge"]), song, SelectedSong("Low Tide", ["folk"], song.track, song.album)]
    assert [song.genres for song in add_genres(songs, source, musicbrainz, genre_cache)] == genres
    assert fake_musicbrainz.list_searched_artists() == searches


@pytest.mark.parametrize(
    ("data_mode", "genres", "url"),
    [("full", MEADOWLARK_GENRES, ""), ("full", MEADOWLARK_GENRES, "https://a.example"), ("words_only", [], "")],
)
def test_fetch_looks_up_genres_unless_words_only(listener_id, fake_musicbrainz, monkeypatch, data_mode, genres, url):
    clients.get_table("CoversTable").put_item(Item=new_item(listener_id, "c1", {}, NOW))
    monkeypatch.setenv("DATA_MODE", data_mode)
    monkeypatch.setenv("GENRE_SOURCE", "auto")
    monkeypatch.setenv("MUSICBRAINZ_URL", fake_musicbrainz.api_url)
    monkeypatch.setenv("PUBLIC_URL", url)
    source = {"kind": "playlist", "playlist_id": spotify_id("playlist", "everything-at-once")}
    result = handler({"listener_id": listener_id, "cover_id": "c1", "source": source}, None)
    genres_by_artist = {song["artist"]: song["genres"] for song in result["songs"]}
    assert genres_by_artist["Meadowlark Union"] == genres
    assert genres_by_artist["The Slow Pour"] == ["cool jazz", "bossa nova"]
    assert Covers(clients.get_table("CoversTable")).get(listener_id, "c1")["fetched"] == result
    assert {*fake_musicbrainz.state.agents} <= {f"CoverArt/{VERSION} ( {url or 'stack cover-art'} )"}
    assert bool(fake_musicbrainz.list_searched_artists()) == (data_mode == "full")
