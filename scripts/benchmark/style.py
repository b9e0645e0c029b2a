"""What the style transfer takes, by size and threads."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from scripts import assets
from scripts.benchmark.probing import WORK, probe, repeated
from scripts.benchmark.report import Row
from scripts.build_models import made_from
from scripts.local.paths import ROOT
from scripts.models import style_networks

GROUP = "Style transfer"
OWN = (style_networks.TRANSFER_SIDE, 2)
# Each with how often it is begun, and how often it is called warm then.
SIZES = {(side, threads): (1, 2) for side in (384, 640, 768, 1024) for threads in (1, 2)} | {OWN: (3, 3)}
ABOUT = (
    "From a painting and two artworks to styled pixels, no files; imports done. Sides in pixels; on one and on two "
    f"processors, with as many threads. The step's own: {OWN[0]} pixels, {OWN[1]} threads. *First call* includes the "
    "model's load."
)
_NETWORKS = WORK / "networks"
_LAYER = ROOT / "layers" / "stylizer" / "style_networks"


def measure(say: Callable[[str], None], sizes: Sequence[tuple[int, int]] = tuple(SIZES)) -> Iterator[Row]:
    """After `work.measure`, whose painting is styled."""
    build({side for side, _ in sizes})
    for side, threads in sizes:
        runs, times = SIZES[side, threads]
        subject = f"{side} pixels, {threads} {'thread' if threads == 1 else 'threads'}"
        say(f"Styling {subject}")
        measured = partial(probe, "stylize", "style_transfer", str(side), str(threads), str(times))
        yield from repeated(GROUP, subject, runs, measured)


def build(sides: set[int]) -> None:
    """The layer's own networks, and those of other sizes, which are kept as long as nothing changes that makes them."""
    stamp, inputs = _NETWORKS / "made-from", made_from()
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != inputs:
        shutil.rmtree(_NETWORKS, ignore_errors=True)
        _NETWORKS.mkdir(parents=True)
        stamp.write_text(inputs, encoding="ascii")
    for network in _LAYER.glob("*.tflite"):
        shutil.copyfile(network, _NETWORKS / network.name)
    for side in sides:
        network = _NETWORKS / f"transfer_{side}.tflite"
        if not network.is_file():
            network.write_bytes(style_networks.transfer(assets.style_networks() / "arbitrary_transform.onnx", side))
