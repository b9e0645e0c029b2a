"""What Lambda gives a function for its memory, and what it takes for it.

Processor time follows memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. The prices are
list prices of us-east-1 in November 2026 (x86, no free tier): https://aws.amazon.com/lambda/pricing/.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from typing import Any

import yaml

from scripts.local.paths import BUILT

GB_SECOND = 0.0000166667  # US dollars
INVOCATION = 0.20e-6  # US dollars
PROCESSOR_MB = 1769  # of memory: they come with one whole processor
# The last is the most that every account is given.
SETTINGS = (128, 256, 512, 1024, PROCESSOR_MB, 3008)
# A setting is at least so many times the peak memory that was measured.
MARGIN = 1.3
# Reading the largest picture that is taken (tests/security/test_images.py).
READING_MB = 280


@dataclass(frozen=True)
class Call:
    """An invocation, with its process's start where that is new, in seconds.

    `alone`: the processor's, where one thread works. `paired`: the processors', where two work at once. `waiting`: for
    tables, bucket, Spotify and image model, with nothing to do.
    """

    alone: float
    paired: float
    waiting: float

    def started_anew(self, processor: float) -> "Call":
        """The same where `processor` is what the process took from its start on; imports and models have one thread."""
        return Call(max(processor - self.paired, self.alone), self.paired, self.waiting)

    def seconds(self, memory: int) -> float:
        """What Lambda bills: whole milliseconds; the start of a process is billed, too. `memory` is in MB."""
        share = memory / PROCESSOR_MB
        took = self.alone / min(share, 1) + self.paired / min(share, 2) + self.waiting
        return ceil(round(1000 * took, 6)) / 1000

    def gb_seconds(self, memory: int) -> float:
        return self.seconds(memory) * memory / 1024

    def usd(self, memory: int) -> float:
        return self.gb_seconds(memory) * GB_SECOND + INVOCATION


@dataclass(frozen=True)
class Function:
    """`cold`: a call whose process is new. `peak_mb`: of its process. `reads_pictures`: that others made."""

    warm: Call
    cold: Call
    peak_mb: float
    reads_pictures: bool

    @property
    def least(self) -> float:
        """MB that it needs."""
        return max(self.peak_mb * MARGIN, self.peak_mb + READING_MB * self.reads_pictures)

    def settings(self) -> list[int]:
        return [memory for memory in SETTINGS if memory >= self.least]

    # A call that starts anew and a warm one are weighed alike.
    def seconds(self, memory: int) -> float:
        return fmean(call.seconds(memory) for call in (self.cold, self.warm))

    def usd(self, memory: int) -> float:
        return fmean(call.usd(memory) for call in (self.cold, self.warm))

    def cheapest(self) -> int:
        return min(self.settings(), key=lambda memory: (self.usd(memory), self.seconds(memory)))

    def fastest(self) -> int:
        return min(self.settings(), key=lambda memory: (self.seconds(memory), self.usd(memory)))

    def balance(self, memory: int) -> float:
        """Cost and duration, each as a part of the most that it comes to, together: from 0 to 2, and less is better."""
        dearest = max(self.usd(setting) for setting in self.settings())
        slowest = max(self.seconds(setting) for setting in self.settings())
        return self.usd(memory) / dearest + self.seconds(memory) / slowest


def balanced(*uses: Function) -> int:
    """The strategy "balanced" of AWS Lambda Power Tuning, with its own weight of 0.5; for several uses of one function
    they are weighed alike. https://github.com/alexcasalboni/aws-lambda-power-tuning (lambda/analyzer.js)
    """
    return min(uses[0].settings(), key=lambda memory: sum(use.balance(memory) for use in uses))


def functions() -> dict[str, dict[str, Any]]:
    """Room -> properties of its function, of the template as it was built last."""
    resources = yaml.load((BUILT / "template.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)["Resources"].values()
    found = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::Serverless::Function"]
    return {function["Handler"].split(".")[0]: function for function in found}


def of_template() -> dict[str, int]:
    """Room -> its function's memory in MB."""
    return {room: function["MemorySize"] for room, function in functions().items()}


def gb_seconds(calls: Iterable[tuple[str, Call]]) -> float:
    """Of calls of rooms, at the template's memory."""
    memory = of_template()
    return sum(call.gb_seconds(memory[room]) for room, call in calls)
