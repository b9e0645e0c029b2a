"""The covers and publish histories that an earlier version stored."""

from datetime import timedelta

from api.responses import find_published_entry, to_cover_response, to_cover_summary, to_entry_response
from coverart.store.idempotency import may_retry
from coverart.store.publish_history import HistoryEntry
from tests.unit.upgrade import stored_items as stored

IMAGES = ("cover", "master", "thumbnail", "steps")
# What the response shows of a step's result as it was stored.
SAME_FIELDS = {
    "prompt": ("text", "phrases", "palette", "mood", "style_albums"),
    "painting": ("backend", "model", "cost_usd", "note"),
    "error": ("code", "message"),
}


def assert_shows(view, item):
    """Assert that the API's response has what the cover's steps stored."""
    assert view.items() >= {name: item[name] for name in ("cover_id", "status")}.items()
    assert view["timings"].keys() == item["timings"].keys()
    assert (view["source"], view["step"]) == (item["request"]["source"], item.get("step"))
    options = item["request"]["options"]
    new_options = {name: value for name, value in view["options"].items() if name not in options}
    assert view["options"] == {**options, **new_options}
    assert set(new_options.values()) == {None, False, "keep", "none"}, "new options change nothing"
    fetched = item.get("fetched", {"songs": [], "left_out": [], "title": ""})
    assert (view["title"], view["left_out"]) == (fetched["title"], fetched["left_out"])
    objects = {artwork["album_id"]: artwork["objects"] for artwork in item.get("detected", {}).get("artworks", [])}
    assert view["songs"] == [
        {**song, "artwork": f"/api/covers/{item['cover_id']}/artwork/{n}", "objects": objects.get(song["album_id"], [])}
        for n, song in enumerate(fetched["songs"])
    ]
    for part, names in SAME_FIELDS.items():
        view_part, stored_part = view[part] or {}, item.get(part, {})
        assert [view_part.get(name) for name in names] == [stored_part.get(name) for name in names]
    urls = {kind: f"/api/covers/{item['cover_id']}/image?kind={kind}&candidate=0" for kind in IMAGES}
    assert view["images"] == ({**urls, "story": None} if "pictures" in item else None)
    assert view["style_note"] == item.get("pictures", {}).get("note")
    assert bool(view["alt"]) == ("prompt" in item)
    [candidate] = view["candidates"]
    assert {name: view[name] for name in ("prompt", "painting", "images", "alt")}.items() <= candidate.items()


def test_covers_are_shown_as_they_were(read_keys):
    for table, *key in stored.stored_keys("CoversTable"):
        item, expected = stored.covers().get(*key), stored.stored_item(table, *key)
        assert item == expected
        entry_key = find_published_entry(item)
        entry = stored.history().get(key[0], *entry_key) if entry_key else None
        view = to_cover_response(item, entry).to_json()
        assert view == {**view, **to_cover_summary(item).to_json()}
        assert_shows(view, expected)
        published = expected.get("published", {"playlist_image": "not_asked_for", "entry": None})
        assert (entry and entry.entry_id) == published["entry"]
        is_published = published["playlist_image"] != "not_asked_for"
        status = entry.status if entry else published["playlist_image"]
        assert (view["published"] and view["published"]["status"]) == (status if is_published else None)
    assert read_keys >= stored.stored_keys("CoversTable")


def test_covers_are_listed_newest_first_without_expired_ones(read_keys):
    covers, keys = stored.covers(), stored.stored_keys("CoversTable")
    items, following = covers.list_page(stored.DEMO, None, 50, stored.CAPTURED_AT)
    mine = sorted((cover for _, owner, cover in keys if owner == stored.DEMO), reverse=True)
    assert ([item["cover_id"] for item in items], following) == (mine, None)
    assert [item["cover_id"] for item in items if may_retry(item)] == [stored.TRANSIENT_FAILURE]
    items, following = covers.list_page(stored.DEMO, None, 2, stored.CAPTURED_AT)
    assert [item["cover_id"] for item in items] == [stored.WORDS_ONLY, stored.TRANSIENT_FAILURE]
    assert following == stored.TRANSIENT_FAILURE
    later, _ = covers.list_page(stored.DEMO, None, 50, stored.CAPTURED_AT + timedelta(days=31))
    failed = {stored.EMPTY_PLAYLIST, stored.STOPPED, stored.TRANSIENT_FAILURE}
    assert [item["cover_id"] for item in later] == [cover for cover in mine if cover not in failed]
    by_playlist = covers.list_by_playlist(stored.DEMO)
    assert by_playlist[stored.RETRIED] == [{"cover_id": stored.TRANSIENT_FAILURE, "status": "failed"}]
    assert by_playlist[stored.COVERED] == [{"cover_id": stored.AUTOMATIC, "status": "done"}]
    assert len(by_playlist) == 7


def test_history_of_every_playlist_is_read(read_keys):
    """Each entry has what was stored, and the defaults of later fields."""
    keys = stored.stored_keys("ListenersTable", "applied#")
    assert len(keys) == 12
    for playlist_id in {key[2].split("#")[1] for key in keys}:
        for entry in stored.history().list_entries(stored.DEMO, playlist_id):
            item = stored.stored_item("ListenersTable", stored.DEMO, f"applied#{playlist_id}#{entry.entry_id}")
            fields = {name: value for name, value in item.items() if name not in ("listener_id", "item")}
            assert entry.to_json() == HistoryEntry.model_validate(fields).to_json() | fields
            assert to_entry_response(entry).to_json()["status"] == entry.status
    assert read_keys >= keys
    [entry] = stored.history().list_entries(stored.DEMO, stored.MADE)
    again = stored.history().retry(stored.DEMO, entry)
    assert (again.status, again.tries, again.code, again.message) == ("asked", 2, None, None)


def test_history_with_an_undo_is_read(read_keys):
    # The newest first: another cover, the listener's own image put back, and a cover in its place before.
    latest, undo, first = stored.history().list_entries(stored.DEMO, stored.UNDONE)
    assert (first.undone, first.undoes, undo.undone, undo.undoes) == (True, None, False, first.entry_id)
    assert (undo.picture, undo.replaced.image_id) == (first.replaced.kept, first.image_id)
    assert [entry.replaced.whose for entry in (latest, undo, first)] == ["ours", "ours", "own"]
    view = to_entry_response(first).to_json()
    assert (view["cover_id"], view["candidate"]) == (stored.BOUGHT, None)
    assert view["replaced"] == {"whose": "own", "kept": True}
    base = f"/api/playlists/{stored.UNDONE}/history/{first.entry_id}/image?kind="
    assert view["images"] == {"set": f"{base}set", "replaced": f"{base}replaced"}
