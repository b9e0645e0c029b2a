"""Imports of every function, the work of the steps without AWS, and our networks beside others."""

from functools import partial
from pathlib import Path

from coverart.images.decode import decode_image
from scripts import assets
from scripts.benchmark.processes import WORK_DIR, Row, list_functions, measure_in_turns, run_contender, run_probe
from scripts.fakes.artwork import render_jpeg
from scripts.fakes.catalog import Artwork, load_catalog
from scripts.local.paths import ROOT
from scripts.models import plain_style_network
from scripts.models.style_networks import TRANSFER_SIDE

ARTWORKS = 20
_SERVICES = {"auth": "ssm", "accept": "stepfunctions"}
_ARTWORK_DIR = WORK_DIR / "artwork"
_EVENT = ROOT / "events" / "generate.json"
_NETWORK = ROOT / "layers" / "stylizer" / "style_networks" / f"transfer_{TRANSFER_SIDE}.tflite"


def measure_imports(runs: int) -> list[Row]:
    """Measure importing each handler and creating its clients: of DynamoDB, and of S3 or another service."""
    probes = {
        function: partial(run_probe, function, "imports", function, _SERVICES.get(function, "s3"))
        for function in list_functions()
    }
    for probe in probes.values():
        probe()  # reads the files into the page cache
    return measure_in_turns("imports", probes, runs)


def measure_steps(runs: int) -> list[Row]:
    """Measure detection per artwork, a cut-out, the painter at 1024 pixels, and the style transfer of two artworks."""
    artwork, painting = write_artwork(), WORK_DIR / "painting.png"
    probes = {
        "detection": partial(run_probe, "detect", "detect", _ARTWORK_DIR),
        "cut-out": partial(run_probe, "detect", "cut_out", assets.fetch_photos()["motorcycle_left"]),
        "painter": partial(run_probe, "generate", "paint", _EVENT, painting),
        "style transfer": partial(run_probe, "stylize", "style", painting, *artwork[:2]),
    }
    return measure_in_turns("steps", probes, runs)


def measure_peers(runs: int, side: int = TRANSFER_SIDE) -> list[Row]:
    """Measure the detector and the transfer network beside other implementations.

    The detector runs beside its original graph under TensorFlow.js (WebAssembly, one thread), the transfer network
    beside the plain graph of `side` pixels.
    """
    for file in write_artwork():
        file.with_suffix(".rgb").write_bytes(decode_image(file.read_bytes()).resize((300, 300)).tobytes())
    plain = WORK_DIR / f"plain_{side}.tflite"
    source = assets.fetch_style_networks() / "arbitrary_transform.onnx"
    plain.write_bytes(plain_style_network.build_transfer(source, side))
    # Beside the packages of TensorFlow.js.
    script: Path | str = ROOT / "tests" / "tools" / "models" / "benchmark.mjs"
    tfjs = ["node", script, assets.fetch_coco_ssd(), _ARTWORK_DIR]
    contenders = {
        "detection, ours": partial(run_probe, "detect", "detect", _ARTWORK_DIR, "detector.find_objects"),
        "detection, TensorFlow.js": partial(run_contender, tfjs, {}),
        "style network, ours": partial(run_probe, "stylize", "transfer_network", _NETWORK),
        "style network, plain": partial(run_probe, "stylize", "transfer_network", plain),
    }
    return measure_in_turns("peers", contenders, runs)


def write_artwork() -> list[Path]:
    """Write artwork of the demo's albums into a folder and return the files."""
    _ARTWORK_DIR.mkdir(parents=True, exist_ok=True)
    styles = [album.artwork for album in load_catalog().albums.values() if isinstance(album.artwork, Artwork)]
    files = [_ARTWORK_DIR / f"{number:02}.jpg" for number in range(ARTWORKS)]
    for file, style in zip(files, styles, strict=False):
        file.write_bytes(render_jpeg(style, 640))
    return files
