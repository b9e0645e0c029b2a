"""A fake of the client of Step Functions."""

import json
from typing import Any

from tests.client_errors import client_error


class FakeStepFunctions:
    """`started`: the inputs of executions by name. `stopped`: ARNs. `statuses`: of executions that ended, by name.

    `throttled`: the name of an execution that cannot be started, or of a state machine whose executions cannot.
    """

    class exceptions:  # noqa: N801  # boto3's name
        class ExecutionAlreadyExists(Exception):  # noqa: N818  # Step Functions' name
            pass

    def __init__(self) -> None:
        self.started: dict[str, Any] = {}
        self.stopped: list[str] = []
        self.statuses: dict[str, str] = {}
        self.throttled: str | None = None

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803  # boto3's names
        if self.throttled in {name, stateMachineArn.rsplit(":", 1)[-1]}:
            raise client_error("ThrottlingException")
        if name in self.started:
            raise self.exceptions.ExecutionAlreadyExists
        self.started[name] = json.loads(input)

    def stop_execution(self, *, executionArn: str) -> None:  # noqa: N803  # boto3's name
        self.stopped.append(executionArn)
        if executionArn.rsplit(":", 1)[1] not in self.started:
            raise client_error("ExecutionDoesNotExist")

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803  # boto3's name
        name = executionArn.rsplit(":", 1)[1]
        if name not in self.started | self.statuses:
            raise client_error("ExecutionDoesNotExist")
        return {"status": self.statuses.get(name, "RUNNING")}
