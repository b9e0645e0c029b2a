"""Setting covers as playlist images, the publish history, and undoing."""

from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from api.routes import bulk_playlist_images
from coverart.store.keys import backup_key
from coverart.store.playlists import PlaylistRecord
from coverart.store.publish_history import HistoryEntry, ReplacedImage
from tests.stored_files import list_keys, put_object
from tests.unit.api.conftest import COVER, PLAYLIST, assert_error, put_cover

APPLY, PLAYLIST_PATH = f"/api/covers/{COVER}/apply", f"/api/playlists/{PLAYLIST}"
NOW = datetime.now(UTC)
OURS, OWN, NOBODYS = (
    ReplacedImage(whose="ours", image_id=None, kept=None),
    ReplacedImage(whose="own", image_id="their1", kept=backup_key("ada", PLAYLIST, "own-their1")),
    ReplacedImage(whose="nobody", image_id=None, kept=None),
)


def put_entry(n, replaced=None, status="set", listener_id="ada", **fields):
    """Store the `n`th entry of the playlist's history, its image, and the image that it backed up."""
    entry_id = f"20261122T12{n:02d}00000-0123456789"
    entry = {"playlist_id": PLAYLIST, "entry_id": entry_id, "playlist_name": "Night bus", "cover_id": entry_id}
    entry |= {"picture": put_object(backup_key(listener_id, PLAYLIST, entry_id)), "status": status}
    entry |= {"asked_at": NOW + timedelta(minutes=n), "replaced": replaced}
    if status == "set":
        entry |= {"set_at": NOW + timedelta(minutes=n, seconds=5), "image_id": f"image{n}"}
    if replaced is not None and replaced.kept is not None:
        put_object(replaced.kept)
    return dependencies.get_history().add(listener_id, HistoryEntry.model_validate({**entry, **fields}))


def get_entry(entry_id):
    return dependencies.get_history().get("ada", PLAYLIST, entry_id)


def list_history(client):
    return client.call("GET", f"{PLAYLIST_PATH}/history").body["items"]


# Setting a cover.


def test_cover_is_set_as_its_playlists_image(ada, step_functions):
    put_cover("ada", playlist_id=PLAYLIST)
    response = ada.call("POST", APPLY)
    assert (response.status, response.headers["Location"]) == (202, f"{PLAYLIST_PATH}/history")
    entry = response.body
    assert (entry["status"], entry["cover_id"], entry["playlist_name"]) == ("asked", COVER, "Night bus")
    assert entry["replaced"] is entry["undoes"] is entry["set_at"] is None
    assert entry["candidate"] == 0
    request = {"listener_id": "ada", "playlist_id": PLAYLIST, "entry_id": entry["entry"], "replace_own": True}
    assert step_functions.started == {entry["entry"]: request}
    assert list_history(ada) == [entry]
    assert get_entry(entry["entry"]).picture == f"covers/ada/{COVER}/cover.jpg"


def test_cover_of_top_artists_needs_a_playlist_and_finds_its_name(ada):
    put_cover("ada")
    for body in (None, {}, {"playlist_id": None}):
        response = ada.call("POST", APPLY, body)
        assert_error(response, 422, "invalid_request")
        assert "choose a playlist" in response.message
    put_entry(1)
    dependencies.get_playlists().save("ada", [PlaylistRecord(playlist_id="x2", name="Day bus")])
    for playlist_id, name in ((PLAYLIST, "Night bus"), ("x2", "Day bus"), ("x1", "")):
        response = ada.call("POST", APPLY, {"playlist_id": playlist_id})
        assert (response.status, response.body["playlist_name"]) == (202, name)


def test_entry_whose_execution_cannot_start_is_not_set(ada, step_functions):
    put_cover("ada", done=False)
    assert_error(ada.call("POST", APPLY, {"playlist_id": PLAYLIST}), 422, "invalid_request")
    put_cover("ada", playlist_id=PLAYLIST)
    step_functions.throttled = "apply"
    response = ada.call("POST", APPLY)
    assert_error(response, 503, "storage_unavailable")
    assert step_functions.started == {}
    [entry] = list_history(ada)
    assert (entry["status"], entry["code"], entry["message"]) == ("not_set", "storage_unavailable", response.message)


# What covers show of their playlist image.


