"""What the template lets functions do is what tests/permissions.py says, to the letter."""

import re

import pytest

from tests.permissions import PERMISSIONS as MAY

_PARAMETER = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}/"
_EXECUTION = re.compile(
    r"arn:\$\{AWS::Partition\}:states:\$\{AWS::Region\}:\$\{AWS::AccountId\}:execution:\$\{(\w+)\.Name\}:\*"
)


def listed(value):
    return value if isinstance(value, list) else [value]


def place(resource):
    """What a policy's resource is called in tests/permissions.py."""
    match resource:
        case {"Ref": name}:
            return name
        case {"Fn::GetAtt": [name, "Arn"]}:
            return name
        case {"Fn::Sub": text} if text.startswith("${Bucket.Arn}/"):
            return text.replace("${Bucket.Arn}", "Bucket")
        case {"Fn::Sub": text} if text.startswith(_PARAMETER):
            return text.replace(_PARAMETER, "parameter/")
        case {"Fn::Sub": text} if found := _EXECUTION.fullmatch(text):
            return found[1]
    raise AssertionError(f"What is {resource}?")


def granted(properties):
    statements = [statement for policy in properties["Policies"] for statement in policy["Statement"]]
    assert all(statement.keys() == {"Effect", "Action", "Resource"} for statement in statements)
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    found = [
        f"{action} {place(resource)}"
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]
    assert len(found) == len(set(found)), "granted twice"
    # SAM's own grant, with a destination for what fails.
    queues = [
        destination["Destination"]["Fn::GetAtt"][0]
        for destination in properties.get("EventInvokeConfig", {}).get("DestinationConfig", {}).values()
    ]
    return {*found, *(f"sqs:SendMessage {queue}" for queue in queues)}


def test_every_function_has_its_line_in_the_table(template):
    functions = {name for name, r in template["Resources"].items() if r["Type"] == "AWS::Serverless::Function"}
    assert functions == MAY.keys()


@pytest.mark.parametrize("function", sorted(MAY))
def test_a_function_is_granted_what_it_needs_and_nothing_else(template, function):
    properties = template["Resources"][function]["Properties"]
    assert granted(properties) == MAY[function]
    assert not {"Role", "ManagedPolicyArns", "Connectors"} & properties.keys()


def test_what_a_function_may_touch_is_known_to_it_by_a_variable(template):
    """A table or bucket that a function is not told of is one that it does not need, and the other way round."""
    common = {"ListenersTable", "CoversTable", "KeysTable", "Bucket"}
    for function, may in MAY.items():
        variables = template["Resources"][function]["Properties"]["Environment"]["Variables"].values()
        told = {value["Ref"] for value in variables if "Ref" in value} & common
        touched = {entry.split(" ")[1].split("/")[0] for entry in may} & common
        assert told == touched, function


def test_a_wildcard_is_only_in_parts_of_the_bucket_and_names_of_executions(template):
    for function in MAY:
        for policy in template["Resources"][function]["Properties"]["Policies"]:
            resources = [text for s in policy["Statement"] for text in listed(s["Resource"])]
            starred = [text for text in resources if "*" in str(text)]
            assert all(re.fullmatch(r"Bucket/\w+/\*|\w+StateMachine", place(text)) for text in starred), function
