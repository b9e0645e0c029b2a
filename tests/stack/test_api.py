"""The HTTP API of the deployed stack, through its front door: every route, deleting, forgetting, its document."""

import io
import time
import uuid
from datetime import UTC, datetime
from importlib import import_module
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import validate
from PIL import Image

from coverart.store.listeners import ListenerSettings
from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault
from tests.stack.api_client import Browser, left_of, refused, until

# Without a style, which is the slowest of a cover.
ASKED = {
    "source": {"kind": "top_artists", "time_range": "medium_term", "count": 3},
    "options": {"style_albums": []},
}
UNKNOWN = "20261122T120000000-0123456789"


@pytest.fixture
def robin(local, demo):
    return Browser(local, demo)


@pytest.fixture
def kit(local):
    """Somebody else."""
    return Browser(local, local.connect("newcomer"))


_done = {}


@pytest.fixture
def cover_id(local, robin):
    """A cover of Robin's that is done, the same for all tests."""
    if local.url not in _done:
        made = robin.ask("POST", "/api/covers", ASKED).json()["cover_id"]
        assert local.wait(robin.listener_id, made)["status"] == "done"
        _done[local.url] = made
    return _done[local.url]


ROUTES = [
    ("GET", "/api/me", None),
    ("PUT", "/api/settings", {"style_strength": 0.5, "keep_colours": False}),
    ("GET", "/api/playlists", None),
    ("PUT", "/api/playlists/x1", {"auto": True}),
    ("GET", "/api/playlists/x1/history", None),
    ("GET", "/api/playlists/x1/history/{id}/image", None),
    ("POST", "/api/playlists/x1/history/{id}/apply", None),
    ("POST", "/api/playlists/x1/undo", None),
    ("DELETE", "/api/playlists/x1/history", None),
    ("POST", "/api/covers", ASKED),
    ("POST", "/api/covers/bulk", {}),
    ("POST", "/api/covers/{id}/apply", {"playlist_id": "x1"}),
    ("GET", "/api/covers", None),
    ("GET", "/api/covers/{id}", None),
    ("GET", "/api/covers/{id}/image", None),
    ("GET", "/api/covers/{id}/artwork/0", None),
    ("GET", "/api/tokens", None),
    ("POST", "/api/tokens", {"name": "player"}),
    ("DELETE", "/api/tokens/0123456789abcdef", None),
    ("DELETE", "/api/covers/{id}", None),
    ("DELETE", "/api/me", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_every_route_wants_to_know_who_asks(local, method, path, body):
    nobody = requests.request(method, local.url + path.format(id=UNKNOWN), json=body, timeout=60)
    refused(nobody, 401, "not_logged_in")


def test_a_listener_reads_about_themselves_and_keeps_settings(robin):
    assert robin.ask("GET", "/api/me").json()["display_name"] == "Robin Aldermoor"
    chosen = ListenerSettings(style_strength=0.4, keep_colours=True, auto_cover_pattern="Mix*").to_json()
    assert robin.ask("PUT", "/api/settings", chosen).json() == chosen
    assert robin.ask("GET", "/api/me").json()["settings"] == chosen
    refused(robin.ask("PUT", "/api/settings", {"style_strength": 7}), 422, "invalid_request")
    robin.ask("PUT", "/api/settings", {})


def test_listeners_see_their_own_playlists(robin, kit):
    listed = robin.ask("GET", "/api/playlists").json()["items"]
    assert spotify_id("playlist", "everything-at-once") in {playlist["id"] for playlist in listed}
    # Browsers know where *.localhost is, Python does not.
    image = listed[0]["image"].replace("mosaic.localhost", "127.0.0.1")
    assert requests.get(image, timeout=10).headers["Content-Type"] == "image/jpeg"
    assert kit.ask("GET", "/api/playlists").json()["items"] == []
    refused(robin.ask("GET", "/api/playlists?cursor=x"), 422, "invalid_request")


def test_what_is_there_when_automatic_covers_are_switched_on_is_not_new(local, robin, kit):
    mine = spotify_id("playlist", "everything-at-once")
    local.spotify.state.recorder.faults.append(Fault("/v1/me/playlists", 500))
    refused(robin.ask("PUT", "/api/settings", {"auto_cover": True}), 503, "spotify_unavailable")
    assert robin.ask("GET", "/api/me").json()["settings"]["auto_cover"] is False
    assert robin.ask("PUT", "/api/settings", {"auto_cover": True}).json()["auto_cover"] is True
    told = robin.ask("PUT", f"/api/playlists/{mine}", {"auto": False}).json()
    assert told == {"id": mine, "auto": False, "standing": "known"}
    [listed] = [playlist for playlist in robin.ask("GET", "/api/playlists").json()["items"] if playlist["id"] == mine]
    assert (listed["auto"], listed["standing"]) == (False, "known")
    refused(robin.ask("PUT", f"/api/playlists/{mine}", {"auto": "often"}), 422, "invalid_request")
    # Somebody else's word is about their own covers.
    assert kit.ask("PUT", f"/api/playlists/{mine}", {"auto": True}).json()["standing"] is None
    assert robin.ask("PUT", f"/api/playlists/{mine}", {"auto": None}).json()["auto"] is None
    robin.ask("PUT", "/api/settings", {})


def test_a_cover_is_asked_for_once_and_watched_until_it_is_done(robin):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    asked = robin.ask("POST", "/api/covers", ASKED, headers=key)
    assert asked.status_code == 202
    assert robin.ask("POST", "/api/covers", ASKED, headers=key).json()["cover_id"] == asked.json()["cover_id"]
    refused(robin.ask("POST", "/api/covers", {"source": {"kind": "radio"}}), 422, "invalid_request")
    seen, deadline = [], time.monotonic() + 120
    while time.monotonic() < deadline:
        cover = robin.ask("GET", asked.headers["Location"]).json()
        seen.append(cover["status"])
        if cover["status"] in {"done", "failed"}:
            break
        time.sleep(0.2)
    assert seen[-1] == "done"
    assert set(seen) <= {"accepted", "running", "done"}
    assert robin.ask("GET", "/api/covers?limit=1").json()["items"][0]["cover_id"] == cover["cover_id"]
    assert [song["rank"] for song in cover["songs"]] == [1, 2, 3]


@pytest.mark.parametrize(("kind", "size"), [("cover", 640), ("master", 1024), ("thumbnail", 300), ("painting", 1024)])
def test_pictures_are_behind_a_redirect(robin, cover_id, kind, size):
    answer = robin.ask("GET", f"/api/covers/{cover_id}/image?kind={kind}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    picture = requests.get(answer.headers["Location"], timeout=30)
    assert Image.open(io.BytesIO(picture.content)).size == (size, size)


def test_artwork_is_given_as_it_came(local, robin, cover_id):
    cover = robin.ask("GET", f"/api/covers/{cover_id}").json()
    answer = robin.ask("GET", cover["songs"][0]["artwork"])
    kept = local.covers.get(robin.listener_id, cover_id)["fetched"]["songs"][0]["artwork"]
    assert requests.get(answer.headers["Location"], timeout=30).content == local.bucket.get(kept)


@pytest.mark.parametrize("rest", ["image?kind=raw", "artwork/x", "artwork/99"])
def test_pictures_that_cannot_be_are_refused(robin, cover_id, rest):
    refused(robin.ask("GET", f"/api/covers/{cover_id}/{rest}"), 422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "rest"), [("GET", ""), ("GET", "/image"), ("GET", "/artwork/0"), ("DELETE", "")], ids=str
)
def test_another_listeners_cover_is_as_unknown_as_one_that_is_none(kit, robin, cover_id, method, rest):
    theirs, nobodys = (kit.ask(method, f"/api/covers/{cover}{rest}") for cover in (cover_id, UNKNOWN))
    refused(theirs, 404, "not_found")
    assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())
    assert robin.ask("GET", f"/api/covers/{cover_id}").status_code == 200
    assert cover_id not in str(kit.ask("GET", "/api/covers").json())
    refused(robin.ask("GET", "/api/covers?limit=0"), 422, "invalid_request")


def test_a_program_asks_with_a_token_until_it_is_revoked(local, robin, kit):
    refused(robin.ask("POST", "/api/tokens", {"name": ""}), 422, "invalid_request")
    made = robin.ask("POST", "/api/tokens", {"name": "player"}).json()
    program = {"Authorization": f"Bearer {made['token']}"}
    assert requests.get(f"{local.url}/api/me", headers=program, timeout=60).json()["listener_id"] == robin.listener_id
    refused(requests.get(f"{local.url}/api/tokens", headers=program, timeout=60), 403, "session_needed")
    assert made["id"] in str(robin.ask("GET", "/api/tokens").json())
    refused(kit.ask("DELETE", f"/api/tokens/{made['id']}"), 404, "not_found")
    assert robin.ask("DELETE", f"/api/tokens/{made['id']}").status_code == 204
    refused(requests.get(f"{local.url}/api/me", headers=program, timeout=60), 401, "not_logged_in")
    told = local.logs()
    assert made["token"] not in told
    assert robin.value not in told


def test_another_page_cannot_use_a_listeners_cookie(robin):
    refused(robin.ask("DELETE", "/api/me", headers={"Origin": "https://evil.example"}), 403, "foreign_origin")
    assert robin.ask("GET", "/api/me").status_code == 200


def test_the_daily_limit_is_told_with_its_end(local, robin):
    local.table("Listeners").update_item(
        Key={"listener_id": robin.listener_id, "item": "profile"},
        UpdateExpression="SET covers_day = :today, covers_count = :many",
        ExpressionAttributeValues={":today": f"{datetime.now(UTC):%Y-%m-%d}", ":many": 1000},
    )
    answer = robin.ask("POST", "/api/covers", ASKED)
    refused(answer, 429, "daily_limit_reached")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    local.table("Listeners").update_item(
        Key={"listener_id": robin.listener_id, "item": "profile"},
        UpdateExpression="REMOVE covers_day, covers_count",
    )


# Deleting and forgetting, also while functions are at work.


def ended_late(local, cover_id, step):
    """Whether the step's function went on after its execution was stopped, and has ended."""
    lines = [line for line in local.logs().splitlines() if cover_id in line and f'"step":"{step}"' in line]
    return any("CoverDeletedError" in line for line in lines)


def in_the_middle_of(local, browser, step):
    """A cover of which this step is being done."""
    wanted = {**ASKED, "options": {}} if step == "stylize" else ASKED
    made = browser.ask("POST", "/api/covers", wanted).json()["cover_id"]
    until(lambda: (local.covers.get(browser.listener_id, made) or {}).get("step") == step)
    return made


@pytest.fixture
def slow(local, openai_served):
    """Makes a step take so long that something can be asked for in its middle."""

    def slow_down(step):
        if step == "fetch":
            local.bucket.delete_prefix("artwork/")  # what is there already is not fetched again
            local.spotify.state.recorder.faults.append(Fault("/image/", delay=3, times=20))
        if step == "generate":
            openai_served.state.slow_down(3, times=5)

    return slow_down


@pytest.mark.parametrize("step", ["fetch", "generate", "stylize"])
def test_nothing_is_left_of_a_listener_who_is_forgotten_in_the_middle_of_a_step(local, robin, slow, step):
    slow(step)
    robin.ask("POST", "/api/tokens", {"name": "player"})
    made = in_the_middle_of(local, robin, step)
    if step == "fetch":
        time.sleep(0.3)
    assert robin.ask("DELETE", "/api/me").status_code == 204
    until(lambda: ended_late(local, made, step), every=0.3)
    until(lambda: left_of(local, robin.listener_id) == [])
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{made}"
    history = local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)["events"]
    assert "ExecutionAborted" in {event["type"] for event in history}
    time.sleep(0.5)
    assert left_of(local, robin.listener_id) == []
    refused(robin.ask("GET", "/api/me"), 401, "not_logged_in")
    _done.clear()


