from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from coverart.aws import clients
from coverart.pipeline.warm_up import WarmUp, WarmUpSettings

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
COVER, OTHER = "20261201T120000000-0123456789", "20261201T120000000-9876543210"


class StepFunctions:
    def __init__(self, running=()):
        self.running, self.inputs = running, []

    def list_executions(self, **arguments):
        assert arguments == {"stateMachineArn": "covers", "statusFilter": "RUNNING", "maxResults": 2}
        return {"executions": [{"name": name} for name in self.running]}

    def start_execution(self, **arguments):
        self.inputs.append(arguments["input"])


@pytest.fixture
def start(stack):
    def start(step_functions, at=NOW, cover_id=None, arn="warm-up"):
        settings = WarmUpSettings(keys_table="KeysTable", state_machine_arn="covers", warm_up_state_machine_arn=arn)
        return WarmUp(clients.get_table("KeysTable"), step_functions, settings).start(at, cover_id)

    return start


@pytest.mark.parametrize(
    ("running", "cover_id", "inputs"),
    [
        ([], None, ['{"is_started": false}']),
        ([COVER], COVER, ['{"is_started": true}']),
        ([COVER], None, []),
        ([OTHER, COVER], COVER, []),
    ],
)
def test_functions_are_warmed_unless_a_cover_is_being_made(start, running, cover_id, inputs):
    step_functions = StepFunctions(running)
    assert start(step_functions, cover_id=cover_id) is bool(inputs)
    assert step_functions.inputs == inputs


def test_functions_are_warmed_once_in_five_minutes(start):
    step_functions = StepFunctions()
    minutes = [0, 1, 4, 5, 9]
    assert [start(step_functions, NOW + timedelta(minutes=minute)) for minute in minutes] == [True, 0, 0, True, 0]


def test_warming_that_is_off_or_fails_changes_nothing(start):
    def fail(**_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")

    failing = SimpleNamespace(list_executions=lambda **_: {"executions": []}, start_execution=fail)
    assert not start(failing)
    step_functions = StepFunctions()
    assert not start(step_functions, arn="")
    assert step_functions.inputs == []
