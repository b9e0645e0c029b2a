from tests.faults.report import table_of


def cell(fault, outcome, expected=None, paid=0):
    seen = {"line": "openai", "fault": fault, "step": "generate", "outcome": outcome, "paid": paid}
    return {**seen, "expected": expected or outcome}


def test_the_table_has_a_row_for_each_cell_and_counts_them():
    told = table_of(
        [
            cell("500", "degraded: painted by the painter"),
            cell("503, then well", "done", paid=1),
            cell("process killed after it", "done", paid=2),
            cell("HTML", "failed: internal", "done", paid=3),
        ]
    )
    assert "| openai | 503, then well | generate | done | 1 |" in told
    assert "| openai | HTML | generate | failed: internal (expected: done) | 3 |" in told
    assert "4 cells: 2 done, 1 degraded, 1 failed; 3 as expected." in told
    assert "paid for in 3: once in 1, twice (under the written rule) in 1, more often in 1." in told
