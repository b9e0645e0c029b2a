from contextlib import suppress
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.statistics import collector

from tests.suites.report import pytest_runtest_call, suites_of, table_of


def reports(nodeid, *seconds, examples=None):
    properties = [] if examples is None else [("hypothesis examples", examples)]
    return [
        pytest.TestReport(nodeid, (nodeid, 1, nodeid), {}, "passed", None, when, duration=took,
                          user_properties=properties)
        for when, took in zip(("setup", "call", "teardown"), seconds, strict=True)
    ]  # fmt: skip


def test_a_suite_has_its_tests_all_their_seconds_and_each_example_once():
    told = suites_of(
        [
            *reports("tests/stack/test_api.py::test_one", 7.0, 1.0, 0.5),
            *reports("tests/hostile/test_pictures.py::test_one", 0.0, 1.5, 0.0, examples=25),
            *reports("tests/hostile/test_events.py::test_two[a]", 0.25, 1.0, 0.0, examples=1000),
        ]
    )
    assert table_of(told).splitlines() == [
        "suite         tests   seconds  examples",
        "stack             1       8.5         0",
        "hostile           2       2.8     1,025",
        "all               3      11.2     1,025",
    ]


def test_of_the_examples_that_hypothesis_makes_those_count_that_a_test_took():
    item, noted = SimpleNamespace(user_properties=[]), []

    @settings(max_examples=7)
    @given(st.integers())
    def odd(number):
        assume(number % 2)

    with collector.with_value(noted.append):
        running = pytest_runtest_call(item)
        next(running)
        odd()
        with suppress(StopIteration):
            running.send(None)
    assert item.user_properties == [("hypothesis examples", 7)]
    assert len(noted) == 1
