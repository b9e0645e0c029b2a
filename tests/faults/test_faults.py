"""Every dependency, broken in every way that is known of, at every step that needs it: what comes of it."""

from typing import Any

import pytest

from scripts import consistency
from tests.faults.faults import FAULTS
from tests.faults.scenarios import SCENES
from tests.faults.fault_matrix import TABLE, Cell
from tests.faults.environment import World

_MARKS = {False: [pytest.mark.long], True: []}


@pytest.mark.parametrize("cell", [pytest.param(cell, id=cell.name, marks=_MARKS[cell.often]) for cell in TABLE])
def test_whatever_breaks_there_is_a_cover_or_a_clear_failure(world: World, cell: Cell, record_property: Any) -> None:
    scene = SCENES[cell.step]
    spent = spent_by(world)
    outcome, shown = scene(world, cell, FAULTS[cell.fault])
    world.board.lift()
    paid = world.paid_now()
    step = f"{cell.step}, whole cover" if cell.whole else cell.step
    row = {"line": cell.line, "fault": cell.fault, "step": step, "expected": cell.outcome, "outcome": outcome}
    record_property("cell", {**row, "shown": shown, "paid": paid})
    assert outcome == cell.outcome, shown
    assert paid <= cell.paid
    assert consistency.problems(world.local, under_way=world.single) == []
    assert spent_by(world) == pytest.approx(spent), "the budget and the bills on the covers grow alike"


def spent_by(world: World) -> float:
    """What the budget says that the covers do not."""
    keys, covers = (consistency.scanned(world.local.table(name)) for name in ("Keys", "Covers"))
    said = sum(float(item["spent_usd"]) for item in keys if str(item["key"]).startswith("budget#"))
    return said - sum(consistency.cost_of(cover, 0.012) for cover in covers)
