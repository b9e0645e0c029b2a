"""Every fault of every dependency at each step that needs it, with the outcome of the fault matrix."""

from typing import Any

import pytest

from scripts import consistency
from tests.faults.environment import FaultEnvironment
from tests.faults.fault_matrix import FaultCase, read_cases
from tests.faults.report import PROPERTY
from tests.faults.scenarios import SCENARIOS
from tests.faults.step_runner import StepRunner

# The most that a painting of the lowest quality costs, which is what a payment without a bill reserves.
_RESERVATION_USD = 0.012


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.name, marks=[] if case.is_quick else [pytest.mark.long]) for case in read_cases()],
)
def test_fault_has_the_outcome_of_the_matrix(step_runner: StepRunner, case: FaultCase, record_property: Any) -> None:
    environment = step_runner.environment
    unexplained_usd = get_unexplained_spending(environment)
    outcome, sentence = SCENARIOS[case.step](step_runner, case)
    environment.plan.clear()
    paid = environment.count_paid_paintings()
    step = f"{case.step}, whole cover" if case.is_whole_cover else case.step
    row = {"dependency": case.dependency, "fault": case.fault, "step": step, "expected": case.outcome}
    record_property(PROPERTY, {**row, "outcome": outcome, "sentence": sentence, "paid": paid})
    assert outcome == case.outcome, sentence
    assert paid <= case.max_paid
    assert consistency.find_problems(environment.local, under_way=environment.partial_cover_ids) == []
    assert get_unexplained_spending(environment) == pytest.approx(unexplained_usd), "budget and bills differ"


def get_unexplained_spending(environment: FaultEnvironment) -> float:
    """Return the US dollars that were spent according to the budget, and are on no cover's bill."""
    keys, covers = (consistency.scan_items(environment.local.table(name)) for name in ("Keys", "Covers"))
    spent_usd = sum(float(item["spent_usd"]) for item in keys if str(item["key"]).startswith("budget#"))
    return spent_usd - sum(consistency.cost_of(cover, _RESERVATION_USD) for cover in covers)
