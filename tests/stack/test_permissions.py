"""What each function's role allows: the permissions of tests/permissions.py, and nothing else.

Each action is tried with the role's credentials, in a call that has no effect where it is allowed: its condition does
not hold, its key does not exist, or its input is invalid.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from coverart.pipeline.executions import execution_arn
from scripts.local.deployment import STACK
from scripts.local.emulator import REGION
from scripts.local.stack import LocalStack
from tests.permissions import PERMISSIONS

DENIAL_CODES = {"AccessDenied", "AccessDeniedException"}
# How a call ends that is allowed and has no effect.
NO_EFFECT_CODES = {
    "ConditionalCheckFailedException",
    "ExecutionDoesNotExist",
    "InvalidExecutionInput",
    "InvalidParameterValue",
    "NoSuchKey",
    "TransactionCanceledException",
}
KEYS: dict[str, dict[str, str]] = {
    "CoversTable": {"listener_id": "nobody", "cover_id": "none"},
    "ListenersTable": {"listener_id": "nobody", "item": "none"},
    "KeysTable": {"key": "none"},
}
PREFIXES = ("artwork", "covers", "kept", "elsewhere")
PARAMETERS = ("spotify_client_id", "spotify_client_secret", "openai_api_key", "session_key")
FOREIGN_NAME = "somebody-elses"

Call = Callable[[Any], Any]


@dataclass(frozen=True)
class Probe:
    """A call that tries `action`. `service` is boto3's name of the client that `call` takes."""

    service: str
    action: str
    call: Call


@pytest.fixture(scope="module")
def physical_ids(deployed_stack: LocalStack) -> dict[str, str]:
    """Physical ids by the template's logical ids."""
    pages = deployed_stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


@pytest.fixture(scope="module")
def foreign_resources(deployed_stack: LocalStack) -> Iterator[None]:
    """A bucket and a parameter in the same account that are not the stack's."""
    s3, ssm = deployed_stack.client("s3"), deployed_stack.client("ssm")
    s3.create_bucket(Bucket=FOREIGN_NAME)
    s3.put_object(Bucket=FOREIGN_NAME, Key="covers/nobody/none")
    ssm.put_parameter(Name=f"/{FOREIGN_NAME}/openai_api_key", Value="x", Type="SecureString")
    yield
    s3.delete_object(Bucket=FOREIGN_NAME, Key="covers/nobody/none")
    s3.delete_bucket(Bucket=FOREIGN_NAME)
    ssm.delete_parameter(Name=f"/{FOREIGN_NAME}/openai_api_key")


@pytest.fixture(scope="module")
def probes(deployed_stack: LocalStack, physical_ids: dict[str, str], foreign_resources: None) -> dict[str, Probe]:
    """The probes by their permission, as in tests/permissions.py."""
    pairs = [
        *_probe_dynamodb(physical_ids),
        *_probe_s3(physical_ids["Bucket"]),
        *_probe_ssm(),
        *_probe_step_functions(physical_ids),
        *_probe_events(physical_ids["Bus"]),
        *_probe_other_services(physical_ids),
    ]
    return {f"{probe.action} {resource}": probe for resource, probe in pairs}


