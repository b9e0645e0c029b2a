"""Whose image a playlist displays, what may be replaced, undo, when Spotify displays it, and refusals."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from coverart.images.compare import are_same_image
from coverart.images.jpeg import MAX_COVER_BYTES
from coverart.pipeline import publish_image
from coverart.store.keys import backup_key
from coverart.store.publish_history import ReplacedImage
from scripts.fakes.catalog import spotify_id
from tests.images import decode, encode
from tests.playlist_images import COVER, MOSAIC, OTHER_COVER, OWN
from tests.spotify_requests import add_fault, add_upload_fault, count_requests

# Whose image it is


@pytest.mark.parametrize(
    ("titles", "mode"),
    [(MOSAIC, "development"), (MOSAIC[:3], "extended"), (MOSAIC[:1], "development"), ([], "extended")],
    ids=["mosaic", "three", "one", "none"],
)
def test_image_that_nobody_set_is_replaced(playlist, fake_spotify, titles, mode):
    fake_spotify.state.mode = mode
    playlist.playlist_id = fake_spotify.state.add_playlist("List", titles)
    entry = playlist.set_image()
    assert (entry.status, entry.code, entry.note) == ("set", None, None)
    assert entry.set_at is not None
    assert (entry.replaced.whose, entry.replaced.kept) == ("nobody", None)
    assert playlist.uploads == [COVER]
    assert entry.image_id == playlist.image_id
    assert entry.picture == backup_key(playlist.publisher.listener_id, playlist.playlist_id, entry.entry_id)
    assert playlist.publisher.bucket.get(entry.picture) == COVER
    assert playlist.list_backups() == [entry.picture]


def test_own_image_is_replaced_on_request_only_and_stored(own_playlist):
    own_image, image_id = own_playlist.download_displayed(), own_playlist.image_id
    refused = own_playlist.set_image()
    assert (refused.status, refused.code, refused.replaced) == ("not_set", "playlist_image_is_own", None)
    assert (own_playlist.count_upload_requests(), own_playlist.list_backups()) == (0, [])
    entry = own_playlist.set_image(replace_own=True)
    assert entry.status == "set"
    stored_key = backup_key(own_playlist.publisher.listener_id, own_playlist.playlist_id, f"own-{image_id}")
    assert entry.replaced.model_dump() == {"whose": "own", "image_id": image_id, "kept": stored_key}
    assert own_playlist.publisher.bucket.get(stored_key) == own_image


def test_our_image_is_replaced_without_backup(playlist, fake_spotify):
    first, second = playlist.set_image(), playlist.set_image(OTHER_COVER)
    assert second.status == "set"
    assert (second.replaced.whose, second.replaced.image_id) == ("ours", first.image_id)
    assert first.image_id != second.image_id == playlist.image_id
    # Two uploads of one cover: the entries saw the first, and the second is displayed later.
    fake_spotify.state.set_image(playlist.playlist_id, COVER)
    third = playlist.set_image(OTHER_COVER)
    assert (third.replaced.whose, playlist.get_entry(first)) == ("ours", first)
    assert sorted(playlist.list_backups()) == sorted([first.picture, second.picture, third.picture])
    # An hour after that, the listener may have set the cover themselves.
    history, an_hour_ago = playlist.publisher.history, first.set_at - timedelta(minutes=61)
    history.update(playlist.publisher.listener_id, first, set_at=an_hour_ago)
    fake_spotify.state.set_image(playlist.playlist_id, COVER)
    assert playlist.set_image().code == "playlist_image_is_own"


def test_our_image_of_an_overtaken_attempt_is_not_own(playlist, monkeypatch):
    """Several covers are set at once: an older entry's upload comes last, and nobody has seen it yet."""
    nobodys = ReplacedImage(whose="nobody", image_id=None, kept=None)
    oldest = playlist.add_entry(status="not_set", replaced=nobodys)
    older, newer = playlist.add_entry(), playlist.add_entry(OTHER_COVER)
    assert playlist.apply(newer).status == "set"
    with monkeypatch.context() as patch:
        patch.setattr(publish_image, "_POLL_PAUSES_SECONDS", ())
        assert playlist.apply(older).status == "confirming"
    displayed_id = playlist.image_id
    latest = playlist.set_image(OTHER_COVER)
    assert (latest.status, latest.replaced.whose, latest.replaced.image_id) == ("set", "ours", displayed_id)
    assert [playlist.get_entry(entry).status for entry in (oldest, older)] == ["not_set", "set"]


# Undo


def test_undo_restores_the_own_image_unchanged(own_playlist):
    cover = own_playlist.set_image(replace_own=True)
    own_key = cover.replaced.kept
    undo = own_playlist.set_image(replace_own=True, cover_id=None, picture=own_key, undoes=cover.entry_id)
    assert (undo.status, undo.note, undo.picture) == ("set", None, own_key)
    assert own_playlist.uploads == [COVER, own_playlist.publisher.bucket.get(own_key)]
    assert own_playlist.get_entry(cover).undone
    # It is the listener's own image again.
    assert own_playlist.set_image(OTHER_COVER).code == "playlist_image_is_own"
    other = own_playlist.set_image(OTHER_COVER, replace_own=True)
    assert (other.status, other.replaced.whose, other.replaced.kept) == ("set", "own", own_key)


