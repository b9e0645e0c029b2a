"""The stored.covers and publish histories that an earlier version stored."""

from datetime import timedelta

import pytest

from api.responses import find_published_entry, to_cover_response, to_cover_summary, to_entry_response
from coverart.store.idempotency import may_retry
from coverart.store.publish_history import HistoryEntry
from tests.unit.upgrade import stored_items as stored

# Options that the version that wrote the items did not have.
NEW_OPTIONS = {
    "candidates": None,
    "like": None,
    "palette": "keep",
    "lettering": "none",
    "lettering_text": None,
    "second_line": None,
    "position": None,
    "retitle": None,
    "picture": None,
    "style_pictures": None,
    "send_picture": False,
}


def image(item, kind):
    return f"/api/covers/{item['cover_id']}/image?kind={kind}&candidate=0"


def in_utc(text):
    """A stored time as the API gives it."""
    return text.replace("+00:00", "Z")


def expected_summary(item):
    return {
        "cover_id": item["cover_id"],
        "created_at": in_utc(item["created_at"]),
        "status": item["status"],
        "step": item.get("step"),
        "title": item.get("fetched", {}).get("title", ""),
        "source": item["request"]["source"],
        "thumbnail": image(item, "thumbnail") if "pictures" in item else None,
        "thumbnail_url": None,
        "alt": expected_alt(item),
        "error": item.get("error"),
    }


def expected_alt(item):
    if "prompt" not in item:
        return ""
    texts = {phrase["part"]: phrase["text"] for phrase in item["prompt"]["phrases"]}
    scene = [texts[part] for part in ("subject", "composition", "setting") if part in texts]
    sentences = [", ".join(scene), texts.get("medium")]
    return " ".join(f"{text}." for text in sentences if text) if scene else item["prompt"]["text"]


def expected_view(item, entry):
    """The API's response, from the stored item alone."""
    fetched = item.get("fetched", {"songs": [], "left_out": []})
    objects = {artwork["album_id"]: artwork["objects"] for artwork in item.get("detected", {}).get("artworks", [])}
    songs = [
        {**song, "artwork": f"/api/covers/{item['cover_id']}/artwork/{n}", "objects": objects.get(song["album_id"], [])}
        for n, song in enumerate(fetched["songs"])
    ]
    published = item.get("published", {"playlist_image": "not_asked_for"})
    published_view = None
    if published["playlist_image"] != "not_asked_for":
        published_view = {
            "playlist_id": item["request"]["source"]["playlist_id"] if entry else None,
            "status": entry.status if entry else published["playlist_image"],
            "code": published["code"],
            "message": published["message"],
            "entry": published["entry"],
            "undone": False,
        }
    prompt_names = ("text", "phrases", "palette", "mood", "style_albums")
    painting_names = ("backend", "model", "cost_usd", "note")
    painting = None
    if "painting" in item:
        fields = {name: item["painting"][name] for name in painting_names}
        painting = {**fields, "credit": None, "image": image(item, "painting")}
    images = None
    if "pictures" in item:
        images = {kind: image(item, kind) for kind in ("cover", "master", "thumbnail", "steps")} | {"story": None}
    candidate = {
        "prompt": {name: item["prompt"][name] for name in prompt_names} | {"lettering": None}
        if "prompt" in item
        else None,
        "painting": painting,
        "images": images,
        "style_note": item.get("pictures", {}).get("note"),
        "lettering_note": None,
    }
    summary, status = expected_summary(item), item["status"]
    if status not in {"failed", "accepted"}:
        status = "done" if images else "running"
    progress = {"status": status.replace("accepted", "waiting"), **{name: summary[name] for name in ("step", "alt")}}
    error = summary["error"] if status == "failed" else None
    return {
        **summary,
        "options": {**item["request"]["options"], **NEW_OPTIONS},
        "timings": {
            step: {"began_at": in_utc(timing["began_at"]), "seconds": timing["seconds"]}
            for step, timing in item["timings"].items()
        },
        "songs": songs,
        "left_out": fetched["left_out"],
        **candidate,
        "published": published_view,
        "detect_note": None,
        "candidates": [{"index": 0, **progress, **candidate, "error": error, "chosen": True}],
        "share_url": None,
        "cover_url": None,
    }


def entry_of_cover(listener_id, item):
    key = find_published_entry(item)
    return stored.history().get(listener_id, *key) if key else None


