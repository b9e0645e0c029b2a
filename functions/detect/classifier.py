"""Image classification with EfficientNet-Lite0, trained on the 1,000 classes of ImageNet."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from detect.networks import load_session
from detect.vocabulary import CLASSES

_SIDE_PIXELS = 224

Pixels = NDArray[np.uint8]


def prepare(image: Image.Image) -> Pixels:
    """Return the network's input for an image: RGB, shape (224, 224, 3). The proportions are not preserved."""
    return np.asarray(image.resize((_SIDE_PIXELS, _SIDE_PIXELS), Image.Resampling.BICUBIC, reducing_gap=1.0))


def classify(pixels: Pixels) -> NDArray[np.float32]:
    """Return the scores of the classes, shape (1000,), which sum to 1. `pixels`: as `prepare` returns them.

    Raises ModelError where the network's output is invalid.
    """
    # As the network was trained.
    inputs = (pixels[None] - np.float32(127)) / np.float32(128)
    (scores,) = load_session("classifier").run(["scores"], {"pictures": inputs})[0]
    if scores.shape != (CLASSES,) or not ((scores >= 0) & (scores <= 1)).all():
        raise ModelError("The classifier failed on this artwork.")
    return np.asarray(scores)
