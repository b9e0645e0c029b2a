"""Executions of the two state machines: making a cover, and setting a playlist's image."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws.errors import as_domain_error
from coverart.errors import CoverArtError
from coverart.pipeline.execution_errors import explain_failure
from coverart.store.covers import Covers
from coverart.store.publish_history import HistoryEntry, PublishHistory

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_NOT_FOUND_CODES = {"ExecutionDoesNotExist", "StateMachineDoesNotExist"}


def execution_arn(state_machine_arn: str, name: str) -> str:
    """Return the ARN of a state machine's execution."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


def apply_execution_name(entry_id: str, tries: int) -> str:
    """Return the name of the execution that sets an entry's image: each attempt has one of its own."""
    return f"{entry_id}-{tries}" if tries else entry_id


@dataclass(frozen=True)
class CoverExecutions:
    """Executions that make covers; each has its cover's id as its name."""

    covers: Covers
    step_functions: "SFNClient"
    state_machine_arn: str

    def start(self, listener_id: str, cover_id: str) -> None:
        """Start an accepted cover. Starting it twice is harmless."""
        item = self.covers.get(listener_id, cover_id)
        if item is None or item["status"] != "accepted":
            return
        request = {name: item["request"][name] for name in ("source", "options", "replace_own")}
        try:
            self.step_functions.start_execution(
                stateMachineArn=self.state_machine_arn,
                name=cover_id,
                input=json.dumps({"listener_id": listener_id, "cover_id": cover_id, **request}),
            )
        except self.step_functions.exceptions.ExecutionAlreadyExists:
            return

    def find_failure(self, cover_id: str) -> CoverArtError | None:
        """Return why the cover's execution failed, or None where it did not fail or was never started."""
        try:
            execution = self.step_functions.describe_execution(
                executionArn=execution_arn(self.state_machine_arn, cover_id)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_FOUND_CODES:
                return None
            raise
        if execution["status"] in {"RUNNING", "SUCCEEDED", "PENDING_REDRIVE"}:
            return None
        return explain_failure(execution["status"], execution.get("error"), execution.get("cause"))


@dataclass(frozen=True)
class ApplyExecutions:
    """Executions that set a playlist's image as an entry of its history says."""

    history: PublishHistory
    step_functions: "SFNClient"
    state_machine_arn: str

    def start(self, listener_id: str, entry: HistoryEntry, replace_own: bool) -> None:
        """Start setting the entry's image. Starting it twice is harmless.

        `replace_own`: the listener's own image may be replaced; it is stored first. Where the execution does not start,
        it marks the entry as not set. Raises StorageUnavailableError, ConfigurationError, and NotFoundError where the
        entry has been cleared.
        """
        request = {
            "listener_id": listener_id,
            "playlist_id": entry.playlist_id,
            "entry_id": entry.entry_id,
            "replace_own": replace_own,
        }
        try:
            self.step_functions.start_execution(
                stateMachineArn=self.state_machine_arn,
                name=apply_execution_name(entry.entry_id, entry.tries),
                input=json.dumps(request),
            )
        except self.step_functions.exceptions.ExecutionAlreadyExists:
            return  # the response to an earlier call was lost, or another run of watch was faster
        except (ClientError, BotoCoreError) as error:
            reason = as_domain_error(error)
            self.history.update(listener_id, entry, status="not_set", code=reason.code, message=str(reason))
            raise reason from error
