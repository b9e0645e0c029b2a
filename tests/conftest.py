"""The order of the tests, their processes, the template, and how many examples Hypothesis makes."""

import gc
import os
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
# Folders that wait for stacks and browsers come first. The quick ones fill the processes at the end.
_FIRST = ("stack", "browser", "faults", "tools/owner", "tools/local")
# Each of these has one deployed stack.
_SHARED_STACKS = ("stack", "browser", "faults")


def pytest_configure(config: pytest.Config) -> None:
    """Run as a batch job on Linux, with all processes that the tests start: they interrupt each other less.

    Import moto, which takes half a second, only where tests run, and not in the process that distributes them.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):  # some containers forbid it, and tests only take longer there
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    if hasattr(config, "workerinput") or not config.getoption("numprocesses"):
        config.pluginmanager.register(import_module("tests.moto_aws"))


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
