import pytest

from api.routes import bulk_playlist_images
from coverart.store.publish_history import ReplacedImage
from tests.unit.api.conftest import PLAYLIST, assert_error, put_cover
from tests.unit.api.history import NOBODYS, OURS, OWN, PLAYLIST_PATH, get_entry, put_entry


def undo(client, body=None):
    """Undo with success, and return the new entry."""
    response = client.call("POST", f"{PLAYLIST_PATH}/undo", body)
    assert response.status == 202, response.body
    return get_entry(response.body["entry"])


def refuse_undo(client, body=None):
    """Undo in vain, and return the message."""
    response = client.call("POST", f"{PLAYLIST_PATH}/undo", body)
    assert_error(response, 409, "nothing_to_undo")
    return response.message


def test_undo_restores_the_listeners_own_image_once(ada, step_functions):
    entry = put_entry(1, OWN)
    new = undo(ada)
    assert (new.picture, new.cover_id, new.undoes, new.status) == (OWN.kept, None, entry.entry_id, "asked")
    assert new.playlist_name == "Night bus"
    assert undo(ada) == undo(ada, {"entry": entry.entry_id}) == new
    assert set(step_functions.started) == {new.entry_id}


def test_undo_restores_what_the_latest_image_replaced(ada):
    first = put_entry(1, OWN)
    put_entry(2, OURS)
    put_entry(3, status="not_set")
    latest = put_entry(4, ReplacedImage(whose="ours", image_id="image1", kept=None))
    assert undo(ada, {"entry": first.entry_id}).picture == OWN.kept
    new = undo(ada)
    assert (new.picture, new.cover_id, new.undoes) == (first.picture, first.cover_id, latest.entry_id)


def test_undo_without_image_id_restores_the_entry_before(ada):
    put_entry(1, OWN)
    previous = put_entry(2, OURS, status="confirming")
    put_entry(3, status="not_set")
    put_entry(4, OURS)
    assert undo(ada).picture == previous.picture


@pytest.mark.parametrize(
    "later",
    [[{"replaced": OURS, "undone": True}, {"replaced": OURS, "undoes": 2}], [{"status": "not_set", "undoes": 1}]],
)
def test_undo_goes_back_behind_an_undo_and_repeats_a_failed_one(ada, later):
    entries = [put_entry(1, OWN)]
    for n, fields in enumerate(later, start=2):
        undoes = entries[fields["undoes"] - 1].entry_id if "undoes" in fields else None
        entries.append(put_entry(n, **{**fields, "undoes": undoes}))
    assert undo(ada).undoes == entries[0].entry_id


def test_undo_to_an_image_that_is_not_stored_is_refused(ada, step_functions):
    put_entry(1, OURS)
    assert "no longer" in refuse_undo(ada)
    put_entry(2, NOBODYS)
    assert '"Edit details"' in refuse_undo(ada)
    assert step_functions.started == {}


def test_undo_without_an_undoable_entry_is_refused(ada, step_functions):
    refuse_undo(ada)
    entry = put_entry(1, status="asked")
    refuse_undo(ada)
    refuse_undo(ada, {"entry": entry.entry_id})
    entry = put_entry(2, OWN, undone=True)
    assert "already" in refuse_undo(ada, {"entry": entry.entry_id})
    put_entry(3, OWN, undoes=entry.entry_id)
    refuse_undo(ada)
    assert step_functions.started == {}


def test_images_of_many_playlists_are_set_and_undone_at_once(ada, step_functions, monkeypatch):
    cover_ids = [f"20261122T1200000{n:02d}-0123456789" for n in range(3)]
    for n, cover_id in enumerate(cover_ids[:2]):
        put_cover("ada", cover_id, playlist_id=f"x{n}")
    result = ada.call("POST", "/api/covers/apply", {"cover_ids": [*cover_ids, cover_ids[0]]})
    assert (result.status, result.body["left"]) == (202, [])
    items = result.body["items"]
    assert [item["id"] for item in items] == cover_ids
    assert [item["entry"] and item["entry"]["playlist_id"] for item in items] == ["x0", "x1", None]
    assert [item["error"] and item["error"]["code"] for item in items] == [None, None, "not_found"]
    assert set(step_functions.started) == {item["entry"]["entry"] for item in items[:2]}
    put_entry(1, OWN)
    items = ada.call("POST", "/api/playlists/undo", {"playlist_ids": [PLAYLIST, "x0"]}).body["items"]
    assert (items[0]["entry"]["undoes"], items[1]["error"]["code"]) == (
        "20261122T120100000-0123456789",
        "nothing_to_undo",
    )
    monkeypatch.setattr(bulk_playlist_images, "_TIME_LIMIT_SECONDS", -1)
    assert ada.call("POST", "/api/covers/apply", {"cover_ids": cover_ids}).body == {"items": [], "left": cover_ids}
