"""Processes that end at the worst moment, and what the cleanup makes of what they leave behind."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
import requests

from coverart.pipeline.executions import CoverExecutions
from coverart.store.keys import artwork_key, backup_prefix, cover_prefix
from coverart.store.listeners import Listeners
from scripts import consistency
from settle.cleanup import Cleanup
from tests.faults.fault_plan import ALWAYS, Fault
from tests.faults.faults import find_fault, respond_with_error
from tests.faults.scenarios import wait_for_only_cover
from tests.stack.stack_state import OWN_IMAGE, accept_event_again, list_listener_data, wait_for

ORPHANS = {"cleanup": "orphans"}


def hang_end_of_step(environment, step):
    """Let the update hang with which a step stores its result. Return the fault."""
    return environment.plan.add("dynamodb", Fault("hang", step=step, body=b"timings"))


@pytest.mark.long
def test_late_files_of_a_deleted_cover_are_cleaned_up(environment):
    local = environment.local
    fault = hang_end_of_step(environment, "generate")
    cover_id = environment.start_cover()
    wait_for(fault.reached.is_set)
    assert environment.create_client().call("DELETE", f"/api/covers/{cover_id}").status_code == 204
    prefix = cover_prefix(environment.listener_id, cover_id)

    def store_late() -> bool:
        """Store a file until it stays: settle deletes the cover's files once, when its execution has stopped."""
        is_stored = local.list_keys(prefix) != []
        local.bucket.put(f"{prefix}painting.jpg", b"stored late", "image/jpeg")
        return is_stored

    wait_for(store_late, stable_seconds=2)
    assert environment.kill_processes("generate")
    environment.plan.clear()
    assert local.list_keys(prefix) == [f"{prefix}painting.jpg"]
    response, error = environment.invoke("settle", ORPHANS)
    assert (response["orphans_deleted"] >= 1, error) == (True, None)
    assert local.list_keys(prefix) == []
    assert consistency.find_problems(local) == []


@pytest.mark.long
def test_listener_deleted_while_a_step_is_killed_leaves_nothing(environment):
    local, listener_id = environment.local, environment.listener_id
    fault = hang_end_of_step(environment, "fetch")
    environment.start_cover()
    wait_for(fault.reached.is_set)
    assert environment.create_client().call("DELETE", "/api/me").status_code == 204
    local.bucket.put(artwork_key(listener_id, "late"), b"stored late", "image/jpeg")
    assert environment.kill_processes("fetch")
    environment.plan.clear()
    assert environment.invoke("settle", ORPHANS)[1] is None
    assert list_listener_data(local, listener_id) == []


@pytest.mark.long
def test_unreferenced_backup_is_deleted_after_a_day(environment, step_runner):
    local = environment.local
    playlist_id = environment.add_playlist(OWN_IMAGE)
    fail_to_store = Fault("respond", ALWAYS, body=b"#replaced", change_response=respond_with_error("dynamodb", 500))
    fault = environment.plan.add("dynamodb", fail_to_store)
    source = {"kind": "playlist", "playlist_id": playlist_id, "count": 2}
    item = step_runner.run("publish", source, publish=True)
    assert fault.reached.is_set()
    assert item["published"]["playlist_image"] == "not_set"
    environment.plan.clear()
    prefix = backup_prefix(environment.listener_id, playlist_id)
    orphans = local.list_keys(prefix)
    assert any("/own-" in key for key in orphans)
    assert consistency.find_problems(local, under_way=environment.partial_cover_ids) == [
        f"{key} is not referenced" for key in sorted(orphans)
    ]
    assert environment.invoke("settle", ORPHANS)[1] is None
    assert local.list_keys(prefix) == orphans, "an orphan of less than a day was deleted"
    # The same cleanup a day later.
    covers, listeners = local.covers, Listeners(local.table("Listeners"))
    executions = CoverExecutions(covers, local.client("stepfunctions"), local.outputs["StateMachineArn"])
    cleanup = Cleanup(covers, listeners, executions, local.bucket)
    summary = cleanup.delete_orphans(datetime.now(UTC) + timedelta(days=1, hours=1))
    assert summary["orphans_deleted"] >= len(orphans)
    assert consistency.find_problems(local, under_way=environment.partial_cover_ids) == []


@pytest.fixture
def broken_style_networks(environment, tmp_path):
    """Truncated networks in the deployed stylize function, which end the process that runs them."""
    package = tmp_path / "style_networks"
    package.mkdir()
    for file in files("style_networks").iterdir():
        if file.is_file():
            body = file.read_bytes()
            (package / file.name).write_bytes(body[:5000] if file.name.endswith(".tflite") else body)
    lambda_client, name = (
        environment.local.client("lambda"),
        environment.local.describe_function("StylizeFunction")["FunctionName"],
    )
    code = requests.get(lambda_client.get_function(FunctionName=name)["Code"]["Location"], timeout=60).content
    lambda_client.update_function_code(FunctionName=name, ZipFile=prepend_to_python_path(code, str(tmp_path)))
    yield
    lambda_client.update_function_code(FunctionName=name, ZipFile=code)


def prepend_to_python_path(code: bytes, folder: str) -> bytes:
    """Return a function's code with a bootstrap that imports from `folder` first."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(code)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename == "bootstrap":
                body = body.replace(b'PYTHONPATH="', f'PYTHONPATH="{folder}:'.encode())
            target.writestr(entry, body)
    return buffer.getvalue()


@pytest.mark.long
def test_cover_is_the_painting_if_the_style_networks_crash(environment, broken_style_networks):
    item = environment.make_cover(style_albums=None)
    assert item["status"] == "done", item.get("error")
    note = item["pictures"]["note"]
    assert "painting" in note
    assert note.endswith(".")
    cover = environment.create_client().call("GET", f"/api/covers/{item['cover_id']}").json()
    assert cover["style_note"] == note
    assert consistency.find_problems(environment.local) == []


@pytest.mark.long
def test_event_survives_a_killed_accept(environment):
    """Lambda retries an asynchronous invocation."""
    kill = find_fault("process killed before the call").create_fault("step_functions", "accept")
    fault = environment.plan.add("step_functions", kill)
    playlist_id = environment.add_playlist()
    environment.request_automatic_cover(playlist_id)
    wait_for(lambda: fault.hits)
    assert environment.kill_processes("accept")
    wait_for_only_cover(environment, playlist_id)
    detail = {"listener_id": environment.listener_id, "playlist_id": playlist_id}
    cover_id = accept_event_again(environment.local, detail)
    covers = environment.local.covers.list_by_playlist(environment.listener_id)[playlist_id]
    assert [cover["cover_id"] for cover in covers] == [cover_id]
