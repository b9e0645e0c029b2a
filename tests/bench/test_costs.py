import json
from dataclasses import replace

import pytest

from scripts import costs, memory
from scripts.costs import Cover, Work, alarms, cover_usd, figures, idle_usd, painting_usd, table
from scripts.metering import Taken


def emf(name, **dimensions):
    told = {"CloudWatchMetrics": [{"Dimensions": [list(dimensions)], "Metrics": [{"Name": name}]}]}
    return json.dumps({"_aws": told, **dimensions}, separators=(",", ":"))


def work(gb_seconds, invocations=1, log_bytes=0, figures=0):
    return Work(gb_seconds, invocations, log_bytes, figures)


@pytest.fixture(autouse=True)
def template(monkeypatch):
    monkeypatch.setattr(memory, "of_template", lambda: {"generate": 2048, "fetch": 512})


def test_each_function_is_paid_for_at_its_own_memory():
    line = "REPORT RequestId: 1"
    taken = {
        # A second of the processor is 1,769 / 512 seconds of the clock.
        "fetch": Taken([9, 9], 2, 0, 0, 0, [line, line]),
        "generate": Taken([3], 1, 0, 0, 0, [line]),
    }
    taken["fetch"] = replace(taken["fetch"], queued=16)  # it waited for nobody but the machine
    did = costs.work(taken)
    assert did.gb_seconds == pytest.approx(2 * 1769 / 1024 + (1 + 2) * 2, rel=1e-3)
    assert (did.invocations, did.log_bytes, did.figures) == (3, 3 * (len(line) + costs.LINE_BYTES), 0)


def test_a_figure_is_paid_for_once_for_each_value_of_its_dimensions():
    lines = [emf("StepDuration", step="fetch"), emf("StepDuration", step="detect"), emf("StepDuration", step="fetch")]
    others = [emf("CoversCompleted", service="coverart"), '{"level":"INFO"}', "START RequestId: 1f"]
    assert figures([*lines, *others]) == 3


def test_a_cover_costs_what_it_took():
    did = work(8, invocations=8, log_bytes=1_000_000, figures=2)
    cover = Cover(did, transitions=10, item_bytes=2000, artworks=10, pictures=5, picture_bytes=5_000_000)
    usd = cover_usd(cover, work(0.1))
    assert usd["Lambda: time"] == pytest.approx(8 * 0.0000166667)
    assert usd["Lambda: invocations"] == pytest.approx(8 * 0.20 / 1e6)
    assert usd["Step Functions"] == pytest.approx(10 * 0.025 / 1000)
    assert usd["DynamoDB"] == pytest.approx((30 * 0.625 + 100 * 0.125) / 1e6)
    assert usd["S3: requests"] == pytest.approx(15 * 0.005 / 1000 + 60 * 0.0004 / 1000)
    assert usd["CloudWatch: logs"] == pytest.approx(0.0005)
    assert min(usd.values()) > 0


def test_an_image_model_is_the_dearest_part():
    painting, waiting = painting_usd().values()
    assert waiting == pytest.approx(costs.PAINTING_SECONDS * 2 * 0.0000166667)
    assert painting > waiting


def test_an_idle_month_is_what_watch_does_and_the_alarms_of_the_template():
    usd = idle_usd(work(2, log_bytes=500), table_bytes=8000, alarms=alarms())
    assert alarms() == 6
    assert usd["CloudWatch: 6 alarms, with AlarmEmail"] == pytest.approx(0.60)
    a_tick = 2 * 0.0000166667 + 1.2e-6 + 500 * 0.5e-9
    assert usd["Watch, every 15 minutes: Lambda, scheduler, logs"] == pytest.approx(2920 * a_tick)
    assert usd["CloudWatch: figures"] == 0


def test_a_table_ends_with_the_sum_in_cents():
    assert table("What", {"one": 0.001, "two": 0.002}).splitlines()[-1] == "| **together** | **0.30** |"
