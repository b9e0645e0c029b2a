"""Executions of the apply machine: each sets a playlist's image as an entry of its history says."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from coverart import aws
from coverart.history import Entry, History, execution_name

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class ApplyExecutions:
    history: History
    step_functions: "SFNClient"
    state_machine_arn: str

    def start(self, listener_id: str, entry: Entry, replace_own: bool) -> None:
        """Harmless where it was started before. An entry whose execution cannot be started says so, and does not hang.

        `replace_own`: the listener's own image may make room, and is kept. Raises StorageUnavailableError,
        ConfigurationError, NotFoundError (the entry was cleared meanwhile).
        """
        asked = {
            "listener_id": listener_id,
            "playlist_id": entry.playlist_id,
            "entry_id": entry.entry_id,
            "replace_own": replace_own,
        }
        try:
            self.step_functions.start_execution(
                stateMachineArn=self.state_machine_arn,
                name=execution_name(entry.entry_id, entry.tries),
                input=json.dumps(asked),
            )
        except self.step_functions.exceptions.ExecutionAlreadyExists:
            return  # an answer that was lost on its way to us, or another tick of watch
        except (ClientError, BotoCoreError) as error:
            reason = aws.named(error)
            failed = entry.model_copy(update={"status": "not_set", "code": reason.code, "message": str(reason)})
            self.history.write(listener_id, failed, "status", "code", "message")
            raise reason from error
