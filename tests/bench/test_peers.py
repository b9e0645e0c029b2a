"""That the comparison with peers runs and tells. No figure is judged here.

Peers that need an environment of their own (requirements/peers-*) are left out: `make bench-peers` sets those up.
"""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scripts.bench_peers import ENVIRONMENTS
from scripts.benchmark.peers import contest, covers, detection, styling
from scripts.local import deployment
from scripts.local.paths import ROOT


@pytest.fixture(scope="module", autouse=True)
def built():
    deployment.build()


def size(file):
    with Image.open(file) as picture:
        return picture.size


def measured(rows):
    for row in rows:
        assert row.values
        assert all(math.isfinite(value) for value in row.values)
    return {(row.subject, row.measure) for row in rows}


def test_detection_is_measured_beside_tensorflow_js(tmp_path):
    rows = list(detection.measure(tmp_path, lambda _: None, runs=1, peers=False, batches=(2,), artworks=2))
    found = measured(rows)
    for subject in ("ours", "ours, one core", "TensorFlow.js, WebAssembly"):
        assert {(subject, m) for m in ("first call", "inference", "with resizing", "peak memory")} <= found
    assert (f"{detection.OLD}, batch of 2", "inference") in found
    assert {row.group for row in rows} == set(detection.GROUPS)


def test_style_transfer_is_measured_and_its_pictures_are_kept(tmp_path):
    rows = list(styling.measure(tmp_path, tmp_path / "out", lambda _: None, runs=1, peers=False, sides=(128,), times=1))
    assert {("ours", "warm call"), ("plain at 128", "first call"), ("ours at 128", "difference")} <= measured(rows)
    assert {row.group for row in rows} == set(styling.GROUPS)
    assert size(tmp_path / "out" / "ours.png") == (1024, 1024)
    ours, plain = (np.asarray(Image.open(tmp_path / "out" / f"network-{n}-128.png"), int) for n in ("ours", "plain"))
    assert np.abs(ours - plain).max() <= 1


def test_the_naive_pipeline_and_ours_make_a_cover_of_the_same_songs(tmp_path):
    rows = list(covers.measure(tmp_path, lambda _: None, runs=1, side=128, latency=0, artists=2, states=("cold",)))
    parts = {f"cold {part}" for part in ("fetch", "detect", "prompt", "stylize", "whole")}
    assert measured(rows) == {(name, part) for name in ("naive", "ours") for part in {*parts, "peak memory"}}
    for name, files in (("naive", 3), ("ours", 4)):
        assert len(list((tmp_path / name).iterdir())) == files
        assert size(tmp_path / name / "master.png") == (1024, 1024)
        assert size(tmp_path / name / "cover.jpg") == (640, 640)


def test_a_contender_that_fails_says_why():
    broken = contest.Contender("nobody", ["node", "-e", "throw new Error('no such model')"])
    with pytest.raises(RuntimeError, match=r"Measuring nobody failed(.|\n)*no such model"):
        broken.run()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_each_peer_is_pinned_and_its_environment_made(name):
    pins = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    wanted = re.findall(r"^([a-z-]+==\S+)", Path(ROOT / "requirements" / f"{name}.in").read_text("utf-8"), re.MULTILINE)
    assert wanted
    assert all(f"{pin} " in pins for pin in wanted)
    recipe = re.search(r"^bench-peers:.*", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None
    assert f".venv/{name}/.ready" in recipe[0]
