from tests.faults.fault_matrix import get_outcomes, read_cases, read_groups
from tests.faults.faults import FAULTS


def test_every_case_has_one_outcome_and_a_fault_that_exists():
    cases = list(read_cases())
    assert len({case.name for case in cases}) == len(cases)
    assert {case.fault for case in cases if case.dependency != "budget"} == FAULTS.keys()


def test_every_outcome_and_quick_fault_is_valid():
    for group in read_groups():
        outcomes = get_outcomes(group)
        kinds = {outcome.partition(":")[0] for outcome in outcomes}
        assert kinds <= {"done", "degraded", "failed", "refused", "skipped"}
        assert set(group.get("quick", [])) <= set().union(*outcomes.values())
