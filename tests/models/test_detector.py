"""The exported detector against the original graph under TensorFlow.js."""

import json
import subprocess
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from PIL import Image

from detect import detector
from detector_model import LABELS
from scripts import assets, build_models
from scripts.models.detector import CLASS_IDS, build
from scripts.models.digest import digest

HERE = Path(__file__).parent
SMALL = (
    *("astronaut", "brick", "chelsea", "clock_motion", "coffee", "color", "grass", "gravel", "horse"),
    *("hubble_deep_field", "ihc", "moon", "motorcycle_left", "retina", "rocket"),
)
# The original graph also makes these smaller by itself.
AS_THEY_ARE = ("astronaut", "chelsea", "coffee", "horse", "motorcycle_left", "moon")

Outputs = tuple[NDArray[np.float32], NDArray[np.float32]]


@pytest.fixture(scope="module")
def pictures() -> dict[str, NDArray[np.uint8]]:
    whole = {name: Image.open(path).convert("RGB") for name, path in assets.pictures().items()}
    small = {name: detector.prepare(whole[name]) for name in SMALL}
    return small | {f"{name} as it is": np.asarray(whole[name]) for name in AS_THEY_ARE}


@pytest.fixture(scope="module")
def originals(pictures: dict[str, NDArray[np.uint8]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outputs]:
    """Boxes (1917, 4) and scores (80, 1917) of the original graph, in our order."""
    if not (HERE / "node_modules" / "@tensorflow").is_dir():
        pytest.fail("TensorFlow.js is missing: npm ci --prefix tests/models", pytrace=False)
    work = tmp_path_factory.mktemp("reference")
    for name, pixels in pictures.items():
        (work / f"{name}.rgb").write_bytes(pixels.tobytes())
    shapes = [{"name": name, "height": p.shape[0], "width": p.shape[1]} for name, p in pictures.items()]
    (work / "pictures.json").write_text(json.dumps(shapes))
    subprocess.run(["node", HERE / "reference.mjs", assets.coco_ssd(), work], check=True, timeout=120)  # noqa: S603, S607

    def read(name: str) -> Outputs:
        boxes = np.fromfile(work / f"{name}.boxes", np.float32).reshape(1917, 4)
        scores = np.fromfile(work / f"{name}.scores", np.float32).reshape(1917, 90)
        return boxes[:, [1, 0, 3, 2]], scores[:, np.array(CLASS_IDS) - 1].T

    return {name: read(name) for name in pictures}


@pytest.fixture(scope="module")
def exported(pictures: dict[str, NDArray[np.uint8]]) -> dict[str, Outputs]:
    """The export, all pictures in one batch."""
    batch = np.stack([pictures[name] for name in SMALL])
    boxes, scores, _ = run(batch)
    return dict(zip(SMALL, zip(boxes, scores, strict=True), strict=True))


def run(batch: NDArray[np.uint8], min_score: float = 0.6, max_overlap: float = 0.5) -> list[NDArray[np.float32]]:
    inputs = {
        "pictures": (batch / 127.5 - 1).astype(np.float32),
        "score_threshold": np.array([min_score], np.float32),
        "overlap_threshold": np.array([max_overlap], np.float32),
    }
    return list(detector.load_session().run(["boxes", "scores", "kept"], inputs))


@pytest.mark.parametrize("name", SMALL)
def test_boxes_and_scores_are_those_of_the_original_graph(
    name: str, originals: dict[str, Outputs], exported: dict[str, Outputs]
) -> None:
    for ours, original in zip(exported[name], originals[name], strict=True):
        np.testing.assert_allclose(ours, original, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_our_preparation_stands_for_the_original_graphs(
    name: str, originals: dict[str, Outputs], exported: dict[str, Outputs]
) -> None:
    """Ours rounds to whole levels of brightness between resizing and the network."""
    (boxes, scores), (original_boxes, original_scores) = exported[name], originals[f"{name} as it is"]
    certain = original_scores.max(axis=0) > 0.3
    np.testing.assert_allclose(scores, original_scores, rtol=0, atol=0.05)
    np.testing.assert_allclose(boxes[certain], original_boxes[certain], rtol=0, atol=0.02)


def test_every_label_has_its_score() -> None:
    assert len(LABELS) == len(set(LABELS)) == len(CLASS_IDS) == 80
    # The numbers before and after each gap in COCO's numbering.
    known = {1: "person", 11: "fire hydrant", 13: "stop sign", 25: "giraffe", 27: "backpack", 28: "umbrella"}
    known |= {31: "handbag", 44: "bottle", 46: "wine glass", 65: "bed", 67: "dining table", 70: "toilet", 72: "tv"}
    known |= {82: "refrigerator", 84: "book", 90: "toothbrush"}
    assert known.items() <= dict(zip(CLASS_IDS, LABELS, strict=True)).items()


def test_non_maximum_suppression_is_per_class_and_keeps_the_most_certain(
    pictures: dict[str, NDArray[np.uint8]],
) -> None:
    boxes, scores, kept = run(pictures["coffee"][None], min_score=0.2, max_overlap=0.3)
    assert len(kept) >= 2
    for _, label, anchor in kept:
        candidates = np.flatnonzero(scores[0, label] > 0.2)
        rivals = candidates[[overlap(boxes[0, anchor], boxes[0, other]) > 0.3 for other in candidates]]
        assert scores[0, label, anchor] == scores[0, label, rivals].max()
    of_one_class = [
        (a, b)
        for _, la, a in kept
        for _, lb, b in kept
        if la == lb and a != b and overlap(boxes[0, a], boxes[0, b]) > 0.3
    ]
    assert of_one_class == []


def overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Intersection over union."""
    sides = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    both = sides.prod()
    return float(both / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - both))


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    return onnx.load_model(build_models.ROOT / "layers/detector/detector_model/detector.onnx")


def test_normalization_is_folded_and_the_batch_is_free(model: onnx.ModelProto) -> None:
    operators = [node.op_type for node in model.graph.node]
    # 55 full and 33 depthwise convolutions; ten residual additions and two of the boxes' decoding.
    assert (operators.count("Conv"), operators.count("Add"), operators.count("Mul")) == (88, 12, 3)
    assert "BatchNormalization" not in operators
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "n"


def test_onnx_runtime_1_16_can_read_it(model: onnx.ModelProto) -> None:
    assert model.ir_version <= 9
    assert [opset.version for opset in model.opset_import if opset.domain == ""] == [17]


def test_the_export_is_the_pinned_one(tmp_path: Path) -> None:
    (file,) = build(tmp_path)
    assert digest(file) == json.loads(build_models.DIGESTS.read_text())["layers/detector/detector_model/detector.onnx"]


def test_the_digest_is_of_graph_and_tensors_alone(model: onnx.ModelProto, tmp_path: Path) -> None:
    same, other = onnx.ModelProto(), onnx.ModelProto()
    same.CopyFrom(model)
    same.producer_name, same.doc_string = "another writer", "another text"
    other.CopyFrom(model)
    weights = other.graph.initializer[0]
    weights.raw_data = bytes([weights.raw_data[0] ^ 1]) + weights.raw_data[1:]
    pinned = digest(build_models.ROOT / "layers/detector/detector_model/detector.onnx")
    assert [digest(save(m, tmp_path / f"{i}.onnx")) == pinned for i, m in enumerate((same, other))] == [True, False]


def save(model: onnx.ModelProto, file: Path) -> Path:
    onnx.save_model(model, file)
    return file