def test_covers_that_are_playlist_images_are_named(ada, bob):
    """The latest image of each playlist counts, and only if Spotify has accepted it."""
    put_entry(1)
    latest = put_entry(2, status="confirming")
    put_entry(3, status="not_set")
    put_entry(4, listener_id="bob")
    put_entry(5, playlist_id="x2", cover_id=None)
    assert ada.call("GET", "/api/covers").body["on_spotify"] == [latest.cover_id]


def test_publish_status_follows_the_history_entry(ada):
    def read_published(playlist_id=PLAYLIST, **result):
        if result:
            put_cover("ada", playlist_id=playlist_id, **result)
        return ada.call("GET", f"/api/covers/{COVER}").body["published"]

    assert read_published(playlist_image="not_asked_for") is None
    status = {"playlist_id": PLAYLIST, "status": "confirming", "code": None, "message": None, "entry": COVER}
    assert read_published(playlist_image="confirming", entry=COVER) == {**status, "undone": False}
    put_entry(1, entry_id=COVER, undone=True)
    assert read_published() == {**status, "status": "set", "undone": True}
    ada.call("DELETE", f"{PLAYLIST_PATH}/history")
    assert read_published()["status"] == "confirming"
    for playlist_id, code in ((PLAYLIST, "playlist_image_is_own"), (None, "invalid_request")):
        result = {"code": code, "message": "It stays."}
        status = {"playlist_id": playlist_id, "status": "not_set", **result, "entry": None, "undone": False}
        assert read_published(playlist_id, playlist_image="not_set", **result) == status


# The history.


def test_history_lists_entries_newest_first(ada):
    put_entry(1, OWN)
    # This cover was created before all others were set.
    put_entry(0, OURS, asked_at=NOW + timedelta(minutes=9), set_at=NOW + timedelta(minutes=10), note="Encoded anew.")
    put_entry(2, status="not_set", code="playlist_not_owned", message="Not yours.")
    first, second, third = list_history(ada)
    assert first["note"] == "Encoded anew."
    assert (second["status"], second["code"], second["message"]) == ("not_set", "playlist_not_owned", "Not yours.")
    assert third["replaced"] == {"whose": "own", "kept": True}
    assert first["replaced"] == {"whose": "ours", "kept": False}
    assert second["replaced"] is first["images"]["replaced"] is None
    assert third["images"]["replaced"] == f"{PLAYLIST_PATH}/history/{third['entry']}/image?kind=replaced"
    assert "kept/" not in str(list_history(ada))


def test_images_of_an_entry_redirect_to_the_bucket(ada):
    entry, other = put_entry(1, OWN), put_entry(2, NOBODYS)
    path = f"{PLAYLIST_PATH}/history/{entry.entry_id}/image"
    for query, key in (({}, entry.picture), ({"kind": "set"}, entry.picture), ({"kind": "replaced"}, OWN.kept)):
        response = ada.call("GET", path, query=query)
        assert (response.status, response.headers["Cache-Control"]) == (302, "no-store")
        assert response.headers["Location"].startswith(f"https://bucket.s3.us-east-1.amazonaws.com/{key}?")
    assert ada.call("GET", path, query={"kind": "master"}).code == "invalid_request"
    path = f"{PLAYLIST_PATH}/history/{other.entry_id}/image"
    assert ada.call("GET", path, query={"kind": "replaced"}).code == "not_found"


def test_setting_an_entry_again_adds_a_new_entry(ada, step_functions):
    put_cover("ada", playlist_id=PLAYLIST)
    old = put_entry(1, OWN, undone=True, cover_id=COVER, candidate=2)
    # The history has a copy of the cover's image.
    assert ada.call("DELETE", f"/api/covers/{COVER}").status == 204
    path = f"{PLAYLIST_PATH}/history/{old.entry_id}/apply"
    new = get_entry(ada.call("POST", path).body["entry"])
    assert (new.status, new.picture, new.cover_id, new.candidate) == ("asked", old.picture, COVER, 2)
    assert (new.undoes, new.undone, new.replaced) == (None, False, None)
    dependencies.get_bucket().delete_prefix(old.picture)
    assert_error(ada.call("POST", path), 404, "not_found")
    assert set(step_functions.started) == {new.entry_id}
    assert {entry["entry"] for entry in list_history(ada)} == {old.entry_id, new.entry_id}


