"""Processes that end at the worst moment, and what the cleanup makes of what they leave behind."""

import pytest

from coverart.pipeline.executions import execution_arn
from coverart.store.keys import backup_prefix, cover_prefix
from scripts import consistency
from tests.faults.fault_proxy import ALWAYS, Fault
from tests.faults.faults import create_fault, refuse
from tests.faults.scenarios import playlist_source, wait_for_only_cover
from tests.stack.stack_state import (
    OWN_IMAGE,
    accept_event_again,
    list_listener_data,
    put_cover_event,
    read_execution_history,
    wait_for,
)


@pytest.mark.long
@pytest.mark.parametrize(("path", "step"), [("/api/covers/{}", "generate"), ("/api/me", "fetch")])
def test_files_of_a_step_killed_after_a_deletion_are_cleaned_up(environment, path, step):
    """Delete the cover or the listener while the step hangs in the update with which it stores its result."""
    local, listener_id = environment.local, environment.listener_id
    fault = environment.plan.add("dynamodb", Fault("hang", step=step, body=b"timings"))
    cover_id = environment.start_cover()
    wait_for(fault.reached.is_set)
    assert environment.create_client().call("DELETE", path.format(cover_id)).status_code == 204
    prefix = cover_prefix(listener_id, cover_id)

    def store_late() -> bool:
        """Store a file until it stays: settle deletes the cover's files once, when its execution has stopped."""
        is_stored = local.list_keys(prefix) != []
        local.bucket.put(f"{prefix}painting.jpg", b"stored late", "image/jpeg")
        return is_stored

    wait_for(store_late, stable_seconds=2)
    assert environment.kill_processes(step)
    environment.plan.clear()
    assert local.list_keys(prefix) == [f"{prefix}painting.jpg"]
    assert environment.clean_up("orphans")["orphans_deleted"] >= 1
    assert local.list_keys(prefix) == []
    history = read_execution_history(local, execution_arn(local.outputs["StateMachineArn"], cover_id))
    kinds = [event["type"] for event in history]
    assert "TaskScheduled" not in kinds[kinds.index("ExecutionAborted") :], "a stopped execution went on"
    assert path != "/api/me" or list_listener_data(local, listener_id) == []
    assert consistency.find_problems(local) == []


@pytest.mark.long
def test_unreferenced_backup_stays_for_the_day(environment):
    """The tests of the cleanup look a day ahead."""
    playlist_id = environment.add_playlist(OWN_IMAGE)
    fault = Fault("respond", ALWAYS, body=b"#replaced", change_response=refuse(500).change_response)
    environment.plan.add("dynamodb", fault)
    cover_id = environment.start_cover("publish", playlist_source(playlist_id), publish=True)
    item = environment.wait_for_cover(cover_id, "publish")
    assert fault.reached.is_set()
    assert item["published"]["playlist_image"] == "not_set"
    environment.plan.clear()
    prefix = backup_prefix(environment.listener_id, playlist_id)
    orphans = environment.local.list_keys(prefix)
    assert any("/own-" in key for key in orphans)
    problems = consistency.find_problems(environment.local, under_way=environment.partial_cover_ids)
    assert problems == [f"{key} is not referenced" for key in sorted(orphans)]
    environment.clean_up("orphans")
    assert environment.local.list_keys(prefix) == orphans, "an orphan of less than a day was deleted"
    environment.local.bucket.delete_prefix(prefix)


@pytest.mark.long
def test_event_survives_a_killed_accept(environment):
    """Lambda retries an asynchronous invocation."""
    kill = create_fault("process killed before the call", "step_functions", "accept")
    fault = environment.plan.add("step_functions", kill)
    playlist_id = environment.add_playlist()
    detail = {"listener_id": environment.listener_id, "playlist_id": playlist_id}
    put_cover_event(environment.local, detail)
    wait_for(lambda: fault.hits)
    assert environment.kill_processes("accept")
    wait_for_only_cover(environment, playlist_id)
    cover_id = accept_event_again(environment.local, detail)
    covers = environment.local.covers.list_by_playlist(environment.listener_id)[playlist_id]
    assert [cover["cover_id"] for cover in covers] == [cover_id]
