"""Playlist images through the deployed API: set, set again, taken back, cleared, forgotten in the middle of it."""

import io
import uuid

import pytest
import requests
from PIL import Image

from scripts.standins.serving import Fault
from tests.stack.api_client import Browser, left_of, refused, until

ASKED = {"source": {"kind": "top_artists", "time_range": "medium_term", "count": 3}}
UNKNOWN = "20261122T120000000-0123456789"
SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


def jpeg(colour):
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), colour).save(picture, "JPEG")
    return picture.getvalue()


OWN = jpeg("teal")


@pytest.fixture
def robin(local, demo):
    return Browser(local, demo)


@pytest.fixture
def kit(local):
    """Somebody else."""
    return Browser(local, local.connect("newcomer"))


@pytest.fixture
def playlist(local):
    """With an image of its owner's own. New each time: the history is the stack's."""
    return local.spotify.state.add_playlist(f"Night bus {uuid.uuid4()}", SONGS, image=OWN)


@pytest.fixture
def make_cover(local, robin):
    def make(**options):
        """Without a style, which is the slowest of a cover."""
        made = robin.ask("POST", "/api/covers", {**ASKED, "options": {"style_albums": [], **options}}).json()[
            "cover_id"
        ]
        assert local.wait(robin.listener_id, made)["status"] == "done"
        return made

    return make


_done = {}


@pytest.fixture
def cover_id(local, make_cover):
    """A cover of Robin's that is done, the same for all tests."""
    if local.url not in _done:
        _done[local.url] = make_cover()
    return _done[local.url]


def ended(browser, playlist, entry):
    """The entry once it is set or not."""
    found = {}

    def looked():
        items = browser.ask("GET", f"/api/playlists/{playlist}/history").json()["items"]
        found.update({item["entry"]: item for item in items})
        return found[entry]["status"] in {"set", "not_set"}

    until(looked, every=0.1)
    return found[entry]


def apply(browser, playlist, cover_id):
    answer = browser.ask("POST", f"/api/covers/{cover_id}/apply", {"playlist_id": playlist})
    assert (answer.status_code, answer.json()["status"]) == (202, "asked"), answer.text
    assert answer.headers["Location"] == f"/api/playlists/{playlist}/history"
    return ended(browser, playlist, answer.json()["entry"])


def picture(browser, path):
    answer = browser.ask("GET", path)
    assert answer.status_code == 302
    return requests.get(answer.headers["Location"], timeout=30).content


def test_a_cover_is_set_and_the_listeners_own_image_comes_back(local, robin, playlist, cover_id):
    entry = apply(robin, playlist, cover_id)
    assert (entry["status"], entry["cover_id"]) == ("set", cover_id), entry
    assert entry["replaced"] == {"whose": "own", "kept": True}
    sent = local.spotify.state.images[playlist]
    assert sent == local.bucket.get(local.covers.get(robin.listener_id, cover_id)["pictures"]["cover"])
    assert picture(robin, entry["images"]["set"]) == sent
    kept = picture(robin, entry["images"]["replaced"])
    undo = robin.ask("POST", f"/api/playlists/{playlist}/undo")
    assert (undo.status_code, undo.json()["undoes"]) == (202, entry["entry"])
    assert ended(robin, playlist, undo.json()["entry"])["status"] == "set"
    assert local.spotify.state.images[playlist] == kept
    assert ended(robin, playlist, entry["entry"])["undone"] is True
    refused(robin.ask("POST", f"/api/playlists/{playlist}/undo"), 409, "nothing_to_undo")


def test_an_entry_can_be_set_again_though_its_cover_was_deleted(local, robin, playlist, cover_id, make_cover):
    second = make_cover(variation=2)
    first = apply(robin, playlist, cover_id)
    latest = apply(robin, playlist, second)
    assert latest["replaced"]["whose"] == "ours"
    sent = local.spotify.state.images[playlist]
    assert robin.ask("DELETE", f"/api/covers/{second}").status_code == 204
    back = robin.ask("POST", f"/api/playlists/{playlist}/undo", {"entry": latest["entry"]}).json()
    assert back["cover_id"] == cover_id
    assert ended(robin, playlist, back["entry"])["status"] == "set"
    assert local.spotify.state.images[playlist] == picture(robin, first["images"]["set"]) != sent
    again = robin.ask("POST", f"/api/playlists/{playlist}/history/{latest['entry']}/apply")
    assert again.status_code == 202
    assert ended(robin, playlist, again.json()["entry"])["status"] == "set"
    assert local.spotify.state.images[playlist] == sent


def test_where_spotify_had_made_the_image_the_listener_reads_how_it_comes_back(local, robin, cover_id):
    mosaic = local.spotify.state.add_playlist(f"Mosaic {uuid.uuid4()}", SONGS)
    assert apply(robin, mosaic, cover_id)["replaced"] == {"whose": "nobody", "kept": False}
    answer = robin.ask("POST", f"/api/playlists/{mosaic}/undo")
    refused(answer, 409, "nothing_to_undo")
    assert "Edit details" in answer.json()["error"]["message"]


