"""Measures one thing in a fresh process: `python -P probe.py PROBE [ARGUMENT ...]`.

The last line of output is JSON: measure -> values in seconds, milliseconds per artwork, or MB. The interpreter has the
packages of Lambda's runtime and one function's layers, so that this file imports nothing of scripts/, and imports what
it measures only where it measures it.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

Figures = dict[str, list[float]]


def measure_seconds(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def measure_warm(work: Callable[[], Any], times: int = 3) -> list[float]:
    return [measure_seconds(work) for _ in range(times)]


def read_peak_memory() -> list[float]:
    """Return the most memory that this process ever had, in MB."""
    # Not getrusage: for a young process it reports the peak of the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return [int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024 / 1e6]


def imports(function: str, service: str) -> Figures:
    """Import a function's handler, then create the clients of DynamoDB and `service`. Seconds are of processor time."""
    measure = partial(measure_seconds, clock=time.process_time)
    handler, memory = measure(lambda: import_module(f"{function}.app")), read_peak_memory()
    from coverart.aws.clients import get_client, get_table

    clients = measure(lambda: (get_table("covers"), get_client(service)))
    figures = {"import": handler, "AWS clients": clients, "import and clients": handler + clients}
    return {**{name: [value] for name, value in figures.items()}, "peak memory": memory}


def detect(folder: str, look: str = "sight.look") -> Figures:
    """Detect objects on the artwork in `folder`, on each core one picture at a time, as the function does.

    `look`: a function of the package `detect`; `detector.find_objects` is the object detector alone.
    """
    import os
    from concurrent.futures import ThreadPoolExecutor

    from coverart.images.decode import decode_image

    module, name = look.split(".")
    find = getattr(import_module(f"detect.{module}"), name)
    files = [file.read_bytes() for file in sorted(Path(folder).glob("*.jpg"))]
    executor = ThreadPoolExecutor(os.process_cpu_count() or 1)

    def detect_in(artwork: list[bytes]) -> None:
        list(executor.map(lambda file: find(decode_image(file)), artwork))

    first = measure_seconds(lambda: detect_in(files[:1]))
    images = [decode_image(file) for file in files]
    return {
        "first call": [first],
        "inference": [1000 * s / len(files) for s in measure_warm(lambda: list(executor.map(find, images)))],
        "with decoding": [1000 * s / len(files) for s in measure_warm(lambda: detect_in(files))],
        "peak memory": read_peak_memory(),
    }


def cut_out(picture: str) -> Figures:
    """Cut out the subject of a picture of 2,048 pixels, as the function does. Seconds are of processor time."""
    import io
    from types import SimpleNamespace

    from PIL import Image

    from detect.own_picture import cut_out

    buffer = io.BytesIO()
    with Image.open(picture) as image:
        image.convert("RGB").resize((2048, 2048 * image.height // image.width)).save(buffer, "JPEG", quality=92)
    bucket: Any = SimpleNamespace(get=lambda _: buffer.getvalue(), put=lambda *_: None)

    def measure() -> float:
        work = partial(cut_out, "ada", "c1", "20261201T000000000-0123456789", bucket)
        return measure_seconds(work, clock=time.process_time)

    first = measure()
    return {"first call": [first], "warm call": [measure() for _ in range(3)], "peak memory": read_peak_memory()}


def paint(event: str, output: str) -> Figures:
    """Paint the prompt of an event with the built-in painter, and save the painting for the probe `style`."""
    from coverart.models import Prompt
    from generate.painter import paint

    prompt = Prompt.model_validate(json.loads(Path(event).read_text(encoding="utf-8"))["prompt"])
    first = measure_seconds(lambda: paint(prompt))
    figures = {
        "first call": [first],
        "warm call": measure_warm(lambda: paint(prompt)),
        "peak memory": read_peak_memory(),
    }
    paint(prompt).save(output)
    return figures


def style(painting: str, *artwork: str) -> Figures:
    """Apply the style of artwork to a painting, without writing files."""
    from PIL import Image

    from stylize import style_transfer

    content, *styles = [Image.open(file).convert("RGB") for file in (painting, *artwork)]

    def stylize() -> None:
        style_vector = style_transfer.predict_common_style_vector(styles)
        style_transfer.stylize(content, style_vector, 0.6, styles, strokes=0.03)

    first = measure_seconds(stylize)
    return {"first call": [first], "warm call": measure_warm(stylize), "peak memory": read_peak_memory()}


def transfer_network(model: str) -> Figures:
    """Run a transfer network on noise, with two threads as the function does."""
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    generator = np.random.default_rng(0)
    interpreters: list[Any] = []

    def load() -> None:
        interpreters.append(Interpreter(model_path=model, num_threads=2))
        interpreters[0].allocate_tensors()

    def run() -> None:
        for detail in interpreters[0].get_input_details():
            interpreters[0].set_tensor(detail["index"], generator.random(detail["shape"], np.float32))
        interpreters[0].invoke()

    loading = measure_seconds(load)
    first = loading + measure_seconds(run)
    return {"first call": [first], "warm call": measure_warm(run), "peak memory": read_peak_memory()}


PROBES: dict[str, Callable[..., Figures]] = {
    probe.__name__: probe for probe in (imports, detect, cut_out, paint, style, transfer_network)
}

if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(PROBES[sys.argv[1]](*sys.argv[2:])) + "\n")
