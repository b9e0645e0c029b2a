import json
import os
import subprocess
import sys

import pytest

from scripts.costs import (
    Cover,
    Work,
    alarms,
    cover_usd,
    figures,
    idle_usd,
    painting_usd,
    processor_seconds,
    table,
)


def emf(name, **dimensions):
    told = {"CloudWatchMetrics": [{"Dimensions": [list(dimensions)], "Metrics": [{"Name": name}]}]}
    return json.dumps({"_aws": told, **dimensions}, separators=(",", ":"))


def work(seconds, calls=0, invocations=1, log_bytes=0, figures=0):
    return Work(seconds, calls, invocations, log_bytes, figures)


def test_work_is_paid_for_by_the_processor_and_waiting_by_the_memory():
    assert work(2).gb_seconds == pytest.approx(2 * 1769 / 1024)
    assert work(2, calls=10).gb_seconds == pytest.approx(2 * 1769 / 1024 + 10 * 0.2 * 0.5)


def test_processor_time_is_that_of_the_functions_in_the_group():
    # No function: this very process is busy, and is none.
    assert processor_seconds(os.getpgrp()) == 0
    busy = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
    process = subprocess.Popen(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", busy, "awslambdaric"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        process.stdout.readline()
        assert 0.2 <= processor_seconds(process.pid) < 5
        assert processor_seconds(os.getpgrp()) == 0
        process.communicate(b"\n")


def test_a_figure_is_paid_for_once_for_each_value_of_its_dimensions():
    lines = [emf("StepSeconds", step="fetch"), emf("StepSeconds", step="detect"), emf("StepSeconds", step="fetch")]
    others = [emf("CoversDone", service="coverart"), '{"level":"INFO"}', "START RequestId: 1f"]
    assert figures([*lines, *others]) == 3


def test_a_cover_costs_what_it_took():
    did = work(8, invocations=8, log_bytes=1_000_000, figures=2)
    cover = Cover(did, transitions=10, item_bytes=2000, artworks=10, pictures=5, picture_bytes=5_000_000)
    usd = cover_usd(cover, work(0.1))
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
    usd = idle_usd(work(2, log_bytes=500), table_bytes=8000, alarms=alarms())
    assert alarms() == 6
    assert usd["CloudWatch: 6 alarms, with AlarmEmail"] == pytest.approx(0.60)
    a_tick = 2 * 1769 / 1024 * 0.0000166667 + 1.2e-6 + 500 * 0.5e-9
    assert usd["Watch, every 15 minutes: Lambda, scheduler, logs"] == pytest.approx(2920 * a_tick)
    assert usd["CloudWatch: figures"] == 0


def test_a_table_ends_with_the_sum_in_cents():
    assert table("What", {"one": 0.001, "two": 0.002}).splitlines()[-1] == "| **together** | **0.30** |"
