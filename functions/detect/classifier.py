"""Image classification with EfficientNet-Lite0, trained on the 1,000 classes of ImageNet."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from detect.networks import load_session
from detect.vocabulary import CLASSES

_SIDE_PIXELS = 224


def classify(image: Image.Image) -> NDArray[np.float32]:
    """Return the scores of the classes, shape (1000,), which sum to 1. The proportions are not preserved.

    Raises ModelError where the network's output is invalid.
    """
    pixels = np.asarray(image.resize((_SIDE_PIXELS, _SIDE_PIXELS), Image.Resampling.BICUBIC), np.float32)
    # As the network was trained.
    (scores,) = load_session("classifier").run(["scores"], {"pictures": (pixels[None] - 127) / 128})[0]
    if scores.shape != (CLASSES,) or not ((scores >= 0) & (scores <= 1)).all():
        raise ModelError("The classifier failed on this artwork.")
    return np.asarray(scores)
