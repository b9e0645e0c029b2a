"""Transient failures, lost responses, crashes, and deletions while a playlist image is being set."""

from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws.s3 import Bucket
from coverart.errors import ListenerNotFoundError, NotFoundError, SpotifyUnavailableError, StorageUnavailableError
from coverart.spotify.client import SpotifyClient
from coverart.store.keys import backup_key, backup_prefix
from coverart.store.publish_history import PublishHistory
from tests.playlist_images import COVER, OTHER_COVER, OWN
from tests.spotify_requests import add_upload_fault


def fail_to_apply(playlist, entry, error, replace_own=False):
    with pytest.raises(error):
        playlist.publisher.apply(playlist.playlist_id, entry.entry_id, replace_own)


# Transient failures


def test_retry_after_transient_failure_repeats_nothing(own_playlist, fake_spotify, monkeypatch):
    entry, stored_keys, put_object = own_playlist.add_entry(), [], Bucket.put

    def record_and_put(bucket, key, *arguments):
        stored_keys.append(key)
        put_object(bucket, key, *arguments)

    monkeypatch.setattr(Bucket, "put", record_and_put)
    add_upload_fault(fake_spotify, 503, times=2)
    for _ in range(2):
        fail_to_apply(own_playlist, entry, SpotifyUnavailableError, replace_own=True)
    result = own_playlist.apply(entry, replace_own=True)
    assert (result.status, result.replaced.whose) == ("set", "own")
    assert own_playlist.uploads == [COVER]
    assert sorted(stored_keys) == sorted([result.replaced.kept, result.picture])


def test_backup_of_an_earlier_attempt_is_stored_again(own_playlist):
    """Otherwise the scheduled cleanup would find it old and delete it."""
    publisher, own_image = own_playlist.publisher, own_playlist.download_displayed()
    key = backup_key(publisher.listener_id, own_playlist.playlist_id, f"own-{own_playlist.image_id}")
    publisher.bucket.put(key, b"an earlier attempt's", "image/jpeg")
    assert own_playlist.set_image(replace_own=True).status == "set"
    assert publisher.bucket.get(key) == own_image


def test_nothing_is_set_while_the_backup_is_missing(own_playlist, monkeypatch):
    """The scheduled cleanup deletes the backup before the entry refers to it."""
    entry, own_image, update = own_playlist.add_entry(), own_playlist.download_displayed(), PublishHistory.update
    publisher = own_playlist.publisher

    def update_and_delete_backup(history, *arguments, **changes):
        publisher.bucket.delete_prefix(f"{backup_prefix(publisher.listener_id, own_playlist.playlist_id)}own-")
        return update(history, *arguments, **changes)

    with monkeypatch.context() as patch:
        patch.setattr(PublishHistory, "update", update_and_delete_backup)
        fail_to_apply(own_playlist, entry, StorageUnavailableError, replace_own=True)
    assert own_playlist.count_upload_requests() == 0
    result = own_playlist.apply(entry, replace_own=True)
    assert result.status == "set"
    assert publisher.bucket.get(result.replaced.kept) == own_image


def test_own_image_set_between_two_attempts_stays(playlist, fake_spotify):
    add_upload_fault(fake_spotify, 503)
    entry = playlist.add_entry()
    fail_to_apply(playlist, entry, SpotifyUnavailableError)
    fake_spotify.state.set_image(playlist.playlist_id, OWN)
    assert playlist.apply(entry).code == "playlist_image_is_own"
    assert fake_spotify.state.images[playlist.playlist_id] == OWN


def test_own_image_changed_between_two_attempts_is_stored(own_playlist, fake_spotify):
    add_upload_fault(fake_spotify, 503)
    entry = own_playlist.add_entry()
    fail_to_apply(own_playlist, entry, SpotifyUnavailableError, replace_own=True)
    fake_spotify.state.set_image(own_playlist.playlist_id, OTHER_COVER)
    changed_image = own_playlist.download_displayed()
    result = own_playlist.apply(entry, replace_own=True)
    assert (result.status, result.replaced.whose) == ("set", "own")
    assert own_playlist.publisher.bucket.get(result.replaced.kept) == changed_image


# Lost responses


def test_upload_with_lost_response_is_recognized_later(playlist, fake_spotify):
    add_upload_fault(fake_spotify, 502, late=True)
    entry = playlist.add_entry()
    fail_to_apply(playlist, entry, SpotifyUnavailableError)
    assert playlist.apply(entry).status == "set"
    assert playlist.uploads == [COVER]
    add_upload_fault(fake_spotify, 502, late=True)
    entry = playlist.add_entry(OTHER_COVER)
    fail_to_apply(playlist, entry, SpotifyUnavailableError)
    entry, displayed_id = playlist.get_entry(entry), playlist.image_id
    assert playlist.publisher.give_up(entry, "spotify_unavailable", "A.").status == "not_set"
    later = playlist.set_image()
    assert (later.status, later.replaced.whose, later.replaced.image_id) == ("set", "ours", displayed_id)
    entry = playlist.get_entry(entry)
    assert (entry.status, entry.image_id, entry.code) == ("set", displayed_id, None)


