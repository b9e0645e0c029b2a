"""Detection: ours beside the original graph under TensorFlow.js, and ONNX Runtime of two ages."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from coverart.images.decode import decode_image
from detect import detector
from detector_model import INPUT_SIDE_PIXELS, get_model_path
from scripts import assets
from scripts.benchmark import work
from scripts.benchmark.peers.contest import Contender, in_environment, on_layers, taken_in_turns
from scripts.benchmark.report import Row
from scripts.local.paths import ROOT

GROUP, RUNTIMES = "Detection", "ONNX Runtime"
GROUPS = {
    GROUP: (
        "The same weights and the same artwork, milliseconds for each. *Inference*: from 300 x 300 pixels to boxes and "
        "scores, ours with non-maximum suppression, TensorFlow.js without. *With resizing*: from 640 x 640 pixels; "
        "TensorFlow.js resizes in its graph. *With decoding*: from the JPEG, as the function does it; TensorFlow.js "
        "decodes nothing in Node. Its WebAssembly knows no threads there, so ours is listed on one core, too. *First "
        "call*: of one artwork, the model's load included."
    ),
    RUNTIMES: (
        "Our detector under ONNX Runtime of python3.11's pins and of python3.13's, milliseconds for each artwork: one "
        "at a time on each core, as ours, and batches of 16 on all cores. *First call*: of one such batch, the load "
        "included."
    ),
}
_PACKAGES = ROOT / "tests" / "models" / "package.json"
OLD, CURRENT = "ONNX Runtime 1.16", "ONNX Runtime current"


def measure(
    folder: Path,
    say: Callable[[str], None],
    runs: int = 3,
    peers: bool = True,
    batches: Sequence[int] = (1, 16),
    artworks: int = work.ARTWORKS,
) -> Iterator[Row]:
    """`peers`: those with an environment of their own, too."""
    work.prepare(folder, artworks)
    artwork = [decode_image(file.read_bytes()) for file in sorted(folder.glob("artwork/*/*.jpg"))]
    for number, picture in enumerate(artwork):
        for side in (INPUT_SIDE_PIXELS, 640):
            (folder / f"{number:02}-{side}.rgb").write_bytes(picture.resize((side, side)).tobytes())
    tfjs = Path(__file__).with_name("tfjs.mjs")
    contenders = [
        on_layers("ours", "detect", "detect", folder, "2"),
        on_layers("ours, one core", "detect", "detect", folder, "1"),
        Contender("TensorFlow.js, WebAssembly", ["node", tfjs, assets.coco_ssd(), folder, _PACKAGES]),
    ]
    yield from taken_in_turns(GROUP, contenders, runs, say)

    pixels = np.stack([detector.prepare(picture) for picture in artwork]) * np.float32(2 / 255) - np.float32(1)
    np.save(folder / "pictures.npy", pixels)
    contenders = []
    for batch in batches:
        asked = ("onnx", get_model_path(), folder / "pictures.npy", str(batch))
        contenders.append(on_layers(f"{OLD}, batch of {batch}", "detect", *asked))
        if peers:
            contenders.append(in_environment(f"{CURRENT}, batch of {batch}", "peers-current", *asked))
    yield from taken_in_turns(RUNTIMES, contenders, runs, say)
