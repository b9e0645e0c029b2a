"""What the app does while a dependency fails, and what becomes of it.

Each scenario returns the outcome as the fault matrix names it, and the sentence that the listener reads, if any.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from coverart.models import STEPS
from coverart.store.budget import Budget
from coverart.store.candidates import read_candidates
from coverart.store.keys import cover_prefix, upload_key
from coverart.store.listeners import Listeners, ListenerSettings
from scripts.fakes.catalog import load_catalog
from tests.faults.environment import FaultEnvironment
from tests.faults.fault_matrix import FaultCase
from tests.faults.fault_plan import Fault
from tests.faults.faults import find_fault
from tests.faults.step_runner import StepRunner
from tests.images import encode
from tests.stack.stack_state import OWN_IMAGE, end_cool_down, update_profile, wait_for

Outcome = tuple[str, str]
Scenario = Callable[[StepRunner, FaultCase], Outcome]
# A painting costs 0.006; before its bill is known, 0.012 are reserved.
_TWO_PAINTINGS_USD = 0.02
# In the update with which a step stores its result.
_END_OF_STEP = b"timings"


def add_fault(environment: FaultEnvironment, case: FaultCase, body: bytes = b"") -> Fault:
    fault = find_fault(case.fault).create_fault(case.dependency, case.step, body)
    if case.candidate:
        fault.path = f"/{case.candidate}{fault.path}"
    if case.picture and case.dependency == "s3":
        fault.method, fault.path = "GET", "/pictures/"
    return environment.plan.add(case.dependency, fault)


def shorten_timeout(environment: FaultEnvironment, case: FaultCase) -> AbstractContextManager[None]:
    """Let the function soon give up on a dependency that hangs. All others wait long, as the machine may be slow."""
    has_fault = case.dependency not in {"budget", "listener"} and not case.kills_process
    if has_fault and find_fault(case.fault).kind in {"hang", "drip"}:
        override = environment.local.override_environment
        if case.dependency == "openai":
            return override("GenerateFunction", OPENAI_TIMEOUT_SECONDS="4")
        if case.dependency.startswith("spotify"):
            function = {"login": "Auth", "page": "Api"}.get(case.step, case.step.capitalize())
            return override(f"{function}Function", SPOTIFY_TIMEOUT_SECONDS="3")
    return nullcontext()


def make_cover(runner: StepRunner, case: FaultCase) -> Outcome:
    """Run one step of a cover or, if the case says so, the whole pipeline."""
    environment = runner.environment
    if case.dependency in {"budget", "listener"}:
        return (spend_budget if case.dependency == "budget" else delete_cover)(runner, case)
    source: dict[str, Any] | None = None
    options: dict[str, Any] = {"candidates": case.candidates}
    if case.picture:
        options["picture"] = environment.add_picture()
    if case.step == "fetch" and case.dependency in {"spotify_images", "s3"}:
        environment.delete_artwork()
    if case.dependency in {"spotify_accounts", "ssm"}:
        expire_access_token(environment)
    if case.dependency == "ssm":
        environment.kill_processes(case.step)  # a new process has no secret in its cache
    if case.dependency == "musicbrainz":
        source = playlist_source(add_playlist_without_genres(environment))
    if case.step == "publish" and (case.dependency.startswith("spotify") or case.dependency in {"ssm", "lambda"}):
        source, options = playlist_source(environment.add_playlist(OWN_IMAGE)), {"publish": True}
    return run_with_fault(runner, case, source, options)


def playlist_source(playlist_id: str) -> dict[str, Any]:
    return {"kind": "playlist", "playlist_id": playlist_id, "count": 2}


def run_with_fault(
    runner: StepRunner, case: FaultCase, source: dict[str, Any] | None, options: dict[str, Any]
) -> Outcome:
    environment = runner.environment
    fault = add_fault(environment, case, _END_OF_STEP if case.dependency == "dynamodb" and case.kills_process else b"")
    if case.whole_cover:
        cover_id = environment.start_cover(source, **options)
    else:
        cover_id = runner.start(case.step, source, **options)
    if case.kills_process:
        for hits in range(1, fault.times + 1):
            kill_process_at_hit(environment, case.step, fault, hits)
    if case.whole_cover and case.dependency == "dynamodb":
        # Settle could not store the failure either.
        environment.wait_for_execution(environment.local.outputs["StateMachineArn"], cover_id)
        environment.plan.clear()
        item = environment.resume_stuck_cover(cover_id)
    else:
        item = wait_for_item(runner, case, cover_id)
    assert fault.reached.is_set(), "no request matched the fault"
    outcome = describe_cover(runner, case, item)
    if outcome[0] != "done":
        assert_api_shows(environment, cover_id, outcome[1])
    return outcome


def spend_budget(runner: StepRunner, case: FaultCase) -> Outcome:
    """Set the month's budget to what was spent, or to what two paintings cost more."""
    environment = runner.environment
    spent_usd = Budget(environment.local.table("Keys"), 0).get_spent()
    assert spent_usd > 0
    has_fallback = "without the painter" not in case.fault
    budget_usd = spent_usd + (_TWO_PAINTINGS_USD if "after the second" in case.fault else 0)
    variables = {"MONTHLY_BUDGET_USD": str(budget_usd), "FALLBACK_TO_PAINTER": str(has_fallback).lower()}
    with environment.local.override_environment("GenerateFunction", **variables):
        start = environment.start_cover if case.whole_cover else partial(runner.start, case.step)
        cover_id = start(candidates=case.candidates)
        item = wait_for_item(runner, case, cover_id)
    outcome = describe_cover(runner, case, item)
    assert "budget" in outcome[1], outcome
    assert_api_shows(environment, cover_id, outcome[1])
    return outcome


