"""Running one step of a cover alone, in the deployed state machine, on copies of a finished cover's earlier results."""

import json
from datetime import UTC, datetime
from typing import Any

from coverart.aws.dynamodb import to_dynamodb
from coverart.models import STEPS
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.covers import new_item
from scripts.local.stack import LocalStack

# The attribute of each step's result on the cover's item, or on that of its only candidate.
_RESULTS = {
    "fetch": "fetched",
    "detect": "detected",
    "prompt": "prompted",
    "generate": "painting",
    "stylize": "pictures",
}
_OF_CANDIDATE = ("painting", "pictures")
# The variable of the state machine that holds each step's result, its value, and the state after the step.
_VARIABLES = {
    "fetch": ("fetched", "fetched", "IsDetectionEnabled"),
    "detect": ("detected", "detected", "Prompt"),
    "prompt": ("prompts", "prompted.prompts", "Candidates"),
    "generate": ("painting", "painting", "Stylize"),
    "stylize": ("candidates", "candidates", "Publish"),
}

Files = dict[str, tuple[bytes, str]]


def read_files(local: LocalStack, *prefixes: str) -> Files:
    """Return content and type of the files below these prefixes of the bucket, by key."""
    s3, bucket = local.client("s3"), local.bucket
    return {
        key: (bucket.get(key), s3.head_object(Bucket=bucket.name, Key=key)["ContentType"])
        for prefix in prefixes
        for key in local.list_keys(prefix)
    }


def put_cover(
    local: LocalStack,
    finished: dict[str, Any],
    files: Files,
    step: str,
    source: dict[str, Any],
    options: dict[str, Any],
) -> tuple[str, dict[str, Any]]:
    """Store a cover whose next step is `step`. Return its id, and the input of an execution that runs the step.

    With the option `publish`, the listener's own image may be replaced.
    """
    cover_id = new_cover_id(datetime.now(UTC))
    copy = json.loads(json.dumps(finished).replace(finished["cover_id"], cover_id))
    results = {name: copy[name] for name in [_RESULTS[earlier] for earlier in STEPS[: STEPS.index(step)]]}
    request = {
        **copy["request"],
        "source": source,
        "options": {**copy["request"]["options"], **options},
        "replace_own": options.get("publish", False),
    }
    item = new_item(copy["listener_id"], cover_id, request, datetime.now(UTC))
    for name, result in results.items():
        (item["candidates"]["0"] if name in _OF_CANDIDATE else item)[name] = result
    local.table("Covers").put_item(Item=to_dynamodb(item))
    for key in [key for key in files if finished["cover_id"] in key]:
        if step == "publish" or (step == "stylize" and "/painting" in key):
            local.bucket.put(key.replace(finished["cover_id"], cover_id), *files[key])
    results["candidates"] = [{"pictures": results.get("pictures")}]
    ids = {"listener_id": copy["listener_id"], "cover_id": cover_id}
    return cover_id, {
        **ids,
        **{name: request[name] for name in ("source", "options", "replace_own")},
        "results": results,
    }


def create_machine(local: LocalStack, step: str) -> str:
    """Create a copy of the deployed state machine, with all its retries and catches, that runs `step` only."""
    step_functions = local.client("stepfunctions")
    deployed = step_functions.describe_state_machine(stateMachineArn=local.outputs["StateMachineArn"])
    definition = json.loads(deployed["definition"])
    states, first_state = definition["States"], step.capitalize()
    processor = states["Candidates"]["ItemProcessor"]
    if first_state in processor["States"]:
        processor["StartAt"], first_state = first_state, "Candidates"
        states["Publish"] = {"Type": "Succeed"}
    for each in (states, processor["States"]):
        if step in _VARIABLES and (next_state := _VARIABLES[step][2]) in each:
            each[next_state] = {"Type": "Pass", "Output": {"pictures": True}, "End": True}
    variables = [_VARIABLES[earlier][:2] for earlier in STEPS[: STEPS.index(step)]]
    states["AssignResults"] = {
        "Type": "Pass",
        "Assign": {name: f"{{% $states.context.Execution.Input.results.{path} %}}" for name, path in variables},
        "Next": first_state,
        "Output": {},
    }
    response = step_functions.create_state_machine(
        name=f"only-{step}",
        definition=json.dumps({**definition, "StartAt": "AssignResults"}),
        roleArn=deployed["roleArn"],
    )
    return str(response["stateMachineArn"])
