"""Fixtures that many tests share: the template, and its tables and bucket on moto."""

import copy
import gc
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import yaml
from hypothesis import HealthCheck, Phase, settings
from moto import mock_aws
from moto.backends import get_backend
from moto.core import responses
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from coverart.aws import clients, secrets
from coverart.aws.s3 import Bucket
from coverart.store.covers import Covers, new_item

ROOT = Path(__file__).parent.parent
# Folders that wait for stacks and browsers come first. The quick ones fill the processes at the end.
_FIRST = ("stack", "browser", "faults", "tools/owner", "tools/local")
# Each of these has one deployed stack.
_SHARED_STACKS = ("stack", "browser", "faults")


def pytest_sessionstart() -> None:
    """Collect no garbage while the tests are imported: what imports create stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what the imports created out of all later garbage collections."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _FIRST.index(folder) if (folder := _folder(item.nodeid)) in _FIRST else len(_FIRST))


class _Scheduling(LoadScopeScheduling):
    """Each process runs one file at a time, and together the files that share a stack, which it deploys once."""

    def _split_scope(self, nodeid: str) -> str:
        folder = _folder(nodeid)
        return folder if folder in _SHARED_STACKS else nodeid.split("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Scheduling:
    return _Scheduling(config, log)


def _folder(nodeid: str) -> str:
    # Parameters may contain slashes, too.
    return nodeid.split("::")[0].removeprefix("tests/").rpartition("/")[0]


class Intrinsics(yaml.CSafeLoader):
    """Reads CloudFormation's short forms, such as !Ref, as their long forms."""


def _intrinsic(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".") if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


Intrinsics.add_multi_constructor("!", _intrinsic)


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return yaml.load((ROOT / "template.yaml").read_text(), Intrinsics)  # noqa: S506  # a SafeLoader


@pytest.fixture(scope="session")
def definition(template: dict[str, Any]) -> dict[str, Any]:
    """The state machine that makes a cover."""
    return template["Resources"]["CoverStateMachine"]["Properties"]["Definition"]


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


# The same examples in every run. `make test` uses the short profile, `make test-all` the long one as well.
_EVERY_RUN = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    # No shrinking: it takes minutes where an example runs a whole function.
    "phases": (Phase.explicit, Phase.generate),
}
settings.register_profile("short", max_examples=15, **_EVERY_RUN)
settings.register_profile("long", max_examples=500, **_EVERY_RUN)
settings.load_profile("short")
