from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from coverart.aws import clients
from coverart.store.keys import backup_key
from coverart.store.playlists import PlaylistRecord
from coverart.store.publish_history import HistoryEntry, ReplacedImage
from tests.api.conftest import COVER, kept, put_cover

PLAYLIST = "37i9dQZF1DX0XUsuxWHRQd"
BASE = f"/api/playlists/{PLAYLIST}"
UNKNOWN = "20261122T120000000-ffffffffff"
NOW = datetime.now(UTC)
OURS, OWN, NOBODYS = (
    ReplacedImage(whose="ours", image_id=None, kept=None),
    ReplacedImage(whose="own", image_id="their1", kept=backup_key("ada", PLAYLIST, "own-their1")),
    ReplacedImage(whose="nobody", image_id=None, kept=None),
)


def put_picture(key, body=b"jpeg"):
    clients.get_client("s3").put_object(Bucket="bucket", Key=key, Body=body)
    return key


def put_entry(n, replaced=None, status="set", listener_id="ada", **more):
    """The `n`th of the playlist's history, with its picture (and the one it kept) in the bucket."""
    entry_id = f"20261122T12{n:02d}00000-0123456789"
    entry = {
        "playlist_id": PLAYLIST,
        "entry_id": entry_id,
        "playlist_name": "Night bus",
        "cover_id": entry_id,
        "picture": put_picture(backup_key(listener_id, PLAYLIST, entry_id)),
        "status": status,
        "replaced": replaced,
        "image_id": f"image{n}" if status == "set" else None,
        "asked_at": NOW + timedelta(minutes=n),
        "set_at": NOW + timedelta(minutes=n, seconds=5) if status == "set" else None,
    }
    if replaced is not None and replaced.kept is not None:
        put_picture(replaced.kept)
    return dependencies.get_history().add(listener_id, HistoryEntry.model_validate({**entry, **more}))


def shown(browser):
    return browser.ask("GET", f"{BASE}/history").body["items"]


# Setting a cover.


def test_a_cover_is_set_as_the_image_of_its_playlist(ada, machine):
    put_cover("ada", playlist_id=PLAYLIST)
    answer = ada.ask("POST", f"/api/covers/{COVER}/apply")
    assert (answer.status, answer.headers["Location"]) == (202, f"{BASE}/history")
    entry = answer.body
    assert (entry["status"], entry["cover_id"], entry["playlist_name"]) == ("asked", COVER, "Night bus")
    assert entry["replaced"] is entry["undoes"] is entry["set_at"] is None
    asked = {"listener_id": "ada", "playlist_id": PLAYLIST, "entry_id": entry["entry"], "replace_own": True}
    assert machine.started == {entry["entry"]: asked}
    assert shown(ada) == [entry]
    assert dependencies.get_history().get("ada", PLAYLIST, entry["entry"]).picture == f"covers/ada/{COVER}/cover.jpg"


def test_a_cover_of_top_artists_is_set_as_the_image_of_the_playlist_that_is_named(ada):
    put_cover("ada")
    for body in (None, {}, {"playlist_id": None}):
        answer = ada.ask("POST", f"/api/covers/{COVER}/apply", body)
        assert (answer.status, answer.code) == (422, "invalid_request")
        assert "choose a playlist" in answer.body["error"]["message"]
    dependencies.get_playlists().save("ada", [PlaylistRecord(playlist_id=PLAYLIST, name="Night bus")])
    answer = ada.ask("POST", f"/api/covers/{COVER}/apply", {"playlist_id": PLAYLIST})
    assert (answer.status, answer.body["playlist_name"]) == (202, "Night bus")


def test_a_playlists_name_is_taken_from_its_history_or_is_empty(ada):
    put_cover("ada")
    assert ada.ask("POST", f"/api/covers/{COVER}/apply", {"playlist_id": "x1"}).body["playlist_name"] == ""
    put_entry(1)
    assert ada.ask("POST", f"/api/covers/{COVER}/apply", {"playlist_id": PLAYLIST}).body["playlist_name"] == "Night bus"


