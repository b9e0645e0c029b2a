"""How the tests of the template read policies and states."""


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
