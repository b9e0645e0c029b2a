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


def test_undo_restores_the_listeners_own_image(ada, step_functions):
    entry = put_entry(1, OWN)
    new = undo(ada)
    assert (new.picture, new.cover_id, new.undoes, new.status) == (OWN.kept, None, entry.entry_id, "asked")
    assert new.playlist_name == "Night bus"
    assert set(step_functions.started) == {new.entry_id}


def test_undo_restores_the_previous_cover(ada):
    first = put_entry(1, OWN)
    put_entry(2, OURS)
    put_entry(3, status="not_set")
    latest = put_entry(4, ReplacedImage(whose="ours", image_id="image1", kept=None))
    new = undo(ada)
    assert (new.picture, new.cover_id, new.undoes) == (first.picture, first.cover_id, latest.entry_id)


def test_undo_without_image_id_restores_the_entry_before(ada):
    put_entry(1, OWN)
    previous = put_entry(2, OURS, status="confirming")
    put_entry(3, status="not_set")
    put_entry(4, OURS)
    assert undo(ada).picture == previous.picture


def test_second_undo_goes_further_back(ada):
    first = put_entry(1, OWN)
    second = put_entry(2, OURS, undone=True)
    put_entry(3, OURS, undoes=second.entry_id)
    assert undo(ada).undoes == first.entry_id


def test_repeated_undo_starts_one_execution(ada, step_functions):
    entry = put_entry(1, OWN)
    assert undo(ada) == undo(ada) == undo(ada, {"entry": entry.entry_id})
    assert len(step_functions.started) == 1


def test_failed_undo_can_be_repeated(ada):
    entry = put_entry(1, OWN)
    put_entry(2, status="not_set", undoes=entry.entry_id)
    assert undo(ada).undoes == entry.entry_id


def test_undo_of_a_certain_entry(ada):
    entry = put_entry(1, OWN)
    put_entry(2, OURS)
    assert undo(ada, {"entry": entry.entry_id}).picture == OWN.kept


def test_undo_to_spotifys_image_says_how_to_restore_it(ada, step_functions):
    put_entry(1, NOBODYS)
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


def test_undo_to_an_image_that_left_the_history_is_refused(ada):
    put_entry(1, OURS)
    assert "no longer" in refuse_undo(ada)


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
