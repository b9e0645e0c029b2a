"""The songs of top artists and playlists, with the fake Spotify in both of its modes."""

from collections import Counter
from dataclasses import replace

import pytest

from coverart import errors
from coverart.models import PlaylistSource, TopArtistsSource
from coverart.spotify.client import create_spotify_client
from fetch import playlist_entries
from fetch.song_selection import select_songs
from scripts.fakes.catalog import Playlist, load_catalog, spotify_id
from tests.fake_spotify import log_in
from tests.spotify_requests import add_fault

TOP_ARTISTS = [artist.name for artist in load_catalog().top_artists]


def playlist_source(slug, count=20):
    return PlaylistSource(kind="playlist", playlist_id=spotify_id("playlist", slug), count=count)


TOP = TopArtistsSource(kind="top_artists", time_range="medium_term", count=12)


def count_requests(fake):
    return Counter(request["path"] for request in fake.state.recorder.requests)


def count_top_track_requests(fake):
    return sum(path.endswith("/top-tracks") for path in count_requests(fake).elements())


@pytest.fixture
def select(listener_id):
    """Select the songs of a source, which is the top artists of the last months by default."""
    return lambda source=TOP, owner=listener_id: select_songs(create_spotify_client(owner), source)


# Top artists


@pytest.mark.parametrize(("mode", "requests", "later"), [("development", 1, 0), ("extended", 12, 12)])
def test_top_artists_lead_to_their_top_songs(select, fake_spotify, listeners, listener_id, mode, requests, later):
    """The route to an artist's top songs is tried once."""
    fake_spotify.state.mode = mode
    selection = select()
    assert [song.artist for song in selection.songs] == TOP_ARTISTS
    assert all(song.track.artists[0].name == song.artist for song in selection.songs)
    assert selection.songs[0].track.name == "Whiskers in the Rain"
    assert selection.songs[0].genres == ["indie folk", "chamber pop"]
    assert [song.album.year for song in selection.songs[:4]] == [2016, 1984, 1973, 1962]
    assert (selection.title, selection.skipped_albums) == ("", [])
    assert count_top_track_requests(fake_spotify) == requests
    assert ("/v1/me/top/tracks" in count_requests(fake_spotify)) == (mode == "development")
    assert listeners.get(listener_id).routes == {"artist_top_tracks": mode == "extended"}
    fake_spotify.state.recorder.clear()
    select()
    assert count_top_track_requests(fake_spotify) == later


def test_unavailable_route_is_replaced_without_cool_down(select, fake_spotify, listeners, listener_id):
    add_fault(fake_spotify, "/top-tracks$", 429, headers={"Retry-After": "86400"})
    assert [song.artist for song in select().songs] == TOP_ARTISTS
    profile = listeners.get(listener_id)
    assert (profile.cool_down_until, profile.routes) == (None, {})
    listeners.save_route(listener_id, "artist_top_tracks", is_open=True)
    assert [song.artist for song in select().songs] == TOP_ARTISTS
    assert listeners.get(listener_id).routes == {"artist_top_tracks": False}


def test_missing_songs_are_found_in_longer_ranges_and_search(select, fake_spotify):
    selection = select(TOP.model_copy(update={"time_range": "short_term"}))
    requests = fake_spotify.state.recorder.requests
    ranges = [request["query"]["time_range"] for request in requests if "top/tracks" in request["path"]]
    assert ranges == ["short_term", "medium_term", "long_term"]
    searches = [request["query"]["q"] for request in requests if request["path"] == "/v1/search"]
    assert searches == ['artist:"Pendulum Etiquette"']
    [song] = [song for song in selection.songs if song.artist == "Pendulum Etiquette"]
    assert (song.album.name, song.genres) == ("Late Again", [])
    add_fault(fake_spotify, "/v1/search$", 200, {"tracks": {"items": [None]}})
    selection = select()
    assert len(selection.songs) == 11
    assert [album.reason for album in selection.skipped_albums] == ["Spotify has no song by Pendulum Etiquette."]


def test_two_artists_with_one_album_make_one_song(select, fake_spotify):
    album = {"id": "shared", "name": "Together", "images": None, "release_date": None}
    artists = [{"id": "one", "name": "One", "genres": None}, {"id": "two", "name": "Two"}]
    tracks = [{"name": artist["id"], "album": album, "artists": [artist]} for artist in artists]
    add_fault(fake_spotify, "/me/top/artists$", 200, {"items": [*artists, None, {"id": None}]})
    add_fault(fake_spotify, "/me/top/tracks$", 200, {"items": tracks})
    selection = select()
    (song,) = selection.songs
    assert (song.artist, song.album.year, song.album.url) == ("One", None, "https://open.spotify.com/album/shared")
    assert selection.skipped_albums == []


