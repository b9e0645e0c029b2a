import tomllib
from pathlib import Path

from tests.faults.fault_matrix import read_cases
from tests.faults.faults import FAULTS


def test_every_case_has_one_outcome_and_a_fault_that_exists():
    cases = list(read_cases())
    assert len({case.name for case in cases}) == len(cases)
    assert {case.fault for case in cases if case.dependency != "budget"} == FAULTS.keys()


def test_every_quick_fault_is_a_case():
    groups = tomllib.loads(Path(__file__).with_name("fault_matrix.toml").read_text("utf-8"))["group"]
    for group in groups:
        assert set(group.get("quick", [])) <= set().union(*group["outcomes"].values()), group
