"""The parts of the template, by their logical ids."""

import pytest

from tests.unit.template.helpers import list_states


@pytest.fixture(scope="session")
def resources(template):
    return template["Resources"]


@pytest.fixture(scope="session")
def functions(resources):
    """The functions' properties."""
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}


@pytest.fixture(scope="session")
def machines(resources):
    """The definitions of the state machines that work for a cover. WarmUpStateMachine only calls what may fail."""
    return {
        name: resource["Properties"]["Definition"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::StateMachine" and name != "WarmUpStateMachine"
    }


@pytest.fixture(scope="session")
def tasks(machines):
    """The task states, by the state machine's and their own name."""
    return {
        (machine, name): state
        for machine, definition in machines.items()
        for name, state in list_states(definition)
        if state["Type"] == "Task"
    }


@pytest.fixture(scope="session")
def invocations(tasks):
    """The task states that invoke a function."""
    return {name: state for name, state in tasks.items() if state["Resource"]["Fn::Sub"].endswith(":lambda:invoke")}
