"""The parts of the template, by their logical ids."""

from typing import Any

import pytest


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return template["Resources"]


@pytest.fixture(scope="session")
def functions(resources: dict[str, Any]) -> dict[str, Any]:
    """The functions' properties."""
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}


@pytest.fixture(scope="session")
def machines(resources: dict[str, Any]) -> dict[str, Any]:
    """The state machines' definitions."""
    return {
        name: resource["Properties"]["Definition"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    }


@pytest.fixture(scope="session")
def tasks(machines: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """The task states, by the state machine's and their own name."""
    return {
        (machine, name): state
        for machine, definition in machines.items()
        for name, state in definition["States"].items()
        if state["Type"] == "Task"
    }


@pytest.fixture(scope="session")
def invocations(tasks: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """The task states that invoke a function."""
    return {name: state for name, state in tasks.items() if state["Resource"].endswith(":lambda:invoke")}
