"""Whose image a playlist displays, what may be replaced, undo, and refusals that are final."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from coverart.images.compare import are_same_image
from coverart.images.jpeg import MAX_COVER_BYTES
from coverart.pipeline.publish_image import PlaylistImagePublisher
from coverart.store.keys import backup_key
from coverart.store.listeners import Listeners
from coverart.store.publish_history import HistoryEntry
from scripts.fakes.catalog import spotify_id
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

# Whose image it is


@pytest.mark.parametrize("titles", [MOSAIC, MOSAIC[:3], MOSAIC[:1], []], ids=["mosaic", "three", "one", "none"])
@pytest.mark.parametrize("mode", ["development", "extended"])
def test_image_that_nobody_set_is_replaced(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify, titles: list[str], mode: Any
) -> None:
    fake_spotify.state.mode = mode
    playlist_id = fake_spotify.state.add_playlist("List", titles)
    entry = apply(publisher, add_entry(playlist_id))
    assert (entry.status, entry.code, entry.note) == ("set", None, None)
    assert entry.set_at is not None
    assert entry.replaced is not None
    assert (entry.replaced.whose, entry.replaced.kept) == ("nobody", None)
    assert fake_spotify.state.uploads[playlist_id] == [COVER]
    assert entry.image_id == fake_spotify.state.image_ids[playlist_id]
    assert entry.picture == backup_key(publisher.listener_id, playlist_id, entry.entry_id)
    assert publisher.bucket.get(entry.picture) == COVER
    assert list_backups(publisher) == [entry.picture]


def test_own_image_is_not_replaced_unless_requested(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    entry = apply(publisher, add_entry(playlist_id))
    assert (entry.status, entry.code, entry.replaced) == ("not_set", "playlist_image_is_own", None)
    assert entry.message is not None
    assert "gallery" in entry.message
    assert (count_uploads(fake_spotify), list_backups(publisher)) == (0, [])


def test_own_image_is_stored_unchanged_before_it_is_replaced(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    own_image, image_id = download_displayed(fake_spotify, playlist_id), fake_spotify.state.image_ids[playlist_id]
    entry = apply(publisher, add_entry(playlist_id), replace_own=True)
    assert entry.status == "set"
    assert entry.replaced is not None
    assert entry.replaced.model_dump() == {
        "whose": "own",
        "image_id": image_id,
        "kept": backup_key(publisher.listener_id, playlist_id, f"own-{image_id}"),
    }
    assert publisher.bucket.get(str(entry.replaced.kept)) == own_image


def test_our_image_is_replaced_without_backup(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    first = apply(publisher, add_entry(playlist_id))
    second = apply(publisher, add_entry(playlist_id, OTHER_COVER))
    assert second.status == "set"
    assert second.replaced is not None
    assert (second.replaced.whose, second.replaced.image_id) == ("ours", first.image_id)
    assert sorted(list_backups(publisher)) == sorted([first.picture, second.picture])


def test_same_cover_set_again_gets_a_new_image_id(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    first, second = (apply(publisher, add_entry(playlist_id)) for _ in range(2))
    assert first.image_id != second.image_id == fake_spotify.state.image_ids[playlist_id]


def test_image_that_the_listener_set_after_ours_is_own(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    apply(publisher, add_entry(playlist_id))
    fake_spotify.state.set_image(playlist_id, OWN)
    assert apply(publisher, add_entry(playlist_id, OTHER_COVER)).code == "playlist_image_is_own"


# Undo


def test_undo_restores_the_own_image_unchanged(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    cover = apply(publisher, add_entry(playlist_id), replace_own=True)
    assert cover.replaced is not None
    own_key = cover.replaced.kept
    undo_entry = add_entry(playlist_id, cover_id=None, picture=own_key, undoes=cover.entry_id)
    undo = apply(publisher, undo_entry, replace_own=True)
    assert (undo.status, undo.note, undo.picture) == ("set", None, own_key)
    assert fake_spotify.state.uploads[playlist_id] == [COVER, publisher.bucket.get(str(own_key))]
    assert publisher.history.get(publisher.listener_id, playlist_id, cover.entry_id).undone
    # It is the listener's own image again.
    assert apply(publisher, add_entry(playlist_id, OTHER_COVER)).code == "playlist_image_is_own"
    other = apply(publisher, add_entry(playlist_id, OTHER_COVER), replace_own=True)
    assert other.replaced is not None
    assert (other.status, other.replaced.whose, other.replaced.kept) == ("set", "own", own_key)


def test_undo_reencodes_an_image_that_is_too_large(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    body, noise = io.BytesIO(), Image.effect_noise((640, 640), 90).convert("RGB")
    Image.blend(Image.open(io.BytesIO(OWN)), noise, 0.5).save(body, "JPEG", quality=98, subsampling=0)
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=body.getvalue())
    cover = apply(publisher, add_entry(playlist_id), replace_own=True)
    assert cover.replaced is not None
    own_key = str(cover.replaced.kept)
    assert len(publisher.bucket.get(own_key)) > MAX_COVER_BYTES
    undo = apply(publisher, add_entry(playlist_id, cover_id=None, picture=own_key), replace_own=True)
    assert undo.status == "set"
    assert undo.note is not None
    assert "re-encoded" in undo.note
    upload = fake_spotify.state.uploads[playlist_id][-1]
    assert 0.8 * MAX_COVER_BYTES < len(upload) <= MAX_COVER_BYTES
    assert are_same_image(upload, publisher.bucket.get(own_key))


def test_entry_can_be_set_again_after_its_cover_was_deleted(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    first = add_entry(playlist_id)
    result = apply(publisher, first)
    publisher.bucket.delete_prefix(first.picture)
    assert apply(publisher, add_entry(playlist_id, picture=result.picture)).status == "set"
    assert fake_spotify.state.uploads[playlist_id] == [COVER, COVER]


# Final refusals


def test_own_image_that_cannot_be_stored_is_not_replaced(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    add_fault(fake_spotify, "/image/", 404, method="GET")
    entry = apply(publisher, add_entry(playlist_id), replace_own=True)
    assert (entry.status, entry.code, entry.replaced) == ("not_set", "playlist_image_not_kept", None)
    assert (count_uploads(fake_spotify), list_backups(publisher)) == (0, [])


def test_deleted_cover_is_not_set(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    entry = add_entry(fake_spotify.state.add_playlist("List", MOSAIC))
    publisher.bucket.delete_prefix(entry.picture)
    assert apply(publisher, entry).code == "unusable_picture"


@pytest.mark.parametrize(
    ("slug", "code"), [("somebody-elses", "playlist_not_owned"), ("no-such-playlist", "playlist_not_found")]
)
def test_playlist_of_somebody_else_gets_no_image(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify, slug: str, code: str
) -> None:
    entry = apply(publisher, add_entry(spotify_id("playlist", slug)))
    assert (entry.status, entry.code) == ("not_set", code)
    assert count_uploads(fake_spotify) == 0


def test_profile_without_user_id_is_looked_up_at_spotify(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify, listeners: Listeners
) -> None:
    key = {"listener_id": publisher.listener_id, "item": "profile"}
    listeners.table.update_item(Key=key, UpdateExpression="REMOVE user_id")
    assert apply(publisher, add_entry(fake_spotify.state.add_playlist("List", MOSAIC))).status == "set"
    assert any(request["path"] == "/v1/me/" for request in fake_spotify.state.recorder.requests)


@pytest.mark.parametrize(
    ("status", "fields", "code"),
    [
        (403, {}, "playlist_not_owned"),
        (403, {"body": {"error": {"message": "Insufficient client scope"}}}, "consent_needed"),
        (403, {"body": "User not registered in the Developer Dashboard"}, "not_allow_listed"),
        (404, {}, "playlist_not_found"),
        (413, {}, "playlist_image_too_large"),
        (429, {"headers": {"Retry-After": "86400"}}, "spotify_cooling_down"),
        (429, {"body": {"error": {"message": "Quota", "reason": "QUOTA_EXCEEDED"}}}, "spotify_cooling_down"),
    ],
)
def test_refusal_is_stored_and_the_old_image_stays(
    publisher: PlaylistImagePublisher,
    add_entry: AddEntry,
    fake_spotify: FakeSpotify,
    status: int,
    fields: dict[str, Any],
    code: str,
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    previous_id = fake_spotify.state.image_ids[playlist_id]
    add_fault(fake_spotify, "/images$", status, **fields)
    entry = apply(publisher, add_entry(playlist_id), replace_own=True)
    assert (entry.status, entry.code) == ("not_set", code)
    assert str(entry.message).endswith(".")
    assert fake_spotify.state.image_ids[playlist_id] == previous_id
    request_count = len(fake_spotify.state.recorder.requests)
    assert apply(publisher, entry, replace_own=True) == entry
    assert len(fake_spotify.state.recorder.requests) == request_count


def test_ended_login_is_stored_on_the_entry(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify, listeners: Listeners
) -> None:
    entry = add_entry(fake_spotify.state.add_playlist("List", MOSAIC))
    listeners.mark_reconnect(publisher.listener_id, listeners.get(publisher.listener_id).tokens)
    assert apply(publisher, entry).code == "reconnect_needed"
