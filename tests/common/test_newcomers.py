"""What is there before automatic covers are switched on is not new."""

import pytest

from coverart.aws import clients
from coverart.errors import ListenerNotFoundError, SpotifyUnavailableError
from coverart.spotify.client import create_spotify_client
from coverart.spotify.playlists import list_all_playlists, mark_existing_as_known
from coverart.store.playlists import PlaylistRecord, Playlists
from scripts.standins.serving import Fault

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


@pytest.fixture
def playlists(listeners):
    return Playlists(clients.get_table("ListenersTable"))


def test_all_playlists_are_read_fifty_at_a_time(spotify_standin, listener_id):
    before = len(list_all_playlists(create_spotify_client(listener_id)))
    added = [spotify_standin.state.add_playlist(f"Number {n}", SONGS) for n in range(120 - before)]
    spotify_standin.state.recorder.clear()
    found = list_all_playlists(create_spotify_client(listener_id))
    assert len(found) == 120
    assert found.keys() >= set(added)
    asked = [(request["path"], request["query"]["offset"]) for request in spotify_standin.state.recorder.requests]
    assert asked == [("/v1/me/playlists", offset) for offset in ("0", "50", "100")]


def test_what_is_there_becomes_known(spotify_standin, listener_id, playlists):
    added = spotify_standin.state.add_playlist("Old Paint", SONGS)
    spotify = create_spotify_client(listener_id)
    mark_existing_as_known(listener_id, spotify, playlists)
    remembered = playlists.get_all(listener_id)
    assert remembered.keys() == list_all_playlists(spotify).keys()
    assert {playlist.standing for playlist in remembered.values()} == {"known"}
    assert (remembered[added].name, bool(remembered[added].snapshot_id)) == ("Old Paint", True)


def test_what_has_a_standing_keeps_it_and_the_listeners_word_is_kept(spotify_standin, listener_id, playlists):
    covered, wished = (spotify_standin.state.add_playlist(name, SONGS) for name in ("Covered", "Wished for"))
    playlists.save(listener_id, [PlaylistRecord(playlist_id=covered, standing="covered")])
    playlists.set_auto(listener_id, wished, True)
    mark_existing_as_known(listener_id, create_spotify_client(listener_id), playlists)
    remembered = playlists.get_all(listener_id)
    assert remembered[covered].standing == "covered"
    assert (remembered[wished].standing, remembered[wished].auto) == ("known", True)


def test_where_spotify_does_not_answer_nothing_becomes_known(spotify_standin, listener_id, playlists):
    spotify_standin.state.recorder.faults.append(Fault("/me/playlists", 500, body={}))
    with pytest.raises(SpotifyUnavailableError):
        mark_existing_as_known(listener_id, create_spotify_client(listener_id), playlists)
    assert playlists.get_all(listener_id) == {}


def test_a_listener_who_is_forgotten_meanwhile_stays_forgotten(listeners, listener_id, playlists):
    spotify = create_spotify_client(listener_id)
    listeners.delete(listener_id)
    with pytest.raises(ListenerNotFoundError):
        mark_existing_as_known(listener_id, spotify, playlists)
    assert playlists.get_all(listener_id) == {}
