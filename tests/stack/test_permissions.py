"""What each function's role allows: the permissions of tests/permissions.py, and nothing else.

Each action is tried with the role's credentials, in a call that has no effect where it is allowed: its condition does
not hold, its key does not exist, or its input is invalid.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from coverart.pipeline.executions import execution_arn
from scripts.local.deployment import STACK
from scripts.local.emulator import REGION
from tests.permissions import PERMISSIONS

DENIAL_CODES = {"AccessDenied", "AccessDeniedException"}
# How a call ends that is allowed and has no effect.
NO_EFFECT_CODES = {"ConditionalCheckFailedException", "ExecutionDoesNotExist", "InvalidExecutionInput"}
NO_EFFECT_CODES |= {"InvalidParameterValue", "NoSuchKey", "TransactionCanceledException"}
KEYS: dict[str, dict[str, str]] = {
    "CoversTable": {"listener_id": "nobody", "cover_id": "none"},
    "ListenersTable": {"listener_id": "nobody", "item": "none"},
    "KeysTable": {"key": "none"},
}
# Of keys in the bucket. What is allowed for all covers is allowed for their masks.
PATTERNS = {f"{prefix}/*": f"{prefix}/nobody/none" for prefix in ("artwork", "covers", "kept", "uploads", "pictures")}
PATTERNS |= {"covers/*/mask.png": "covers/nobody/none/mask.png", "elsewhere/*": "elsewhere/nobody/none"}
PARAMETERS = ("spotify_client_id", "spotify_client_secret", "openai_api_key", "session_key")
FOREIGN_NAME = "somebody-elses"


# boto3's method, where it has another name than IAM's action. A condition is checked in a transaction only.
METHODS = {"ListBucket": "list_objects_v2", "InvokeFunction": "invoke", "ConditionCheckItem": "transact_write_items"}


class Probe(NamedTuple):
    """A call that tries an action of IAM, such as s3:GetObject, on `resource`: the arguments of boto3's method."""

    resource: str
    action: str
    arguments: dict[str, Any]

    @property
    def service(self) -> str:
        """The name of boto3's client."""
        return self.action.partition(":")[0].replace("states", "stepfunctions")

    def is_allowed(self, client: Any) -> bool:
        name = self.action.partition(":")[2]
        try:
            getattr(client, METHODS.get(name) or xform_name(name))(**self.arguments)
        except ClientError as error:
            details = error.response["Error"]
            if details["Code"] in NO_EFFECT_CODES:
                return True
            assert details["Code"] in DENIAL_CODES, details
            assert f"not authorized to perform: {self.action}" in details["Message"]
            return False
        return True


@pytest.fixture(scope="module")
def physical_ids(deployed_stack):
    """Physical ids by the template's logical ids."""
    pages = deployed_stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


@pytest.fixture(scope="module")
def probes(deployed_stack, physical_ids):
    """The probes by their permission, as in tests/permissions.py. Some are of a bucket and a parameter of others."""
    s3, ssm = deployed_stack.client("s3"), deployed_stack.client("ssm")
    s3.create_bucket(Bucket=FOREIGN_NAME)
    s3.put_object(Bucket=FOREIGN_NAME, Key="covers/nobody/none")
    ssm.put_parameter(Name=f"/{FOREIGN_NAME}/openai_api_key", Value="x", Type="SecureString")
    all_probes = [
        *_probe_dynamodb(physical_ids),
        *_probe_s3(physical_ids["Bucket"]),
        *_probe_ssm(),
        *_probe_other_services(physical_ids),
    ]
    yield {f"{probe.action} {probe.resource}": probe for probe in all_probes}
    s3.delete_object(Bucket=FOREIGN_NAME, Key="covers/nobody/none")
    s3.delete_bucket(Bucket=FOREIGN_NAME)
    ssm.delete_parameter(Name=f"/{FOREIGN_NAME}/openai_api_key")


def _probe_dynamodb(physical_ids: dict[str, str]) -> Iterator[Probe]:
    for logical_id, plain_key in KEYS.items():
        table = {"TableName": physical_ids[logical_id]}
        key = {name: {"S": value} for name, value in plain_key.items()}
        names = {"#it": "no_such_attribute"}
        no_effect = {**table, "ConditionExpression": "attribute_exists(#it)", "ExpressionAttributeNames": names}
        [(partition_key, value), *_] = key.items()
        query = {"ExpressionAttributeNames": {"#key": partition_key}, "ExpressionAttributeValues": {":value": value}}
        deletion = {table["TableName"]: [{"DeleteRequest": {"Key": key}}]}
        for action, arguments in {
            "GetItem": {**table, "Key": key},
            "PutItem": {**no_effect, "Item": key},
            "UpdateItem": {**no_effect, "Key": key, "UpdateExpression": "REMOVE #it"},
            "DeleteItem": {**no_effect, "Key": key},
            "Query": {**table, **query, "KeyConditionExpression": "#key = :value"},
            "Scan": {**table, "Limit": 1},
            "BatchWriteItem": {"RequestItems": deletion},
            "ConditionCheckItem": {"TransactItems": [{"ConditionCheck": {**no_effect, "Key": key}}]},
            "DescribeTable": table,
        }.items():
            yield Probe(logical_id, f"dynamodb:{action}", arguments)


