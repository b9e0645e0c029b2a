"""The parts of the template, by their logical ids, and how its tests read policies and states."""

import pytest


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


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(properties):
    """Return the statements of all policies of a function or state machine."""
    return [statement for policy in properties["Policies"] for statement in policy["Statement"]]


def list_states(definition):
    """Return names and states of a state machine's definition, with those of its Map states."""
    states = list(definition["States"].items())
    return [*states, *(inner for _, s in states if s["Type"] == "Map" for inner in list_states(s["ItemProcessor"]))]


def function_of(state):
    """Return the logical id of the function that a state invokes."""
    match state["Arguments"]["FunctionName"]:
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
    raise AssertionError(f"{state['Arguments']['FunctionName']} is no function.")
