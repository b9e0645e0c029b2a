"""One deployed stack with a fault proxy in front of each dependency, for all tests here."""

from collections.abc import Iterator

import pytest

from tests.faults.environment import FaultEnvironment, start_environment


@pytest.fixture(scope="package")
def deployed_environment() -> Iterator[FaultEnvironment]:
    with start_environment() as environment:
        yield environment


@pytest.fixture
def environment(deployed_environment: FaultEnvironment) -> FaultEnvironment:
    """The environment without faults, and with a new listener."""
    deployed_environment.reset()
    return deployed_environment
