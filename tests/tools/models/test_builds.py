"""The pinned builds of the networks, and the digest by which they are pinned."""

import onnx
import pytest

from scripts import build_models

DETECTOR, STYLIZER = "layers/detector/detector_model", "layers/stylizer/style_networks"


@pytest.mark.parametrize("folder", [DETECTOR, STYLIZER])
def test_build_gives_the_pinned_exports(tmp_path, folder):
    digests = {
        f"{folder}/{file.name}": build_models.compute_digest(file) for file in build_models.BUILDS[folder](tmp_path)
    }
    assert digests == {name: digest for name, digest in build_models.read_digests().items() if name in digests}
    assert len(digests) == {DETECTOR: 4, STYLIZER: 2}[folder]


def test_digest_covers_graph_and_tensors_only(tmp_path):
    """Neither the writer nor a text counts, but one bit of a weight."""
    file = build_models.ROOT / DETECTOR / "detector.onnx"
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
