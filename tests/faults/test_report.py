from tests.faults.report import format_table


def build_row(fault, outcome, expected=None, paid=0):
    row = {"dependency": "openai", "fault": fault, "step": "generate", "outcome": outcome, "paid": paid}
    return {**row, "expected": expected or outcome}


def test_table_has_a_row_for_each_case_and_totals():
    table = format_table(
        [
            build_row("500", "degraded: painted by the painter"),
            build_row("503 twice", "done", paid=1),
            build_row("process killed after the call", "done", paid=2),
            build_row("HTML", "failed: internal", "done", paid=3),
        ]
    )
    assert "| openai | 503 twice | generate | done | 1 |" in table
    assert "| openai | HTML | generate | failed: internal (expected: done) | 3 |" in table
    assert "4 cases: 2 done, 1 degraded, 1 failed; 3 as expected." in table
    assert "billed in 3: once in 1, twice (as documented) in 1, more often in 1." in table
