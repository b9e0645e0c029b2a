"""Clients of AWS, created on first use and kept for the life of the process.

They are botocore's: boto3 imports its transfer manager and its resources, a tenth of what a small function imports.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import Session, get_session

from coverart.aws.errors import pause_after_conflict
from coverart.aws.table import ClientTable, convert_values

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# All attempts together take less time than the shortest function timeout.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
# Presigned URLs need the bucket's regional host: the global one redirects, which breaks the signature. The pool holds
# a connection for each artwork that fetch stores at once.
_S3_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    max_pool_connections=50,
)


@cache
def _get_session() -> Session:
    return get_session()


@cache
def get_client(service: str) -> Any:
    """Return the client of an AWS service, with short timeouts and three attempts."""
    config = _CONFIG.merge(_S3_CONFIG) if service == "s3" else _CONFIG
    return _get_session().create_client(service, config=config)


@cache
def get_waiting_client(service: str, timeout_seconds: float) -> Any:
    """Return the client of an AWS service whose responses take longer. It makes one attempt."""
    config = _CONFIG.merge(Config(read_timeout=timeout_seconds, retries={"mode": "standard", "total_max_attempts": 1}))
    return _get_session().create_client(service, config=config)


@cache
def get_table(name: str) -> "Table":
    """Return the DynamoDB table of that name, with those methods of boto3's that are used here."""
    return cast("Table", ClientTable(_get_dynamodb(), name))


@cache
def _get_dynamodb() -> Any:
    # All writes of ours go through this client, which takes and returns Python's values.
    dynamodb: Any = _get_session().create_client("dynamodb", config=_CONFIG)
    convert_values(dynamodb)
    dynamodb.meta.events.register("needs-retry.dynamodb", pause_after_conflict)
    return dynamodb
