from datetime import timedelta

import pytest

from api import dependencies
from coverart.store.keys import backup_key
from coverart.store.playlists import PlaylistRecord
from tests.unit.api.conftest import COVER, PLAYLIST, assert_error, list_keys, put_cover, put_object
from tests.unit.api.history import NOBODYS, NOW, OURS, OWN, PLAYLIST_PATH, get_entry, list_history, put_entry

# Setting a cover.


def test_cover_is_set_as_its_playlists_image(ada, step_functions):
    put_cover("ada", playlist_id=PLAYLIST)
    response = ada.call("POST", f"/api/covers/{COVER}/apply")
    assert (response.status, response.headers["Location"]) == (202, f"{PLAYLIST_PATH}/history")
    entry = response.body
    assert (entry["status"], entry["cover_id"], entry["playlist_name"]) == ("asked", COVER, "Night bus")
    assert entry["replaced"] is entry["undoes"] is entry["set_at"] is None
    assert entry["candidate"] == 0
    request = {"listener_id": "ada", "playlist_id": PLAYLIST, "entry_id": entry["entry"], "replace_own": True}
    assert step_functions.started == {entry["entry"]: request}
    assert list_history(ada) == [entry]
    assert get_entry(entry["entry"]).picture == f"covers/ada/{COVER}/cover.jpg"


def test_covers_that_are_playlist_images_are_named(ada, bob):
    """The latest image of each playlist counts, and only if Spotify has accepted it."""
    put_entry(1)
    latest = put_entry(2, status="confirming")
    put_entry(3, status="not_set")
    put_entry(4, listener_id="bob")
    own = put_entry(5, playlist_id="x2", cover_id=None)
    assert own.playlist_id == "x2"
    assert ada.call("GET", "/api/covers").body["on_spotify"] == [latest.cover_id]


def test_cover_of_top_artists_needs_a_playlist_to_be_set(ada):
    put_cover("ada")
    for body in (None, {}, {"playlist_id": None}):
        response = ada.call("POST", f"/api/covers/{COVER}/apply", body)
        assert_error(response, 422, "invalid_request")
        assert "choose a playlist" in response.message
    dependencies.get_playlists().save("ada", [PlaylistRecord(playlist_id=PLAYLIST, name="Night bus")])
    response = ada.call("POST", f"/api/covers/{COVER}/apply", {"playlist_id": PLAYLIST})
    assert (response.status, response.body["playlist_name"]) == (202, "Night bus")


def test_playlist_name_comes_from_the_history_or_is_empty(ada):
    put_cover("ada")
    put_entry(1)
    for playlist_id, name in (("x1", ""), (PLAYLIST, "Night bus")):
        response = ada.call("POST", f"/api/covers/{COVER}/apply", {"playlist_id": playlist_id})
        assert response.body["playlist_name"] == name


def test_entry_whose_execution_cannot_start_is_not_set(ada, step_functions):
    put_cover("ada", done=False)
    response = ada.call("POST", f"/api/covers/{COVER}/apply", {"playlist_id": PLAYLIST})
    assert_error(response, 422, "invalid_request")
    put_cover("ada", playlist_id=PLAYLIST)
    step_functions.throttled = "apply"
    response = ada.call("POST", f"/api/covers/{COVER}/apply")
    assert_error(response, 503, "storage_unavailable")
    assert step_functions.started == {}
    [entry] = list_history(ada)
    assert (entry["status"], entry["code"], entry["message"]) == ("not_set", "storage_unavailable", response.message)


# What a cover shows of its playlist image.


def test_publish_status_follows_the_history_entry(ada):
    def read_published():
        return ada.call("GET", f"/api/covers/{COVER}").body["published"]

    for result in ({}, {"playlist_image": "not_asked_for"}):
        put_cover("ada", playlist_id=PLAYLIST, **result)
        assert read_published() is None
    put_cover("ada", playlist_id=PLAYLIST, playlist_image="confirming", entry=COVER)
    status = {"playlist_id": PLAYLIST, "status": "confirming", "code": None, "message": None, "entry": COVER}
    assert read_published() == {**status, "undone": False}
    put_entry(1, entry_id=COVER, undone=True)
    assert read_published() == {**status, "status": "set", "undone": True}
    ada.call("DELETE", f"{PLAYLIST_PATH}/history")
    assert read_published()["status"] == "confirming"


