"""`make bench-peers`: what others take for the same work, beside ours, on this machine.

Into out/bench-peers.md and out/bench-peers.json; pictures to compare into out/peers/.
"""

import json
import os
import subprocess
import sys
import time
from importlib.metadata import distributions

from scripts.bench import OUT, say
from scripts.benchmark import machine, report
from scripts.benchmark.peers import covers, detection, styling
from scripts.benchmark.probing import WORK
from scripts.local import deployment
from scripts.local.paths import ROOT

ENVIRONMENTS = ("peers-current", "peers-tflite")
FOLDER, PICTURES = WORK / "peers", OUT / "peers"


def versions() -> dict[str, str]:
    """Of what the peers' environments hold, named with the environment; of Node and TensorFlow.js."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    package = ROOT / "tests" / "models" / "node_modules" / "@tensorflow" / "tfjs-backend-wasm" / "package.json"
    found = {"node": node, "tfjs-backend-wasm": json.loads(package.read_text(encoding="utf-8"))["version"]}
    for name in ENVIRONMENTS:
        (folder,) = (ROOT / ".venv" / name).glob("lib/python*/site-packages")
        found |= {f"{name}: {dist.name.lower()}": dist.version for dist in distributions(path=[str(folder)])}
    return dict(sorted(found.items()))


def main() -> int:
    began, load = time.monotonic(), os.getloadavg()[0]
    say("Building")
    deployment.build()
    rows = [
        *detection.measure(FOLDER / "detection", say),
        *styling.measure(FOLDER / "style", PICTURES, say),
        *covers.measure(FOLDER / "covers", say),
    ]
    about = machine.about(began, load)
    groups = detection.GROUPS | styling.GROUPS | {covers.GROUP: covers.ABOUT}
    about |= {"versions": about["versions"] | versions(), "groups": groups}
    report.write(OUT, about, rows, "bench-peers")
    print((OUT / "bench-peers.md").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
