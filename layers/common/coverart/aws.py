"""Clients of AWS, made on first use and kept for the life of the process."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from coverart.errors import ConfigurationError, StorageUnavailableError
from coverart.service_models import ServiceModels

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

# An HTTP call is shorter than the shortest function: five seconds to answer, three attempts with jitter.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
# As many connections as fetch puts artwork at once; those that are not needed are not made.
# Presigned addresses are of the bucket's own regional host: the global one redirects, which breaks the signature.
_S3_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    max_pool_connections=50,
)

_THROTTLED = {"Throttling", "ThrottlingException", "ProvisionedThroughputExceededException", "SlowDown"}


@cache
def client(service: str) -> Any:
    config = _CONFIG.merge(_S3_CONFIG) if service == "s3" else _CONFIG
    return _session().client(service, config=config)  # type: ignore[call-overload]  # the name is the caller's


@cache
def table(name: str) -> "Table":
    return _dynamodb().Table(name)


@cache
def _dynamodb() -> "DynamoDBServiceResource":
    return _session().resource("dynamodb", config=_CONFIG)


@cache
def _session() -> boto3.Session:
    session = botocore.session.get_session()
    session.register_component("data_loader", ServiceModels())
    return boto3.Session(botocore_session=session)


def named(error: ClientError | BotoCoreError) -> ConfigurationError | StorageUnavailableError:
    """The error that an error of boto3 is for the state machine."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        if status < 500 and code not in _THROTTLED:
            return ConfigurationError(f"The stack is not set up right: {error.operation_name} was refused ({code}).")
    return StorageUnavailableError("The stack's storage did not answer. Please try again in a minute.")


def all_items(ask: Callable[..., Any], **asked: Any) -> Iterator[dict[str, Any]]:
    """The items of all pages of a query or scan."""
    while True:
        page = ask(**asked)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
