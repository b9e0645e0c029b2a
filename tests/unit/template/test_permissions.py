"""The template permits each function exactly what tests/permissions.py says."""

import re

import pytest

from tests.permissions import PERMISSIONS
from tests.unit.template.conftest import as_list, statements

_PARAMETER = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}/"
_EXECUTION = re.compile(
    r"arn:\$\{AWS::Partition\}:states:\$\{AWS::Region\}:\$\{AWS::AccountId\}:execution:\$\{(\w+)\.Name\}:\*"
)


def short_name(resource):
    """Return what tests/permissions.py calls a policy's resource."""
    match resource:
        case {"Ref": name}:
            return name
        case {"Fn::GetAtt": [name, "Arn"]}:
            return name
        case {"Fn::Sub": text} if text.startswith("${Bucket.Arn}/"):
            return text.replace("${Bucket.Arn}", "Bucket")
        case {"Fn::Sub": text} if text.startswith(_PARAMETER):
            return text.replace(_PARAMETER, "parameter/")
        case {"Fn::Sub": text} if match := _EXECUTION.fullmatch(text):
            return match[1]
    raise AssertionError(f"What is {resource}?")


def allowing(properties):
    return [statement for statement in statements(properties) if statement["Effect"] == "Allow"]


def permissions_of(properties):
    assert all(statement.keys() == {"Effect", "Action", "Resource"} for statement in allowing(properties))
    permissions = [
        f"{action} {short_name(resource)}"
        for statement in allowing(properties)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]
    assert len(permissions) == len(set(permissions)), "permitted twice"
    # SAM itself permits sending to a destination for failures.
    queues = [
        destination["Destination"]["Fn::GetAtt"][0]
        for destination in properties.get("EventInvokeConfig", {}).get("DestinationConfig", {}).values()
    ]
    return {*permissions, *(f"sqs:SendMessage {queue}" for queue in queues)}


@pytest.mark.parametrize("function", sorted(PERMISSIONS))
def test_function_may_do_exactly_what_the_table_says(functions, function):
    assert permissions_of(functions[function]) == PERMISSIONS[function]
    assert not {"Role", "ManagedPolicyArns", "Connectors"} & functions[function].keys()
    # Only parts of the bucket and executions have wildcards.
    resources = [text for s in allowing(functions[function]) for text in as_list(s["Resource"])]
    wildcards = [short_name(text) for text in resources if "*" in str(text)]
    assert all(re.fullmatch(r"Bucket/\w+/\*(/mask\.png)?|\w+StateMachine", name) for name in wildcards)


def test_function_knows_exactly_the_stores_that_it_may_access(functions):
    assert functions.keys() == PERMISSIONS.keys()
    stores = {"ListenersTable", "CoversTable", "KeysTable", "Bucket"}
    for function, permissions in PERMISSIONS.items():
        variables = functions[function]["Environment"]["Variables"].values()
        in_variables = {value["Ref"] for value in variables if "Ref" in value} & stores
        in_permissions = {entry.split(" ")[1].split("/")[0] for entry in permissions} & stores
        assert in_variables == in_permissions, function


def test_only_generate_may_decrypt_the_image_models_key(functions):
    context = f"{_PARAMETER}openai_api_key"
    condition = {"StringEquals": {"kms:EncryptionContext:PARAMETER_ARN": {"Fn::Sub": context}}}
    denial = {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition}
    denials = {name: [s for s in statements(f) if s["Effect"] == "Deny"] for name, f in functions.items()}
    permission = "ssm:GetParameter parameter/openai_api_key"
    knows_of_it = {name for name, entries in PERMISSIONS.items() if permission in entries}
    assert denials == {n: [denial] if n in knows_of_it - {"GenerateFunction"} else [] for n in functions}
