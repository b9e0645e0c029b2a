"""The pinned builds of the detector's networks, and the digest by which they are pinned."""

import onnx

from scripts import build_models

FOLDER = "layers/detector/detector_model"


def test_build_gives_the_pinned_exports(tmp_path):
    for file in build_models.build_detection(tmp_path):
        assert build_models.compute_digest(file) == build_models.read_digests()[f"{FOLDER}/{file.name}"], file.name


def test_digest_covers_graph_and_tensors_only(tmp_path):
    """Neither the writer nor a text counts, but one bit of a weight."""
    file = build_models.ROOT / FOLDER / "detector.onnx"
    network = onnx.load_model(file)
    network.producer_name, network.doc_string = "another writer", "another text"
    onnx.save_model(network, tmp_path / "same.onnx")
    weights = network.graph.initializer[0]
    weights.raw_data = bytes([weights.raw_data[0] ^ 1]) + weights.raw_data[1:]
    onnx.save_model(network, tmp_path / "other.onnx")
    assert (
        build_models.compute_digest(tmp_path / "same.onnx")
        == build_models.compute_digest(file)
        != build_models.compute_digest(tmp_path / "other.onnx")
    )
