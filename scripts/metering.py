"""What the functions take on the local stack: of the clock, of the processor and of memory (Linux)."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep, time

from scripts.local import stack
from scripts.local.deployment import STACK
from scripts.memory import Call

_REPORTED_WITHIN = 60  # seconds
_DURATION = re.compile(r"REPORT .*\tDuration: (\d+) ms")


@dataclass(frozen=True)
class Process:
    """Of a function, in seconds since its start, and the most memory that it ever had.

    `processor`: of all threads, also of those that have ended. `queued`: while its first thread could have worked, and
    others had the processors. `others`: the processor's, by the number of each thread but the first.
    """

    room: str
    processor: float
    queued: float
    others: dict[int, float]
    peak_mb: float


@dataclass(frozen=True)
class Taken:
    """By the invocations of one function. `seconds`: of each, with its process's start where that is new.

    `processor`, `queued`, `paired`: seconds of all together; paired is what the processors did while two threads worked
    at once, as far as those that still live tell. `peak_mb`: of a process. `lines`: of the log.
    """

    seconds: list[float]
    processor: float
    queued: float
    paired: float
    peak_mb: float
    lines: list[str]

    def call(self) -> Call:
        """The mean of its invocations."""
        count, seconds = len(self.seconds), sum(self.seconds)
        # Of threads that have ended, only this tells: they cannot have done more than the clock had time for.
        paired = min(max(self.paired, 2 * (self.processor - seconds)), self.processor)
        waiting = max(seconds - self.queued - (self.processor - paired / 2), 0)
        return Call((self.processor - paired) / count, paired / count, waiting / count)


class Meter:
    """Reads what the functions have done since it was made."""

    def __init__(self, local: stack.LocalStack) -> None:
        self._local, self._began = local, time()
        self._before = processes(local.emulator.process.pid)

    def read(self, **invocations: int) -> dict[str, Taken]:
        """By room, once each has reported so many `invocations`, a moment after their work. Raises RuntimeError."""
        lines = {room: self._reported(room, count) for room, count in invocations.items()}
        now = processes(self._local.emulator.process.pid)
        return {room: self._taken(room, now, lines[room]) for room in invocations}

    def _taken(self, room: str, now: Mapping[int, Process], lines: list[str]) -> Taken:
        own = {pid: process for pid, process in now.items() if process.room == room}
        before = {pid: self._before.get(pid, Process(room, 0, 0, {}, 0)) for pid in own}
        helped = [
            max((worked - before[pid].others.get(thread, 0) for thread, worked in process.others.items()), default=0)
            for pid, process in own.items()
        ]
        return Taken(
            seconds=[int(found[1]) / 1000 for line in lines if (found := _DURATION.match(line))],
            processor=sum(process.processor - before[pid].processor for pid, process in own.items()),
            queued=sum(process.queued - before[pid].queued for pid, process in own.items()),
            paired=2 * sum(helped),
            peak_mb=max((process.peak_mb for process in own.values()), default=0),
            lines=lines,
        )

    def _reported(self, room: str, invocations: int) -> list[str]:
        until = time() + _REPORTED_WITHIN
        while time() < until:
            lines = self._lines(room)
            if sum(line.startswith("REPORT ") for line in lines) >= invocations:
                return lines
            sleep(0.1)
        raise RuntimeError(f"The function {room} has not reported.")

    def _lines(self, room: str) -> list[str]:
        pages = self._local.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=f"/aws/lambda/{STACK}-{room}", startTime=int(self._began * 1000))
        return [str(event["message"]) for page in found for event in page["events"]]


def processes(group: int) -> dict[int, Process]:
    """Of all functions whose processes are in a group of processes, by their numbers."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            # python -m awslambdaric ROOM.app.handler
            command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if "awslambdaric" not in command:
                continue
            # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the name in brackets may hold anything.
            told = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            peak = re.search(r"VmHWM:\s+(\d+) kB", (folder / "status").read_text())
            if int(told[2]) != group or peak is None:
                continue
            room = command[command.index("awslambdaric") + 1].partition(".")[0]
            seconds = (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
            threads = {int(thread.name): _scheduled(thread) for thread in (folder / "task").iterdir()}
            # That is of all its threads, in whole hundredths; this of those that live, and exact.
            seconds = max(seconds, sum(worked for worked, _ in threads.values()))
            _, queued = threads.pop(int(folder.name))
            others = {thread: worked for thread, (worked, _) in threads.items()}
            found[int(folder.name)] = Process(room, seconds, queued, others, int(peak[1]) * 1024 / 1e6)
    return found


def _scheduled(thread: Path) -> tuple[float, float]:
    """Seconds that it worked, and that it was queued: https://docs.kernel.org/scheduler/sched-stats.html."""
    worked, queued, _ = (thread / "schedstat").read_text().split()
    return int(worked) / 1e9, int(queued) / 1e9
