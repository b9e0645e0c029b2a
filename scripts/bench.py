"""`make bench`: what the functions and a whole cover cost on this machine, and how good covers are.

Into out/bench.md and out/bench.json.
"""

import os
import sys
import time

from scripts.benchmark import covers, fit, functions, machine, pipeline, report, work
from scripts.benchmark.probing import layers_of
from scripts.local import deployment
from scripts.local.paths import ROOT

OUT = ROOT / "out"


def say(what: str) -> None:
    print(f"{what} …", flush=True)


def main() -> int:
    began, load = time.monotonic(), os.getloadavg()[0]
    say("Building")
    deployment.build()
    deployment.build(platform="lambda")
    rows = [
        *functions.measure(list(layers_of()), say),
        *work.measure(list(work.FUNCTIONS), say),
        *fit.measure(say),
        *covers.measure(say),
        *pipeline.measure(say),
    ]
    groups = {module.GROUP: module.ABOUT for module in (functions, work, fit, pipeline)} | covers.GROUPS
    report.write(OUT, {**machine.about(began, load), "groups": groups}, rows)
    print((OUT / "bench.md").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
