"""The exported face detector against the original graph, which runs under LiteRT."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from detect import faces
from detect.networks import load_session
from scripts import assets
from scripts.models.faces import GRID, SIZE


@pytest.fixture(scope="module")
def original():
    interpreter = Interpreter(str(assets.fetch_file("faces")))
    interpreter.allocate_tensors()
    return interpreter


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
def test_export_has_outputs_of_original_graph(name, original):
    pixels = faces.prepare(Image.open(assets.fetch_photos()[name]).convert("RGB"))
    pictures = (pixels[None] / 127.5 - 1).astype(np.float32)
    original.set_tensor(original.get_input_details()[0]["index"], pictures)
    original.invoke()
    outputs = (original.get_tensor(detail["index"])[0] for detail in original.get_output_details())
    regressed, logits = sorted(outputs, key=lambda output: -output.shape[1])
    # Every picture of a batch has the outputs that it has alone.
    scores, boxes = load_session("faces").run(["scores", "boxes"], {"pictures": np.vstack([-pictures, pictures])})
    np.testing.assert_allclose(scores[1], 1 / (1 + np.exp(-logits[:, 0].astype(float))), atol=1e-5)
    row, column = np.divmod(np.arange(GRID**2), GRID)
    center = regressed[:, :2] / SIZE + (np.stack([column, row], axis=1) + 0.5) / GRID
    half = regressed[:, 2:4] / SIZE / 2
    np.testing.assert_allclose(boxes[1], np.hstack([center - half, center + half]), atol=1e-4)