def test_undo_reencodes_an_image_that_is_too_large(playlist, fake_spotify):
    photo, noise = decode(OWN).resize((640, 640)), Image.effect_noise((640, 640), 90).convert("RGB")
    large_image = encode(Image.blend(photo, noise, 0.5), quality=98, subsampling=0)
    fake_spotify.state.set_image(playlist.playlist_id, large_image)
    own_key = playlist.set_image(replace_own=True).replaced.kept
    assert len(playlist.publisher.bucket.get(own_key)) > MAX_COVER_BYTES
    undo = playlist.set_image(replace_own=True, cover_id=None, picture=own_key)
    assert (undo.status, "re-encoded" in undo.note) == ("set", True)
    assert 0.8 * MAX_COVER_BYTES < len(playlist.uploads[-1]) <= MAX_COVER_BYTES
    assert are_same_image(playlist.uploads[-1], playlist.publisher.bucket.get(own_key))


def test_entry_can_be_set_again_after_its_cover_was_deleted(playlist):
    first, deleted = playlist.add_entry(), playlist.add_entry(OTHER_COVER)
    result = playlist.apply(first)
    for entry in (first, deleted):
        playlist.publisher.bucket.delete_prefix(entry.picture)
    assert playlist.apply(deleted).code == "unusable_picture"
    assert playlist.set_image(picture=result.picture).status == "set"
    assert playlist.uploads == [COVER, COVER]


# When Spotify displays it


def test_image_displayed_later_is_not_uploaded_again(playlist, fake_spotify):
    fake_spotify.state.shows_after = 3
    assert playlist.set_image().status == "set"
    fake_spotify.state.shows_after, pauses = 5, []
    playlist.publisher = replace(playlist.publisher, sleep=pauses.append)
    # The image before it looks the same.
    entry = playlist.set_image()
    assert (entry.status, entry.image_id, sum(pauses)) == ("confirming", None, 5)
    assert [playlist.apply(entry).status for _ in range(3)] == ["confirming", "set", "set"]
    assert playlist.uploads == [COVER, COVER]


def test_image_never_displayed_stays_confirming(own_playlist, fake_spotify):
    fake_spotify.state.shows_after = None
    entry = own_playlist.set_image(replace_own=True)
    assert [own_playlist.apply(entry).status for _ in range(3)] == ["confirming"] * 3
    # The displayed image is still the listener's own.
    assert own_playlist.set_image(OTHER_COVER).code == "playlist_image_is_own"
    fake_spotify.state.playlists = {}
    entry = own_playlist.apply(entry)
    assert (entry.status, entry.code) == ("not_set", "playlist_not_found")


def test_failed_checks_leave_the_entry_confirming(playlist, fake_spotify):
    add_fault(fake_spotify, "/images$", 500, method="GET")
    entry = playlist.set_image()
    assert entry.status == "confirming"
    add_fault(fake_spotify, "/images$", 429, method="GET", headers={"Retry-After": "3600"})
    assert playlist.apply(entry).status == "confirming"
    playlist.publisher = publish_image.create_image_publisher(playlist.publisher.listener_id)
    assert playlist.apply(entry).status == "confirming"


# Final refusals


def test_own_image_that_cannot_be_stored_is_not_replaced(own_playlist, fake_spotify):
    add_fault(fake_spotify, "/image/", 404, method="GET")
    entry = own_playlist.set_image(replace_own=True)
    assert (entry.status, entry.code, entry.replaced) == ("not_set", "playlist_image_not_kept", None)
    assert (own_playlist.count_upload_requests(), own_playlist.list_backups()) == (0, [])


def test_image_is_set_on_playlists_of_the_listener_only(playlist, fake_spotify, listeners):
    profile = listeners.get(playlist.publisher.listener_id)
    listeners.save_user_id(profile.listener_id, "")
    assert playlist.set_image().status == "set"
    assert count_requests(fake_spotify, "/v1/me/") == 1, "who owns a playlist is in no profile of earlier versions"
    for slug, code in {"somebody-elses": "playlist_not_owned", "no-such-playlist": "playlist_not_found"}.items():
        playlist.playlist_id = spotify_id("playlist", slug)
        assert playlist.set_image().code == code
    listeners.mark_reconnect(profile.listener_id, profile.tokens)
    playlist.publisher = publish_image.create_image_publisher(profile.listener_id)
    assert playlist.set_image().code == "reconnect_needed"
    assert playlist.count_upload_requests() == 1


def test_refusal_is_stored_and_the_old_image_stays(own_playlist, fake_spotify):
    previous_id = own_playlist.image_id
    for status, fields, code in (
        (403, {}, "playlist_not_owned"),
        (403, {"body": {"error": {"message": "Insufficient client scope"}}}, "consent_needed"),
        (403, {"body": "User not registered in the Developer Dashboard"}, "not_allow_listed"),
        (404, {}, "playlist_not_found"),
        (413, {}, "playlist_image_too_large"),
        (429, {"headers": {"Retry-After": "86400"}}, "spotify_cooling_down"),
    ):
        add_upload_fault(fake_spotify, status, **fields)
        entry = own_playlist.set_image(replace_own=True)
        assert (entry.status, entry.code) == ("not_set", code)
        assert entry.message.endswith(".")
        assert own_playlist.image_id == previous_id
        request_count = len(fake_spotify.state.recorder.requests)
        assert own_playlist.apply(entry, replace_own=True) == entry
        assert len(fake_spotify.state.recorder.requests) == request_count