def _probe_s3(bucket_name: str) -> Iterator[Probe]:
    for resource, bucket in (("Bucket", bucket_name), (FOREIGN_NAME, FOREIGN_NAME)):
        yield Probe(resource, "s3:ListBucket", {"Bucket": bucket, "MaxKeys": 1})
        for pattern, key in PATTERNS.items() if bucket == bucket_name else [("covers/*", PATTERNS["covers/*"])]:
            for action in ("GetObject", "PutObject", "DeleteObject"):
                yield Probe(f"{resource}/{pattern}", f"s3:{action}", {"Bucket": bucket, "Key": key})


def _probe_ssm() -> Iterator[Probe]:
    names = {f"parameter/{parameter}": f"/{STACK}/{parameter}" for parameter in PARAMETERS}
    new_value = {"Value": "x", "Type": "SecureString", "Overwrite": True}
    for resource, name in {**names, FOREIGN_NAME: f"/{FOREIGN_NAME}/openai_api_key"}.items():
        yield Probe(resource, "ssm:GetParameter", {"Name": name, "WithDecryption": True})
    for resource, name in names.items():
        yield Probe(resource, "ssm:PutParameter", {"Name": name, **new_value})
    yield Probe("all", "ssm:GetParametersByPath", {"Path": f"/{STACK}"})


def _probe_other_services(physical_ids: dict[str, str]) -> Iterator[Probe]:
    for logical_id in ("CoverStateMachine", "ApplyStateMachine", "WarmUpStateMachine"):
        machine = {"stateMachineArn": physical_ids[logical_id]}
        execution = {"executionArn": execution_arn(physical_ids[logical_id], "none")}
        for action, arguments in {
            "ListExecutions": machine,
            "StartExecution": {**machine, "input": "not JSON"},
            "StopExecution": execution,
            "DescribeExecution": execution,
        }.items():
            yield Probe(logical_id, f"states:{action}", arguments)
    for resource, name in (("Bus", physical_ids["Bus"]), ("the default bus", "default")):
        entry = {"EventBusName": name, "Source": "nobody", "DetailType": "Nothing", "Detail": "{}"}
        yield Probe(resource, "events:PutEvents", {"Entries": [entry]})
    for function in ("AcceptFunction", "ConvertFunction", "GenerateFunction", "WatchFunction"):
        dry_run = {"FunctionName": physical_ids[function], "InvocationType": "DryRun"}
        yield Probe(function, "lambda:InvokeFunction", dry_run)
    change = {"FunctionName": physical_ids["WatchFunction"], "Timeout": 300}
    yield Probe("WatchFunction", "lambda:UpdateFunctionConfiguration", change)
    queue = {"QueueUrl": physical_ids["DeadLetterQueue"]}
    # SQS refuses a message with a delay above 15 minutes.
    message = {**queue, "MessageBody": "x", "DelaySeconds": 100_000}
    yield Probe("DeadLetterQueue", "sqs:SendMessage", message)
    yield Probe("DeadLetterQueue", "sqs:ReceiveMessage", queue)
    yield Probe("anybody", "iam:ListRoles", {})
    yield Probe("stacks", "cloudformation:DescribeStacks", {})


@pytest.fixture(scope="module")
def assume_role_of(deployed_stack, physical_ids, probes):
    """Return a function that returns clients by service with the credentials that a function has."""
    # All clients read these credentials for each call: to create clients for each function is slow.
    session = boto3.Session("none", "none", "none", REGION)
    options = {"endpoint_url": deployed_stack.emulator.url, "config": Config(retries={"total_max_attempts": 1})}
    clients = {name: session.client(name, **options) for name in {probe.service for probe in probes.values()}}
    credentials = session.get_credentials()

    def assume(function):
        name = physical_ids[function]
        role = deployed_stack.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        response = deployed_stack.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")["Credentials"]
        credentials.access_key, credentials.secret_key = response["AccessKeyId"], response["SecretAccessKey"]
        credentials.token = response["SessionToken"]
        return clients

    return assume


@pytest.mark.parametrize("function", sorted(PERMISSIONS))
def test_role_allows_what_its_function_needs_only(function, probes, assume_role_of):
    clients = assume_role_of(function)
    allowed = {name for name, probe in probes.items() if probe.is_allowed(clients[probe.service])}
    masks = {f"{name}/mask.png" for name in PERMISSIONS[function] if name.endswith(" Bucket/covers/*")}
    assert allowed == PERMISSIONS[function] | masks


def test_owner_is_allowed_what_roles_are_denied(deployed_stack, probes):
    """The denials come from the roles, not from the calls or the emulator. Every permission has a probe."""
    assert set().union(*PERMISSIONS.values()) < set(probes)
    harmless = [probe for probe in probes.values() if probe.action != "ssm:PutParameter"]
    clients = {probe.service: deployed_stack.client(probe.service) for probe in harmless}
    assert all(probe.is_allowed(clients[probe.service]) for probe in harmless)
