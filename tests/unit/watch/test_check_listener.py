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
from tests.unit.watch.conftest import SONGS


def test_new_playlist_is_requested_once_and_stored(listener, events):
    listener.checker.listeners.save_user_id(listener.id, "")  # of a listener who logged in before profiles had it
    playlist = listener.add_playlist()
    at = datetime.now(UTC)
    assert [listener.check(at).covers_requested, listener.check().covers_requested] == [1, 0]
    assert events.playlist_ids == [playlist]
    record = listener.record(playlist)
    assert (record.standing, record.announced_at, record.name) == ("announced", at, "Fresh Paint")
    assert record.snapshot_id
    assert listener.spotify_paths() == ["/v1/me/playlists", "/v1/me/", "/v1/me/playlists"]


def test_playlist_is_decided_again_after_rule_or_setting_change(listener, events):
    listener.change_settings(auto_cover_pattern="Sun*")
    unmatched, switched_off = listener.add_playlist("Rain in May"), listener.add_playlist("Sunny")
    preexisting, small, growing = (listener.add_playlist("Hail", songs) for songs in (4, 2, 3))
    foreign = listener.add_playlist(owner="somebody")
    listener.spotify.followed.add(("demo", foreign))
    for playlist in (preexisting, small):
        listener.store(playlist, "known")
    listener.set_auto(switched_off, False)
    listener.check()
    assert (events.playlist_ids, listener.record(unmatched)) == ([], None)
    listener.change_settings(auto_cover_pattern="rain*")
    listener.check()
    assert events.playlist_ids == [unmatched]
    listener.change_settings()
    listener.set_auto(switched_off, None)
    listener.check()
    assert (events.playlist_ids, listener.states(growing)) == ([unmatched, switched_off], ["waiting"])
    listener.spotify.add_songs(growing, SONGS[:1])
    listener.check()
    listener.change_settings(auto_cover_pattern="Sun*")
    for playlist in (preexisting, small, foreign):
        listener.set_auto(playlist, True)
    listener.check()
    assert events.playlist_ids == [unmatched, switched_off, growing, preexisting]
    assert listener.states(preexisting, small, foreign) == ["announced", "known", None]
    assert listener.record(preexisting).auto


def test_cover_set_by_the_listener_is_replaced_with_auto_on(listener, events):
    names = {"set": "covered", "confirming": "covered", "not_set": "announced", "set, auto": "announced"}
    playlists = [listener.add_playlist(name) for name in names]
    for playlist, name in zip(playlists, names, strict=True):
        listener.add_entry(playlist, name.removesuffix(", auto"))
    listener.set_auto(playlists[3], True)
    listener.check()
    assert listener.states(*playlists) == list(names.values())
    assert events.playlist_ids == playlists[2:]


def test_large_library_is_marked_and_checked_over_several_runs(listener, events):
    old = listener.add_playlists(52, songs=1)
    listener.checker.listeners.save_marking_offset(listener.id, 0)
    for known_count in (50, 52):
        assert listener.check(has_time=False).covers_requested == 0
        assert listener.states(*old).count("known") == known_count
    second_page = listener.add_playlist()
    listener.check(has_time=False)
    assert events.playlist_ids == [second_page]
    first_page = listener.add_playlist("First")
    playlists = listener.spotify.playlists
    listener.spotify.playlists = {first_page: playlists[first_page], **playlists}
    listener.check(has_time=False)
    assert events.playlist_ids == [second_page, first_page], "it begins again"
    listener.check(has_time=False)
    for _ in range(2):
        listener.spotify.recorder.clear()
        listener.check()
        assert listener.spotify_paths() == ["/v1/me/playlists"] * 2


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
        checker = replace(listener.checker, connect=connect_slowly)
        assert checker.check(listener.id, datetime.now(UTC)).covers_requested == 0
    assert (events.playlist_ids, listener.checker.playlists.get_all(listener.id)) == ([], {})


def test_spotify_is_not_called_during_a_cool_down(listener, events):
    listener.add_playlist()
    listener.spotify.recorder.faults.append(Fault("/me/playlists", 429, headers={"Retry-After": "86400"}, body={}))
    for _ in range(2):
        with pytest.raises(SpotifyCoolingDownError):
            listener.check()
    assert (listener.spotify_paths(), events.playlist_ids) == (["/v1/me/playlists"], [])
