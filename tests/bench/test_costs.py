import json

import pytest

from scripts.costs import (
    Cover,
    Invocation,
    Told,
    alarms,
    cover_usd,
    figures,
    idle_usd,
    invocations,
    painting_usd,
    table,
)

REPORT = "REPORT RequestId: 1f\tDuration: 1500 ms\tBilled Duration: 1500 ms\tMemory Size: {} MB\tMax Memory Used: 9 MB"


def emf(name, **dimensions):
    told = {"CloudWatchMetrics": [{"Dimensions": [list(dimensions)], "Metrics": [{"Name": name}]}]}
    return json.dumps({"_aws": told, **dimensions}, separators=(",", ":"))


@pytest.mark.parametrize(("memory", "gigabytes"), [(3008, 2.9375), (1769, 1769 / 1024), (512, 1769 / 1024)])
def test_a_second_of_work_costs_no_less_than_on_a_whole_processor(memory, gigabytes):
    [invocation] = invocations(["START RequestId: 1f Version: $LATEST", REPORT.format(memory), "{}"])
    assert invocation == Invocation(1.5, memory)
    assert invocation.gb_seconds == pytest.approx(1.5 * gigabytes)


def test_a_figure_is_paid_for_once_for_each_value_of_its_dimensions():
    lines = [emf("StepSeconds", step="fetch"), emf("StepSeconds", step="detect"), emf("StepSeconds", step="fetch")]
    others = [emf("CoversDone", service="coverart"), '{"level":"INFO"}', "START RequestId: 1f"]
    assert figures([*lines, *others]) == 3


def test_a_cover_costs_what_it_took():
    told = Told([Invocation(1, 1769)] * 8, log_bytes=1_000_000, figures=2)
    cover = Cover(told, transitions=10, item_bytes=2000, artworks=10, pictures=5, picture_bytes=5_000_000)
    usd = cover_usd(cover, Invocation(0.1, 1769))
    assert usd["Lambda: time"] == pytest.approx(8 * 1769 / 1024 * 0.0000166667)
    assert usd["Lambda: invocations"] == pytest.approx(8 * 0.20 / 1e6)
    assert usd["Step Functions"] == pytest.approx(10 * 0.025 / 1000)
    assert usd["DynamoDB"] == pytest.approx((30 * 0.625 + 100 * 0.125) / 1e6)
    assert usd["S3: requests"] == pytest.approx(15 * 0.005 / 1000 + 60 * 0.0004 / 1000)
    assert usd["CloudWatch: logs"] == pytest.approx(0.0005)
    assert min(usd.values()) > 0


def test_an_image_model_is_the_dearest_part():
    painting, waiting = painting_usd().values()
    assert painting > waiting > 0


def test_an_idle_month_is_what_watch_does_and_the_alarms_of_the_template():
    told = Told([Invocation(2, 512)], log_bytes=500, figures=0)
    usd = idle_usd(told, table_bytes=8000, alarms=alarms())
    assert alarms() == 6
    assert usd["CloudWatch: 6 alarms, with AlarmEmail"] == pytest.approx(0.60)
    assert usd["Lambda: watch, every 15 minutes"] == pytest.approx(
        2920 * (2 * 1769 / 1024 * 0.0000166667 + 1.2e-6), rel=1e-6
    )
    assert usd["CloudWatch: figures"] == 0


def test_a_table_ends_with_the_sum_in_cents():
    assert table("What", {"one": 0.001, "two": 0.002}).splitlines()[-1] == "| **together** | **0.30** |"
