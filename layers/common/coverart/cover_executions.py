"""Executions of the state machine that makes covers; an execution's name is its cover's id."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from coverart.covers import Covers
from coverart.failure import Failure, explain

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_NOT_THERE = {"ExecutionDoesNotExist", "StateMachineDoesNotExist"}


@dataclass(frozen=True)
class CoverExecutions:
    covers: Covers
    step_functions: "SFNClient"
    state_machine_arn: str

    def start(self, listener_id: str, cover_id: str) -> None:
        """Starts what was accepted; harmless where it was started before."""
        item = self.covers.get(listener_id, cover_id)
        if item is None or item["status"] != "accepted":
            return
        taken = {name: item["request"][name] for name in ("source", "options", "replace_own")}
        try:
            self.step_functions.start_execution(
                stateMachineArn=self.state_machine_arn,
                name=cover_id,
                input=json.dumps({"listener_id": listener_id, "cover_id": cover_id, **taken}),
            )
        except self.step_functions.exceptions.ExecutionAlreadyExists:
            return

    def failure(self, cover_id: str) -> Failure | None:
        """Why the cover's execution ended badly; None where it has not, or there is none yet."""
        try:
            told = self.step_functions.describe_execution(executionArn=self._arn(cover_id))
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                return None
            raise
        if told["status"] in {"RUNNING", "SUCCEEDED", "PENDING_REDRIVE"}:
            return None
        return explain(told["status"], told.get("error"), told.get("cause"))

    def _arn(self, cover_id: str) -> str:
        return f"{self.state_machine_arn.replace(':stateMachine:', ':execution:')}:{cover_id}"
