"""`make bench`: measures imports, steps and whole covers on this machine; the values go to out/bench.json.

Each measurement runs in a process of its own, with the interpreter and the layers that its function has.
"""

import argparse
import json
import os
import subprocess
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from coverart.images.decode import decode_image
from coverart.models import STEPS
from coverart.store.keys import WARM_UP_KEY
from scripts import assets
from scripts.check_layers import Function, read_functions
from scripts.fakes.artwork import render_jpeg
from scripts.fakes.catalog import Artwork, load_catalog
from scripts.local import deployment, example_events
from scripts.local.paths import BUILD_DIR, OUT, ROOT, RUNTIME_VENV
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from scripts.models.style_networks import TRANSFER_SIDE, build_transfer

ARTWORKS = 20
WORK_DIR = ROOT / "build" / "bench"
COVER_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}
_PROBE = Path(__file__).parent / "benchmark" / "probe.py"
_TIMEOUT_SECONDS = 180

# Measure -> its values in seconds or, of memory, in a million bytes.
Figures = dict[str, list[float]]
Contenders = dict[str, Callable[[], Figures]]


def list_functions() -> dict[str, Function]:
    """Return the built functions by the name of their folder."""
    return {function.module.split(".")[0]: function for function in read_functions(BUILD_DIR)}


def run_probe(function: str, probe: str, *arguments: str | Path) -> Figures:
    """Run a probe of probe.py on the layers of a function. Raise RuntimeError if it fails."""
    built = list_functions()[function]
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, [built.code, *(layer / "python" for layer in built.layers)])),
        # Lambda cannot store bytecode: there is only what the build has put there.
        "PYTHONDONTWRITEBYTECODE": "1",
        # Switches garbage collection off during imports, as in Lambda.
        "AWS_LAMBDA_FUNCTION_NAME": built.name,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    # -P keeps the folder of probe.py off the path.
    return run_contender([RUNTIME_VENV / "bin" / "python", "-P", _PROBE, probe, *arguments], environment)


