"""Listing a listener's playlists, and marking those that are not new for automatic covers."""

import pytest

from coverart.errors import ListenerNotFoundError, SpotifyUnavailableError
from coverart.spotify.client import create_spotify_client
from coverart.spotify.playlists import mark_existing_as_known, read_playlists
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.spotify_requests import add_fault

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


@pytest.fixture
def playlists(listeners):
    return Playlists(listeners.table)


def test_all_playlists_are_requested_fifty_at_a_time(fake_spotify, listener_id):
    existing_count = len(read_playlists(create_spotify_client(listener_id))[0])
    new_ids = [fake_spotify.state.add_playlist(f"Number {n}", SONGS) for n in range(120 - existing_count)]
    fake_spotify.state.recorder.clear()
    summaries, _ = read_playlists(create_spotify_client(listener_id))
    assert len(summaries) == 120
    assert summaries.keys() >= set(new_ids)
    requests = [(request["path"], request["query"]["offset"]) for request in fake_spotify.state.recorder.requests]
    assert requests == [("/v1/me/playlists", offset) for offset in ("0", "50", "100")]


def test_library_is_read_on_where_time_was_up(fake_spotify, listener_id, playlists):
    fake_spotify.state.playlists = {}
    ids = [fake_spotify.state.add_playlist(f"Number {n}", SONGS) for n in range(120)]
    spotify, seconds = create_spotify_client(listener_id), iter([True, False])
    first, offset = read_playlists(spotify, has_time=lambda: next(seconds))
    rest, end = read_playlists(spotify, offset)
    assert (len(first), offset, end) == (100, 100, None)
    assert sorted([*first, *rest]) == sorted(ids)
    for expected in (50, 100, None):
        offset = mark_existing_as_known(listener_id, spotify, playlists, (expected or 150) - 50, has_time=lambda: False)
        assert offset == expected
    assert playlists.get_all(listener_id).keys() == set(ids)


def test_existing_playlists_become_known(fake_spotify, listener_id, playlists):
    playlist_id = fake_spotify.state.add_playlist("Old Paint", SONGS)
    spotify = create_spotify_client(listener_id)
    mark_existing_as_known(listener_id, spotify, playlists)
    records = playlists.get_all(listener_id)
    assert records.keys() == read_playlists(spotify)[0].keys()
    assert {record.standing for record in records.values()} == {"known"}
    assert (records[playlist_id].name, bool(records[playlist_id].snapshot_id)) == ("Old Paint", True)


def test_existing_state_and_listeners_setting_stay(fake_spotify, listener_id, playlists):
    covered_id, auto_id = (fake_spotify.state.add_playlist(name, SONGS) for name in ("Covered", "Wished for"))
    playlists.save(listener_id, [PlaylistRecord(playlist_id=covered_id, standing="covered")])
    playlists.set_auto(listener_id, auto_id, True)
    mark_existing_as_known(listener_id, create_spotify_client(listener_id), playlists)
    records = playlists.get_all(listener_id)
    assert records[covered_id].standing == "covered"
    assert (records[auto_id].standing, records[auto_id].auto) == ("known", True)


def test_nothing_becomes_known_while_spotify_is_unavailable(fake_spotify, listener_id, playlists):
    add_fault(fake_spotify, "/me/playlists", 500, {})
    with pytest.raises(SpotifyUnavailableError):
        mark_existing_as_known(listener_id, create_spotify_client(listener_id), playlists)
    assert playlists.get_all(listener_id) == {}


def test_nothing_is_stored_for_a_deleted_listener(listeners, listener_id, playlists):
    spotify = create_spotify_client(listener_id)
    listeners.delete(listener_id)
    with pytest.raises(ListenerNotFoundError):
        mark_existing_as_known(listener_id, spotify, playlists)
    assert playlists.get_all(listener_id) == {}
