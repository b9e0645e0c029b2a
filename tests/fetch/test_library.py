"""What lies behind a source, against the stand-in in both modes."""

from collections import Counter

import pytest

from coverart.errors import (
    NoTopArtistsError,
    PlaylistEmptyError,
    PlaylistForbiddenError,
    PlaylistNotFoundError,
    PlaylistWithoutSongsError,
    SpotifyCoolingDownError,
)
from coverart.models import PlaylistSource, TopArtistsSource
from coverart.spotify.client import create_spotify_client
from coverart.store.listeners import Listeners
from fetch.song_selection import SongSelection, select_songs
from scripts.standins.catalogue import catalogue, spotify_id
from scripts.standins.serving import Fault
from scripts.standins.spotify import Standin
from tests.spotify_standin import log_in

TOP = [artist.name for artist in catalogue().top_artists]


def playlist(slug: str, count: int = 20) -> PlaylistSource:
    return PlaylistSource(kind="playlist", playlist_id=spotify_id("playlist", slug), count=count)


def top(time_range: str = "medium_term", count: int = 12) -> TopArtistsSource:
    return TopArtistsSource.model_validate({"kind": "top_artists", "time_range": time_range, "count": count})


def asked(standin: Standin) -> Counter[str]:
    return Counter(request["path"] for request in standin.state.recorder.requests)


def read(listener_id: str, source: PlaylistSource | TopArtistsSource) -> SongSelection:
    return select_songs(create_spotify_client(listener_id), source)


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_top_artists_become_their_top_songs_in_order(spotify_standin: Standin, listener_id: str, mode: str) -> None:
    spotify_standin.state.mode = mode
    library = read(listener_id, top())
    assert [pick.artist for pick in library.picks] == TOP
    assert all(pick.track.artists[0].name == pick.artist for pick in library.picks)
    assert library.picks[0].track.name == "Whiskers in the Rain"
    assert library.picks[0].genres == ["indie folk", "chamber pop"]
    assert [pick.album.year for pick in library.picks[:4]] == [2016, 1984, 1973, 1962]
    assert library.title == ""
    assert library.left_out == []