PICTURE = "https://i.scdn.co/image/one"


def build_track(name, artist_id="A1", images=(PICTURE,), **fields):
    """Return a song as Spotify's response has it, on an album of the same name."""
    album = {"id": name.replace(" ", ""), "name": name, "images": [{"url": url, "width": 640} for url in images]}
    return {"name": name, "album": album, "artists": [{"id": artist_id, "name": "Ada Rill"}], **fields}


@pytest.mark.parametrize(
    ("mode", "names", "expected"),
    [
        ("development", [["Bare", "Harbour"]], "Harbour"),
        ("extended", [["Bare", "Harbour"]], "Harbour"),
        ("extended", [["Guest", "Guest again"]], "Guest"),
        ("development", [["Bare"], ["Harbour"]], "Harbour"),
        ("development", [["Bare"], ["Bare again"]], "Bare"),
    ],
)
def test_song_without_artwork_makes_room_for_the_next(select, fake_spotify, mode, names, expected):
    """The next one of the same time range, or else of a longer one; there is none in the search."""
    fake_spotify.state.mode = mode
    ranges = [
        [build_track(name, "A2" if "Guest" in name else "A1", () if "Bare" in name else (PICTURE,)) for name in part]
        for part in names
    ]
    add_fault(fake_spotify, "/me/top/artists$", 200, {"items": [{"id": "A1", "name": "Ada Rill"}]})
    for tracks in ranges:
        add_fault(fake_spotify, "/me/top/tracks$", 200, {"items": tracks})
    if mode == "extended":
        add_fault(fake_spotify, "/top-tracks$", 200, {"tracks": ranges[0]})
    add_fault(fake_spotify, "/v1/search$", 200, {"tracks": {"items": []}})
    assert [song.track.name for song in select().songs] == [expected]
    assert count_requests(fake_spotify)["/v1/me/top/tracks"] == len(names) * (mode == "development")


def test_listener_without_top_artists_has_an_error(select, fake_spotify):
    newcomer_id = log_in(fake_spotify, "newcomer")
    with pytest.raises(errors.NoTopArtistsError, match="no top artists"):
        select(owner=newcomer_id)


# Playlists


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_most_frequent_albums_of_a_playlist_come_first(select, fake_spotify, mode):
    fake_spotify.state.mode = mode
    selection = select(playlist_source("rain-on-the-skylight"))
    assert selection.title == "Rain on the Skylight"
    assert [(song.album.name, song.track.name) for song in selection.songs] == [
        ("Second Cup", "Steam Rising"),
        ("Nine Lives, One Windowsill", "Sunday, All Afternoon"),
        ("The Oldest Light", "The Oldest Light"),
        ("Sea of Serenity", "Low Gravity"),
        ("The Black Mare", "Fence Line Lullaby"),
        ("Ten Thousand Galaxies", "A Silence in Ultraviolet"),
        ("Long Grass", "Barefoot Almanac"),
    ]
    assert selection.songs[0].genres == ["cool jazz", "bossa nova"]
    assert selection.songs[2].genres == ["ambient", "drone"]


def test_genres_are_requested_once_unless_spotify_cools_down(select, fake_spotify, listeners, listener_id):
    select(playlist_source("night-bus-circuits"))
    counts = {path: count for path, count in count_requests(fake_spotify).items() if path.startswith("/v1/artists/")}
    assert (set(counts.values()), len(counts)) == ({1}, 5)
    add_fault(fake_spotify, "/v1/artists/", 429, times=9, headers={"Retry-After": "600"})
    selection = select(playlist_source("night-bus-circuits"))
    assert [song.genres for song in selection.songs] == [[]] * len(selection.songs)
    assert listeners.get(listener_id).cool_down_until is not None
    with pytest.raises(errors.SpotifyCoolingDownError):
        select(playlist_source("night-bus-circuits"))


def test_own_playlist_without_access_is_not_called_foreign(select, fake_spotify):
    add_fault(fake_spotify, "/items$", 403)
    with pytest.raises(errors.PlaylistForbiddenError, match="your own playlist"):
        select(playlist_source("everything-at-once"))


