"""Genres from MusicBrainz for artists without genres at Spotify: lookup, cache, rate limit and failures."""

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
from fetch.musicbrainz import CACHE_LIFETIME, GenreCache, MusicBrainz, RateLimiter, add_genres, look_up_genres
from fetch.song_selection import SelectedSong
from scripts.fakes import musicbrainz as fakes
from scripts.fakes.catalog import spotify_id
from scripts.fakes.musicbrainz import FakeMusicBrainz
from scripts.fakes.server import Fault

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
MEADOWLARK_ID = spotify_id("artist", "Meadowlark Union")
MEADOWLARK = {MEADOWLARK_ID: "Meadowlark Union"}
GRAVEL = {spotify_id("artist", "Gravel Tongue"): "Gravel Tongue"}
PENDULUM = {spotify_id("artist", "Pendulum Etiquette"): "Pendulum Etiquette"}
MEADOWLARK_GENRES = ["bluegrass", "folk", "seen live"]


@pytest.fixture(scope="module")
def served_musicbrainz() -> Iterator[FakeMusicBrainz]:
    with fakes.serve() as fake:
        yield fake


@pytest.fixture
def fake_musicbrainz(served_musicbrainz: FakeMusicBrainz) -> Iterator[FakeMusicBrainz]:
    """The fake, with nothing recorded. Fails a test whose requests come too fast."""
    served_musicbrainz.state.reset()
    yield served_musicbrainz
    assert served_musicbrainz.state.recorder.violations == []


@pytest.fixture
def musicbrainz(fake_musicbrainz: FakeMusicBrainz) -> MusicBrainz:
    return MusicBrainz(fake_musicbrainz.api_url, "https://covers.example", RateLimiter())


@pytest.fixture
def genre_cache(stack: None) -> GenreCache:
    return GenreCache(clients.get_table("KeysTable"))


def list_searches(fake: FakeMusicBrainz) -> list[str]:
    """Return the names that were searched for, in order."""
    return fake.list_searched_artists()


def create_song(names_by_id: dict[str, str], genres: list[str]) -> SelectedSong:
    [(artist_id, name)] = names_by_id.items()
    album = Album(id="album1", name="An Album")
    track = Track(name="A Song", album=album, artists=[Artist(id=artist_id)])
    return SelectedSong(name, genres, track, album, artist_id)


# The search


def test_most_frequent_tag_comes_first(musicbrainz: MusicBrainz, fake_musicbrainz: FakeMusicBrainz) -> None:
    assert musicbrainz.find_genres("Meadowlark Union", timeout_seconds=5) == MEADOWLARK_GENRES
    assert fake_musicbrainz.state.agents == ["CoverArt/1 ( https://covers.example )"]


def test_name_matches_without_case_accents_and_article(musicbrainz: MusicBrainz) -> None:
    genres = musicbrainz.find_genres("the pendulum étiquette", timeout_seconds=5)
    assert genres == ["post-punk", "math rock", "seen live"]


@pytest.mark.parametrize("name", ["Nobody Heard Of", 'A "Quoted\\ (Name) AND artist:*', "Pendulum Etiquette Tribute"])
def test_unknown_artist_has_no_genres(musicbrainz: MusicBrainz, name: str) -> None:
    assert musicbrainz.find_genres(name, timeout_seconds=5) == []


def test_most_tagged_of_several_namesakes_is_used(musicbrainz: MusicBrainz, fake_musicbrainz: FakeMusicBrainz) -> None:
    artists = [
        {"name": "Nirvana", "tags": [{"name": "psychedelic pop", "count": 2}]},
        {"name": "Nirvana", "tags": [{"name": "grunge", "count": 30}, {"name": "x" * 41, "count": 90}]},
        {"name": "Nirvana"},
    ]
    fake_musicbrainz.state.recorder.faults.append(Fault("/artist$", 200, body={"artists": artists}))
    assert musicbrainz.find_genres("Nirvana", timeout_seconds=5) == ["grunge"]


def test_only_the_six_most_frequent_tags_are_used(musicbrainz: MusicBrainz, fake_musicbrainz: FakeMusicBrainz) -> None:
    tags = [{"name": f"genre {count}", "count": count} for count in range(1, 9)]
    body = {"artists": [{"name": "Nirvana", "tags": tags}]}
    fake_musicbrainz.state.recorder.faults.append(Fault("/artist$", 200, body=body))
    genres = musicbrainz.find_genres("Nirvana", timeout_seconds=5)
    assert genres == ["genre 8", "genre 7", "genre 6", "genre 5", "genre 4", "genre 3"]


# Cache and rate limit


def test_genres_and_their_absence_are_cached_for_30_days(
    musicbrainz: MusicBrainz, genre_cache: GenreCache, fake_musicbrainz: FakeMusicBrainz
) -> None:
    unknown = {"nobody1": "Nobody Heard Of"}
    expected = {MEADOWLARK_ID: MEADOWLARK_GENRES, "nobody1": []}
    assert look_up_genres(MEADOWLARK | unknown, musicbrainz, genre_cache, NOW) == expected
    just_before_expiry = NOW + CACHE_LIFETIME - timedelta(seconds=1)
    assert look_up_genres(MEADOWLARK | unknown, musicbrainz, genre_cache, just_before_expiry) == expected
    assert list_searches(fake_musicbrainz) == ["Meadowlark Union", "Nobody Heard Of"]
    assert look_up_genres(unknown, musicbrainz, genre_cache, NOW + CACHE_LIFETIME) == {"nobody1": []}
    assert len(list_searches(fake_musicbrainz)) == 3