@pytest.mark.parametrize("pending", [None, "asked", "confirming"])
def test_clearing_a_history_spares_what_is_not_its_own(ada, bob, pending):
    """An entry that is being set stays, and with it all images, of which it may need any."""
    put_cover("ada", playlist_id=PLAYLIST)
    keys = [put_object(backup_key("ada", "x1", COVER))]
    put_entry(1, OWN, cover_id=COVER)
    put_entry(1, listener_id="bob")
    entry_ids = [put_entry(2, OWN, status=pending).entry_id] if pending else []
    keys = list_keys("kept/ada/") if pending else keys
    dependencies.get_playlists().set_auto("ada", PLAYLIST, True)
    for _ in range(2):
        assert ada.call("DELETE", f"{PLAYLIST_PATH}/history").status == 204
    assert [entry["entry"] for entry in list_history(ada)] == entry_ids
    assert list_keys("kept/ada/") == keys
    assert len(list_keys(f"covers/ada/{COVER}/")) == 6
    assert dependencies.get_playlists().get_all("ada")[PLAYLIST].auto is True
    assert len(list_history(bob)) == len(list_keys("kept/bob/")) == 1


# Undoing.


def request_undo(client, entry=None):
    return client.call("POST", f"{PLAYLIST_PATH}/undo", {"entry": entry.entry_id} if entry else None)


def undo(client, entry=None):
    """Undo an entry, or the latest, and return the new entry."""
    return get_entry(request_undo(client, entry).body["entry"])


def refuse_undo(client, entry=None):
    """Undo in vain, and return the message."""
    assert_error(response := request_undo(client, entry), 409, "nothing_to_undo")
    return response.message


def test_undo_restores_the_listeners_own_image_once(ada, step_functions):
    entry = put_entry(1, OWN)
    new = undo(ada)
    assert (new.picture, new.cover_id, new.undoes, new.status) == (OWN.kept, None, entry.entry_id, "asked")
    assert new.playlist_name == "Night bus"
    assert undo(ada) == undo(ada, entry) == new
    assert set(step_functions.started) == {new.entry_id}


@pytest.mark.parametrize("image_id", ["image1", None])
def test_undo_restores_the_replaced_image_or_the_one_before(ada, image_id):
    first, second = put_entry(1, OWN), put_entry(2, OURS, status="confirming")
    put_entry(3, status="not_set")
    latest = put_entry(4, ReplacedImage(whose="ours", image_id=image_id, kept=None))
    new, previous = undo(ada), first if image_id else second
    assert (new.picture, new.cover_id, new.undoes) == (previous.picture, previous.cover_id, latest.entry_id)
    assert undo(ada, first).picture == OWN.kept


@pytest.mark.parametrize("is_failed", [True, False])
def test_undo_goes_back_behind_an_undo_or_repeats_a_failed_one(ada, is_failed):
    entry = put_entry(1, OWN)
    if is_failed:
        put_entry(2, status="not_set", undoes=entry.entry_id)
    else:
        undone = put_entry(2, OURS, undone=True)
        put_entry(3, OURS, undoes=undone.entry_id)
    assert undo(ada).undoes == entry.entry_id


def test_undo_without_an_undoable_entry_or_image_is_refused(ada, step_functions):
    refuse_undo(ada)
    for entry in (None, put_entry(1, status="asked")):
        refuse_undo(ada, entry)
    undone = put_entry(2, OWN, undone=True)
    assert "already" in refuse_undo(ada, undone)
    put_entry(3, OWN, undoes=undone.entry_id)
    refuse_undo(ada)
    put_entry(0, OURS)
    assert "no longer" in refuse_undo(ada)
    put_entry(4, NOBODYS)
    assert '"Edit details"' in refuse_undo(ada)
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
    entry = put_entry(1, OWN)
    items = ada.call("POST", "/api/playlists/undo", {"playlist_ids": [PLAYLIST, "x0"]}).body["items"]
    assert (items[0]["entry"]["undoes"], items[1]["error"]["code"]) == (entry.entry_id, "nothing_to_undo")
    monkeypatch.setattr(bulk_playlist_images, "_TIME_LIMIT_SECONDS", -1)
    assert ada.call("POST", "/api/covers/apply", {"cover_ids": cover_ids}).body == {"items": [], "left": cover_ids}
