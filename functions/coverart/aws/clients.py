"""Clients of AWS, created on first use and kept for the life of the process."""

from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import get_session

from coverart.aws.errors import pause_after_conflict
from coverart.version import VERSION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

# All attempts together take less time than the shortest function timeout. botocore would build a user agent of its
# own twice for each call, which takes 0.1 ms.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 3},
    user_agent=f"CoverArt/{VERSION}",
)
# Presigned URLs need the bucket's regional host: the global one redirects, which breaks the signature. The pool holds
# a connection for each artwork that fetch stores at once.
_S3_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    max_pool_connections=50,
)


class _ModelLoader(Loader):
    """Finds botocore's models of services, without looking into the folder of each of its 400 services for a client."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002  # all folders have what is asked for
        return self._services

    @cached_property
    def _services(self) -> list[str]:
        folders = [folder for folder in map(Path, self.search_paths) if folder.is_dir()]
        return sorted({entry.name for folder in folders for entry in folder.iterdir()})


@cache
def _get_session() -> boto3.Session:
    session = get_session()
    session.register_component("data_loader", _ModelLoader())
    return boto3.Session(botocore_session=session)


@cache
def get_client(service: str) -> Any:
    """Return the client of an AWS service, with short timeouts and three attempts."""
    config = _CONFIG.merge(_S3_CONFIG) if service == "s3" else _CONFIG
    return _get_session().client(service, config=config)  # type: ignore[call-overload]  # any service name


@cache
def get_waiting_client(service: str, timeout_seconds: float) -> Any:
    """Return the client of an AWS service whose responses take longer. It makes one attempt."""
    config = _CONFIG.merge(Config(read_timeout=timeout_seconds, retries={"mode": "standard", "total_max_attempts": 1}))
    return _get_session().client(service, config=config)  # type: ignore[call-overload]  # any service name


@cache
def get_table(name: str) -> "Table":
    """Return the DynamoDB table of that name."""
    return _get_dynamodb().Table(name)


@cache
def _get_dynamodb() -> "DynamoDBServiceResource":
    dynamodb = _get_session().resource("dynamodb", config=_CONFIG)
    # All writes of ours go through this client.
    events: Any = dynamodb.meta.client.meta.events  # whose stubs know no handlers with a result
    events.register("needs-retry.dynamodb", pause_after_conflict)
    return dynamodb
