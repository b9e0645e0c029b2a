"""How the tests of the template read policies and states."""


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(properties):
    """Return the statements of all policies of a function or state machine."""
    return [statement for policy in properties["Policies"] for statement in policy["Statement"]]


def function_of(state):
    """Return the logical id of the function that a state invokes."""
    match state["Arguments"]["FunctionName"]:
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
    raise AssertionError(f"{state['Arguments']['FunctionName']} is no function.")
