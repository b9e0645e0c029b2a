"""Listing a listener's playlists, and marking those that are not new for automatic covers."""

import pytest

from coverart.errors import ListenerNotFoundError, SpotifyUnavailableError
from coverart.spotify import client
from coverart.spotify import playlists as library
from coverart.spotify.client import create_spotify_client
from coverart.spotify.playlists import mark_existing_as_known, read_playlists
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.spotify_requests import add_fault

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


@pytest.fixture
def playlists(listeners):
    return Playlists(listeners.table)


def test_library_is_read_on_where_time_was_up(fake_spotify, listener_id, playlists, monkeypatch):
    for module in (client, library):
        monkeypatch.setattr(module, "PAGE_SIZE", 2)
    fake_spotify.state.playlists = {}
    ids = [fake_spotify.state.add_playlist(f"Number {n}", SONGS) for n in range(5)]
    spotify, seconds = create_spotify_client(listener_id), iter([True, False])
    first, offset = read_playlists(spotify, has_time=lambda: next(seconds))
    rest, end = read_playlists(spotify, offset)
    assert (len(first), offset, end) == (4, 4, None)
    assert sorted([*first, *rest]) == sorted(ids)
    requests = [(request["path"], request["query"]["offset"]) for request in fake_spotify.state.recorder.requests]
    assert requests == [("/v1/me/playlists", offset) for offset in ("0", "2", "4")]
    for offset, following in ((0, 2), (2, 4), (4, None)):
        assert mark_existing_as_known(listener_id, spotify, playlists, offset, has_time=lambda: False) == following
    records = playlists.get_all(listener_id)
    assert records.keys() == set(ids)
    assert {record.standing for record in records.values()} == {"known"}
    assert (records[ids[3]].name, bool(records[ids[3]].snapshot_id)) == ("Number 3", True)


def test_existing_state_and_listeners_setting_stay(fake_spotify, listener_id, playlists):
    covered_id, auto_id = (fake_spotify.state.add_playlist(name, SONGS) for name in ("Covered", "Wished for"))
    playlists.save(listener_id, [PlaylistRecord(playlist_id=covered_id, standing="covered")])
    playlists.set_auto(listener_id, auto_id, True)
    mark_existing_as_known(listener_id, create_spotify_client(listener_id), playlists)
    records = playlists.get_all(listener_id)
    assert records[covered_id].standing == "covered"
    assert (records[auto_id].standing, records[auto_id].auto) == ("known", True)


@pytest.mark.parametrize("error", [SpotifyUnavailableError, ListenerNotFoundError])
def test_nothing_becomes_known_of_a_library_that_is_gone(fake_spotify, listeners, listener_id, playlists, error):
    spotify = create_spotify_client(listener_id)
    if error is ListenerNotFoundError:
        listeners.delete(listener_id)
    else:
        add_fault(fake_spotify, "/me/playlists", 500, {})
    with pytest.raises(error):
        mark_existing_as_known(listener_id, spotify, playlists)
    assert playlists.get_all(listener_id) == {}
