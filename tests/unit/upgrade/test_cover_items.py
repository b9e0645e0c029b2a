"""The covers and publish histories that an earlier version stored."""

from datetime import timedelta

import pytest

from api.responses import find_published_entry, to_cover_response, to_cover_summary, to_entry_response
from coverart.store.idempotency import may_retry
from coverart.store.publish_history import HistoryEntry
from tests.unit.upgrade.stored_items import (
    ACCEPTED,
    ASKED,
    ASKED_BETWEEN_TRIES,
    AUTOMATIC,
    BOUGHT,
    CAPTURED_AT,
    COVER_KEYS,
    COVERED,
    DEMO,
    EMPTY_PLAYLIST,
    IMAGE_IS_OWN,
    MADE,
    NO_IMAGE,
    OWN_IMAGE,
    OWN_IMAGE_STAYS,
    PAINTED,
    REENCODED,
    RETRIED,
    RUNNING,
    SECOND_CALL_BILLED,
    SHARED_LOOK,
    SOFTENED,
    SPOTIFY_UNAVAILABLE,
    STOPPED,
    TOO_LARGE,
    TRANSIENT_FAILURE,
    UNCONFIRMED,
    UNDONE,
    UNSTYLED,
    WORDS_ONLY,
    at,
    covers,
    history,
    stored_item,
)

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
OUTCOMES = {
    # Cover: status, step, title, error code, what became of the playlist's image, payments with and without a bill.
    BOUGHT: ("done", "publish", "", None, "not_asked_for", [0.006545]),
    PAINTED: ("done", "publish", "Scratched but Playing", None, "not_asked_for", []),
    SHARED_LOOK: ("done", "publish", "", None, "not_asked_for", [None, None]),
    SECOND_CALL_BILLED: ("done", "publish", "Quiet hours", None, "confirming", [None, 0.00604]),
    SOFTENED: ("done", "publish", "", None, "not_set", [0.006035]),
    OWN_IMAGE_STAYS: ("done", "publish", "Kept as it is", None, "not_set", []),
    EMPTY_PLAYLIST: ("failed", "fetch", "", "playlist_empty", None, []),
    STOPPED: ("failed", "generate", "", "stopped", None, [0.00602]),
    RUNNING: ("running", "generate", "", None, None, [None]),
    AUTOMATIC: ("done", "publish", "Fresh Paint", None, "set", []),
    TRANSIENT_FAILURE: ("failed", "fetch", "", "spotify_unavailable", None, []),
    WORDS_ONLY: ("done", "publish", "", None, "not_asked_for", []),
    UNSTYLED: ("done", "publish", "Everything at Once", None, "not_asked_for", [0.0066]),
    ACCEPTED: ("accepted", None, "", None, None, []),
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
    return history().get(listener_id, *key) if key else None


@pytest.mark.parametrize(("listener_id", "cover_id"), COVER_KEYS)
def test_cover_is_shown_as_it_was(read_keys, listener_id, cover_id):
    item, expected = covers().get(listener_id, cover_id), stored_item("CoversTable", listener_id, cover_id)
    assert item == expected
    summary = to_cover_summary(item)
    status, step, title, code, playlist_image, bills = OUTCOMES[cover_id]
    assert (summary.status, summary.step, summary.title) == (status, step, title)
    assert summary.error is None if code is None else summary.error.code == code
    assert item.get("published", {}).get("playlist_image") == playlist_image
    assert [item[name].get("cost_usd") for name in ("payment_1", "payment_2") if name in item] == bills
    assert summary.to_json() == expected_summary(expected)
    entry = entry_of_cover(listener_id, item)
    assert to_cover_response(item, entry).to_json() == expected_view(expected, entry)


def test_images_that_were_published_tell_their_entry(read_keys):
    def read_published(cover_id):
        item = covers().get(DEMO, cover_id)
        return to_cover_response(item, entry_of_cover(DEMO, item)).published

    nothing = {"code": None, "message": None, "undone": False}
    expected = {**nothing, "playlist_id": COVERED, "status": "set", "entry": AUTOMATIC}
    assert read_published(AUTOMATIC).to_json() == expected
    published = read_published(OWN_IMAGE_STAYS)
    assert (published.status, published.code) == ("not_set", "playlist_image_is_own")
    assert published.message == IMAGE_IS_OWN
    published = read_published(SECOND_CALL_BILLED)
    assert (published.status, published.entry) == ("confirming", SECOND_CALL_BILLED)


def test_options_notes_and_sources_are_read(read_keys):
    views = {cover: to_cover_response(covers().get(owner, cover), None) for owner, cover in COVER_KEYS}
    assert (views[BOUGHT].options.direction, views[BOUGHT].options.style_strength) == ("A quiet harbour at dawn", 0.8)
    assert (views[SHARED_LOOK].options.look, views[SHARED_LOOK].options.variation) == (BOUGHT, 7)
    assert views[PAINTED].options.style_albums == []
    assert views[STOPPED].options.style_albums == ["6iSlLBtbkynWLwZsKyOGIO"]
    assert views[ACCEPTED].options.style_strength == 0
    assert "look" in {phrase.source for phrase in views[SHARED_LOOK].prompt.phrases}
    assert [left_out.album for left_out in views[PAINTED].left_out] == ["Broken: cut-off", "Broken: foreign"]
    assert views[UNSTYLED].style_note == (
        "The style could not be applied, so this cover is the painting as it was painted."
    )
    assert all(song.objects == [] for song in views[WORDS_ONLY].songs)
    assert "detected" not in covers().get(DEMO, WORDS_ONLY)
    assert covers().get(DEMO, WORDS_ONLY)["prompt"]["bundled_style"] is True
    assert covers().get(DEMO, SOFTENED)["painting"]["note"].endswith("Left out: words of gore and weapons.")
    paintings = {cover: view.painting.backend for cover, view in views.items() if view.painting}
    assert {cover for cover, backend in paintings.items() if backend == "openai"} == {
        *(BOUGHT, SECOND_CALL_BILLED, SOFTENED, STOPPED, UNSTYLED)
    }


def test_covers_are_listed_newest_first_without_expired_ones(read_keys):
    items, following = covers().list_page(DEMO, None, 50, CAPTURED_AT)
    mine = sorted((cover for owner, cover in COVER_KEYS if owner == DEMO), reverse=True)
    assert ([item["cover_id"] for item in items], following) == (mine, None)
    items, following = covers().list_page(DEMO, None, 2, CAPTURED_AT)
    assert ([item["cover_id"] for item in items], following) == ([WORDS_ONLY, TRANSIENT_FAILURE], TRANSIENT_FAILURE)
    later, _ = covers().list_page(DEMO, None, 50, CAPTURED_AT + timedelta(days=31))
    failed = {EMPTY_PLAYLIST, STOPPED, TRANSIENT_FAILURE}
    assert [item["cover_id"] for item in later] == [cover for cover in mine if cover not in failed]


def test_covers_of_playlists_are_found(read_keys):
    by_playlist = covers().list_by_playlist(DEMO)
    assert by_playlist[RETRIED] == [{"cover_id": TRANSIENT_FAILURE, "status": "failed"}]
    assert by_playlist[COVERED] == [{"cover_id": AUTOMATIC, "status": "done"}]
    assert len(by_playlist) == 7


def test_only_transient_failures_may_be_tried_again(read_keys):
    items = [covers().get(owner, cover) for owner, cover in COVER_KEYS]
    assert [item["cover_id"] for item in items if may_retry(item)] == [TRANSIENT_FAILURE]


IMAGE_IS_TOO_LARGE = "Spotify finds this picture too large. The playlist's image is as it was."
ENCODED_ANEW = "Spotify could not take the picture as it was kept, so it was encoded anew."


def entries_of(playlist_id):
    """The playlist's history; each entry has what was stored, and the defaults of later fields."""
    entries = history().list_entries(DEMO, playlist_id)
    for entry in entries:
        item = stored_item("ListenersTable", DEMO, f"applied#{playlist_id}#{entry.entry_id}")
        stored = {name: value for name, value in item.items() if name not in ("listener_id", "item")}
        assert entry.to_json() == HistoryEntry.model_validate(stored).to_json() | stored
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
        "candidate": None,
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
    ("playlist_id", "status", "whose", "code", "message"),
    [
        pytest.param(ASKED, "asked", None, None, None, id="asked"),
        pytest.param(ASKED_BETWEEN_TRIES, "asked", "own", None, None, id="asked, own image kept"),
        pytest.param(UNCONFIRMED, "confirming", "nobody", None, None, id="confirming"),
        pytest.param(COVERED, "set", "nobody", None, None, id="set"),
        pytest.param(NO_IMAGE, "set", "nobody", None, None, id="set, no image before"),
        pytest.param(REENCODED, "set", "ours", None, None, id="set, note"),
        pytest.param(TOO_LARGE, "not_set", "own", "playlist_image_too_large", IMAGE_IS_TOO_LARGE, id="not set"),
        pytest.param(OWN_IMAGE, "not_set", None, "playlist_image_is_own", IMAGE_IS_OWN, id="not set, own image"),
        pytest.param(MADE, "not_set", "nobody", "spotify_unavailable", SPOTIFY_UNAVAILABLE, id="not set, tried again"),
    ],
)
def test_history_entry_of_every_status_is_read(read_keys, playlist_id, status, whose, code, message):
    [entry] = entries_of(playlist_id)
    assert (entry.status, entry.replaced and entry.replaced.whose, entry.code) == (status, whose, code)
    assert entry.message == message
    assert (entry.set_at is not None, entry.image_id is not None) == (status == "set", status == "set")
    assert entry.tries == (1 if playlist_id == MADE else 0)
    assert entry.note == (ENCODED_ANEW if playlist_id == REENCODED else None)
    if playlist_id == NO_IMAGE:
        assert entry.replaced.image_id is None


def test_entry_that_was_not_set_can_be_asked_again(read_keys):
    [entry] = entries_of(MADE)
    again = history().retry(DEMO, entry)
    assert (again.status, again.tries, again.code, again.message) == ("asked", 2, None, None)
