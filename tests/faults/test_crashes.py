"""What no table can say: processes that end where nobody comes back, and networks that cannot be run."""

import io
import time
import zipfile
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
import requests

from coverart.pipeline.executions import CoverExecutions
from coverart.store.keys import backup_prefix, cover_prefix
from coverart.store.listeners import Listeners
from scripts import consistency
from settle.cleanup import Cleanup
from tests.faults.faults import FAULTS, refusal
from tests.faults.fault_proxy import ALWAYS, Fault
from tests.faults.scenarios import own_picture
from tests.stack.api_client import until


@pytest.mark.long
def test_what_a_killed_step_left_of_a_deleted_cover_is_swept_away(world):
    cover = world.ask()
    fault = world.board.add("dynamodb", Fault("hang", step="generate", body=b"timings", times=1))
    until(lambda: fault.reached.is_set())
    prefix = cover_prefix(world.listener, cover)
    assert world.browser().ask("DELETE", f"/api/covers/{cover}").status_code == 204
    # Settle hears of the stopped execution, and looks too.
    until(lambda: any("it is gone" in line and cover in line for line in world.local.logs().splitlines()), every=0.5)
    world.local.bucket.put(f"{prefix}painting.jpg", b"came late", "image/jpeg")
    assert world.kill("generate")
    world.board.lift()
    assert world.local.keys(prefix) == [f"{prefix}painting.jpg"]
    told, error = world.invoke("settle", {"sweep": "leftovers"})
    assert (told["removed"] >= 1, error) == (True, None)
    assert world.local.keys(prefix) == []
    assert consistency.problems(world.local) == []


@pytest.mark.long
def test_a_listener_who_is_forgotten_while_a_step_is_killed_leaves_nothing(world):
    world.ask()
    fault = world.board.add("dynamodb", Fault("hang", step="fetch", body=b"timings", times=1))
    until(lambda: fault.reached.is_set())
    assert world.browser().ask("DELETE", "/api/me").status_code == 204
    world.local.bucket.put(f"artwork/{world.listener}/late.jpg", b"came late", "image/jpeg")
    assert world.kill("fetch")
    world.board.lift()
    assert world.invoke("settle", {"sweep": "leftovers"})[1] is None
    assert [key for key in world.local.keys("") if f"/{world.listener}/" in key] == []


@pytest.mark.long
def test_an_own_image_that_was_kept_and_never_written_down_is_swept_away_after_a_day(world):
    playlist = world.own_playlist(own_picture())
    refused = Fault("answer", ALWAYS, body=b"#replaced", answer=refusal("dynamodb", 500))
    fault = world.board.add("dynamodb", refused)
    item = world.run("publish", {"kind": "playlist", "playlist_id": playlist, "count": 2}, publish=True)
    assert fault.reached.is_set()
    assert item["published"]["playlist_image"] == "not_set"
    world.board.lift()
    left = world.local.keys(backup_prefix(world.listener, playlist))
    assert any("/own-" in key for key in left)
    assert consistency.problems(world.local, under_way=world.single) == [
        f"{key} is referred to by nothing" for key in sorted(left)
    ]
    assert world.invoke("settle", {"sweep": "leftovers"})[1] is None
    assert world.local.keys(backup_prefix(world.listener, playlist)) == left, "not a day old"
    # The same sweep, tomorrow.
    covers, listeners = world.local.covers, Listeners(world.local.table("Listeners"))
    executions = CoverExecutions(covers, world.local.client("stepfunctions"), world.local.outputs["StateMachineArn"])
    sweep = Cleanup(covers, listeners, executions, world.local.bucket)
    assert sweep.leftovers(datetime.now(UTC) + timedelta(days=1, hours=1))["removed"] >= len(left)
    assert consistency.problems(world.local, under_way=world.single) == []


@pytest.fixture
def broken_networks(world, tmp_path):
    """The deployed stylizer finds networks that are cut off: whoever runs them dies."""
    package = tmp_path / "style_networks"
    package.mkdir()
    for file in files("style_networks").iterdir():
        if file.is_file():
            body = file.read_bytes()
            (package / file.name).write_bytes(body[:5000] if file.name.endswith(".tflite") else body)
    client, name = world.local.client("lambda"), world.function("stylize")
    code = requests.get(client.get_function(FunctionName=name)["Code"]["Location"], timeout=30).content
    client.update_function_code(FunctionName=name, ZipFile=_finding(code, str(tmp_path)))
    yield
    client.update_function_code(FunctionName=name, ZipFile=code)


def _finding(code: bytes, folder: str) -> bytes:
    """The function's code, whose bootstrap looks into the folder first."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(code)) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "bootstrap":
                body = body.replace(b'PYTHONPATH="', f'PYTHONPATH="{folder}:'.encode())
            new.writestr(entry, body)
    return changed.getvalue()


@pytest.mark.long
def test_where_the_style_networks_kill_their_process_the_cover_is_the_painting_and_says_so(world, broken_networks):
    item = world.make(style_albums=None)
    assert item["status"] == "done", item.get("error")
    assert item["pictures"]["note"].endswith("the painting as it was painted.")
    shown = world.browser().ask("GET", f"/api/covers/{item['cover_id']}").json()
    assert shown["style_note"] == item["pictures"]["note"]
    assert consistency.problems(world.local) == []


@pytest.mark.long
def test_an_event_is_not_lost_where_accept_is_killed(world):
    """Lambda tries an asynchronous invocation again."""
    fault = world.board.add("states", FAULTS["process killed"].on("states", "accept"))
    playlist = world.own_playlist()
    world.events(playlist)
    until(lambda: fault.hits)
    assert world.kill("accept")
    covers = until(lambda: world.local.covers.list_by_playlist(world.listener).get(playlist))
    assert len(covers) == 1
    assert world.wait(covers[0]["cover_id"])["status"] == "done"
    time.sleep(1)
    assert len(world.local.covers.list_by_playlist(world.listener)[playlist]) == 1