def _probe_dynamodb(physical_ids: dict[str, str]) -> Iterator[tuple[str, Probe]]:
    false_condition = {
        "ConditionExpression": "attribute_exists(#it)",
        "ExpressionAttributeNames": {"#it": "no_such_attribute"},
    }
    for logical_id, plain_key in KEYS.items():
        table = {"TableName": physical_ids[logical_id]}
        key = {name: {"S": value} for name, value in plain_key.items()}
        conditional = {**table, **false_condition}
        [(partition_key, value), *_] = key.items()
        query = {"ExpressionAttributeNames": {"#key": partition_key}, "ExpressionAttributeValues": {":value": value}}
        delete = [{"DeleteRequest": {"Key": key}}]
        calls: dict[str, Call] = {
            "GetItem": partial(_call, "get_item", **table, Key=key),
            "PutItem": partial(_call, "put_item", **conditional, Item=key),
            "UpdateItem": partial(_call, "update_item", **conditional, Key=key, UpdateExpression="REMOVE #it"),
            "DeleteItem": partial(_call, "delete_item", **conditional, Key=key),
            "Query": partial(_call, "query", **table, **query, KeyConditionExpression="#key = :value"),
            "Scan": partial(_call, "scan", **table, Limit=1),
            "BatchWriteItem": partial(_call, "batch_write_item", RequestItems={table["TableName"]: delete}),
            "ConditionCheckItem": partial(
                _call, "transact_write_items", TransactItems=[{"ConditionCheck": {**conditional, "Key": key}}]
            ),
            "DescribeTable": partial(_call, "describe_table", **table),
        }
        for action, call in calls.items():
            yield logical_id, Probe("dynamodb", f"dynamodb:{action}", call)


def _probe_s3(bucket_name: str) -> Iterator[tuple[str, Probe]]:
    for resource, bucket in (("Bucket", bucket_name), (FOREIGN_NAME, FOREIGN_NAME)):
        yield resource, Probe("s3", "s3:ListBucket", partial(_call, "list_objects_v2", Bucket=bucket, MaxKeys=1))
        for prefix in PREFIXES if bucket == bucket_name else ("covers",):
            s3_object = {"Bucket": bucket, "Key": f"{prefix}/nobody/none"}
            for action in ("Get", "Put", "Delete"):
                call = partial(_call, f"{action.lower()}_object", **s3_object)
                yield f"{resource}/{prefix}/*", Probe("s3", f"s3:{action}Object", call)


def _probe_ssm() -> Iterator[tuple[str, Probe]]:
    get_parameter = partial(_call, "get_parameter", WithDecryption=True)
    put_parameter = partial(_call, "put_parameter", Value="x", Type="SecureString", Overwrite=True)
    for parameter in PARAMETERS:
        name = f"/{STACK}/{parameter}"
        yield f"parameter/{parameter}", Probe("ssm", "ssm:GetParameter", partial(get_parameter, Name=name))
        yield f"parameter/{parameter}", Probe("ssm", "ssm:PutParameter", partial(put_parameter, Name=name))
    foreign_name = f"/{FOREIGN_NAME}/openai_api_key"
    yield FOREIGN_NAME, Probe("ssm", "ssm:GetParameter", partial(get_parameter, Name=foreign_name))
    yield "all", Probe("ssm", "ssm:GetParametersByPath", partial(_call, "get_parameters_by_path", Path=f"/{STACK}"))


def _probe_step_functions(physical_ids: dict[str, str]) -> Iterator[tuple[str, Probe]]:
    for logical_id in ("CoverStateMachine", "ApplyStateMachine"):
        machine = physical_ids[logical_id]
        execution = execution_arn(machine, "none")
        start = partial(_call, "start_execution", stateMachineArn=machine, input="not JSON")
        yield logical_id, Probe("stepfunctions", "states:StartExecution", start)
        stop = partial(_call, "stop_execution", executionArn=execution)
        yield logical_id, Probe("stepfunctions", "states:StopExecution", stop)
        describe = partial(_call, "describe_execution", executionArn=execution)
        yield logical_id, Probe("stepfunctions", "states:DescribeExecution", describe)


def _probe_events(bus_name: str) -> Iterator[tuple[str, Probe]]:
    for resource, name in (("Bus", bus_name), ("the default bus", "default")):
        entry = {"EventBusName": name, "Source": "nobody", "DetailType": "Nothing", "Detail": json.dumps({})}
        yield resource, Probe("events", "events:PutEvents", partial(_call, "put_events", Entries=[entry]))