def test_a_history_is_cleared_and_the_image_stays(local, robin, playlist, cover_id):
    apply(robin, playlist, cover_id)
    sent = local.spotify.state.images[playlist]
    assert len(local.keys(f"kept/{robin.listener_id}/{playlist}/")) == 2
    assert robin.ask("DELETE", f"/api/playlists/{playlist}/history").status_code == 204
    assert robin.ask("GET", f"/api/playlists/{playlist}/history").json() == {"items": []}
    assert local.keys(f"kept/{robin.listener_id}/{playlist}/") == []
    assert local.spotify.state.images[playlist] == sent


def test_what_spotify_refuses_is_told_in_the_history(local, robin, playlist, cover_id):
    too_large = {"error": {"status": 413, "message": "Payload too large"}}
    fault = Fault(f"/v1/playlists/{playlist}/images", 413, body=too_large, method="PUT")
    local.spotify.state.recorder.faults.append(fault)
    entry = apply(robin, playlist, cover_id)
    assert (entry["status"], entry["code"]) == ("not_set", "playlist_image_too_large")
    assert local.spotify.state.images[playlist] == OWN
    refused(robin.ask("POST", f"/api/playlists/{playlist}/undo"), 409, "nothing_to_undo")


def test_requests_that_cannot_be_are_refused(robin, playlist, cover_id):
    refused(robin.ask("POST", f"/api/covers/{cover_id}/apply"), 422, "invalid_request")
    refused(robin.ask("POST", f"/api/covers/{cover_id}/apply", {"playlist_id": "../x"}), 422, "invalid_request")
    refused(robin.ask("POST", f"/api/playlists/{playlist}/undo", {"entry": "x"}), 422, "invalid_request")
    refused(robin.ask("GET", "/api/playlists/no-id/history"), 422, "invalid_request")
    refused(robin.ask("DELETE", "/api/playlists/no-id/history"), 422, "invalid_request")
    image = f"/api/playlists/{playlist}/history/{UNKNOWN}/image?kind="
    refused(robin.ask("GET", image + "master"), 422, "invalid_request")
    refused(robin.ask("GET", image + "set"), 404, "not_found")


def test_another_listeners_covers_and_entries_are_as_unknown_as_those_that_are_none(
    local, robin, kit, playlist, cover_id
):
    entry = apply(robin, playlist, cover_id)["entry"]
    sent = local.spotify.state.images[playlist]
    for theirs, nobodys in (
        (f"covers/{cover_id}/apply", f"covers/{UNKNOWN}/apply"),
        (f"playlists/{playlist}/history/{entry}/apply", f"playlists/{playlist}/history/{UNKNOWN}/apply"),
    ):
        answers = [kit.ask("POST", f"/api/{path}") for path in (theirs, nobodys)]
        for answer in answers:
            refused(answer, 404, "not_found")
        assert answers[0].json() == answers[1].json()
    refused(kit.ask("GET", f"/api/playlists/{playlist}/history/{entry}/image"), 404, "not_found")
    refused(kit.ask("POST", f"/api/playlists/{playlist}/undo", {"entry": entry}), 404, "not_found")
    refused(kit.ask("POST", f"/api/playlists/{playlist}/undo"), 409, "nothing_to_undo")
    assert kit.ask("GET", f"/api/playlists/{playlist}/history").json() == {"items": []}
    assert kit.ask("DELETE", f"/api/playlists/{playlist}/history").status_code == 204
    assert [item["entry"] for item in robin.ask("GET", f"/api/playlists/{playlist}/history").json()["items"]] == [entry]
    assert local.spotify.state.images[playlist] == sent


def test_a_cover_that_is_published_tells_how_that_went(local, robin, playlist):
    source = {"kind": "playlist", "playlist_id": playlist, "count": 4}
    made = robin.ask("POST", "/api/covers", {"source": source, "options": {"publish": True}}).json()["cover_id"]
    assert local.wait(robin.listener_id, made)["status"] == "done"
    published = robin.ask("GET", f"/api/covers/{made}").json()["published"]
    assert published == {
        "playlist_id": playlist,
        "status": "set",
        "code": None,
        "message": None,
        "entry": made,
        "undone": False,
    }
    undo = robin.ask("POST", f"/api/playlists/{playlist}/undo").json()
    assert undo["undoes"] == made
    ended(robin, playlist, undo["entry"])
    assert robin.ask("GET", f"/api/covers/{made}").json()["published"]["undone"] is True


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_nothing_is_left_of_a_listener_who_is_forgotten_while_an_image_is_being_set(
    local, robin, playlist, cover_id, method
):
    """GET: while it is found out what is there now; PUT: while it is sent."""
    path = f"/v1/playlists/{playlist}" + ("/images" if method == "PUT" else "")
    local.spotify.state.recorder.faults.append(Fault(path, method=method, delay=3))
    asked = robin.ask("POST", f"/api/covers/{cover_id}/apply", {"playlist_id": playlist}).json()["entry"]
    requests_seen = local.spotify.state.recorder.requests
    until(lambda: (method, path) in [(request["method"], request["path"]) for request in requests_seen])
    assert robin.ask("DELETE", "/api/me").status_code == 204
    until(lambda: any(asked in line and "apply failed" in line for line in local.logs().splitlines()), every=0.3)
    until(lambda: left_of(local, robin.listener_id) == [])
    execution = local.outputs["ApplyStateMachineArn"].replace(":stateMachine:", ":execution:") + f":{asked}"
    history = local.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    assert "ExecutionAborted" in {event["type"] for event in history}
    refused(robin.ask("GET", "/api/me"), 401, "not_logged_in")
    _done.clear()
