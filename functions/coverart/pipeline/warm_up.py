"""Starting the functions of a cover's steps before they are needed.

A stack for a few listeners is nearly always cold, and each step would start its function only when the step before it
has ended. WarmUpStateMachine invokes them meanwhile, at most two at the same time and without a retry: where Lambda
has no room, they stay cold.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from boto3.dynamodb.conditions import Attr
from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws import clients
from coverart.aws.dynamodb import write_conditionally
from coverart.aws.settings import Settings
from coverart.aws.telemetry import logger
from coverart.store.keys import WARM_UP_KEY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# Lambda keeps an idle function for at least this long.
_INTERVAL = timedelta(minutes=5)


class WarmUpSettings(Settings):
    """`warm_up_state_machine_arn`: empty where the owner has switched warming off."""

    keys_table: str
    state_machine_arn: str
    warm_up_state_machine_arn: str = ""


@dataclass(frozen=True)
class WarmUp:
    """Starts WarmUpStateMachine, at most once in five minutes and only while no cover is being made."""

    keys: "Table"
    step_functions: Any
    settings: WarmUpSettings

    @classmethod
    def create(cls) -> Self:
        """Raises ConfigurationError."""
        settings = WarmUpSettings.load()
        return cls(clients.get_table(settings.keys_table), clients.get_client("stepfunctions"), settings)

    def start(self, now: datetime, cover_id: str | None = None) -> bool:
        """Return whether it was started. Nothing depends on that, so an error is only logged.

        `cover_id`: the cover that has just been accepted. Its execution starts the function of the first step itself.
        """
        if not self.settings.warm_up_state_machine_arn:
            return False
        try:
            if not self._is_due(now) or self._is_busy(cover_id):
                return False
            self.step_functions.start_execution(
                stateMachineArn=self.settings.warm_up_state_machine_arn,
                input='{"is_started": true}' if cover_id else '{"is_started": false}',
            )
        except (ClientError, BotoCoreError):
            logger.warning("functions not warmed", exc_info=True)
            return False
        return True

    def _is_due(self, now: datetime) -> bool:
        seconds = int(now.timestamp())
        return write_conditionally(
            self.keys.put_item,
            Item={"key": WARM_UP_KEY, "expires_at": seconds + int(_INTERVAL.total_seconds())},
            ConditionExpression=Attr("key").not_exists() | Attr("expires_at").lte(seconds),
        )

    def _is_busy(self, cover_id: str | None) -> bool:
        """Return whether another cover is being made: the functions are warm then, and it needs the room."""
        executions = self.step_functions.list_executions(
            stateMachineArn=self.settings.state_machine_arn, statusFilter="RUNNING", maxResults=2
        )
        return any(execution["name"] != cover_id for execution in executions["executions"])
