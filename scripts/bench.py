"""`make bench`: what the functions and a whole cover cost on this machine, and how good covers are.

Into out/bench.md and out/bench.json.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

from scripts.benchmark import (
    covers,
    fetching,
    fit,
    functions,
    invocations,
    machine,
    pipeline,
    report,
    settings,
    style,
    throughput,
    work,
)
from scripts.benchmark.probing import layers_of
from scripts.benchmark.report import Row
from scripts.local import deployment, stack
from scripts.local.paths import ROOT

OUT = ROOT / "out"
_ONE_EACH = (functions, work, throughput, style, fetching, fit, pipeline, invocations)
GROUPS = {module.GROUP: module.ABOUT for module in _ONE_EACH} | settings.GROUPS | covers.GROUPS


def say(what: str) -> None:
    print(f"{what} …", flush=True)


def on_the_stack() -> tuple[list[Row], dict[str, invocations.Seen]]:
    """Raises RuntimeError where a cover fails."""
    # Of the functions' own code no bytecode is kept, as on Lambda.
    with stack.running(say=say, bytecode=False, ImageBackend="painter", DailyCoverLimit="1000") as local:
        return list(pipeline.measure(local, say)), invocations.measure(local, say)


def main() -> int:
    began, load = time.monotonic(), os.getloadavg()[0]
    say("Building")
    deployment.build()
    deployment.build(platform="lambda")
    rows = [
        *functions.measure(list(layers_of()), say),
        *work.measure(list(work.FUNCTIONS), say),
        *throughput.measure(say),
        *style.measure(say),
        *fetching.measure(say),
    ]
    spent, seen = on_the_stack()
    rows += [*spent, *invocations.rows(seen), *settings.measure(invocations.functions(seen, rows))]
    # Not about time: whatever else the machine does is nothing to them.
    with ProcessPoolExecutor(2) as both:
        rows += [row for found in both.map(_quality, (fit.measure, covers.measure)) for row in found]
    report.write(OUT, {**machine.about(began, load), "groups": GROUPS}, rows)
    print((OUT / "bench.md").read_text(encoding="utf-8"))
    return 0


def _quality(measure: Callable[[Callable[[str], None]], Iterator[Row]]) -> list[Row]:
    return list(measure(say))


if __name__ == "__main__":
    sys.exit(main())