@pytest.fixture
def select_entries(select, fake_spotify):
    """Select songs of a playlist whose entries are these objects of Spotify."""

    def select_from(items, count=20):
        page = {"items": [item and {"item": item} for item in items], "total": len(items)}
        add_fault(fake_spotify, "/items$", 200, page)
        return select(playlist_source("everything-at-once", count))

    return select_from


SHOW = {"id": "S1", "type": "show", "images": [{"url": "https://i.scdn.co/image/show", "width": 640}]}


def test_show_that_is_called_a_track_is_no_song(select_entries):
    for fields in (
        {"type": "track", "album": SHOW, "artists": [{"id": "S1", "name": None, "type": "show"}]},
        {"type": "track", "album": SHOW},
        {"type": "track", "artists": [{"id": "A1", "name": None}]},
        {"type": "chapter"},
        {"episode": True, "track": True},
    ):
        with pytest.raises(errors.PlaylistWithoutSongsError):
            select_entries([build_track("Talk 1", **fields)])
    with pytest.raises(errors.PlaylistWithoutSongsError):
        select_entries([None])


def test_albums_with_the_same_picture_count_as_one(select_entries):
    sizes = [f"https://i.scdn.co/image/ab67616d{size}{'0' * 24}" for size in ("0000b273", "00001e02")]
    items = [build_track(f"Low Tide {number}", images=[sizes[number % 2]]) for number in range(4)]
    items += [build_track(f"Other {number}", images=[f"https://i.scdn.co/image/o{number}"]) for number in range(4)]
    selection = select_entries(items, count=4)
    assert [song.track.name for song in selection.songs] == ["Low Tide 0", "Other 0", "Other 1", "Other 2"]


def test_albums_without_artwork_come_last(select_entries):
    items = [build_track("Bare", images=()), build_track("Bare", images=()), build_track("Harbour")]
    for count, names in ((1, ["Harbour"]), (2, ["Harbour", "Bare"])):
        assert [song.track.name for song in select_entries(items, count).songs] == names


def add_long_playlist(fake, albums):
    """Add a playlist of one song of each of these albums' numbers; return its source, for ten albums."""
    template = next(iter(load_catalog().songs.values()))
    songs = {
        number: replace(template, name=str(number), album=replace(template.album, id=f"N{number}"))
        for number in set(albums)
    }
    playlist_id = spotify_id("playlist", "long")
    entries = tuple(songs[number] for number in albums)
    fake.state.playlists = {playlist_id: Playlist(playlist_id, "Long", "", "demo", False, entries)}
    return PlaylistSource(kind="playlist", playlist_id=playlist_id, count=10)


def test_long_playlist_is_read_whole(select, fake_spotify):
    source = add_long_playlist(fake_spotify, [*range(10, 310), *(number % 10 for number in range(100))])
    selection = select(source)
    assert {song.track.name for song in selection.songs} == set("0123456789")
    assert selection.skipped_albums == []
    assert count_requests(fake_spotify)[f"/v1/playlists/{source.playlist_id}/items"] == 8


@pytest.mark.parametrize("limit", ["length", "time", "rate limit"])
def test_entries_that_are_not_read_are_told(select, fake_spotify, monkeypatch, limit):
    source = add_long_playlist(fake_spotify, range(1000))
    match limit:
        case "length":
            monkeypatch.setattr(playlist_entries, "_MAX_ENTRIES", 50)
        case "time":
            monkeypatch.setattr(playlist_entries, "_MAX_READ_SECONDS", -1)
        case "rate limit":
            add_fault(fake_spotify, "/items$", None)  # the first page is served
            add_fault(fake_spotify, "/items$", 429, times=9, headers={"Retry-After": "600"})
    [unread] = select(source).skipped_albums
    assert unread.reason == "Only the first 50 of this playlist's 1,000 entries were read."


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_unusable_playlist_has_its_own_error(select, fake_spotify, mode):
    fake_spotify.state.mode = mode
    for slug, error, sentence in (
        ("there-is-none", errors.PlaylistNotFoundError, "no playlist with this id"),
        ("empty", errors.PlaylistEmptyError, "is empty"),
        ("no-songs", errors.PlaylistWithoutSongsError, "only local files, episodes"),
        ("somebody-elses", errors.PlaylistForbiddenError, "playlists that you own"),
    ):
        with pytest.raises(error, match=sentence):
            select(playlist_source(slug))
