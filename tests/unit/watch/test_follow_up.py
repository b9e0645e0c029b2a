"""What becomes of a playlist whose automatic cover was requested."""

from datetime import UTC, datetime, timedelta

import pytest

from coverart.errors import StorageUnavailableError
from coverart.store.publish_history import PublishHistory
from tests.unit.watch.conftest import TWO_HOURS


def test_cover_decides_what_becomes_of_its_playlist(listener, events):
    covers = [  # the status, the error's code, the state that follows, and whether a cover is requested an hour later
        ("done", "", "covered", False),
        ("running", "", "announced", False),
        ("accepted", "", "announced", True),
        ("failed", "playlist_empty", "given_up", False),
        ("failed", "spotify_cooling_down", "announced", True),
        ("failed", "internal", "announced", True),
        (None, "", "given_up", False),
        ("lost event", "", "announced", True),
    ]
    playlists = listener.add_playlists(len(covers))
    listener.check()
    for playlist, (status, code, *_) in zip(playlists, covers, strict=True):
        if status != "lost event":
            listener.start_cover(playlist, status, code)
    listener.check()
    assert listener.states(*playlists) == [state for _, _, state, _ in covers]
    assert events.playlist_ids == playlists
    at = datetime.now(UTC) + TWO_HOURS
    listener.check(at)
    retried = [playlist for playlist, (*_, is_retried) in zip(playlists, covers, strict=True) if is_retried]
    assert events.playlist_ids == playlists + retried
    assert {listener.record(playlist).announced_at for playlist in retried} == {at}


def test_latest_attempt_decides_and_the_third_is_the_last(listener, events):
    retryable, exhausted, done = (listener.add_playlist(name) for name in ("Retryable", "Exhausted", "Done"))
    for playlist, attempt_count in ((retryable, 2), (exhausted, 3), (done, 2)):
        listener.store(playlist, "announced", datetime.now(UTC) - TWO_HOURS)
        for attempt in range(attempt_count):
            listener.start_cover(playlist, "failed", "spotify_cooling_down", attempt=attempt)
    listener.start_cover(done, "done", attempt=1)
    listener.check()
    assert events.playlist_ids == [retryable]
    assert listener.states(exhausted, done) == ["given_up", "covered"]


@pytest.fixture
def add_unset_cover(listener):
    """Return a function that adds a done cover with its history entry, and returns a getter of the entry."""
    playlist = listener.add_playlist()

    def add(status="not_set", code="spotify_cooling_down", **details):
        listener.store(playlist, "announced", datetime.now(UTC) - TWO_HOURS)
        cover_id = listener.start_cover(playlist, "done")
        listener.add_entry(playlist, status, entry_id=cover_id, code=code, **details)
        return lambda: listener.history.get(listener.id, playlist, cover_id)

    return add


def test_unset_image_is_set_again_an_hour_later(listener, events, add_unset_cover, apply_machine):
    get_entry, now = add_unset_cover(message="Spotify asks to wait."), datetime.now(UTC)
    before = get_entry()
    listener.store(before.playlist_id, "announced", now - timedelta(minutes=59))
    assert listener.check(now).covers_requested == 0
    assert (listener.states(before.playlist_id), apply_machine.started) == (["made"], {})
    later = now + timedelta(minutes=2)
    listener.check(later)
    changes = {"status": "asked", "code": None, "message": None, "tries": 1, "retried_at": get_entry().retried_at}
    assert get_entry() == before.model_copy(update=changes)
    request = {"listener_id": listener.id, "playlist_id": before.playlist_id, "entry_id": before.entry_id}
    assert apply_machine.started == {f"{before.entry_id}-1": {**request, "replace_own": False}}
    listener.check(later)
    record = listener.record(before.playlist_id)
    assert (record.standing, record.announced_at) == ("made", later)
    assert (len(apply_machine.started), events.playlist_ids) == (1, [])
    listener.history.update(listener.id, get_entry(), status="set")
    listener.check()
    assert listener.states(before.playlist_id) == ["covered"]


def test_setting_an_image_stops_after_three_retries(listener, add_unset_cover, apply_machine):
    get_entry, at = add_unset_cover(), datetime.now(UTC)
    apply_machine.throttled = "apply"
    with pytest.raises(StorageUnavailableError):
        listener.check()
    apply_machine.throttled = None
    entry = get_entry()
    assert (entry.status, entry.code, entry.tries) == ("not_set", "storage_unavailable", 1)
    for retries in (2, 3, 3):
        at += TWO_HOURS
        listener.check(at)
        assert list(apply_machine.started) == [f"{entry.entry_id}-{number}" for number in range(2, retries + 1)]
        listener.history.update(listener.id, get_entry(), status="not_set", code="spotify_unavailable")
    assert listener.states(entry.playlist_id) == ["covered"]


def test_concurrent_checks_set_an_image_once(listener, add_unset_cover, apply_machine, monkeypatch):
    get_entry, retry = add_unset_cover(), PublishHistory.retry

    def retry_after_another_check(history, listener_id, entry):
        with monkeypatch.context() as patch:
            patch.setattr(PublishHistory, "retry", retry)
            listener.check(datetime.now(UTC) + TWO_HOURS)
        return retry(history, listener_id, entry)

    monkeypatch.setattr(PublishHistory, "retry", retry_after_another_check)
    listener.check()
    assert (get_entry().status, get_entry().tries, len(apply_machine.started)) == ("asked", 1, 1)


def test_entry_without_execution_is_started_once(listener, add_unset_cover, apply_machine):
    get_entry = add_unset_cover("asked", code=None, tries=1)
    for number in range(3):
        listener.check(datetime.now(UTC) + number * TWO_HOURS)
    entry = get_entry()
    assert (entry.status, entry.tries, list(apply_machine.started)) == ("asked", 1, [f"{entry.entry_id}-1"])


def test_auto_off_prevents_another_request_or_attempt(listener, events, add_unset_cover, apply_machine):
    unset = add_unset_cover()().playlist_id
    announced = listener.add_playlist("Announced")
    listener.store(announced, "announced", datetime.now(UTC) - TWO_HOURS)
    for playlist in (unset, announced):
        listener.set_auto(playlist, False)
    listener.check()
    assert listener.states(unset, announced) == ["made", "announced"]
    assert (events.playlist_ids, apply_machine.started) == ([], {})
    listener.set_auto(unset, None)
    listener.check()
    assert len(apply_machine.started) == 1
