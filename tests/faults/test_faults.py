"""Every fault of every dependency at each step that needs it, with the outcome of the fault matrix."""

import pytest

from scripts import consistency
from tests.faults.fault_matrix import read_cases
from tests.faults.faults import list_unused_faults
from tests.faults.scenarios import SCENARIOS, shorten_timeout

# The most that a painting of the lowest quality costs, which is what a payment without a bill reserves.
_RESERVATION_USD = 0.012
CASES = list(read_cases())


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name, marks=[] if case.quick else [pytest.mark.long]) for case in CASES]
)
def test_fault_has_the_outcome_of_the_matrix(environment, case):
    unexplained_usd = get_unexplained_spending(environment)
    with shorten_timeout(environment, case):
        outcome, sentence = SCENARIOS[case.step](environment, case)
    assert outcome == case.outcome, sentence
    assert environment.openai.state.paid <= case.max_paid
    assert consistency.find_problems(environment.local, under_way=environment.partial_cover_ids) == []
    if case.dependency != "listener":  # a deleted cover takes its bills along
        assert get_unexplained_spending(environment) == pytest.approx(unexplained_usd), "budget and bills differ"


def get_unexplained_spending(environment):
    """Return the US dollars that were spent according to the budget, and are on no cover's bill."""
    keys, covers = (consistency.scan_items(environment.local.table(name)) for name in ("Keys", "Covers"))
    spent_usd = sum(float(item["spent_usd"]) for item in keys if str(item["key"]).startswith("budget#"))
    return spent_usd - sum(consistency.cost_of(cover, _RESERVATION_USD) for cover in covers)


def test_every_case_is_in_the_matrix_once_and_every_fault_is_used():
    assert len({case.name for case in CASES}) == len(CASES)
    assert list_unused_faults(case.fault for case in CASES if case.dependency not in {"budget", "listener"}) == set()
