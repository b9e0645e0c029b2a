"""Which playlists of a listener get a cover, and which calls and writes that takes."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest

from coverart.errors import ListenerNotFoundError, SpotifyCoolingDownError
from coverart.spotify.client import create_spotify_client
from coverart.store.listeners import ListenerSettings
from coverart.store.playlists import Playlists
from scripts.fakes.server import Fault
from tests.unit.watch.conftest import DAILY_LIMIT, SONGS


def test_new_playlist_is_requested_once_and_stored(listener, events):
    playlist = listener.add_playlist()
    at = datetime.now(UTC)
    assert listener.check(at).covers_requested == 1
    assert events.playlist_ids == [playlist]
    record = listener.record(playlist)
    assert (record.standing, record.announced_at, record.name) == ("announced", at, "Fresh Paint")
    assert record.snapshot_id
    listener.check()
    assert events.playlist_ids == [playlist]


def test_playlist_of_three_songs_waits_for_a_fourth(listener, events):
    playlist = listener.add_playlist(songs=3)
    listener.check()
    assert (events.playlist_ids, listener.state(playlist)) == ([], "waiting")
    listener.spotify.add_songs(playlist, SONGS[:1])
    listener.check()
    assert (events.playlist_ids, listener.state(playlist)) == ([playlist], "announced")


def test_playlist_of_another_owner_is_ignored(listener, events, playlists):
    theirs = listener.add_playlist(owner="somebody")
    listener.spotify.followed.add(("demo", theirs))
    playlists.set_auto(listener.id, theirs, True)
    listener.check()
    assert (events.playlist_ids, listener.state(theirs)) == ([], None)


def test_playlist_is_decided_again_after_rule_or_setting_change(listener, events, playlists):
    listener.change_settings(auto_cover_pattern="Sun*")
    unmatched, switched_off = listener.add_playlist("Rain in May"), listener.add_playlist("Sunny")
    playlists.set_auto(listener.id, switched_off, False)
    listener.check()
    assert (events.playlist_ids, listener.record(unmatched)) == ([], None)
    listener.change_settings(auto_cover_pattern="rain*")
    listener.check()
    assert events.playlist_ids == [unmatched]
    listener.change_settings()
    playlists.set_auto(listener.id, switched_off, None)
    listener.check()
    assert events.playlist_ids == [unmatched, switched_off]


@pytest.mark.parametrize(("songs", "state"), [(4, "announced"), (2, "known")])
def test_auto_on_requests_a_preexisting_unmatched_playlist(listener, events, playlists, songs, state):
    playlist = listener.add_playlist("Rain", songs)
    listener.store(playlist, "known")
    listener.change_settings(auto_cover_pattern="Sun*")
    playlists.set_auto(listener.id, playlist, True)
    listener.check()
    assert events.playlist_ids == ([playlist] if state == "announced" else [])
    assert (listener.state(playlist), listener.record(playlist).auto) == (state, True)


@pytest.mark.parametrize(
    ("status", "auto", "state"),
    [
        ("set", None, "covered"),
        ("confirming", None, "covered"),
        ("not_set", None, "announced"),
        ("set", True, "announced"),
    ],
)
def test_cover_set_by_the_listener_is_replaced_with_auto_on(listener, events, playlists, status, auto, state):
    playlist = listener.add_playlist()
    listener.add_entry(playlist, status)
    playlists.set_auto(listener.id, playlist, auto)
    listener.check()
    assert (listener.state(playlist), bool(events.playlist_ids)) == (state, state == "announced")


def test_check_takes_one_call_for_fifty_playlists(listener, events):
    listener.add_playlists(51, songs=1)
    for _ in range(2):
        listener.spotify.recorder.clear()
        listener.check()
        assert listener.spotify_paths() == ["/v1/me/playlists"] * 2


def test_large_library_is_checked_over_several_runs(listener, events):
    listener.add_playlists(50, "Small", songs=1)
    large = listener.add_playlist("Large")
    listener.check_without_time()
    assert (events.playlist_ids, listener.state(large)) == ([], None)
    listener.check_without_time()
    assert events.playlist_ids == [large]
    new = listener.add_playlist("Small 0", songs=4)
    listener.spotify.playlists = {new: listener.spotify.playlists[new], **listener.spotify.playlists}
    listener.check_without_time()
    assert events.playlist_ids == [large, new], "it begins again"


def test_events_of_other_pages_count_against_the_limit(listener):
    listener.add_playlists(DAILY_LIMIT)
    listener.add_playlists(50 - DAILY_LIMIT, songs=1)
    result = listener.check_without_time()
    assert (result.covers_requested, result.blocked_by) == (DAILY_LIMIT, None)
    listener.add_playlist("Last")
    listener.checker.listeners.save_watch_offset(listener.id, 50)
    result = listener.check_without_time()
    assert (result.covers_requested, result.blocked_by.code) == (0, "daily_limit_reached")


def test_existing_playlists_are_marked_over_several_runs(listener, events):
    old = listener.add_playlists(52)
    listener.checker.listeners.save_marking_offset(listener.id, 0)
    for expected in (50, 52):
        listener.check_without_time()
        assert [listener.state(playlist) for playlist in old].count("known") == expected
    new = listener.add_playlist()
    listener.check()
    assert events.playlist_ids == [new]


def test_missing_user_id_is_fetched_once(listener):
    listener.checker.listeners.save_user_id(listener.id, "")
    listener.add_playlist()
    assert [listener.check().covers_requested for _ in range(2)] == [1, 0]
    assert listener.spotify_paths() == ["/v1/me/playlists", "/v1/me/", "/v1/me/playlists"]


def test_unchanged_records_are_not_written(listener, monkeypatch):
    for name in ("Known", "Waiting", "Covered"):
        listener.store(listener.add_playlist(name, songs=3), name.lower())
    listener.check()
    saved_records = []
    monkeypatch.setattr(Playlists, "save", lambda _self, _listener, records: saved_records.extend(records))
    listener.check()
    assert saved_records == []
    new = listener.add_playlist("Another", songs=2)
    listener.check()
    assert [record.playlist_id for record in saved_records] == [new]


def test_event_is_published_before_the_record_is_stored(listener, events, monkeypatch):
    playlist = listener.add_playlist()

    with monkeypatch.context() as patch:
        patch.setattr(Playlists, "save", Mock(side_effect=ConnectionError))
        with pytest.raises(ConnectionError):
            listener.check()
    assert listener.record(playlist) is None
    listener.check()
    assert events.playlist_ids == [playlist, playlist]


def test_listener_deleted_during_the_check_stays_deleted(listener, events, monkeypatch):
    listener.add_playlist()
    put_events = events.put_events

    def delete_then_put(**entries):
        listener.checker.listeners.delete(listener.id)
        return put_events(**entries)

    monkeypatch.setattr(events, "put_events", delete_then_put)
    with pytest.raises(ListenerNotFoundError):
        listener.check()
    assert listener.checker.playlists.get_all(listener.id) == {}


@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "switched off"])
def test_settings_are_read_after_spotify_responds(listener, events, is_deleted):
    listener.add_playlist()
    listeners = listener.checker.listeners

    def connect_slowly(_):
        spotify = create_spotify_client(listener.id)
        listeners.save_settings(listener.id, ListenerSettings(auto_cover=False))
        if is_deleted:
            listeners.delete(listener.id)
        return spotify

    with pytest.raises(ListenerNotFoundError) if is_deleted else nullcontext():
        replace(listener.checker, connect=connect_slowly).check(listener.id, datetime.now(UTC))
    assert (events.playlist_ids, listener.checker.playlists.get_all(listener.id)) == ([], {})


def test_spotify_is_not_called_during_a_cool_down(listener, events):
    listener.add_playlist()
    fault = Fault("/me/playlists", 429, headers={"Retry-After": "86400"}, body={})
    listener.spotify.recorder.faults.append(fault)
    for _ in range(2):
        with pytest.raises(SpotifyCoolingDownError):
            listener.check()
    assert (listener.spotify_paths(), events.playlist_ids) == (["/v1/me/playlists"], [])