@pytest.mark.parametrize("step", ["generate", "stylize"])
def test_a_cover_that_is_deleted_in_the_middle_of_a_step_leaves_no_pictures(local, robin, slow, step):
    slow(step)
    made = in_the_middle_of(local, robin, step)
    assert robin.ask("DELETE", f"/api/covers/{made}").status_code == 204
    until(lambda: ended_late(local, made, step), every=0.3)
    until(lambda: local.keys(f"covers/{robin.listener_id}/{made}/") == [])
    refused(robin.ask("GET", f"/api/covers/{made}"), 404, "not_found")
    refused(robin.ask("DELETE", f"/api/covers/{made}"), 404, "not_found")
    assert robin.ask("GET", "/api/me").status_code == 200


def test_forgetting_one_listener_leaves_the_others_alone(local, robin, kit, cover_id):
    before = left_of(local, robin.listener_id)
    assert kit.ask("DELETE", "/api/me").status_code == 204
    assert left_of(local, kit.listener_id) == []
    assert left_of(local, robin.listener_id) == before


# The page's own files, and the document.


def test_the_page_may_show_the_buckets_pictures_and_spotifys_and_no_others(local, robin, cover_id):
    policy = requests.get(f"{local.url}/", timeout=60).headers["Content-Security-Policy"]
    [sources] = [directive.split()[1:] for directive in policy.split("; ") if directive.startswith("img-src")]
    picture = urlsplit(robin.ask("GET", f"/api/covers/{cover_id}/image").headers["Location"])
    assert sources == ["'self'", f"{picture.scheme}://{picture.netloc}", *local.spotify.picture_urls]


