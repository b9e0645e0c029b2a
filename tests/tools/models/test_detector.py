"""The exported detector against the original graph, which runs under TensorFlow.js."""

import json
import subprocess
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detect import detector
from detect.networks import load_session
from detector_model import LABELS
from scripts import assets
from scripts.models.detector import CLASS_IDS

HERE = Path(__file__).parent
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "gravel", "horse", "motorcycle_left")
# These are also given to the original graph in full size, so that it resizes them itself.
FULL_SIZE_PHOTOGRAPHS = ("astronaut", "coffee", "horse", "motorcycle_left")


@pytest.fixture(scope="module")
def images():
    photographs = {name: np.asarray(Image.open(assets.fetch_photos()[name]).convert("RGB")) for name in PHOTOGRAPHS}
    prepared = {name: detector.prepare(Image.fromarray(pixels)) for name, pixels in photographs.items()}
    return prepared | {f"{name} in full size": photographs[name] for name in FULL_SIZE_PHOTOGRAPHS}


@pytest.fixture(scope="module")
def original_outputs(images, tmp_path_factory):
    """The original graph's boxes (1917, 4) and scores (80, 1917), with coordinates and classes in our order."""
    if not (HERE / "node_modules" / "@tensorflow").is_dir():
        pytest.fail("TensorFlow.js is missing: npm ci --prefix tests/tools/models", pytrace=False)
    folder = tmp_path_factory.mktemp("reference")
    for name, pixels in images.items():
        (folder / f"{name}.rgb").write_bytes(pixels.tobytes())
    shapes = [{"name": name, "height": p.shape[0], "width": p.shape[1]} for name, p in images.items()]
    (folder / "pictures.json").write_text(json.dumps(shapes))
    command = ["node", HERE / "reference.mjs", assets.fetch("coco_ssd"), folder]
    subprocess.run(command, check=True, timeout=120)  # our script, arguments of our own

    def read(name):
        boxes = np.fromfile(folder / f"{name}.boxes", np.float32).reshape(1917, 4)
        scores = np.fromfile(folder / f"{name}.scores", np.float32).reshape(1917, 90)
        return boxes[:, [1, 0, 3, 2]], scores[:, np.array(CLASS_IDS) - 1].T

    return {name: read(name) for name in images}


@pytest.fixture(scope="module")
def outputs(images):
    """The outputs of the export, for all images in one batch."""
    boxes, scores, _ = run(np.stack([images[name] for name in PHOTOGRAPHS]))
    return dict(zip(PHOTOGRAPHS, zip(boxes, scores, strict=True), strict=True))


def run(batch, min_score=0.6, max_overlap=0.5):
    inputs = {
        "pictures": (batch / 127.5 - 1).astype(np.float32),
        "score_threshold": np.array([min_score], np.float32),
        "overlap_threshold": np.array([max_overlap], np.float32),
    }
    return list(load_session("detector").run(["boxes", "scores", "kept"], inputs))


def measure_overlap(a, b):
    """Return the intersection over union."""
    sides = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    intersection = sides.prod()
    return float(intersection / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - intersection))


def test_export_has_outputs_of_original_graph(original_outputs, outputs):
    for name in PHOTOGRAPHS:
        for output, original_output in zip(outputs[name], original_outputs[name], strict=True):
            np.testing.assert_allclose(output, original_output, rtol=0, atol=1e-4)


def test_prepare_replaces_preprocessing_of_original_graph(original_outputs, outputs):
    """`prepare` rounds to whole levels of brightness between resizing and the network."""
    for name in FULL_SIZE_PHOTOGRAPHS:
        (boxes, scores), (original_boxes, original_scores) = outputs[name], original_outputs[f"{name} in full size"]
        is_certain = original_scores.max(axis=0) > 0.3
        np.testing.assert_allclose(scores, original_scores, rtol=0, atol=0.05)
        np.testing.assert_allclose(boxes[is_certain], original_boxes[is_certain], rtol=0, atol=0.02)


def test_labels_are_in_the_order_of_coco_class_ids():
    assert len(LABELS) == len(set(LABELS)) == len(CLASS_IDS) == 80
    # The classes before and after each gap in COCO's numbering.
    labels = {1: "person", 11: "fire hydrant", 13: "stop sign", 25: "giraffe", 27: "backpack", 28: "umbrella"}
    labels |= {31: "handbag", 44: "bottle", 46: "wine glass", 65: "bed", 67: "dining table", 70: "toilet", 72: "tv"}
    labels |= {82: "refrigerator", 84: "book", 90: "toothbrush"}
    assert labels.items() <= dict(zip(CLASS_IDS, LABELS, strict=True)).items()


def test_suppression_keeps_best_score_of_each_class(images):
    boxes, scores, indices = run(images["coffee"][None], min_score=0.2, max_overlap=0.3)
    assert len(indices) >= 2
    for _, label, anchor in indices:
        candidates = np.flatnonzero(scores[0, label] > 0.2)
        rivals = candidates[[measure_overlap(boxes[0, anchor], boxes[0, other]) > 0.3 for other in candidates]]
        assert scores[0, label, anchor] == scores[0, label, rivals].max()
    overlapping = [
        (anchor, other_anchor)
        for (_, label, anchor), (_, other_label, other_anchor) in permutations(indices, 2)
        if label == other_label and measure_overlap(boxes[0, anchor], boxes[0, other_anchor]) > 0.3
    ]
    assert overlapping == []