def test_only_a_cover_that_is_done_is_set(ada, machine):
    put_cover("ada", done=False)
    answer = ada.ask("POST", f"/api/covers/{COVER}/apply", {"playlist_id": PLAYLIST})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert machine.started == {}


@pytest.mark.parametrize("body", [{"playlist_id": "../x"}, {"playlist": "x"}, [], "{", 7])
def test_a_playlist_that_cannot_be_is_refused(ada, body):
    put_cover("ada", playlist_id=PLAYLIST)
    answer = ada.ask("POST", f"/api/covers/{COVER}/apply", body)
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_an_entry_whose_execution_cannot_be_started_does_not_hang(ada, machine):
    put_cover("ada", playlist_id=PLAYLIST)
    machine.refusing = "apply"
    answer = ada.ask("POST", f"/api/covers/{COVER}/apply")
    assert (answer.status, answer.code) == (503, "storage_unavailable")
    [entry] = shown(ada)
    assert (entry["status"], entry["code"], entry["message"]) == (
        "not_set",
        "storage_unavailable",
        answer.body["error"]["message"],
    )


# What a cover tells of it.


@pytest.mark.parametrize("told", [{}, {"playlist_image": "not_asked_for"}])
def test_a_cover_that_was_not_to_be_set_tells_nothing_of_it(ada, told):
    put_cover("ada", playlist_id=PLAYLIST, **told)
    assert ada.ask("GET", f"/api/covers/{COVER}").body["published"] is None


def test_a_cover_tells_how_its_entry_stands_now(ada):
    put_cover("ada", playlist_id=PLAYLIST, playlist_image="confirming", entry=COVER)
    told = {"playlist_id": PLAYLIST, "status": "confirming", "code": None, "message": None, "entry": COVER}
    assert ada.ask("GET", f"/api/covers/{COVER}").body["published"] == {**told, "undone": False}
    put_entry(1, entry_id=COVER, undone=True)
    assert ada.ask("GET", f"/api/covers/{COVER}").body["published"] == {**told, "status": "set", "undone": True}
    ada.ask("DELETE", f"{BASE}/history")
    assert ada.ask("GET", f"/api/covers/{COVER}").body["published"]["status"] == "confirming"


def test_a_cover_tells_why_it_was_not_set(ada):
    why = {"code": "playlist_image_is_own", "message": "It stays."}
    put_cover("ada", playlist_id=PLAYLIST, playlist_image="not_set", **why)
    told = {"playlist_id": PLAYLIST, "status": "not_set", **why, "entry": None, "undone": False}
    assert ada.ask("GET", f"/api/covers/{COVER}").body["published"] == told


# The history.


def test_a_history_tells_what_was_set_the_newest_first(ada):
    put_entry(1, OWN)
    # Its cover was asked for before all others were set.
    put_entry(0, OURS, asked_at=NOW + timedelta(minutes=9), set_at=NOW + timedelta(minutes=10), note="Encoded anew.")
    put_entry(2, status="not_set", code="playlist_not_owned", message="Not yours.")
    first, second, third = shown(ada)
    assert first["note"] == "Encoded anew."
    assert (second["status"], second["code"], second["message"]) == ("not_set", "playlist_not_owned", "Not yours.")
    assert third["replaced"] == {"whose": "own", "kept": True}
    assert first["replaced"] == {"whose": "ours", "kept": False}
    assert second["replaced"] is first["images"]["replaced"] is None
    assert third["images"]["replaced"] == f"{BASE}/history/{third['entry']}/image?kind=replaced"
    assert "kept/" not in str(shown(ada))


def test_a_playlist_of_which_nothing_was_set_has_an_empty_history(ada):
    assert ada.ask("GET", f"{BASE}/history").body == {"items": []}


def test_pictures_of_an_entry_are_behind_a_redirect(ada):
    entry = put_entry(1, OWN)
    path = f"{BASE}/history/{entry.entry_id}/image"
    for query, key in (({}, entry.picture), ({"kind": "set"}, entry.picture), ({"kind": "replaced"}, OWN.kept)):
        answer = ada.ask("GET", path, query=query)
        assert (answer.status, answer.headers["Cache-Control"]) == (302, "no-store")
        assert answer.headers["Location"].startswith(f"https://bucket.s3.us-east-1.amazonaws.com/{key}?")
    assert ada.ask("GET", path, query={"kind": "master"}).code == "invalid_request"
    without = put_entry(2, NOBODYS)
    path = f"{BASE}/history/{without.entry_id}/image"
    assert ada.ask("GET", path, query={"kind": "replaced"}).code == "not_found"


