"""Measures one thing in a fresh process: `python -P probe.py PROBE [ARGUMENT ...]`.

The last line of output is JSON: measure -> values in seconds, or MB. The interpreter has the packages of Lambda's
runtime and one function's layers, so that this file imports nothing of scripts/. Each probe imports what it needs, and
returns the work to be timed.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

Figures = dict[str, list[float]]
Work = Callable[[], Any]
_WARM_CALLS = 3


def read_peak_memory() -> list[float]:
    """Return the most memory that this process ever had, in MB."""
    # Not getrusage: for a young process it reports the peak of the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return [int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024 / 1e6]


def measure_imports(function: str) -> Figures:
    """Import a function's handler, then create the clients of DynamoDB and S3; seconds of processor time."""
    start = time.process_time()
    import_module(f"{function}.app")
    imported, memory = time.process_time(), read_peak_memory()
    clients = import_module("coverart.aws.clients")
    clients.get_table("covers")
    clients.get_client("s3")
    end = time.process_time()
    return {"import": [imported - start], "import and clients": [end - start], "peak memory": memory}


def measure_calls(work: Work) -> Figures:
    """Call the work several times. The first call loads models."""
    figures: Figures = {"first call": [], "warm call": [], "processor time of a warm call": []}
    for call in range(1 + _WARM_CALLS):
        start, processor_start = time.perf_counter(), time.process_time()
        work()
        figures["warm call" if call else "first call"].append(time.perf_counter() - start)
        if call:
            figures["processor time of a warm call"].append(time.process_time() - processor_start)
    return {**figures, "peak memory": read_peak_memory()}


def detect(folder: str, look: str) -> Work:
    """Detect objects on all artwork in `folder`, on each core one picture at a time, as the function does.

    `look`: a function of the package `detect`; `detector.find_objects` is the object detector alone.
    """
    from coverart.images.decode import decode_image

    module, name = look.split(".")
    find = getattr(import_module(f"detect.{module}"), name)
    images = [decode_image(file.read_bytes()) for file in sorted(Path(folder).glob("*.jpg"))]
    executor = ThreadPoolExecutor(os.process_cpu_count() or 1)
    return lambda: list(executor.map(find, images))


def cut_out(picture: str) -> Work:
    """Cut out the subject of a picture of 2,048 pixels, as the function does."""
    import io
    from types import SimpleNamespace

    from PIL import Image

    from detect.own_picture import cut_out

    buffer = io.BytesIO()
    with Image.open(picture) as image:
        image.convert("RGB").resize((2048, 2048 * image.height // image.width)).save(buffer, "JPEG", quality=92)
    bucket: Any = SimpleNamespace(get=lambda _: buffer.getvalue(), put=lambda *_: None)
    return partial(cut_out, "ada", "c1", "20261201T000000000-0123456789", bucket)


def paint(event: str, output: str) -> Work:
    """Paint the prompt of an event with the built-in painter, and save the painting for the probe `style`."""
    from coverart.models import Prompt
    from generate.painter import paint

    prompt = Prompt.model_validate(json.loads(Path(event).read_text(encoding="utf-8"))["prompt"])
    paint(prompt).save(output)
    return lambda: paint(prompt)


def style(painting: str, *artwork: str) -> Work:
    """Apply the style of artwork to a painting, without writing files."""
    from PIL import Image

    from stylize import style_transfer

    content, *styles = [Image.open(file).convert("RGB") for file in (painting, *artwork)]
    return lambda: style_transfer.stylize(
        content, style_transfer.predict_common_style_vector(styles), 0.6, styles, strokes=0.03
    )


def transfer_network(model: str) -> Work:
    """Run a transfer network on noise, with two threads as the function does."""
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=model, num_threads=2)
    interpreter.allocate_tensors()
    for detail in interpreter.get_input_details():
        interpreter.set_tensor(detail["index"], np.random.default_rng(0).random(detail["shape"], np.float32))
    return lambda: interpreter.invoke()


PROBES: dict[str, Callable[..., Work]] = {
    probe.__name__: probe for probe in (detect, cut_out, paint, style, transfer_network)
}

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    figures = measure_imports(*arguments) if name == "imports" else measure_calls(PROBES[name](*arguments))
    sys.stdout.write("\n" + json.dumps(figures) + "\n")