@pytest.mark.parametrize(
    ("playlist_id", "code"), [(PLAYLIST, "playlist_image_is_own"), (None, "invalid_request")], ids=str
)
def test_publish_status_says_why_the_cover_was_not_set(ada, playlist_id, code):
    reason = {"code": code, "message": "It stays."}
    put_cover("ada", playlist_id=playlist_id, playlist_image="not_set", **reason)
    status = {"playlist_id": playlist_id, "status": "not_set", **reason, "entry": None, "undone": False}
    assert ada.call("GET", f"/api/covers/{COVER}").body["published"] == status


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
    entry = put_entry(1, OWN)
    path = f"{PLAYLIST_PATH}/history/{entry.entry_id}/image"
    for query, key in (({}, entry.picture), ({"kind": "set"}, entry.picture), ({"kind": "replaced"}, OWN.kept)):
        response = ada.call("GET", path, query=query)
        assert (response.status, response.headers["Cache-Control"]) == (302, "no-store")
        assert response.headers["Location"].startswith(f"https://bucket.s3.us-east-1.amazonaws.com/{key}?")
    assert ada.call("GET", path, query={"kind": "master"}).code == "invalid_request"
    entry = put_entry(2, NOBODYS)
    path = f"{PLAYLIST_PATH}/history/{entry.entry_id}/image"
    assert ada.call("GET", path, query={"kind": "replaced"}).code == "not_found"


def test_setting_an_entry_again_adds_a_new_entry(ada, step_functions):
    old = put_entry(1, OWN, undone=True)
    path = f"{PLAYLIST_PATH}/history/{old.entry_id}/apply"
    new = get_entry(ada.call("POST", path).body["entry"])
    assert (new.status, new.picture, new.cover_id) == ("asked", old.picture, old.cover_id)
    assert (new.undoes, new.undone, new.replaced) == (None, False, None)
    dependencies.get_bucket().delete_prefix(old.picture)
    assert_error(ada.call("POST", path), 404, "not_found")
    assert set(step_functions.started) == {new.entry_id}
    assert {entry["entry"] for entry in list_history(ada)} == {old.entry_id, new.entry_id}


def test_clearing_a_history_deletes_only_its_entries_and_images(ada, bob):
    entry = put_entry(1, OWN)
    put_entry(1, listener_id="bob")
    other_key = put_object(backup_key("ada", "x1", entry.entry_id))
    put_cover("ada", playlist_id=PLAYLIST)
    dependencies.get_playlists().set_auto("ada", PLAYLIST, True)
    assert ada.call("DELETE", f"{PLAYLIST_PATH}/history").status == 204
    assert list_history(ada) == []
    assert list_keys("kept/ada/") == [other_key]
    assert len(list_keys(f"covers/ada/{COVER}/")) == 6
    assert dependencies.get_playlists().get_all("ada")[PLAYLIST].auto is True
    assert len(list_history(bob)) == len(list_keys("kept/bob/")) == 1
    assert ada.call("DELETE", f"{PLAYLIST_PATH}/history").status == 204


@pytest.mark.parametrize("status", ["asked", "confirming"])
def test_clearing_a_history_keeps_what_is_being_set(ada, status):
    put_entry(1, OWN)
    pending = put_entry(2, OWN, status=status)
    assert ada.call("DELETE", f"{PLAYLIST_PATH}/history").status == 204
    assert [entry["entry"] for entry in list_history(ada)] == [pending.entry_id]
    assert {OWN.kept, pending.picture} <= set(list_keys("kept/ada/"))


def test_deleting_a_cover_keeps_the_historys_copy(ada):
    put_cover("ada", playlist_id=PLAYLIST)
    entry = put_entry(1, OWN, cover_id=COVER)
    assert ada.call("DELETE", f"/api/covers/{COVER}").status == 204
    assert ada.call("GET", f"{PLAYLIST_PATH}/history/{entry.entry_id}/image").status == 302
    assert ada.call("POST", f"{PLAYLIST_PATH}/history/{entry.entry_id}/apply").status == 202