# Crashes


@pytest.mark.parametrize("crashing_write", range(4))
def test_crash_at_any_write_loses_nothing(own_playlist, monkeypatch, crashing_write):
    """Crash before the own image is stored, the copy, the entry's `replaced`, and its status `confirming`."""
    entry, own_image, writes = own_playlist.add_entry(), own_playlist.download_displayed(), iter(range(100))

    def crash(function):
        def write(*arguments, **changes):
            if next(writes) == crashing_write:
                raise KeyboardInterrupt
            return function(*arguments, **changes)

        return write

    monkeypatch.setattr(Bucket, "put", crash(Bucket.put))
    monkeypatch.setattr(PublishHistory, "update", crash(PublishHistory.update))
    fail_to_apply(own_playlist, entry, KeyboardInterrupt, replace_own=True)
    result = own_playlist.apply(entry, replace_own=True)
    assert (result.status, result.replaced.whose) == ("set", "own")
    assert own_playlist.publisher.bucket.get(result.replaced.kept) == own_image
    assert own_playlist.uploads == [COVER]
    assert len(own_playlist.list_backups()) == 2


# Deletions and other writes


@pytest.mark.parametrize("deletes_listener", [False, True], ids=["history cleared", "listener deleted"])
def test_backup_stored_after_a_deletion_is_removed(own_playlist, listeners, monkeypatch, deletes_listener):
    entry, put_object = own_playlist.add_entry(), Bucket.put

    def delete_and_put(bucket, *arguments):
        if deletes_listener:
            listeners.delete(own_playlist.publisher.listener_id)
        own_playlist.clear_history()
        put_object(bucket, *arguments)

    monkeypatch.setattr(Bucket, "put", delete_and_put)
    fail_to_apply(own_playlist, entry, NotFoundError, replace_own=True)
    assert own_playlist.list_backups() == []
    assert own_playlist.count_upload_requests() == 0


def call_after_upload(monkeypatch, function):
    """Call the function after the first upload, before its entry says so."""
    functions, upload = [function], SpotifyClient.set_playlist_image

    def upload_and_call(spotify, *arguments):
        upload(spotify, *arguments)
        if functions:
            functions.pop()()

    monkeypatch.setattr(SpotifyClient, "set_playlist_image", upload_and_call)


def test_history_cleared_during_the_upload_keeps_the_own_image(own_playlist, monkeypatch):
    entry, own_image, is_empty = own_playlist.add_entry(), own_playlist.download_displayed(), []
    call_after_upload(monkeypatch, lambda: is_empty.append(own_playlist.clear_history(entry.asked_at)))
    result = own_playlist.apply(entry, replace_own=True)
    assert (result.status, is_empty) == ("set", [False])
    # One that was cleared deletes its own images only.
    fail_to_apply(own_playlist, entry.model_copy(update={"entry_id": "cleared"}), NotFoundError)
    assert own_playlist.publisher.bucket.get(result.replaced.kept) == own_image


def test_own_image_is_set_again_if_its_listener_was_deleted(own_playlist, monkeypatch, listeners):
    entry, own_image, publisher = own_playlist.add_entry(), own_playlist.download_displayed(), own_playlist.publisher

    def delete():
        listeners.delete(publisher.listener_id)
        own_playlist.clear_history()
        publisher.bucket.delete_prefix("kept/")

    call_after_upload(monkeypatch, delete)
    fail_to_apply(own_playlist, entry, NotFoundError, replace_own=True)
    assert own_playlist.uploads == [COVER, own_image]
    assert own_playlist.list_backups() == []


def test_entry_of_a_deleted_listener_is_not_set(playlist, listeners):
    entry = playlist.add_entry()
    listeners.delete(playlist.publisher.listener_id)
    fail_to_apply(playlist, entry, ListenerNotFoundError)
    assert playlist.count_upload_requests() == 0


def test_entry_retried_since_it_was_read_is_not_retried(playlist):
    history, listener_id = playlist.publisher.history, playlist.publisher.listener_id
    entry = playlist.add_entry(status="not_set")
    retried = history.retry(listener_id, entry)
    assert (retried.status, retried.tries) == ("asked", 1)
    assert retried.is_being_set(datetime.now(UTC) + timedelta(hours=2))
    assert not retried.is_being_set(datetime.now(UTC) + timedelta(hours=3))
    history.update(listener_id, retried, status="not_set")
    assert history.retry(listener_id, entry) is None
    assert playlist.get_entry(entry).tries == 1