def test_second_lookup_continues_at_one_request_a_second(
    musicbrainz: MusicBrainz, genre_cache: GenreCache, fake_musicbrainz: FakeMusicBrainz
) -> None:
    artists = MEADOWLARK | GRAVEL | PENDULUM
    # The fake refuses faster requests.
    first = look_up_genres(artists, musicbrainz, genre_cache, NOW, timeout_seconds=1.9)
    assert set(first) == set(MEADOWLARK | GRAVEL)
    second = look_up_genres(artists, musicbrainz, genre_cache, NOW, timeout_seconds=1.9)
    assert set(second) == set(artists)
    assert list_searches(fake_musicbrainz) == list(artists.values())


# Failures


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/artist$", 503, body={"error": "Your requests are exceeding the allowable rate limit."}),
        Fault("/artist$", 302, headers={"Location": "http://127.0.0.1:1/"}),
        Fault("/artist$", 200, body="<html>not JSON</html>"),
        Fault("/artist$", 200, body={"artists": [{"name": 7}]}),
    ],
    ids=["busy", "redirect", "no JSON", "another shape"],
)
def test_failed_lookup_raises_no_error_and_is_not_cached(
    fault: Fault, musicbrainz: MusicBrainz, genre_cache: GenreCache, fake_musicbrainz: FakeMusicBrainz
) -> None:
    fake_musicbrainz.state.recorder.faults.append(fault)
    assert look_up_genres(MEADOWLARK | GRAVEL, musicbrainz, genre_cache, NOW) == {}
    assert len(fake_musicbrainz.state.recorder.requests) == 1
    expected = {MEADOWLARK_ID: MEADOWLARK_GENRES}
    assert look_up_genres(MEADOWLARK, musicbrainz, genre_cache, NOW) == expected


def test_refused_connection_raises_no_error(genre_cache: GenreCache) -> None:
    musicbrainz = MusicBrainz("http://127.0.0.1:1/", "x", RateLimiter())
    assert look_up_genres(MEADOWLARK, musicbrainz, genre_cache, NOW) == {}


def test_hanging_request_ends_at_the_timeout(
    musicbrainz: MusicBrainz, genre_cache: GenreCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timeout of requests does not help here, because the response never ends."""
    release, is_hanging = threading.Event(), threading.Event()

    def hang(*_arguments: Any, **_options: Any) -> None:
        is_hanging.set()
        release.wait(20)
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "get", hang)
    assert look_up_genres(MEADOWLARK, musicbrainz, genre_cache, NOW, timeout_seconds=0.3) == {}
    assert is_hanging.is_set()
    assert not release.is_set()
    release.set()


# Sources of genres


def test_auto_looks_up_only_artists_without_genres(
    musicbrainz: MusicBrainz, genre_cache: GenreCache, fake_musicbrainz: FakeMusicBrainz
) -> None:
    songs = [create_song(GRAVEL, ["grunge"]), create_song(MEADOWLARK, [])]
    songs = add_genres(songs, "auto", musicbrainz, genre_cache)
    assert [song.genres for song in songs] == [["grunge"], MEADOWLARK_GENRES]
    assert list_searches(fake_musicbrainz) == ["Meadowlark Union"]


def test_source_spotify_looks_up_no_artist(
    musicbrainz: MusicBrainz, genre_cache: GenreCache, fake_musicbrainz: FakeMusicBrainz
) -> None:
    song = create_song(MEADOWLARK, ["Spotify's genre"])
    assert add_genres([song], "spotify", musicbrainz, genre_cache) == [song]
    assert list_searches(fake_musicbrainz) == []


def test_source_musicbrainz_replaces_spotifys_genres(musicbrainz: MusicBrainz, genre_cache: GenreCache) -> None:
    song = create_song(MEADOWLARK, ["Spotify's genre"])
    song_without_artist = SelectedSong("", ["Spotify's genre"], song.track, song.album)
    songs = add_genres([song, song_without_artist], "musicbrainz", musicbrainz, genre_cache)
    assert [song.genres for song in songs] == [MEADOWLARK_GENRES, []]


@pytest.mark.parametrize(("data_mode", "genres"), [("full", MEADOWLARK_GENRES), ("words_only", [])])
def test_fetch_looks_up_genres_unless_words_only(
    listener_id: str,
    fake_musicbrainz: FakeMusicBrainz,
    monkeypatch: pytest.MonkeyPatch,
    data_mode: str,
    genres: list[str],
) -> None:
    clients.get_table("CoversTable").put_item(Item=new_item(listener_id, "c1", {}, NOW))
    settings = {
        "DATA_MODE": data_mode,
        "GENRE_SOURCE": "auto",
        "MUSICBRAINZ_URL": fake_musicbrainz.api_url,
        "PUBLIC_URL": "",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    source = {"kind": "playlist", "playlist_id": spotify_id("playlist", "everything-at-once")}
    result = handler({"listener_id": listener_id, "cover_id": "c1", "source": source}, None)
    genres_by_artist = {song["artist"]: song["genres"] for song in result["songs"]}
    assert genres_by_artist["Meadowlark Union"] == genres
    assert genres_by_artist["The Slow Pour"] == ["cool jazz", "bossa nova"]
    assert Covers(clients.get_table("CoversTable")).get(listener_id, "c1")["fetched"] == result
    assert {*fake_musicbrainz.state.agents} <= {"CoverArt/1 ( stack cover-art )"}
    assert bool(list_searches(fake_musicbrainz)) == (data_mode == "full")
