"""Every fault of every dependency at each step that needs it, with the outcome of the fault matrix."""

import pytest

from scripts import consistency
from tests.faults.environment import FaultEnvironment
from tests.faults.fault_matrix import get_outcomes, read_cases, read_groups
from tests.faults.faults import find_fault, list_unused_faults
from tests.faults.scenarios import SCENARIOS, shorten_timeout

# The most that a painting of the lowest quality costs, which is what a payment without a bill reserves.
_RESERVATION_USD = 0.012


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.name, marks=[] if case.quick else [pytest.mark.long]) for case in read_cases()],
)
def test_fault_has_the_outcome_of_the_matrix(step_runner, case):
    environment = step_runner.environment
    unexplained_usd = get_unexplained_spending(environment)
    with shorten_timeout(environment, case):
        outcome, sentence = SCENARIOS[case.step](step_runner, case)
    environment.plan.clear()
    assert outcome == case.outcome, sentence
    assert environment.openai.state.paid <= case.max_paid
    assert consistency.find_problems(environment.local, under_way=environment.partial_cover_ids) == []
    if case.dependency != "listener":  # a deleted cover takes its bills along
        assert get_unexplained_spending(environment) == pytest.approx(unexplained_usd), "budget and bills differ"


def get_unexplained_spending(environment: FaultEnvironment) -> float:
    """Return the US dollars that were spent according to the budget, and are on no cover's bill."""
    keys, covers = (consistency.scan_items(environment.local.table(name)) for name in ("Keys", "Covers"))
    spent_usd = sum(float(item["spent_usd"]) for item in keys if str(item["key"]).startswith("budget#"))
    return spent_usd - sum(consistency.cost_of(cover, _RESERVATION_USD) for cover in covers)


def test_every_case_has_one_outcome_and_a_fault_that_exists():
    cases = list(read_cases())
    assert len({case.name for case in cases}) == len(cases)
    names = {case.fault for case in cases if case.dependency not in {"budget", "listener"}}
    assert all(map(find_fault, names))
    assert list_unused_faults(names) == set()


def test_every_outcome_and_quick_fault_is_valid():
    for group in read_groups():
        outcomes = get_outcomes(group)
        kinds = {outcome.partition(":")[0] for outcome in outcomes}
        assert kinds <= {"done", "degraded", "failed", "refused", "skipped"}
        assert set(group.get("quick", [])) <= set().union(*outcomes.values())
