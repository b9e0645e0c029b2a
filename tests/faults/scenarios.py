"""What the app does while a dependency fails, and what becomes of it.

Each scenario returns the outcome as the fault matrix names it, and the sentence that the listener reads, if any.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from PIL import Image

from coverart.models import STEPS
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.budget import Budget
from coverart.store.candidates import read_candidates
from coverart.store.keys import cover_prefix, picture_file_key, upload_key
from coverart.store.listeners import Listeners, ListenerSettings
from coverart.store.pictures import Picture, Pictures
from scripts.fakes.catalog import load_catalog
from tests.faults.environment import FaultEnvironment
from tests.faults.fault_matrix import FaultCase
from tests.faults.fault_proxy import Fault
from tests.faults.faults import create_fault
from tests.images import encode, load_cover_jpeg
from tests.stack.stack_state import OWN_IMAGE, end_cool_down, invoke, update_profile, wait_for

Outcome = tuple[str, str]
# A painting costs 0.006; before its bill is known, 0.012 are reserved.
_TWO_PAINTINGS_USD = 0.02
# In the update with which a step stores its result.
_END_OF_STEP = b"timings"


def add_fault(environment: FaultEnvironment, case: FaultCase) -> Fault:
    fault = create_fault(case.fault, case.dependency, case.step)
    if case.dependency == "dynamodb" and case.kills_process:
        fault.body = _END_OF_STEP
    if case.candidate:
        fault.request = fault.request.replace(".*", f".*/{case.candidate}")
    if case.picture and case.dependency == "s3":
        fault.request = "GET .*/pictures/"
    return environment.plan.add(case.dependency, fault)


def kill_processes(environment: FaultEnvironment, case: FaultCase, fault: Fault) -> None:
    """Kill the process of each request that the fault lets hang, if that is the case."""
    for hits in range(1, fault.times + 1) if case.kills_process else ():
        wait_for(lambda hits=hits: fault.hits >= hits)
        assert environment.kill_processes(case.step), "there is no process"


def call_with_fault(environment: FaultEnvironment, case: FaultCase, call: Callable[[], Any]) -> Any:
    """Call while the dependency fails. Return the result."""
    fault = add_fault(environment, case)
    with ThreadPoolExecutor(1) as executor:
        result = executor.submit(call)
        kill_processes(environment, case, fault)
    assert fault.reached.is_set(), "no request matched the fault"
    environment.plan.clear()
    return result.result()


def shorten_timeout(environment: FaultEnvironment, case: FaultCase) -> AbstractContextManager[None]:
    """Let the function soon give up on a dependency that hangs. All others wait long, as the machine may be slow."""
    if case.fault.partition(" once")[0] in {"timeout", "response lost", "slow drip"}:
        override = environment.local.override_environment
        if case.dependency == "openai":
            return override("GenerateFunction", OPENAI_TIMEOUT_SECONDS="4")
        if case.dependency.startswith("spotify"):
            function = {"login": "Auth", "page": "Api"}.get(case.step, case.step.capitalize())
            return override(f"{function}Function", SPOTIFY_TIMEOUT_SECONDS="3")
    return nullcontext()


def make_cover(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    """Run one step of a cover or, if the case says so, the whole pipeline."""
    if case.dependency in {"budget", "listener"}:
        return (spend_budget if case.dependency == "budget" else delete_cover)(environment, case)
    source, options = prepare_request(environment, case)
    fault = add_fault(environment, case)
    step = None if case.whole_cover else case.step
    cover_id = environment.start_cover(step, source, **options)
    kill_processes(environment, case, fault)
    if case.whole_cover and case.dependency == "dynamodb":
        # Settle could not store the failure either.
        environment.wait_for_execution(cover_id)
        environment.plan.clear()
        item = environment.resume_stuck_cover(cover_id)
    else:
        item = environment.wait_for_cover(cover_id, step)
    assert fault.reached.is_set(), "no request matched the fault"
    environment.plan.clear()
    return describe_cover(environment, case, item)


def prepare_request(environment: FaultEnvironment, case: FaultCase) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Arrange that the step calls the dependency. Return the cover's source, if it matters, and its options."""
    if case.picture:
        return None, {"picture": add_picture(environment)}
    if case.step == "fetch" and case.dependency in {"spotify_images", "s3"}:
        environment.local.bucket.delete_prefix("artwork/")
    if case.dependency in {"spotify_accounts", "ssm"}:
        update_profile(environment.local, environment.listener_id, "SET tokens.expires_at = :past", past=1)
    if case.dependency == "ssm":
        environment.kill_processes(case.step)  # a new process has no secret in its cache
    if case.dependency == "musicbrainz":
        return playlist_source(add_playlist_without_genres(environment)), {}
    if case.step == "publish" and (case.dependency.startswith("spotify") or case.dependency == "lambda"):
        return playlist_source(environment.add_playlist(OWN_IMAGE)), {"publish": True}
    return None, {"candidates": case.candidates}


