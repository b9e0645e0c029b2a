"""One deployed stack with a fault proxy in front of each dependency, for all tests here."""

from collections.abc import Iterator

import pytest

from tests.faults.environment import FaultEnvironment, start_environment
from tests.faults.step_runner import StepRunner


@pytest.fixture(scope="package")
def shared_step_runner() -> Iterator[StepRunner]:
    with start_environment() as environment:
        yield StepRunner.create(environment)


@pytest.fixture
def step_runner(shared_step_runner: StepRunner) -> StepRunner:
    """The runner, in an environment without faults and with a new listener."""
    shared_step_runner.environment.reset()
    return shared_step_runner


@pytest.fixture
def environment(step_runner: StepRunner) -> FaultEnvironment:
    return step_runner.environment
