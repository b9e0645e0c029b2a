"""Each function's role, at work: what it may do and, for everything else, that AWS refuses it.

The calls are such that nothing comes of them: conditions that do not hold, keys that are not there, wrong input.
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

from scripts.local.deployment import STACK
from scripts.local.emulator import REGION
from scripts.local.stack import LocalStack
from tests.permissions import MAY

DENIED = {"AccessDenied", "AccessDeniedException"}
# What a call comes to that is allowed and does nothing.
NOTHING = {
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
ELSEWHERE = "somebody-elses"

Call = Callable[[Any], Any]


@dataclass(frozen=True)
class Probe:
    service: str
    action: str
    call: Call


@pytest.fixture(scope="module")
def names(deployed: LocalStack) -> dict[str, str]:
    """Physical names by the template's."""
    pages = deployed.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


@pytest.fixture(scope="module")
def elsewhere(deployed: LocalStack) -> Iterator[None]:
    """A bucket and a parameter of the same account that are not the stack's."""
    s3, ssm = deployed.client("s3"), deployed.client("ssm")
    s3.create_bucket(Bucket=ELSEWHERE)
    s3.put_object(Bucket=ELSEWHERE, Key="covers/nobody/none")
    ssm.put_parameter(Name=f"/{ELSEWHERE}/openai_api_key", Value="x", Type="SecureString")
    yield
    s3.delete_object(Bucket=ELSEWHERE, Key="covers/nobody/none")
    s3.delete_bucket(Bucket=ELSEWHERE)
    ssm.delete_parameter(Name=f"/{ELSEWHERE}/openai_api_key")


@pytest.fixture(scope="module")
def probes(deployed: LocalStack, names: dict[str, str], elsewhere: None) -> dict[str, Probe]:
    """By what tests/permissions.py calls it."""
    found = [
        *_dynamodb(names),
        *_s3(names["Bucket"]),
        *_ssm(),
        *_states(names),
        *_events(names["Bus"]),
        *_others(names),
    ]
    return {f"{probe.action} {where}": probe for where, probe in found}


def _dynamodb(names: dict[str, str]) -> Iterator[tuple[str, Probe]]:
    never = {"ConditionExpression": "attribute_exists(#it)", "ExpressionAttributeNames": {"#it": "no_such_attribute"}}
    for where, key in KEYS.items():
        table = {"TableName": names[where]}
        low = {name: {"S": value} for name, value in key.items()}
        unmet = {**table, **never}
        [(first, value), *_] = low.items()
        query = {"ExpressionAttributeNames": {"#key": first}, "ExpressionAttributeValues": {":value": value}}
        delete = [{"DeleteRequest": {"Key": low}}]
        calls: dict[str, Call] = {
            "GetItem": partial(_ask, "get_item", **table, Key=low),
            "PutItem": partial(_ask, "put_item", **unmet, Item=low),
            "UpdateItem": partial(_ask, "update_item", **unmet, Key=low, UpdateExpression="REMOVE #it"),
            "DeleteItem": partial(_ask, "delete_item", **unmet, Key=low),
            "Query": partial(_ask, "query", **table, **query, KeyConditionExpression="#key = :value"),
            "Scan": partial(_ask, "scan", **table, Limit=1),
            "BatchWriteItem": partial(_ask, "batch_write_item", RequestItems={names[where]: delete}),
            "ConditionCheckItem": partial(
                _ask, "transact_write_items", TransactItems=[{"ConditionCheck": {**unmet, "Key": low}}]
            ),
            "DescribeTable": partial(_ask, "describe_table", **table),
        }
        for action, call in calls.items():
            yield where, Probe("dynamodb", f"dynamodb:{action}", call)


def _s3(ours: str) -> Iterator[tuple[str, Probe]]:
    for where, bucket in (("Bucket", ours), (ELSEWHERE, ELSEWHERE)):
        yield where, Probe("s3", "s3:ListBucket", partial(_ask, "list_objects_v2", Bucket=bucket, MaxKeys=1))
        for prefix in PREFIXES if bucket == ours else ("covers",):
            place = {"Bucket": bucket, "Key": f"{prefix}/nobody/none"}
            for action in ("Get", "Put", "Delete"):
                call = partial(_ask, f"{action.lower()}_object", **place)
                yield f"{where}/{prefix}/*", Probe("s3", f"s3:{action}Object", call)


def _ssm() -> Iterator[tuple[str, Probe]]:
    get = partial(_ask, "get_parameter", WithDecryption=True)
    for name in PARAMETERS:
        yield f"parameter/{name}", Probe("ssm", "ssm:GetParameter", partial(get, Name=f"/{STACK}/{name}"))
        put = partial(_ask, "put_parameter", Name=f"/{STACK}/{name}", Value="x", Type="SecureString", Overwrite=True)
        yield f"parameter/{name}", Probe("ssm", "ssm:PutParameter", put)
    yield ELSEWHERE, Probe("ssm", "ssm:GetParameter", partial(get, Name=f"/{ELSEWHERE}/openai_api_key"))
    yield "all", Probe("ssm", "ssm:GetParametersByPath", partial(_ask, "get_parameters_by_path", Path=f"/{STACK}"))