def playlist_source(playlist_id: str) -> dict[str, Any]:
    return {"kind": "playlist", "playlist_id": playlist_id, "count": 2}


def add_playlist_without_genres(environment: FaultEnvironment) -> str:
    """Add a playlist of an artist whose genres Spotify does not give, and MusicBrainz does. Return its id."""
    artists = load_catalog().artists.values()
    artist = next(artist for artist in artists if artist.genres and artist.shortest_range == "never")
    songs = [song.name for song in load_catalog().find_songs(artist.id)][:2]
    return environment.local.fake_spotify.state.add_playlist("Without genres", songs)


def add_picture(environment: FaultEnvironment) -> str:
    """Add a picture of the listener's own. Return its id."""
    now, listener_id = datetime.now(UTC), environment.listener_id
    picture = Picture(picture_id=new_cover_id(now), created_at=now, width=1024, height=1024)
    for name in ("picture.jpg", "thumbnail.jpg"):
        key = picture_file_key(listener_id, picture.picture_id, name)
        environment.local.bucket.put(key, load_cover_jpeg("chelsea"), "image/jpeg")
    Pictures(environment.local.table("Listeners")).add(listener_id, picture)
    return picture.picture_id


def spend_budget(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    """Set the month's budget to what was spent, or to what two paintings cost more."""
    budget_usd = Budget(environment.local.table("Keys"), 0).get_spent()
    assert budget_usd > 0
    budget_usd += _TWO_PAINTINGS_USD if "after the second" in case.fault else 0
    fallback = "false" if "without the painter" in case.fault else "true"
    variables = {"MONTHLY_BUDGET_USD": str(budget_usd), "FALLBACK_TO_PAINTER": fallback}
    step = None if case.whole_cover else case.step
    with environment.local.override_environment("GenerateFunction", **variables):
        cover_id = environment.start_cover(step, candidates=case.candidates)
        item = environment.wait_for_cover(cover_id, step)
    outcome = describe_cover(environment, case, item)
    assert "budget" in outcome[1], outcome
    return outcome


def delete_cover(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    """Delete the cover while a candidate's painting is being stored."""
    fault = create_fault("process killed after the call", "s3", case.step)
    environment.plan.add("s3", fault).request = f"PUT .*/{case.candidate}/painting"
    cover_id = environment.start_cover(candidates=case.candidates)
    wait_for(fault.reached.is_set)
    client, prefix = environment.create_client(), cover_prefix(environment.listener_id, cover_id)
    assert client.call("DELETE", f"/api/covers/{cover_id}").status_code == 204
    environment.plan.clear()
    # The function stores the painting again, finds no cover, and deletes what it stored.
    wait_for(lambda: environment.local.list_keys(prefix) == [], stable_seconds=2)
    return describe_response(client.call("GET", f"/api/covers/{cover_id}"))


def describe_response(response: requests.Response) -> Outcome:
    if response.status_code == 200:
        return "done", ""
    error = response.json()["error"]
    return f"refused: {error['code']}", error["message"]


def describe_cover(environment: FaultEnvironment, case: FaultCase, item: dict[str, Any]) -> Outcome:
    """Return the outcome of a cover that has ended, whose sentence the API must give."""
    if item["status"] == "failed":
        outcome, sentence = f"failed: {item['error']['code']}", item["error"]["message"]
    elif losses := list(list_losses(environment, case, item)):
        outcome, sentence = f"degraded: {', '.join(name for name, _ in losses)}", losses[0][1]
    else:
        return "done", ""
    response = environment.create_client().call("GET", f"/api/covers/{item['cover_id']}")
    assert response.status_code == 200, response.text
    assert sentence in json.dumps(response.json(), ensure_ascii=False), sentence
    return outcome, sentence


def list_losses(environment: FaultEnvironment, case: FaultCase, item: dict[str, Any]) -> Iterator[Outcome]:
    """Yield what the cover lacks, and the sentence about it, if any."""
    if (left_out := item["fetched"]["left_out"]) and case.step == "fetch":
        yield f"{len(left_out)} artwork left out", left_out[0]["reason"]
    if case.step == "fetch" and not any(song["genres"] for song in item["fetched"]["songs"]):
        yield "without genres", ""
    if "detected" in item and not any(artwork["objects"] for artwork in item["detected"]["artworks"]):
        yield "no object detected", ""
    if case.picture and (cut_out := item.get("detected", {}).get("cut_out")) and cut_out["mask"] is None:
        yield "picture used whole", item["detected"]["note"]
    if "prompt" in item and len(item["prompt"]["palette"]) < len(environment.finished["prompt"]["palette"]):
        yield "without the artwork's colors", ""
    yield from list_image_losses(item)


def list_image_losses(item: dict[str, Any]) -> Iterator[Outcome]:
    candidates = read_candidates(item)
    for index, candidate in enumerate(candidates):
        if error := candidate.get("error"):
            yield f"candidate {index} failed, {error['code']}", error["message"]
    paintings = [candidate["painting"] for candidate in candidates if "painting" in candidate]
    # That of a listener's own picture is no loss, and has no note.
    if notes := [painting["note"] for painting in paintings if painting["backend"] == "painter" and painting["note"]]:
        yield "painted by the painter", notes[0]
    if (images := item.get("pictures")) and images.get("note"):
        yield "not styled", images["note"]
    if (published := item.get("published")) and published["playlist_image"] == "not_set":
        yield f"in the gallery only, {published['code']}", published["message"]


def log_in(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    try:
        call_with_fault(environment, case, environment.local.log_in)
    except RuntimeError as error:
        [code] = parse_qs(urlsplit(str(error).rsplit(" ", 1)[1]).query)["login"]
        return f"refused: {code}", "The page has a sentence for each code."
    return "done", ""


def list_playlists(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    """List the playlists as the page does."""
    client = environment.create_client()
    return describe_response(call_with_fault(environment, case, lambda: client.call("GET", "/api/playlists")))


def watch_new_playlist(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    """Run watch for a new playlist. Where the fault skips the listener, the next run requests the cover."""
    local, listener_id = environment.local, environment.listener_id
    listeners = Listeners(local.table("Listeners"))
    local.fake_spotify.state.playlists = {}
    listeners.save_settings(listener_id, ListenerSettings(auto_cover=True, style_strength=0))
    playlist_id = environment.add_playlist()
    call_with_fault(environment, case, lambda: invoke(local, "WatchFunction", {}))
    status = listeners.get(listener_id).watched
    end_cool_down(local, listener_id)
    if status is None or status.code != "reconnect_needed":
        invoke(local, "WatchFunction", {})
        wait_for_only_cover(environment, playlist_id)
    if status is not None and status.code is not None:
        return f"skipped: {status.code}", str(status.message)
    return "done", ""


def wait_for_only_cover(environment: FaultEnvironment, playlist_id: str) -> None:
    """Wait until the playlist's one cover is done."""
    covers = environment.local.covers
    [cover] = wait_for(lambda: covers.list_by_playlist(environment.listener_id).get(playlist_id))
    assert environment.wait_for_cover(cover["cover_id"])["status"] == "done"


def accept_request(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    """Request a cover that is accepted and not started. The scheduled cleanup starts it."""
    with suppress(RuntimeError):  # the caller gets an error, or no response
        call_with_fault(environment, case, environment.start_cover)
    first_id = new_cover_id(environment.start).partition("-")[0]
    [cover] = environment.local.covers.list_statuses(environment.listener_id, since=first_id)
    return describe_cover(environment, case, environment.resume_stuck_cover(cover["cover_id"]))


def import_picture(environment: FaultEnvironment, case: FaultCase) -> Outcome:
    """Import an uploaded picture, and once more when the fault is over."""
    client = environment.create_client()
    picture_id = client.call("POST", "/api/pictures").json()["picture_id"]
    upload = upload_key(environment.listener_id, picture_id)
    environment.local.bucket.put(upload, encode(Image.linear_gradient("L")), "image/jpeg")
    request = ("POST", f"/api/pictures/{picture_id}/import")
    response = call_with_fault(environment, case, lambda: client.call(*request))
    is_final = response.status_code == 422
    assert client.call(*request).status_code == (404 if is_final else 200)
    assert not environment.local.bucket.exists(upload)
    return describe_response(response)


SCENARIOS: dict[str, Callable[[FaultEnvironment, FaultCase], Outcome]] = {
    **dict.fromkeys(STEPS, make_cover),
    "login": log_in,
    "page": list_playlists,
    "watch": watch_new_playlist,
    "accept": accept_request,
    "convert": import_picture,
}