def delete_cover(runner: StepRunner, case: FaultCase) -> Outcome:
    """Delete the cover while a candidate's painting is being stored."""
    environment = runner.environment
    fault = find_fault("process killed after the call").create_fault("s3", case.step)
    environment.plan.add("s3", fault).path = f"/{case.candidate}{fault.path}"
    cover_id = environment.start_cover(candidates=case.candidates)
    wait_for(fault.reached.is_set)
    client, prefix = environment.create_client(), cover_prefix(environment.listener_id, cover_id)
    assert client.call("DELETE", f"/api/covers/{cover_id}").status_code == 204
    environment.plan.clear()
    # The function stores the painting again, finds no cover, and deletes what it stored.
    wait_for(lambda: environment.local.list_keys(prefix) == [], stable_seconds=2)
    error = client.call("GET", f"/api/covers/{cover_id}").json()["error"]
    return f"refused: {error['code']}", error["message"]


def wait_for_item(runner: StepRunner, case: FaultCase, cover_id: str) -> dict[str, Any]:
    if case.whole_cover:
        return runner.environment.wait_for_cover(cover_id)
    return runner.wait(case.step, cover_id)


def kill_process_at_hit(environment: FaultEnvironment, function: str, fault: Fault, hits: int) -> None:
    wait_for(lambda: fault.hits >= hits)
    assert environment.kill_processes(function), "there is no process"


def assert_api_shows(environment: FaultEnvironment, cover_id: str, sentence: str) -> None:
    environment.plan.clear()
    response = environment.create_client().call("GET", f"/api/covers/{cover_id}")
    assert response.status_code == 200, response.text
    assert sentence in json.dumps(response.json(), ensure_ascii=False), sentence


def describe_cover(runner: StepRunner, case: FaultCase, item: dict[str, Any]) -> Outcome:
    """Return the outcome of a cover that has ended."""
    if item["status"] == "failed":
        return f"failed: {item['error']['code']}", item["error"]["message"]
    losses = [*list_music_losses(runner, case, item), *list_image_losses(item)]
    if not losses:
        return "done", ""
    return f"degraded: {', '.join(name for name, _ in losses)}", losses[0][1]


def list_music_losses(runner: StepRunner, case: FaultCase, item: dict[str, Any]) -> Iterator[Outcome]:
    if (left_out := item["fetched"]["left_out"]) and case.step == "fetch":
        yield f"{len(left_out)} artwork left out", left_out[0]["reason"]
    if case.step == "fetch" and not any(song["genres"] for song in item["fetched"]["songs"]):
        yield "without genres", ""
    if "detected" in item and not any(artwork["objects"] for artwork in item["detected"]["artworks"]):
        yield "no object detected", ""
    if case.picture and (cut_out := item.get("detected", {}).get("cut_out")) and cut_out["mask"] is None:
        yield "picture used whole", item["detected"]["note"]
    if "prompt" in item and len(item["prompt"]["palette"]) < len(runner.item["prompt"]["palette"]):
        yield "without the artwork's colors", ""


def list_image_losses(item: dict[str, Any]) -> Iterator[Outcome]:
    candidates = read_candidates(item)
    for index, candidate in enumerate(candidates):
        if error := candidate.get("error"):
            yield f"candidate {index} failed, {error['code']}", error["message"]
    paintings = [candidate["painting"] for candidate in candidates if "painting" in candidate]
    # That of a listener's own picture is no loss, and has no note.
    if painting := next(
        (painting for painting in paintings if painting["backend"] == "painter" and painting["note"]), None
    ):
        yield "painted by the painter", painting["note"]
    if (images := item.get("pictures")) and images.get("note"):
        yield "not styled", images["note"]
    if (published := item.get("published")) and published["playlist_image"] == "not_set":
        yield f"in the gallery only, {published['code']}", published["message"]


def log_in(runner: StepRunner, case: FaultCase) -> Outcome:
    environment = runner.environment
    if case.dependency == "ssm":
        environment.kill_processes("auth")
    fault = add_fault(environment, case)
    outcome = "done", ""
    try:
        environment.local.log_in()
    except RuntimeError as error:
        [code] = parse_qs(urlsplit(str(error).rsplit(" ", 1)[1]).query)["login"]
        outcome = f"refused: {code}", "The page has a sentence for each code."
    assert fault.reached.is_set()
    return outcome


