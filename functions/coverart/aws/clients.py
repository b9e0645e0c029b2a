"""Clients of AWS, created on first use and kept for the life of the process."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from coverart.errors import ConfigurationError, StorageUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

# All attempts together take less time than the shortest function timeout.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
# Presigned URLs need the bucket's regional host: the global one redirects, which breaks the signature. The pool holds
# a connection for each artwork that fetch stores at once.
_S3_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    max_pool_connections=50,
)

_THROTTLING_CODES = {"Throttling", "ThrottlingException", "ProvisionedThroughputExceededException", "SlowDown"}


@cache
def get_client(service: str) -> Any:
    """Return the client of an AWS service, with short timeouts and three attempts."""
    config = _CONFIG.merge(_S3_CONFIG) if service == "s3" else _CONFIG
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # any service name


@cache
def get_table(name: str) -> "Table":
    """Return the DynamoDB table of that name."""
    return _get_dynamodb().Table(name)


@cache
def _get_dynamodb() -> "DynamoDBServiceResource":
    return boto3.resource("dynamodb", config=_CONFIG)


def as_domain_error(error: ClientError | BotoCoreError) -> ConfigurationError | StorageUnavailableError:
    """Translate an error of boto3 into one that the state machine and the listener understand."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        if status < 500 and code not in _THROTTLING_CODES:
            return ConfigurationError(f"The stack is misconfigured: {error.operation_name} was refused ({code}).")
    return StorageUnavailableError("The stack's storage is not responding. Please try again in a minute.")
