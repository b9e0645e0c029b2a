"""A cover by our rooms, and by a pipeline as tutorials write one, on the same inputs."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from coverart.models import Prompt
from generate.painter import paint
from scripts import assets
from scripts.benchmark.peers import plain
from scripts.benchmark.peers.contest import Contender, taken_in_turns
from scripts.benchmark.peers.told import Told
from scripts.benchmark.report import Row
from scripts.local.paths import ROOT
from scripts.standins import spotify
from scripts.standins.serving import Fault

GROUP = "Covers"
LATENCY = 0.1  # seconds
ARTISTS = 10
ABOUT = (
    f"From {ARTISTS} top artists to a finished cover, one process each, but for the image model's part: both get the "
    "same painting. *Naive* (`scripts/benchmark/peers/naive.py`) is what a careful tutorial would write: one call, "
    "one download, one picture after the other, a new session for each picture, the style network as it stands "
    "(`plain.py`, 768 pixels), one artwork as its style. *Ours* are the rooms' own functions with a folder for the "
    "bucket; they also choose the style's artwork and draw the contact sheet. Spotify's stand-in answers each request "
    f"{LATENCY:.1f} s late. *Cold* includes imports. On AWS our steps are functions of their own, and each has less "
    "memory than all in one process."
)


def measure(
    folder: Path,
    say: Callable[[str], None],
    runs: int = 3,
    side: int = 768,
    latency: float = LATENCY,
    artists: int = ARTISTS,
    states: tuple[str, ...] = Told.states,
) -> Iterator[Row]:
    """The files of both are left in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with spotify.serving("extended") as standin:
        standin.state.recorder.faults.append(Fault(path="", times=sys.maxsize, delay=latency))
        told = replace(_told(folder, standin, side, artists), states=states)
        yield from taken_in_turns(GROUP, [_contender(name, folder, told) for name in ("naive", "ours")], runs, say)
        if violations := standin.state.recorder.violations:
            raise RuntimeError(f"Spotify would have refused: {violations[0]}")


def _contender(name: str, folder: Path, told: Told) -> Contender:
    output = folder / name
    output.mkdir(exist_ok=True)
    asked = folder / f"{name}.json"
    asked.write_text(json.dumps(asdict(told) | {"output": str(output)}), encoding="utf-8")
    rooms = ["functions", "layers/detector", "layers/stylizer", "layers/painter", "."]
    path = os.pathsep.join(str(ROOT / room) for room in rooms)
    command = [sys.executable, "-P", "-m", f"scripts.benchmark.peers.{name}", asked]
    return Contender(name, command, {"PYTHONPATH": path})


def _told(folder: Path, standin: spotify.Standin, side: int, artists: int) -> Told:
    painting, network = folder / "painting.png", folder / f"plain_{side}.tflite"
    asked = json.loads((ROOT / "events" / "generate.json").read_text(encoding="utf-8"))["prompt"]
    paint(Prompt.model_validate(asked)).save(painting)
    network.write_bytes(plain.transfer(assets.style_networks() / "arbitrary_transform.onnx", side))
    layers = ROOT / "layers"
    return Told(
        api_url=standin.api_url,
        token=standin.state.tokens("demo")["access_token"],
        origins=",".join(standin.picture_urls),
        count=artists,
        painting=str(painting),
        detector=str(layers / "detector" / "detector_model" / "detector.onnx"),
        predict=str(layers / "stylizer" / "style_networks" / "predict_256.tflite"),
        plain=str(network),
        side=side,
        output="",
    )