def _states(names: dict[str, str]) -> Iterator[tuple[str, Probe]]:
    for where in ("CoverStateMachine", "ApplyStateMachine"):
        machine = names[where]
        execution = machine.replace(":stateMachine:", ":execution:") + ":none"
        start = partial(_ask, "start_execution", stateMachineArn=machine, input="not JSON")
        yield where, Probe("stepfunctions", "states:StartExecution", start)
        stop = partial(_ask, "stop_execution", executionArn=execution)
        yield where, Probe("stepfunctions", "states:StopExecution", stop)
        tell = partial(_ask, "describe_execution", executionArn=execution)
        yield where, Probe("stepfunctions", "states:DescribeExecution", tell)


def _events(bus: str) -> Iterator[tuple[str, Probe]]:
    for where, name in (("Bus", bus), ("the default bus", "default")):
        entry = {"EventBusName": name, "Source": "nobody", "DetailType": "Nothing", "Detail": json.dumps({})}
        yield where, Probe("events", "events:PutEvents", partial(_ask, "put_events", Entries=[entry]))


def _others(names: dict[str, str]) -> Iterator[tuple[str, Probe]]:
    for function in ("AcceptFunction", "GenerateFunction", "WatchFunction"):
        dry = partial(_ask, "invoke", FunctionName=names[function], InvocationType="DryRun")
        yield function, Probe("lambda", "lambda:InvokeFunction", dry)
    change = partial(_ask, "update_function_configuration", FunctionName=names["WatchFunction"], Timeout=300)
    yield "WatchFunction", Probe("lambda", "lambda:UpdateFunctionConfiguration", change)
    queue = {"QueueUrl": names["DeadLetterQueue"]}
    # Nobody may wait so long: the message is not taken.
    send = partial(_ask, "send_message", **queue, MessageBody="x", DelaySeconds=100_000)
    yield "DeadLetterQueue", Probe("sqs", "sqs:SendMessage", send)
    yield "DeadLetterQueue", Probe("sqs", "sqs:ReceiveMessage", partial(_ask, "receive_message", **queue))
    yield "anybody", Probe("iam", "iam:ListRoles", partial(_ask, "list_roles"))
    yield "stacks", Probe("cloudformation", "cloudformation:DescribeStacks", partial(_ask, "describe_stacks"))


def _ask(method: str, aws: Any, **arguments: Any) -> Any:
    return getattr(aws, method)(**arguments)


def _is_allowed(aws: Any, probe: Probe) -> bool:
    try:
        probe.call(aws)
    except ClientError as error:
        told = error.response["Error"]
        if told["Code"] in NOTHING:
            return True
        assert told["Code"] in DENIED, told
        assert f"not authorized to perform: {probe.action}" in told["Message"]
        return False
    return True


@pytest.fixture(scope="module")
def clients(deployed: LocalStack, probes: dict[str, Probe]) -> tuple[Credentials, dict[str, Any]]:
    """By service, and the credentials that all of them take for each call: a client takes long to make."""
    session = boto3.Session("none", "none", "none", REGION)
    config = Config(retries={"total_max_attempts": 1})
    services = {probe.service for probe in probes.values()}
    made = {name: session.client(name, endpoint_url=deployed.emulator.url, config=config) for name in services}
    credentials = session.get_credentials()
    assert credentials is not None
    return credentials, made


@pytest.fixture
def act_as(
    deployed: LocalStack, names: dict[str, str], clients: tuple[Credentials, dict[str, Any]]
) -> Callable[[str], dict[str, Any]]:
    def become(function: str) -> dict[str, Any]:
        """Clients with the credentials that the function has."""
        credentials, made = clients
        role = deployed.client("lambda").get_function_configuration(FunctionName=names[function])["Role"]
        given = deployed.client("sts").assume_role(RoleArn=role, RoleSessionName="probing")["Credentials"]
        credentials.access_key, credentials.secret_key = given["AccessKeyId"], given["SecretAccessKey"]
        credentials.token = given["SessionToken"]
        return made

    return become


@pytest.mark.parametrize("function", sorted(MAY))
def test_a_function_may_do_what_it_needs_and_nothing_else(function, probes, act_as):
    aws = act_as(function)
    allowed = {name for name, probe in probes.items() if _is_allowed(aws[probe.service], probe)}
    assert allowed == MAY[function]


def test_there_is_a_call_for_everything_that_some_function_may_do(probes):
    assert set().union(*MAY.values()) < set(probes)


def test_the_owners_own_credentials_pass_where_a_functions_do_not(deployed, probes):
    """The refusals are the roles', not the calls' or the emulator's."""
    harmless = [probe for probe in probes.values() if probe.action != "ssm:PutParameter"]
    aws = {service: deployed.client(service) for service in {probe.service for probe in harmless}}
    assert all(_is_allowed(aws[probe.service], probe) for probe in harmless)
