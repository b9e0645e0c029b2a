"""Listing a listener's playlists, and marking those that are not new for automatic covers."""

import pytest

from coverart.errors import ListenerNotFoundError, SpotifyUnavailableError
from coverart.spotify.client import create_spotify_client
from coverart.spotify.playlists import list_all_playlists, mark_existing_as_known
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.spotify_requests import add_fault

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


@pytest.fixture
def playlists(listeners):
    return Playlists(listeners.table)


def test_all_playlists_are_requested_fifty_at_a_time(fake_spotify, listener_id):
    existing_count = len(list_all_playlists(create_spotify_client(listener_id)))
    new_ids = [fake_spotify.state.add_playlist(f"Number {n}", SONGS) for n in range(120 - existing_count)]
    fake_spotify.state.recorder.clear()
    summaries = list_all_playlists(create_spotify_client(listener_id))
    assert len(summaries) == 120
    assert summaries.keys() >= set(new_ids)
    requests = [(request["path"], request["query"]["offset"]) for request in fake_spotify.state.recorder.requests]
    assert requests == [("/v1/me/playlists", offset) for offset in ("0", "50", "100")]


def test_existing_playlists_become_known(fake_spotify, listener_id, playlists):
    playlist_id = fake_spotify.state.add_playlist("Old Paint", SONGS)
    spotify = create_spotify_client(listener_id)
    mark_existing_as_known(listener_id, spotify, playlists)
    records = playlists.get_all(listener_id)
    assert records.keys() == list_all_playlists(spotify).keys()
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
