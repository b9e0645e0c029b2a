"""Fixtures of the template's tables and bucket on moto."""

import copy
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from unittest.mock import Mock

import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core import responses
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict

from coverart.aws import clients, secrets
from coverart.aws.s3 import Bucket
from coverart.store.covers import Covers, new_item


@pytest.fixture(scope="module")
def empty_tables(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Let moto answer for AWS in all tests of a file, because each start of moto takes as long as ten requests."""
    names = ("ListenersTable", "CoversTable", "KeysTable")
    settings = {f"{name.removesuffix('Table').upper()}_TABLE": name for name in names} | {"BUCKET_NAME": "bucket"}
    settings |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws():
        monkeypatch.setattr(ResponseSerializer, "_serialize_type_structure", _serialize_structure)
        monkeypatch.setattr(responses, "method_names_from_class", cache(responses.method_names_from_class))
        monkeypatch.setattr(LimitedSizeDict, "__setitem__", _set_attribute)
        # Its parameters need no machines, and all types of machines take as long to import as a thousand requests.
        monkeypatch.setitem(sys.modules, "moto.ec2", Mock())
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        # Clients stay cached from test to test, as in a warm function.
        for name in names:
            properties = template["Resources"][name]["Properties"]
            schema = {key: properties[key] for key in ("AttributeDefinitions", "KeySchema", "BillingMode")}
            clients.get_client("dynamodb").create_table(TableName=name, **schema)
        yield {**get_moto_tables()}


_SERIALIZE_STRUCTURE = ResponseSerializer._serialize_type_structure


def _serialize_structure(serializer: ResponseSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """Leave DynamoDB's attributes, such as {"S": "text"}, as they are: moto looks for all their possible types."""
    if shape.name == "AttributeValue":
        serialized[key] = value
    else:
        _SERIALIZE_STRUCTURE(serializer, serialized, value, shape, key)


_SET_LIMITED = LimitedSizeDict.__setitem__
_MIN_LARGE_BYTES = 4000


def _set_attribute(attributes: LimitedSizeDict, name: str, value: Any) -> None:
    """Compare an item's size with DynamoDB's limit at large attributes only: moto adds up all sizes at each of them."""
    is_large = not isinstance(value, DynamoType) or value.size() >= _MIN_LARGE_BYTES
    (_SET_LIMITED if is_large else dict.__setitem__)(attributes, name, value)


def get_moto_tables() -> dict[str, Any]:
    """Return the tables as moto holds them."""
    return get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables


@pytest.fixture
def stack(empty_tables: dict[str, Any]) -> None:
    """The template's tables and bucket on moto, all empty, with their names in the environment as on Lambda.

    No secret is stored, and none is cached.
    """
    BackendDict.reset()
    secrets._get_provider.cache_clear()
    get_moto_tables().update(copy.deepcopy(empty_tables))
    get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].create_bucket("bucket", "us-east-1")


@pytest.fixture
def bucket(stack: None) -> Bucket:
    return Bucket(clients.get_client("s3"), "bucket")


@pytest.fixture
def covers(stack: None) -> Covers:
    """The covers, with one that is accepted: c1 of the listener ada."""
    table = clients.get_table("CoversTable")
    table.put_item(Item=new_item("ada", "c1", {}, datetime.now(UTC)))
    return Covers(table)
