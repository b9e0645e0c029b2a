"""What becomes of a playlist whose automatic cover was requested."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import Stubber

from coverart.errors import StorageUnavailableError
from coverart.store.publish_history import PublishHistory
from tests.unit.watch.conftest import TWO_HOURS


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        ("done", "", "covered"),
        ("running", "", "announced"),
        ("accepted", "", "announced"),
        ("failed", "playlist_empty", "given_up"),
        ("failed", "spotify_cooling_down", "announced"),
        (None, "", "given_up"),
    ],
    ids=["done", "running", "accepted", "failed for good", "failed transiently", "deleted"],
)
def test_state_follows_the_cover(listener, events, status, code, state):
    playlist = listener.add_playlist()
    listener.check()
    listener.start_cover(playlist, status, code)
    listener.check()
    assert listener.state(playlist) == state
    assert events.playlist_ids == [playlist]


@pytest.mark.parametrize(
    ("status", "code"),
    [("failed", "spotify_cooling_down"), ("failed", "internal"), ("accepted", ""), (None, None)],
    ids=["failed transiently", "failed unexpectedly", "never started", "event lost"],
)
def test_cover_is_requested_again_an_hour_later(listener, events, status, code):
    playlist = listener.add_playlist()
    listener.store(playlist, "announced", datetime.now(UTC) - TWO_HOURS)
    if code is not None:
        listener.start_cover(playlist, status, code)
    at = datetime.now(UTC)
    listener.check(at)
    assert events.playlist_ids == [playlist]
    assert listener.record(playlist).announced_at == at


def test_latest_attempt_decides_and_the_third_is_the_last(listener, events):
    retryable, exhausted, done = (listener.add_playlist(name) for name in ("Retryable", "Exhausted", "Done"))
    for playlist, attempt_count in ((retryable, 2), (exhausted, 3), (done, 2)):
        listener.store(playlist, "announced", datetime.now(UTC) - TWO_HOURS)
        for attempt in range(attempt_count):
            listener.start_cover(playlist, "failed", "spotify_cooling_down", attempt=attempt)
    listener.start_cover(done, "done", attempt=1)
    listener.check()
    assert events.playlist_ids == [retryable]
    assert (listener.state(exhausted), listener.state(done)) == ("given_up", "covered")


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


def test_unset_image_is_set_again_an_hour_later(listener, events, add_unset_cover, apply_executions):
    get_entry, now = add_unset_cover(message="Spotify asks to wait."), datetime.now(UTC)
    before = get_entry()
    listener.store(before.playlist_id, "announced", now - timedelta(minutes=59))
    assert listener.check(now).covers_requested == 0
    assert (listener.state(before.playlist_id), apply_executions()) == ("made", {})
    later = now + timedelta(minutes=2)
    listener.check(later)
    changes = {"status": "asked", "code": None, "message": None, "tries": 1, "retried_at": get_entry().retried_at}
    assert get_entry() == before.model_copy(update=changes)
    request = {"listener_id": listener.id, "playlist_id": before.playlist_id, "entry_id": before.entry_id}
    assert apply_executions() == {f"{before.entry_id}-1": {**request, "replace_own": False}}
    listener.check(later)
    record = listener.record(before.playlist_id)
    assert (record.standing, record.announced_at) == ("made", later)
    assert (len(apply_executions()), events.playlist_ids) == (1, [])
    listener.history.update(listener.id, get_entry(), status="set")
    listener.check()
    assert listener.state(before.playlist_id) == "covered"


def test_setting_an_image_stops_after_three_retries(listener, add_unset_cover, apply_executions):
    get_entry, at = add_unset_cover(), datetime.now(UTC)
    for retries in range(1, 5):
        at += TWO_HOURS
        listener.check(at)
        listener.history.update(listener.id, get_entry(), status="not_set", code="spotify_unavailable")
        assert len(apply_executions()) == min(retries, 3)
    assert listener.state(get_entry().playlist_id) == "covered"


def test_concurrent_checks_set_an_image_once(listener, add_unset_cover, apply_executions, monkeypatch):
    get_entry, retry = add_unset_cover(), PublishHistory.retry

    def retry_after_another_check(history, listener_id, entry):
        with monkeypatch.context() as patch:
            patch.setattr(PublishHistory, "retry", retry)
            listener.check(datetime.now(UTC) + TWO_HOURS)
        return retry(history, listener_id, entry)

    monkeypatch.setattr(PublishHistory, "retry", retry_after_another_check)
    listener.check()
    assert (get_entry().status, get_entry().tries, len(apply_executions())) == ("asked", 1, 1)


def test_entry_without_execution_is_started_once(listener, add_unset_cover, apply_executions):
    get_entry = add_unset_cover("asked", code=None, tries=1)
    for number in range(3):
        listener.check(datetime.now(UTC) + number * TWO_HOURS)
    entry = get_entry()
    assert (entry.status, entry.tries, list(apply_executions())) == ("asked", 1, [f"{entry.entry_id}-1"])


def test_entry_is_retried_after_its_execution_failed_to_start(listener, add_unset_cover, apply_executions):
    get_entry = add_unset_cover()
    with Stubber(listener.checker.automatic_covers.executions.step_functions) as stubber:
        stubber.add_client_error("start_execution", "ThrottlingException", http_status_code=400)
        with pytest.raises(StorageUnavailableError):
            listener.check()
    assert (get_entry().status, get_entry().code, get_entry().tries) == ("not_set", "storage_unavailable", 1)
    listener.check(datetime.now(UTC) + TWO_HOURS)
    assert list(apply_executions()) == [f"{get_entry().entry_id}-2"]


def test_auto_off_prevents_another_request_or_attempt(listener, events, add_unset_cover, apply_executions, playlists):
    unset = add_unset_cover()().playlist_id
    announced = listener.add_playlist("Announced")
    listener.store(announced, "announced", datetime.now(UTC) - TWO_HOURS)
    for playlist in (unset, announced):
        playlists.set_auto(listener.id, playlist, False)
    listener.check()
    assert (listener.state(unset), listener.state(announced)) == ("made", "announced")
    assert (events.playlist_ids, apply_executions()) == ([], {})
    playlists.set_auto(listener.id, unset, None)
    listener.check()
    assert len(apply_executions()) == 1
