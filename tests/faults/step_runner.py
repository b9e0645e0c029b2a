"""Running one step of a cover alone, in the deployed state machine."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from coverart.aws.dynamodb import to_dynamodb
from coverart.models import STEPS
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_prefix
from scripts import consistency
from scripts.local.stack import LocalStack
from tests.faults.environment import FaultEnvironment

# Each step's result on the cover's item, or that of its only candidate, and the state after the step.
RESULT_ATTRIBUTES = {
    "fetch": ("fetched", "IsDetectionEnabled"),
    "detect": ("detected", "Prompt"),
    "prompt": ("prompted", "Candidates"),
    "generate": ("painting", "Stylize"),
    "stylize": ("pictures", "IsAnyCandidateDone"),
    "publish": ("published", ""),
}
# The variables of the state machine that hold earlier results, and where the execution's input has them.
_VARIABLES = {name: name for name in ("fetched", "detected", "painting", "candidates")}
_VARIABLES["prompts"] = "prompted.prompts"
_OF_CANDIDATE = ("painting", "pictures")

Files = dict[str, tuple[bytes, str]]


@dataclass
class StepRunner:
    """Starts covers at any step, with copies of a finished cover's results of the earlier steps.

    `item`: the finished cover's item. `files`: content and type of its files by name. `machine_arns`: the state machine
    of each step.
    """

    environment: FaultEnvironment
    item: dict[str, Any] = field(repr=False)
    files: Files = field(repr=False)
    machine_arns: dict[str, str] = field(default_factory=dict)

    @classmethod
    def create(cls, environment: FaultEnvironment) -> "StepRunner":
        """Make the finished cover. Its artwork is restored for each test."""
        environment.reset()
        item = environment.make_cover()
        assert item["status"] == "done", item
        environment.artwork = _read_files(environment.local, "artwork/")
        prefix = cover_prefix(environment.listener_id, item["cover_id"])
        files = _read_files(environment.local, prefix)
        return cls(environment, item, {key.removeprefix(prefix): file for key, file in files.items()})

    def start(self, step: str, source: dict[str, Any] | None = None, **options: Any) -> str:
        """Start an execution that runs `step` only. Return the new cover's id.

        With the option `publish`, the listener's own image may be replaced.
        """
        request = {
            **self.item["request"],
            "source": source or self.item["request"]["source"],
            "options": {**self.item["request"]["options"], **options},
            "replace_own": options.get("publish", False),
        }
        cover_id = new_cover_id(datetime.now(UTC))
        results = self._copy_results(step, cover_id)
        self._put_item(cover_id, request, results)
        execution_input = {
            "listener_id": self.environment.listener_id,
            "cover_id": cover_id,
            **{name: request[name] for name in ("source", "options", "replace_own")},
            "results": results,
        }
        self.environment.local.client("stepfunctions").start_execution(
            stateMachineArn=self._get_machine(step), name=cover_id, input=json.dumps(execution_input)
        )
        return cover_id

    def wait(self, step: str, cover_id: str) -> dict[str, Any]:
        """Return the cover's item once the execution has ended. A failed one is settled as on AWS."""
        environment = self.environment
        execution = environment.wait_for_execution(self._get_machine(step), cover_id)
        if execution["status"] != "SUCCEEDED":
            environment.plan.clear()
            detail = {name: execution.get(name) for name in ("status", "input", "error", "cause")}
            environment.invoke("settle", {"detail": detail})
        return environment.local.covers.get(environment.listener_id, cover_id) or {}

    def run(self, step: str, source: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """Start a step, and return the cover's item once it has ended."""
        return self.wait(step, self.start(step, source, **options))

    def _copy_results(self, step: str, cover_id: str) -> dict[str, Any]:
        """Return the results of the steps before `step`. Their files are copied to the new cover."""
        attributes = [RESULT_ATTRIBUTES[earlier][0] for earlier in STEPS[: STEPS.index(step)]]
        results = {attribute: self.item[attribute] for attribute in attributes}
        bucket = self.environment.local.bucket
        prefix = cover_prefix(self.environment.listener_id, cover_id)
        if "painting" in results:
            results["painting"] = {**results["painting"], "key": f"{prefix}painting.jpg"}
            bucket.put(f"{prefix}painting.jpg", *self.files["painting.jpg"])
        if "pictures" in results:
            keys = {kind: prefix + name for kind, name in consistency.PICTURE_FILES.items()}
            results["pictures"] = {**results["pictures"], **keys}
            results["candidates"] = [{"pictures": results["pictures"]}]
            for name in consistency.PICTURE_FILES.values():
                bucket.put(prefix + name, *self.files[name])
        return results

    def _put_item(self, cover_id: str, request: dict[str, Any], results: dict[str, Any]) -> None:
        item = {
            "listener_id": self.environment.listener_id,
            "cover_id": cover_id,
            "request": request,
            "status": "accepted",
            "timings": {},
            "created_at": datetime.now(UTC).isoformat(),
            **{name: result for name, result in results.items() if name not in _OF_CANDIDATE},
            "candidates": {"0": {"timings": {}, **{n: results[n] for n in _OF_CANDIDATE if n in results}}},
        }
        self.environment.local.table("Covers").put_item(Item=to_dynamodb(item))
        self.environment.partial_cover_ids.append(cover_id)

    def _get_machine(self, step: str) -> str:
        """Return a copy of the deployed state machine, with all its retries and catches, that runs `step` only."""
        if step not in self.machine_arns:
            local = self.environment.local
            step_functions = local.client("stepfunctions")
            deployed = step_functions.describe_state_machine(stateMachineArn=local.outputs["StateMachineArn"])
            response = step_functions.create_state_machine(
                name=f"only-{step}",
                definition=json.dumps(_build_definition(json.loads(deployed["definition"]), step)),
                roleArn=deployed["roleArn"],
            )
            self.machine_arns[step] = response["stateMachineArn"]
        return self.machine_arns[step]


def _build_definition(definition: dict[str, Any], step: str) -> dict[str, Any]:
    """Return a definition that assigns the earlier results from the input, and ends after `step`."""
    attributes = [RESULT_ATTRIBUTES[earlier][0] for earlier in STEPS[: STEPS.index(step)]]
    states, first_state = definition["States"], step.capitalize()
    candidates = states["Candidates"]["ItemProcessor"]
    if first_state in candidates["States"]:
        candidates["StartAt"], first_state = first_state, "Candidates"
        states["IsAnyCandidateDone"]["Choices"][0]["Next"] = "End"
    for state in candidates["States"].values():
        if step == "generate" and state.get("Next") == RESULT_ATTRIBUTES[step][1]:
            del state["Next"]
            state |= {"Output": {"pictures": True}, "End": True}
    for state in states.values():
        if state.get("Next") == RESULT_ATTRIBUTES[step][1]:
            state["Next"] = "End"
    assign_results = {
        "Type": "Pass",
        "Assign": {
            name: f"{{% $states.context.Execution.Input.results.{path} %}}"
            for name, path in _VARIABLES.items()
            if path.partition(".")[0] in attributes or (name == "candidates" and step == "publish")
        },
        "Next": first_state,
        "Output": {},
    }
    return {
        **definition,
        "StartAt": "AssignResults",
        "States": {**states, "AssignResults": assign_results, "End": {"Type": "Succeed"}},
    }


def _read_files(local: LocalStack, prefix: str) -> Files:
    """Return content and type of the files below a prefix of the bucket, by key."""
    s3, bucket = local.client("s3"), local.bucket
    return {
        key: (bucket.get(key), s3.head_object(Bucket=bucket.name, Key=key)["ContentType"])
        for key in local.list_keys(prefix)
    }