def _probe_other_services(physical_ids: dict[str, str]) -> Iterator[tuple[str, Probe]]:
    for function in ("AcceptFunction", "GenerateFunction", "WatchFunction"):
        dry_run = partial(_call, "invoke", FunctionName=physical_ids[function], InvocationType="DryRun")
        yield function, Probe("lambda", "lambda:InvokeFunction", dry_run)
    function_name = physical_ids["WatchFunction"]
    change = partial(_call, "update_function_configuration", FunctionName=function_name, Timeout=300)
    yield "WatchFunction", Probe("lambda", "lambda:UpdateFunctionConfiguration", change)
    queue = {"QueueUrl": physical_ids["DeadLetterQueue"]}
    # SQS refuses a message with a delay above 15 minutes.
    send = partial(_call, "send_message", **queue, MessageBody="x", DelaySeconds=100_000)
    yield "DeadLetterQueue", Probe("sqs", "sqs:SendMessage", send)
    yield "DeadLetterQueue", Probe("sqs", "sqs:ReceiveMessage", partial(_call, "receive_message", **queue))
    yield "anybody", Probe("iam", "iam:ListRoles", partial(_call, "list_roles"))
    yield "stacks", Probe("cloudformation", "cloudformation:DescribeStacks", partial(_call, "describe_stacks"))


def _call(method: str, client: Any, **arguments: Any) -> Any:
    return getattr(client, method)(**arguments)


def _is_allowed(client: Any, probe: Probe) -> bool:
    try:
        probe.call(client)
    except ClientError as error:
        details = error.response["Error"]
        if details["Code"] in NO_EFFECT_CODES:
            return True
        assert details["Code"] in DENIAL_CODES, details
        assert f"not authorized to perform: {probe.action}" in details["Message"]
        return False
    return True


@pytest.fixture(scope="module")
def clients(deployed_stack: LocalStack, probes: dict[str, Probe]) -> tuple[Credentials, dict[str, Any]]:
    """The credentials that all clients read for each call, and the clients by service: creating a client is slow."""
    session = boto3.Session("none", "none", "none", REGION)
    config = Config(retries={"total_max_attempts": 1})
    services = {probe.service for probe in probes.values()}
    endpoint = deployed_stack.emulator.url
    clients = {service: session.client(service, endpoint_url=endpoint, config=config) for service in services}
    credentials = session.get_credentials()
    assert credentials is not None
    return credentials, clients


@pytest.fixture
def assume_role_of(
    deployed_stack: LocalStack, physical_ids: dict[str, str], clients: tuple[Credentials, dict[str, Any]]
) -> Callable[[str], dict[str, Any]]:
    def assume(function: str) -> dict[str, Any]:
        """Return clients with the credentials that the function has."""
        credentials, clients_by_service = clients
        name = physical_ids[function]
        role = deployed_stack.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        sts = deployed_stack.client("sts")
        new_credentials = sts.assume_role(RoleArn=role, RoleSessionName="probe")["Credentials"]
        credentials.access_key = new_credentials["AccessKeyId"]
        credentials.secret_key = new_credentials["SecretAccessKey"]
        credentials.token = new_credentials["SessionToken"]
        return clients_by_service

    return assume


@pytest.mark.parametrize("function", sorted(PERMISSIONS))
def test_role_allows_what_its_function_needs_only(function, probes, assume_role_of):
    clients_by_service = assume_role_of(function)
    allowed = {name for name, probe in probes.items() if _is_allowed(clients_by_service[probe.service], probe)}
    assert allowed == PERMISSIONS[function]


def test_every_permission_has_a_probe(probes):
    assert set().union(*PERMISSIONS.values()) < set(probes)


def test_owner_is_allowed_what_roles_are_denied(deployed_stack, probes):
    """The denials come from the roles, not from the calls or the emulator."""
    harmless = [probe for probe in probes.values() if probe.action != "ssm:PutParameter"]
    clients_by_service = {probe.service: deployed_stack.client(probe.service) for probe in harmless}
    assert all(_is_allowed(clients_by_service[probe.service], probe) for probe in harmless)