def list_playlists(runner: StepRunner, case: FaultCase) -> Outcome:
    """List the playlists as the page does."""
    fault = add_fault(runner.environment, case)
    response = runner.environment.create_client().call("GET", "/api/playlists")
    assert fault.reached.is_set()
    if response.status_code == 200:
        return "done", ""
    error = response.json()["error"]
    return f"refused: {error['code']}", error["message"]


def watch_new_playlist(runner: StepRunner, case: FaultCase) -> Outcome:
    """Run watch for a new playlist. Where the fault skips the listener, the next run requests the cover."""
    environment = runner.environment
    listeners = Listeners(environment.local.table("Listeners"))
    environment.local.spotify.state.playlists = {}
    listeners.save_settings(environment.listener_id, ListenerSettings(auto_cover=True))
    playlist_id = environment.add_playlist()
    fault = add_fault(environment, case)
    environment.invoke("watch", {})
    assert fault.reached.is_set()
    status = listeners.get(environment.listener_id).watched
    environment.plan.clear()
    end_cool_down(environment.local, environment.listener_id)
    if status is None or status.code != "reconnect_needed":
        environment.invoke("watch", {})
        wait_for_only_cover(environment, playlist_id)
    listeners.save_settings(environment.listener_id, ListenerSettings(auto_cover=False))
    if status is not None and status.code is not None:
        return f"skipped: {status.code}", str(status.message)
    return "done", ""


def wait_for_only_cover(environment: FaultEnvironment, playlist_id: str) -> None:
    """Wait until the playlist's one cover is done."""
    covers = environment.local.covers
    [cover] = wait_for(lambda: covers.list_by_playlist(environment.listener_id).get(playlist_id))
    assert environment.wait_for_cover(cover["cover_id"])["status"] == "done"


def accept_request(runner: StepRunner, case: FaultCase) -> Outcome:
    """Request a cover that is accepted and not started. The scheduled cleanup starts it."""
    environment = runner.environment
    fault = add_fault(environment, case)

    def request_cover() -> None:
        with suppress(RuntimeError):  # the caller gets an error, or no response
            environment.start_cover()

    thread = threading.Thread(target=request_cover)
    thread.start()
    if case.kills_process:
        kill_process_at_hit(environment, "accept", fault, 1)
    thread.join(timeout=100)
    assert fault.reached.is_set()
    environment.plan.clear()
    first_id = f"{environment.start:%Y%m%dT%H%M%S}{environment.start.microsecond // 1000:03d}"
    [cover] = environment.local.covers.list_statuses(environment.listener_id, since=first_id)
    return describe_cover(runner, case, environment.resume_stuck_cover(cover["cover_id"]))


def import_picture(runner: StepRunner, case: FaultCase) -> Outcome:
    """Import an uploaded picture, and once more when the fault is over."""
    environment = runner.environment
    client, responses = environment.create_client(), []
    picture_id = client.call("POST", "/api/pictures").json()["picture_id"]
    upload = upload_key(environment.listener_id, picture_id)
    environment.local.bucket.put(upload, encode(Image.linear_gradient("L")), "image/jpeg")
    fault = add_fault(environment, case)

    def request_import() -> None:
        responses.append(client.call("POST", f"/api/pictures/{picture_id}/import"))

    thread = threading.Thread(target=request_import)
    thread.start()
    if case.kills_process:
        kill_process_at_hit(environment, "convert", fault, 1)
    thread.join(timeout=100)
    assert fault.reached.is_set()
    environment.plan.clear()
    [response] = responses
    is_final = response.status_code == 422
    request_import()
    assert responses[1].status_code == (404 if is_final else 200), responses[1].text
    assert not environment.local.bucket.exists(upload)
    if response.status_code == 200:
        return "done", ""
    error = response.json()["error"]
    return f"refused: {error['code']}", error["message"]


def expire_access_token(environment: FaultEnvironment) -> None:
    update_profile(environment.local, environment.listener_id, "SET tokens.expires_at = :past", past=1)


def add_playlist_without_genres(environment: FaultEnvironment) -> str:
    """Add a playlist of an artist whose genres Spotify does not give, and MusicBrainz does. Return its id."""
    artist = next(
        artist for artist in load_catalog().artists.values() if artist.genres and artist.shortest_range == "never"
    )
    songs = [song.name for song in load_catalog().find_songs(artist.id)][:2]
    return str(environment.local.spotify.state.add_playlist("Without genres", songs))


SCENARIOS: dict[str, Scenario] = {
    **dict.fromkeys(STEPS, make_cover),
    "login": log_in,
    "page": list_playlists,
    "watch": watch_new_playlist,
    "accept": accept_request,
    "convert": import_picture,
}