def test_an_entry_is_set_again_by_a_new_one(ada, machine):
    old = put_entry(1, OWN, undone=True)
    answer = ada.ask("POST", f"{BASE}/history/{old.entry_id}/apply")
    assert answer.status == 202
    new = dependencies.get_history().get("ada", PLAYLIST, answer.body["entry"])
    assert (new.status, new.picture, new.cover_id) == ("asked", old.picture, old.cover_id)
    assert (new.undoes, new.undone, new.replaced) == (None, False, None)
    assert set(machine.started) == {new.entry_id}
    assert {entry["entry"] for entry in shown(ada)} == {old.entry_id, new.entry_id}


def test_a_picture_that_is_gone_is_not_set_again(ada, machine):
    entry = put_entry(1, OWN)
    dependencies.get_bucket().delete_prefix(entry.picture)
    answer = ada.ask("POST", f"{BASE}/history/{entry.entry_id}/apply")
    assert (answer.status, answer.code) == (404, "not_found")
    assert (machine.started, len(shown(ada))) == ({}, 1)


def test_clearing_a_history_takes_what_it_kept_and_nothing_else(ada, bob):
    entry = put_entry(1, OWN)
    put_entry(1, listener_id="bob")
    other = put_picture(backup_key("ada", "x1", entry.entry_id))
    put_cover("ada", playlist_id=PLAYLIST)
    dependencies.get_playlists().set_auto("ada", PLAYLIST, True)
    assert ada.ask("DELETE", f"{BASE}/history").status == 204
    assert shown(ada) == []
    assert kept("kept/ada/") == [other]
    assert len(kept(f"covers/ada/{COVER}/")) == 5
    assert dependencies.get_playlists().get_all("ada")[PLAYLIST].auto is True
    assert len(shown(bob)) == len(kept("kept/bob/")) == 1
    assert ada.ask("DELETE", f"{BASE}/history").status == 204


def test_deleting_a_cover_leaves_the_histories_own_copy(ada):
    put_cover("ada", playlist_id=PLAYLIST)
    entry = put_entry(1, OWN, cover_id=COVER)
    assert ada.ask("DELETE", f"/api/covers/{COVER}").status == 204
    assert ada.ask("GET", f"{BASE}/history/{entry.entry_id}/image").status == 302
    assert ada.ask("POST", f"{BASE}/history/{entry.entry_id}/apply").status == 202


# The way back.


def undone(browser, body=None):
    answer = browser.ask("POST", f"{BASE}/undo", body)
    assert answer.status == 202, answer.body
    return dependencies.get_history().get("ada", PLAYLIST, answer.body["entry"])


def nothing_to_undo(browser, body=None):
    answer = browser.ask("POST", f"{BASE}/undo", body)
    assert (answer.status, answer.code) == (409, "nothing_to_undo")
    return answer.body["error"]["message"]


def test_undo_puts_back_the_listeners_own_image(ada, machine):
    entry = put_entry(1, OWN)
    new = undone(ada)
    assert (new.picture, new.cover_id, new.undoes, new.status) == (OWN.kept, None, entry.entry_id, "asked")
    assert new.playlist_name == "Night bus"
    assert set(machine.started) == {new.entry_id}


def test_undo_puts_back_the_cover_that_was_there_before(ada):
    first = put_entry(1, OWN)
    put_entry(2, OURS)
    put_entry(3, status="not_set")
    latest = put_entry(4, ReplacedImage(whose="ours", image_id="image1", kept=None))
    new = undone(ada)
    assert (new.picture, new.cover_id, new.undoes) == (first.picture, first.cover_id, latest.entry_id)