@pytest.mark.parametrize(("listener_id", "cover_id"), stored.COVER_KEYS)
def test_cover_is_shown_as_it_was(read_keys, listener_id, cover_id):
    item, expected = (
        stored.covers().get(listener_id, cover_id),
        stored.stored_item("CoversTable", listener_id, cover_id),
    )
    assert item == expected
    assert to_cover_summary(item).to_json() == expected_summary(expected)
    entry = entry_of_cover(listener_id, item)
    assert (entry is not None) == bool(expected.get("published", {}).get("entry"))
    assert to_cover_response(item, entry).to_json() == expected_view(expected, entry)


def test_covers_are_listed_newest_first_without_expired_ones(read_keys):
    items, following = stored.covers().list_page(stored.DEMO, None, 50, stored.CAPTURED_AT)
    mine = sorted((cover for owner, cover in stored.COVER_KEYS if owner == stored.DEMO), reverse=True)
    assert ([item["cover_id"] for item in items], following) == (mine, None)
    items, following = stored.covers().list_page(stored.DEMO, None, 2, stored.CAPTURED_AT)
    assert ([item["cover_id"] for item in items], following) == (
        [stored.WORDS_ONLY, stored.TRANSIENT_FAILURE],
        stored.TRANSIENT_FAILURE,
    )
    later, _ = stored.covers().list_page(stored.DEMO, None, 50, stored.CAPTURED_AT + timedelta(days=31))
    failed = {stored.EMPTY_PLAYLIST, stored.STOPPED, stored.TRANSIENT_FAILURE}
    assert [item["cover_id"] for item in later] == [cover for cover in mine if cover not in failed]


def test_covers_of_playlists_are_found(read_keys):
    by_playlist = stored.covers().list_by_playlist(stored.DEMO)
    assert by_playlist[stored.RETRIED] == [{"cover_id": stored.TRANSIENT_FAILURE, "status": "failed"}]
    assert by_playlist[stored.COVERED] == [{"cover_id": stored.AUTOMATIC, "status": "done"}]
    assert len(by_playlist) == 7


def test_only_transient_failures_may_be_tried_again(read_keys):
    items = [stored.covers().get(owner, cover) for owner, cover in stored.COVER_KEYS]
    assert [item["cover_id"] for item in items if may_retry(item)] == [stored.TRANSIENT_FAILURE]


def test_history_of_every_playlist_is_read(read_keys):
    """Each entry has what was stored, and the defaults of later fields."""
    keys = [item["item"]["S"] for item in stored.STORED["ListenersTable"]]
    playlist_ids = {key.split("#")[1] for key in keys if key.startswith("applied#")}
    entries = [
        entry for playlist_id in playlist_ids for entry in stored.history().list_entries(stored.DEMO, playlist_id)
    ]
    assert len(entries) == 12
    for entry in entries:
        item = stored.stored_item("ListenersTable", stored.DEMO, f"applied#{entry.playlist_id}#{entry.entry_id}")
        fields = {name: value for name, value in item.items() if name not in ("listener_id", "item")}
        assert entry.to_json() == HistoryEntry.model_validate(fields).to_json() | fields
        assert stored.history().get(stored.DEMO, entry.playlist_id, entry.entry_id) == entry
        assert to_entry_response(entry).to_json()["status"] == entry.status


def test_history_with_an_undo_is_read(read_keys):
    # The newest first: another cover, the listener's own image put back, and a cover in its place before.
    latest, undo, first = stored.history().list_entries(stored.DEMO, stored.UNDONE)
    assert (first.undone, first.undoes, undo.undone, undo.undoes) == (True, None, False, first.entry_id)
    assert (undo.picture, undo.replaced.image_id) == (first.replaced.kept, first.image_id)
    assert [entry.replaced.whose for entry in (latest, undo, first)] == ["ours", "ours", "own"]
    base = f"/api/playlists/{stored.UNDONE}/history/{first.entry_id}/image?kind="
    assert to_entry_response(first).to_json() == {
        "entry": first.entry_id,
        "cover_id": stored.BOUGHT,
        "candidate": None,
        "playlist_id": stored.UNDONE,
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


def test_entry_that_was_not_set_can_be_asked_again(read_keys):
    [entry] = stored.history().list_entries(stored.DEMO, stored.MADE)
    again = stored.history().retry(stored.DEMO, entry)
    assert (again.status, again.tries, again.code, again.message) == ("asked", 2, None, None)