def run_contender(command: Sequence[str | Path], environment: Mapping[str, str]) -> Figures:
    """Run a program whose last line of output is its figures as JSON. Raise RuntimeError if it fails."""
    result = subprocess.run(
        command, env={"PATH": os.environ["PATH"], **environment}, cwd=ROOT, capture_output=True, text=True,
        timeout=_TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    if result.returncode:
        raise RuntimeError(f"A measurement failed: {' '.join(map(str, command))}\n{result.stderr[-2000:]}")
    figures: Figures = json.loads(result.stdout.splitlines()[-1])
    return figures


def list_imports(_: ExitStack) -> Contenders:
    """Import each handler and create the clients of DynamoDB and S3."""
    probes: Contenders = {name: partial(run_probe, name, "imports", name) for name in list_functions()}
    for probe in probes.values():
        probe()  # reads the files into the page cache
    return probes


def list_steps(_: ExitStack) -> Contenders:
    """Detect objects on 20 artworks, cut a picture out, paint 1024 pixels, and apply the style of two artworks."""
    artwork, painting, event = write_artwork(), WORK_DIR / "painting.png", ROOT / "events" / "generate.json"
    return {
        "detection": partial(run_probe, "detect", "detect", WORK_DIR, "sight.look"),
        "cut-out": partial(run_probe, "detect", "cut_out", assets.fetch_photos()["motorcycle_left"]),
        "painter": partial(run_probe, "generate", "paint", event, painting),
        "style transfer": partial(run_probe, "stylize", "style", painting, *artwork[:2]),
    }


def list_peers(_: ExitStack, side: int = TRANSFER_SIDE) -> Contenders:
    """Run the detector beside its original graph under TensorFlow.js (WebAssembly, one thread).

    Run the transfer network beside the plain graph of `side` pixels.
    """
    for file in write_artwork():
        file.with_suffix(".rgb").write_bytes(decode_image(file.read_bytes()).resize((300, 300)).tobytes())
    plain, source = WORK_DIR / "plain.tflite", assets.fetch("style_networks") / "arbitrary_transform.onnx"
    plain.write_bytes(build_transfer(source, side, is_plain=True))
    network = ROOT / "layers" / "stylizer" / "style_networks" / f"transfer_{TRANSFER_SIDE}.tflite"
    # Beside the packages of TensorFlow.js.
    script = ROOT / "tests" / "tools" / "models" / "benchmark.mjs"
    return {
        "detection, ours": partial(run_probe, "detect", "detect", WORK_DIR, "detector.find_objects"),
        "detection, TensorFlow.js": partial(run_contender, ["node", script, assets.fetch("coco_ssd"), WORK_DIR], {}),
        "style network, ours": partial(run_probe, "stylize", "transfer_network", network),
        "style network, plain": partial(run_probe, "stylize", "transfer_network", plain),
    }


def write_artwork() -> list[Path]:
    """Write artwork of the demo's albums into a folder and return the files."""
    WORK_DIR.mkdir(parents=True, exist_ok=True)
    styles = [album.artwork for album in load_catalog().albums.values() if isinstance(album.artwork, Artwork)]
    files = [WORK_DIR / f"{number:02}.jpg" for number in range(ARTWORKS)]
    for file, style in zip(files, styles, strict=False):
        file.write_bytes(render_jpeg(style, 640))
    return files


def list_covers(stack: ExitStack) -> Contenders:
    """Make covers of ten artists: with new processes, warmed in each way that there is, and with warm processes."""
    local = stack.enter_context(run_stack(ImageBackend="painter", DailyCoverLimit="1000"))
    listener_id, functions = local.connect(), example_events.list_functions()

    def make(restart: Sequence[str], may_warm: bool = False, is_page_open: bool = False) -> Figures:
        for function in restart:
            local.restart(function)
        local.bucket.delete_prefix("artwork/")
        next_warm_up = 0 if may_warm else int(time.time()) + 3600
        local.table("Keys").put_item(Item={"key": WARM_UP_KEY, "expires_at": next_warm_up})
        if is_page_open:
            _warm_up(local)
        return time_cover(local, listener_id)

    return {
        "cold": partial(make, functions),
        "cold, warmed on request": partial(make, functions, may_warm=True),
        "cold, page open": partial(make, functions, is_page_open=True),
        "warm": partial(make, []),
    }


def _warm_up(local: LocalStack) -> None:
    """Start all functions of the steps, two at a time, and wait for them, as if a listener had opened the page."""
    step_functions = local.client("stepfunctions")
    arn = local.outputs["WarmUpStateMachineArn"]
    execution = step_functions.start_execution(stateMachineArn=arn, input='{"is_started": false}')["executionArn"]
    while step_functions.describe_execution(executionArn=execution)["status"] == "RUNNING":
        time.sleep(0.05)


def time_cover(local: LocalStack, listener_id: str) -> Figures:
    """Make a cover. Return the seconds of each step, of what lies between them, and of the whole."""
    start = time.monotonic()
    cover_id = local.request_cover(listener_id, COVER_SOURCE, key=str(uuid.uuid4()))
    item = local.wait_for_cover(listener_id, cover_id, seconds=600)
    whole = time.monotonic() - start
    if item["status"] != "done":
        raise RuntimeError(f"The cover failed: {item['error']['message']}")
    steps: Figures = {step: [float(item["timings"][step]["seconds"])] for step in STEPS}
    return {**steps, "between steps": [whole - sum(seconds for (seconds,) in steps.values())], "whole": [whole]}


GROUPS: dict[str, Callable[[ExitStack], Contenders]] = {
    "imports": list_imports,
    "steps": list_steps,
    "covers": list_covers,
    "peers": list_peers,
}


def measure(group: str, runs: int) -> list[dict[str, Any]]:
    """Return a row for each quantity, with all of its values.

    The contenders run one after the other, `runs` times, so that other load on the machine affects all alike.
    """
    print(f"Measuring {group} …", flush=True)
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        contenders = GROUPS[group](stack)
        for _ in range(runs):
            for subject, run in contenders.items():
                for name, figures in run().items():
                    values[subject, name] += figures
    return [{"group": group, "subject": subject, "measure": name, "values": v} for (subject, name), v in values.items()]


def write_report(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the rows, and write them with the commit, the time and the load of the machine."""
    print("\nMedians, with the lowest and the highest value, in seconds or megabytes:")
    for row in rows:
        middle, low, high = (f"{statistic(row['values']):.3f}" for statistic in (median, min, max))
        print(f"{row['group']:10} {row['subject']:26} {row['measure']:30} {middle} ({low} to {high})")
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    report = {
        "commit": subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "load_average": round(os.getloadavg()[0], 2),
        "rows": rows,
    }
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure imports, steps and whole covers on this machine.")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=["imports", "steps", "covers"], metavar="GROUP")
    parser.add_argument("--runs", type=int, default=3, help="how often each process runs (default: %(default)s)")
    arguments = parser.parse_args()
    deployment.build()
    write_report(OUT / "bench.json", [row for group in arguments.only for row in measure(group, arguments.runs)])


if __name__ == "__main__":
    main()