def test_the_document_is_valid(local):
    validate(requests.get(f"{local.url}/openapi.json", timeout=60).json())


@pytest.fixture
def schemathesis():
    """Imported by whom it serves: that takes seconds, and every process reads every test."""
    return import_module("schemathesis")


@pytest.fixture
def promised(schemathesis):
    """What is looked at in each answer."""
    openapi = import_module("schemathesis.specs.openapi.checks")
    return [
        import_module("schemathesis.checks").not_a_server_error,
        openapi.status_code_conformance,
        openapi.content_type_conformance,
        openapi.response_headers_conformance,
        openapi.response_schema_conformance,
    ]


@pytest.mark.parametrize("path", ["/api/covers/{id}", "/api/covers/{id}/image", "/api/covers/{id}/artwork/{n}"])
def test_a_cover_that_is_done_is_told_as_the_document_says(local, robin, cover_id, path, schemathesis, promised):
    document = schemathesis.openapi.from_dict(robin.ask("GET", "/openapi.json").json())
    case = document[path]["GET"].Case(path_parameters={"id": cover_id, "n": 0})
    answer = case.call(base_url=local.url, session=robin, timeout=60, allow_redirects=False)
    assert answer.status_code == (200 if path.endswith("{id}") else 302)
    case.validate_response(answer, checks=promised)


