"""Transient failures, lost responses, crashes, and deletions while a playlist image is being set."""

from collections.abc import Callable
from typing import Any

import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import ListenerNotFoundError, NotFoundError, SpotifyUnavailableError, StorageUnavailableError
from coverart.pipeline.publish_image import PlaylistImagePublisher
from coverart.store.keys import backup_key, backup_prefix
from coverart.store.listeners import Listeners
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.fakes.spotify import FakeSpotify
from tests.playlist_images import (
    COVER,
    MOSAIC,
    OTHER_COVER,
    OWN,
    add_fault,
    apply,
    count_uploads,
    download_displayed,
    list_backups,
)

AddEntry = Callable[..., HistoryEntry]

# Transient failures


def test_retry_after_transient_failure_repeats_nothing(
    publisher: PlaylistImagePublisher,
    add_entry: AddEntry,
    fake_spotify: FakeSpotify,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    stored_keys: list[str] = []
    original_put = Bucket.put
    monkeypatch.setattr(
        Bucket, "put", lambda self, key, *rest: (stored_keys.append(key), original_put(self, key, *rest))[1]
    )
    add_fault(fake_spotify, "/images$", 503, times=2)
    entry = add_entry(playlist_id)
    stored_keys.clear()
    for _ in range(2):
        with pytest.raises(SpotifyUnavailableError):
            publisher.apply(playlist_id, entry.entry_id, True)
    result = apply(publisher, entry, replace_own=True)
    assert result.status == "set"
    assert result.replaced is not None
    assert result.replaced.whose == "own"
    assert fake_spotify.state.uploads[playlist_id] == [COVER]
    assert sorted(stored_keys) == sorted([str(result.replaced.kept), result.picture])


def test_backup_of_an_earlier_attempt_is_stored_again(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    """Otherwise the scheduled cleanup would find it old and delete it."""
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    key = backup_key(publisher.listener_id, playlist_id, f"own-{fake_spotify.state.image_ids[playlist_id]}")
    own_image = download_displayed(fake_spotify, playlist_id)
    publisher.bucket.put(key, b"an earlier attempt's", "image/jpeg")
    assert apply(publisher, add_entry(playlist_id), replace_own=True).status == "set"
    assert publisher.bucket.get(key) == own_image


def test_nothing_is_set_while_the_backup_is_missing(
    publisher: PlaylistImagePublisher,
    add_entry: AddEntry,
    fake_spotify: FakeSpotify,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The scheduled cleanup deletes the backup before the entry refers to it."""
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    entry, update = add_entry(playlist_id), PublishHistory.update
    own_image = download_displayed(fake_spotify, playlist_id)

    def update_and_delete_backup(self: PublishHistory, *arguments: Any, **changes: Any) -> HistoryEntry:
        entry = update(self, *arguments, **changes)
        publisher.bucket.delete_prefix(f"{backup_prefix(publisher.listener_id, playlist_id)}own-")
        return entry

    with monkeypatch.context() as patch:
        patch.setattr(PublishHistory, "update", update_and_delete_backup)
        with pytest.raises(StorageUnavailableError):
            publisher.apply(playlist_id, entry.entry_id, True)
    assert count_uploads(fake_spotify) == 0
    result = apply(publisher, entry, replace_own=True)
    assert result.status == "set"
    assert result.replaced is not None
    assert publisher.bucket.get(str(result.replaced.kept)) == own_image


@pytest.mark.parametrize("replace_own", [False, True])
def test_own_image_set_between_two_attempts_stays(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify, replace_own: bool
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    add_fault(fake_spotify, "/images$", 503)
    entry = add_entry(playlist_id)
    with pytest.raises(SpotifyUnavailableError):
        publisher.apply(playlist_id, entry.entry_id, replace_own)
    fake_spotify.state.set_image(playlist_id, OWN)
    assert apply(publisher, entry, replace_own).code == (None if replace_own else "playlist_image_is_own")
    assert fake_spotify.state.images[playlist_id] == (COVER if replace_own else OWN)


# Lost responses


@pytest.mark.parametrize("is_slow", [False, True], ids=["lost", "too late"])
def test_upload_with_lost_response_is_not_repeated(
    publisher: PlaylistImagePublisher,
    add_entry: AddEntry,
    fake_spotify: FakeSpotify,
    monkeypatch: pytest.MonkeyPatch,
    is_slow: bool,
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    add_fault(fake_spotify, "/images$", 502, late=True, delay=1.5 if is_slow else 0)
    entry = add_entry(playlist_id)
    monkeypatch.setenv("SPOTIFY_TIMEOUT_SECONDS", "1" if is_slow else "10")
    with pytest.raises(SpotifyUnavailableError):
        publisher.apply(playlist_id, entry.entry_id, False)
    assert apply(publisher, entry).status == "set"
    assert fake_spotify.state.uploads[playlist_id] == [COVER]


def test_upload_of_an_entry_given_up_is_recognized_later(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    add_fault(fake_spotify, "/images$", 502, late=True)
    entry = add_entry(playlist_id)
    with pytest.raises(SpotifyUnavailableError):
        publisher.apply(playlist_id, entry.entry_id, False)
    entry = publisher.history.get(publisher.listener_id, playlist_id, entry.entry_id)
    assert publisher.give_up(entry, "spotify_unavailable", "A.").status == "not_set"
    displayed_id = fake_spotify.state.image_ids[playlist_id]
    later = apply(publisher, add_entry(playlist_id, OTHER_COVER))
    assert later.replaced is not None
    assert (later.status, later.replaced.whose, later.replaced.image_id) == ("set", "ours", displayed_id)
    entry = publisher.history.get(publisher.listener_id, playlist_id, entry.entry_id)
    assert (entry.status, entry.image_id, entry.code) == ("set", displayed_id, None)


# Crashes


@pytest.mark.parametrize("crashing_write", range(4))
def test_crash_at_any_write_loses_nothing(
    publisher: PlaylistImagePublisher,
    add_entry: AddEntry,
    fake_spotify: FakeSpotify,
    monkeypatch: pytest.MonkeyPatch,
    crashing_write: int,
) -> None:
    """Crash before the own image is stored, the copy, the entry's `replaced`, and its status `confirming`."""
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    own_image = download_displayed(fake_spotify, playlist_id)
    entry, writes = add_entry(playlist_id), iter(range(100))

    def crash(function: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **changes: Any) -> Any:
            if next(writes) == crashing_write:
                raise KeyboardInterrupt
            return function(*arguments, **changes)

        return write

    monkeypatch.setattr(Bucket, "put", crash(Bucket.put))
    monkeypatch.setattr(PublishHistory, "update", crash(PublishHistory.update))
    with pytest.raises(KeyboardInterrupt):
        publisher.apply(playlist_id, entry.entry_id, True)
    result = apply(publisher, entry, replace_own=True)
    assert result.status == "set"
    assert result.replaced is not None
    assert result.replaced.whose == "own"
    assert publisher.bucket.get(str(result.replaced.kept)) == own_image
    assert fake_spotify.state.uploads[playlist_id] == [COVER]
    assert len(list_backups(publisher)) == 2


# Deletions


@pytest.mark.parametrize("deletes_listener", [False, True], ids=["history cleared", "listener deleted"])
def test_backup_stored_after_a_deletion_is_removed(
    publisher: PlaylistImagePublisher,
    add_entry: AddEntry,
    fake_spotify: FakeSpotify,
    monkeypatch: pytest.MonkeyPatch,
    deletes_listener: bool,
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    entry, original_put = add_entry(playlist_id), Bucket.put

    def put_after_deletion(bucket: Bucket, *arguments: Any) -> None:
        if deletes_listener:
            Listeners(clients.get_table("ListenersTable")).delete(publisher.listener_id)
        publisher.history.clear(publisher.listener_id, playlist_id)
        original_put(bucket, *arguments)

    monkeypatch.setattr(Bucket, "put", put_after_deletion)
    with pytest.raises(NotFoundError):
        publisher.apply(playlist_id, entry.entry_id, True)
    assert list_backups(publisher) == []
    assert count_uploads(fake_spotify) == 0


def test_entry_of_a_deleted_listener_is_not_set(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify, listeners: Listeners
) -> None:
    entry = add_entry(fake_spotify.state.add_playlist("List", MOSAIC))
    listeners.delete(publisher.listener_id)
    with pytest.raises(ListenerNotFoundError):
        publisher.apply(entry.playlist_id, entry.entry_id, False)
