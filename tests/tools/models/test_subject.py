"""The exported network for subjects against the original, with the preprocessing of the package that ships it."""

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from detect.subject import find_mask, prepare
from scripts import assets


@pytest.fixture(scope="module")
def original():
    return onnxruntime.InferenceSession(assets.fetch_file("subject"))


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
def test_export_has_masks_of_original_network(name, original):
    image = Image.open(assets.fetch_photos()[name]).convert("RGB")
    # rembg/session_base.py of the package: normalize.
    pixels = np.array(image.resize((320, 320), Image.Resampling.LANCZOS))
    normalized = (pixels / np.max(pixels) - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    inputs = {"input.1": normalized.transpose(2, 0, 1)[None].astype(np.float32)}
    (mask,) = original.run(["1959"], inputs)[0][0]
    np.testing.assert_allclose(find_mask(prepare(image)), mask, atol=1e-4)
    assert mask.max() > 0.9