def test_a_closed_route_is_knocked_on_once_and_remembered(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    read(listener_id, top())
    knocks = [path for path in asked(spotify_standin).elements() if path.endswith("/top-tracks")]
    assert len(knocks) == 1
    assert listeners.get(listener_id).routes == {"artist_top_tracks": False}
    spotify_standin.state.recorder.clear()
    read(listener_id, top())
    assert not any(path.endswith("/top-tracks") for path in asked(spotify_standin))


def test_an_open_route_is_used_for_every_artist(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    spotify_standin.state.mode = "extended"
    read(listener_id, top())
    assert sum(path.endswith("/top-tracks") for path in asked(spotify_standin).elements()) == 12
    assert "/v1/me/top/tracks" not in asked(spotify_standin)
    assert listeners.get(listener_id).routes == {"artist_top_tracks": True}


def test_a_route_that_closes_later_is_gone_round(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    listeners.save_route(listener_id, "artist_top_tracks", is_open=True)
    assert [pick.artist for pick in read(listener_id, top()).picks] == TOP
    assert listeners.get(listener_id).routes == {"artist_top_tracks": False}


def test_a_removed_route_that_answers_429_does_not_cool_anything_down(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    fault = Fault("/top-tracks$", 429, headers={"Retry-After": "86400"}, body={"error": {"status": 429, "message": ""}})
    spotify_standin.state.recorder.faults.append(fault)
    assert [pick.artist for pick in read(listener_id, top()).picks] == TOP
    profile = listeners.get(listener_id)
    assert (profile.cool_down_until, profile.routes) == (None, {})


def test_longer_times_and_a_search_find_what_the_listener_has_not_heard_lately(
    spotify_standin: Standin, listener_id: str
) -> None:
    library = read(listener_id, top("short_term"))
    ranges = [r["query"]["time_range"] for r in spotify_standin.state.recorder.requests if "top/tracks" in r["path"]]
    assert ranges == ["short_term", "medium_term", "long_term"]
    searches = [r["query"]["q"] for r in spotify_standin.state.recorder.requests if r["path"] == "/v1/search"]
    assert searches == ['artist:"Pendulum Etiquette"']
    (found,) = [pick for pick in library.picks if pick.artist == "Pendulum Etiquette"]
    assert found.album.name == "Late Again"
    assert found.genres == []


def test_an_artist_without_any_song_is_left_out_by_name(spotify_standin: Standin, listener_id: str) -> None:
    nothing = Fault("/v1/search$", 200, body={"tracks": {"items": [None]}})
    spotify_standin.state.recorder.faults.append(nothing)
    library = read(listener_id, top())
    assert len(library.picks) == 11
    assert [left.reason for left in library.left_out] == ["Spotify offers no song by Pendulum Etiquette."]


def test_two_artists_with_the_same_album_make_one_pick(spotify_standin: Standin, listener_id: str) -> None:
    album = {"id": "shared", "name": "Together", "images": None, "release_date": None}
    artists = [{"id": "one", "name": "One", "genres": None}, {"id": "two", "name": "Two"}]
    spotify_standin.state.recorder.faults += [
        Fault("/me/top/artists$", 200, body={"items": [*artists, None, {"id": None}]}),
        Fault(
            "/me/top/tracks$", 200, body={"items": [{"name": a["id"], "album": album, "artists": [a]} for a in artists]}
        ),
    ]
    (pick,) = read(listener_id, top()).picks
    assert (pick.artist, pick.album.year, pick.album.url) == ("One", None, "https://open.spotify.com/album/shared")


def test_a_listener_without_top_artists_is_told_so(listeners: Listeners, spotify_standin: Standin) -> None:
    newcomer = log_in(listeners, spotify_standin, "newcomer")
    with pytest.raises(NoTopArtistsError, match="no top artists"):
        read(newcomer, top())


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_a_playlist_becomes_its_albums_most_frequent_first(
    spotify_standin: Standin, listener_id: str, mode: str
) -> None:
    spotify_standin.state.mode = mode
    library = read(listener_id, playlist("rain-on-the-skylight"))
    assert library.title == "Rain on the Skylight"
    assert [(pick.album.name, pick.track.name) for pick in library.picks] == [
        ("Second Cup", "Steam Rising"),
        ("Nine Lives, One Windowsill", "Sunday, All Afternoon"),
        ("The Oldest Light", "The Oldest Light"),
        ("Sea of Serenity", "Low Gravity"),
        ("The Black Mare", "Fence Line Lullaby"),
        ("Ten Thousand Galaxies", "A Silence in Ultraviolet"),
        ("Long Grass", "Barefoot Almanac"),
    ]
    assert library.picks[0].genres == ["cool jazz", "bossa nova"]
    assert library.picks[2].genres == ["ambient", "drone"]


def test_at_most_count_albums_are_taken(listener_id: str) -> None:
    assert len(read(listener_id, playlist("everything-at-once", count=3)).picks) == 3


def test_each_artist_is_asked_for_genres_once(spotify_standin: Standin, listener_id: str) -> None:
    read(listener_id, playlist("night-bus-circuits"))
    artists = {path: times for path, times in asked(spotify_standin).items() if path.startswith("/v1/artists/")}
    assert set(artists.values()) == {1}
    assert len(artists) == 5


def test_a_playlist_does_without_genres_while_spotify_is_busy(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    busy = Fault("/v1/artists/", 429, times=9, headers={"Retry-After": "600"}, body={"error": {"message": "Busy"}})
    spotify_standin.state.recorder.faults.append(busy)
    library = read(listener_id, playlist("night-bus-circuits"))
    assert [pick.genres for pick in library.picks] == [[]] * len(library.picks)
    assert listeners.get(listener_id).cool_down_until is not None
    with pytest.raises(SpotifyCoolingDownError):
        read(listener_id, playlist("night-bus-circuits"))


def test_a_long_playlist_is_read_page_by_page(spotify_standin: Standin, listener_id: str) -> None:
    titles = ["Drift"] * 120 + ["Neap"] * 5
    long = spotify_standin.state.add_playlist("Long", titles)
    library = read(listener_id, PlaylistSource(kind="playlist", playlist_id=long))
    assert [pick.track.name for pick in library.picks] == ["Drift", "Neap"]
    assert asked(spotify_standin)[f"/v1/playlists/{long}/items"] == 3


@pytest.mark.parametrize(
    ("slug", "error", "sentence"),
    [
        ("there-is-none", PlaylistNotFoundError, "no playlist with this id"),
        ("empty", PlaylistEmptyError, "is empty"),
        ("no-songs", PlaylistWithoutSongsError, "only local files, episodes"),
        ("somebody-elses", PlaylistForbiddenError, "playlists that you own"),
    ],
)
@pytest.mark.parametrize("mode", ["development", "extended"])
def test_a_playlist_without_use_has_its_own_error(
    spotify_standin: Standin, listener_id: str, mode: str, slug: str, error: type[Exception], sentence: str
) -> None:
    spotify_standin.state.mode = mode
    with pytest.raises(error, match=sentence):
        read(listener_id, playlist(slug))