def test_where_spotifys_id_is_not_known_the_cover_before_is_the_one_that_was_set_before(ada):
    put_entry(1, OWN)
    before = put_entry(2, OURS, status="confirming")
    put_entry(3, status="not_set")
    put_entry(4, OURS)
    assert undone(ada).picture == before.picture


def test_undo_again_goes_further_back(ada):
    first = put_entry(1, OWN)
    second = put_entry(2, OURS, undone=True)
    put_entry(3, OURS, undoes=second.entry_id)
    assert undone(ada).undoes == first.entry_id


def test_undo_asked_for_twice_is_done_once(ada, machine):
    entry = put_entry(1, OWN)
    assert undone(ada) == undone(ada) == undone(ada, {"entry": entry.entry_id})
    assert len(machine.started) == 1


def test_an_undo_that_failed_can_be_asked_for_again(ada):
    entry = put_entry(1, OWN)
    put_entry(2, status="not_set", undoes=entry.entry_id)
    assert undone(ada).undoes == entry.entry_id


def test_a_certain_entry_is_undone(ada):
    entry = put_entry(1, OWN)
    put_entry(2, OURS)
    assert undone(ada, {"entry": entry.entry_id}).picture == OWN.kept


def test_where_there_was_no_image_of_the_listeners_own_they_read_how_spotify_brings_its_mosaic_back(ada, machine):
    put_entry(1, NOBODYS)
    assert '"Edit details"' in nothing_to_undo(ada)
    assert machine.started == {}


def test_where_nothing_was_set_there_is_nothing_to_undo(ada, machine):
    nothing_to_undo(ada)
    entry = put_entry(1, status="asked")
    nothing_to_undo(ada)
    nothing_to_undo(ada, {"entry": entry.entry_id})
    entry = put_entry(2, OWN, undone=True)
    assert "already" in nothing_to_undo(ada, {"entry": entry.entry_id})
    put_entry(3, OWN, undoes=entry.entry_id)
    nothing_to_undo(ada)
    assert machine.started == {}


def test_what_is_no_longer_in_the_history_cannot_come_back(ada):
    put_entry(1, OURS)
    assert "no longer" in nothing_to_undo(ada)


@pytest.mark.parametrize("body", [{"entry": "x"}, {"entries": []}, [], "{"])
def test_an_undo_that_cannot_be_is_refused(ada, body):
    answer = ada.ask("POST", f"{BASE}/undo", body)
    assert (answer.status, answer.code) == (422, "invalid_request")


# Whose it is.


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "history/{entry}/image"), ("POST", "history/{entry}/apply"), ("POST", "undo")]
)
def test_another_listeners_entry_is_as_unknown_as_one_that_is_none(ada, bob, machine, method, path):
    entry = put_entry(1, OWN)
    answers = []
    for entry_id in (entry.entry_id, UNKNOWN):
        asked = {"entry": entry_id} if path == "undo" else None
        answers.append(bob.ask(method, f"{BASE}/{path.format(entry=entry_id)}", asked))
    assert {(answer.status, answer.code) for answer in answers} == {(404, "not_found")}
    assert len({str(answer.body) for answer in answers}) == 1
    assert machine.started == {}


def test_another_listeners_history_is_empty_and_stays(ada, bob):
    put_entry(1, OWN)
    put_cover("ada", playlist_id=PLAYLIST)
    assert shown(bob) == []
    assert bob.ask("DELETE", f"{BASE}/history").status == 204
    nothing_to_undo(bob)
    answer = bob.ask("POST", f"/api/covers/{COVER}/apply", {"playlist_id": PLAYLIST})
    assert (answer.status, answer.code) == (404, "not_found")
    assert len(shown(ada)) == 1
    assert len(kept("kept/ada/")) == 2


@pytest.mark.parametrize("playlist_id", ["no-id", "x" * 65])
@pytest.mark.parametrize(("method", "rest"), [("GET", "history"), ("DELETE", "history"), ("POST", "undo")])
def test_a_playlists_id_that_cannot_be_is_refused(ada, playlist_id, method, rest):
    answer = ada.ask(method, f"/api/playlists/{playlist_id}/{rest}")
    assert (answer.status, answer.code) == (422, "invalid_request")
