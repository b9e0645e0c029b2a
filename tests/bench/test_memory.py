"""What Lambda gives and takes for memory, and how the functions are measured for it."""

import os
import subprocess
import sys

import pytest

from scripts import memory
from scripts.memory import Call, Function, balanced
from scripts.metering import Taken, processes

WORK = Call(alone=1, paired=0, waiting=0)
WAIT = Call(alone=0.01, paired=0, waiting=2)


def function(warm, cold=None, peak_mb=50, reads_pictures=False):
    return Function(warm, cold or warm, peak_mb, reads_pictures)


def test_one_thread_has_its_share_of_a_processor_and_never_more_than_one():
    assert WORK.seconds(1769) == WORK.seconds(3008) == 1
    assert Call(0.256, 0, 0).seconds(256) == 1.769


def test_two_threads_share_two_processors():
    assert Call(0, 2, 0).seconds(1769) == 2
    assert Call(0, 2, 0).seconds(2 * 1769) == Call(0, 2, 0).seconds(3 * 1769) == 1
    assert Call(1, 2, 0).seconds(3008) == pytest.approx(1 + 2 * 1769 / 3008, abs=0.001)


def test_waiting_takes_as_long_with_any_memory():
    assert Call(0, 0, 2).seconds(128) == Call(0, 0, 2).seconds(3008) == 2


def test_whole_milliseconds_are_paid_for_and_each_invocation():
    assert Call(0.0001, 0, 0).usd(1769) == pytest.approx(0.001 * 1769 / 1024 * 0.0000166667 + 0.0000002)


def test_a_new_process_has_the_same_threads_and_waits_as_long():
    assert Call(1, 2, 3).started_anew(10) == Call(8, 2, 3)


def test_work_is_fastest_with_a_whole_processor_and_waiting_is_cheapest_with_the_least_memory():
    assert function(WORK).fastest() == 1769
    assert function(Call(0, 2, 0)).fastest() == 3008
    assert function(WAIT).cheapest() == 128
    # Twice the memory, half the time: as cheap, and faster.
    assert balanced(function(WORK)) == 1769


def test_balanced_gives_as_much_for_time_as_for_money():
    its = function(Call(0.1, 0, 0.1))

    def sum_of_parts(setting):
        most = [max(take(m) for m in memory.SETTINGS) for take in (its.usd, its.seconds)]
        return its.usd(setting) / most[0] + its.seconds(setting) / most[1]

    assert balanced(its) == min(memory.SETTINGS, key=sum_of_parts)
    assert its.cheapest() < balanced(its) < its.fastest() == 1769


def test_several_uses_of_one_function_are_weighed_alike():
    working, waiting = function(WORK), function(Call(1, 0, 30))
    assert balanced(waiting) < balanced(waiting, working) <= balanced(working)


def test_a_setting_leaves_room_above_the_peak_and_for_the_largest_picture():
    assert function(WAIT, peak_mb=100).settings()[0] == 256
    assert function(WAIT, peak_mb=190).settings()[0] == 256
    assert function(WAIT, peak_mb=200).settings()[0] == 512
    assert function(WAIT, peak_mb=100, reads_pictures=True).settings()[0] == 512
    assert function(WAIT, peak_mb=240, reads_pictures=True).settings()[0] == 1024


def test_a_call_is_the_mean_of_what_was_taken():
    # Of 10 seconds 2 were queued; 3 had one thread at work, then 1.5 two; the rest it waited.
    call = Taken(seconds=[4, 6], processor=6, queued=2, paired=3, peak_mb=0, lines=[]).call()
    assert call == Call(alone=1.5, paired=1.5, waiting=1.75)


def test_more_work_than_the_clock_had_time_for_was_done_by_two_threads():
    call = Taken(seconds=[2], processor=3, queued=0, paired=0, peak_mb=0, lines=[]).call()
    assert call == Call(alone=1, paired=2, waiting=0)


def test_processor_time_is_that_of_the_functions_in_the_group():
    busy = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
    process = subprocess.Popen(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", busy, "-m", "awslambdaric", "fetch.app.handler"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        process.stdout.readline()
        [(number, found)] = processes(process.pid).items()
        assert (number, found.room, found.others) == (process.pid, "fetch", {})
        assert 0.2 <= found.processor < 5
        assert found.peak_mb > 1
        # No function: this very process is busy, and is none.
        assert processes(os.getpgrp()) == {}
        process.communicate(b"\n")
