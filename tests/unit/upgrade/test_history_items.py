"""The publish history that an earlier version stored in ListenersTable."""

import pytest

from api.responses import to_entry_response
from coverart.store.publish_history import HistoryEntry
from tests.unit.upgrade.stored_items import (
    ASKED,
    ASKED_BETWEEN_TRIES,
    BOUGHT,
    COVERED,
    DEMO,
    IMAGE_IS_OWN,
    MADE,
    NO_IMAGE,
    OWN_IMAGE,
    REENCODED,
    SPOTIFY_UNAVAILABLE,
    TOO_LARGE,
    UNCONFIRMED,
    UNDONE,
    at,
    history,
    stored_item,
)


def entries_of(playlist_id: str) -> list[HistoryEntry]:
    """The playlist's history; each entry has exactly what was stored."""
    entries = history().list_entries(DEMO, playlist_id)
    for entry in entries:
        item = stored_item("ListenersTable", DEMO, f"applied#{playlist_id}#{entry.entry_id}")
        assert entry.to_json() == {name: value for name, value in item.items() if name not in ("listener_id", "item")}
        assert history().get(DEMO, playlist_id, entry.entry_id) == entry
        assert to_entry_response(entry).to_json()["status"] == entry.status
    return entries


def test_history_with_an_undo_is_read(read_keys):
    # The newest first: another cover, the listener's own image put back, and a cover in its place before.
    latest, undo, first = entries_of(UNDONE)
    assert [entry.status for entry in (latest, undo, first)] == ["set", "set", "set"]
    assert (first.undone, first.undoes, undo.undone, undo.undoes) == (True, None, False, first.entry_id)
    assert (first.cover_id, undo.cover_id, latest.cover_id) == (BOUGHT, None, BOUGHT)
    own_image = f"kept/{DEMO}/{UNDONE}/own-ab67706c0000da84480de00a415c459e9467ba64.jpg"
    assert (first.replaced.whose, first.replaced.kept) == ("own", own_image)
    assert (undo.replaced.whose, undo.replaced.kept, undo.replaced.image_id) == ("ours", None, first.image_id)
    assert (latest.replaced.whose, latest.replaced.kept) == ("ours", None)
    assert undo.picture == own_image
    assert (first.asked_at, first.set_at) == (at("07:02:01.757927"), at("07:02:02.366052"))
    base = f"/api/playlists/{UNDONE}/history/{first.entry_id}/image?kind="
    assert to_entry_response(first).to_json() == {
        "entry": first.entry_id,
        "cover_id": BOUGHT,
        "playlist_id": UNDONE,
        "playlist_name": "",
        "status": "set",
        "code": None,
        "message": None,
        "note": None,
        "asked_at": "2026-11-30T07:02:01.757927Z",
        "set_at": "2026-11-30T07:02:02.366052Z",
        "undoes": None,
        "undone": True,
        "replaced": {"whose": "own", "kept": True},
        "images": {"set": f"{base}set", "replaced": f"{base}replaced"},
    }


@pytest.mark.parametrize(
    ("playlist_id", "status", "whose", "code"),
    [
        pytest.param(ASKED, "asked", None, None, id="asked"),
        pytest.param(ASKED_BETWEEN_TRIES, "asked", "own", None, id="asked, own image kept"),
        pytest.param(UNCONFIRMED, "confirming", "nobody", None, id="confirming"),
        pytest.param(COVERED, "set", "nobody", None, id="set"),
        pytest.param(NO_IMAGE, "set", "nobody", None, id="set, no image before"),
        pytest.param(REENCODED, "set", "ours", None, id="set, note"),
        pytest.param(TOO_LARGE, "not_set", "own", "playlist_image_too_large", id="not set"),
        pytest.param(OWN_IMAGE, "not_set", None, "playlist_image_is_own", id="not set, own image"),
        pytest.param(MADE, "not_set", "nobody", "spotify_unavailable", id="not set, tried again"),
    ],
)
def test_history_entry_of_every_status_is_read(read_keys, playlist_id, status, whose, code):
    [entry] = entries_of(playlist_id)
    assert (entry.status, entry.replaced and entry.replaced.whose, entry.code) == (status, whose, code)
    assert (entry.message is None) == (code is None)
    assert (entry.set_at is not None, entry.image_id is not None) == (status == "set", status == "set")
    assert entry.tries == (1 if playlist_id == MADE else 0)
    assert (entry.note is not None) == (playlist_id == REENCODED)
    if playlist_id == NO_IMAGE:
        assert entry.replaced.image_id is None


def test_entry_messages_and_note_are_read(read_keys):
    entries = {playlist_id: entries_of(playlist_id)[0] for playlist_id in (REENCODED, TOO_LARGE, OWN_IMAGE, MADE)}
    assert entries[REENCODED].note == "Spotify could not take the picture as it was kept, so it was encoded anew."
    assert entries[TOO_LARGE].message == "Spotify finds this picture too large. The playlist's image is as it was."
    assert entries[OWN_IMAGE].message == IMAGE_IS_OWN
    assert entries[MADE].message == SPOTIFY_UNAVAILABLE


def test_entry_that_was_not_set_can_be_asked_again(read_keys):
    [entry] = entries_of(MADE)
    again = history().retry(DEMO, entry)
    assert (again.status, again.tries, again.code, again.message) == ("asked", 2, None, None)