TAKING = {"parameters", "requestBody"}
BOUNDED = settings(
    max_examples=10, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_whatever_is_asked_is_answered_as_the_document_says(local, mode, schemathesis, promised):
    """Requests that the document allows and, in the other mode, that it does not."""
    mode, negative = schemathesis.GenerationMode(mode), mode == "negative"
    somebody = Browser(local, local.connect("somebody"))
    # Enough of today's covers are made for a few of the requests to be granted, and the rest to meet the limit.
    local.table("Listeners").update_item(
        Key={"listener_id": somebody.listener_id, "item": "profile"},
        UpdateExpression="SET covers_day = :today, covers_count = :many",
        ExpressionAttributeValues={":today": f"{datetime.now(UTC):%Y-%m-%d}", ":many": 999},
    )
    # Who asks is known: with made-up cookies and tokens every answer would be 401.
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    told = somebody.ask("GET", "/openapi.json").json()
    document = schemathesis.openapi.from_dict(told, config=config)
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) == len(ROUTES)
    answered = set()
    # Forgetting goes last: nobody is known after it.
    for operation in sorted(operations, key=lambda each: (each.path, each.method) == ("/api/me", "delete")):
        if negative and not told["paths"][operation.path][operation.method].keys() & TAKING:
            continue

        @seed(2)
        @BOUNDED
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            answer = case.call(base_url=local.url, session=somebody, timeout=60, allow_redirects=False)
            answered.add(answer.status_code)
            case.validate_response(answer, checks=promised)

        ask()
    assert answered >= ({422} if negative else {200, 201, 204, 404})
    somebody.ask("DELETE", "/api/me")
