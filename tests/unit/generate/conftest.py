from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from coverart.models import Prompt
from generate.painter.scene import Photograph

PALETTES = {
    "astronaut": ["#d8d4cf", "#c05a28", "#23304d", "#8a2f2b", "#e2a46e"],
    "gray": ["#1a1a1a", "#555555", "#888888", "#bbbbbb", "#eeeeee"],
    "neon": ["#ff2e88", "#00d5ff", "#1b0f3b", "#ffe600", "#7a2bff"],
    "black": ["#000000"],
    "white": ["#ffffff"],
    "yellow": ["#f7dd1e", "#d2a829", "#fff7b0"],
    "none": [],
}


def make_prompt(**changes: Any) -> Prompt:
    fields = {
        "text": "A cat under a low moon.",
        "phrases": [],
        "subjects": ["cat"],
        "mood": "warm",
        "energy": 0.5,
        "era": "1970s",
        "palette": PALETTES["astronaut"],
        "style_albums": [],
        "seed": 0,
    }
    return Prompt(**{**fields, **changes})


def to_image(sheet: np.ndarray) -> Image.Image:
    """Convert sRGB in [0, 1], (size, size, 3)."""
    return Image.fromarray((sheet * 255 + 0.5).astype(np.uint8))


@cache
def read_photograph() -> Photograph:
    """Return scikit-image's photograph of an astronaut (NASA) with a rough mask of her, and the box of her face."""
    with Image.open(str(files("skimage") / "data" / "astronaut.png")) as image:
        pixels = np.asarray(image.convert("RGB").resize((256, 256)), np.float32) / 255
    mask = Image.new("L", (256, 256))
    ImageDraw.Draw(mask).ellipse((72, 0, 150, 100), fill=255)
    ImageDraw.Draw(mask).polygon([(0, 256), (30, 150), (100, 90), (150, 130), (256, 200), (256, 256)], fill=255)
    tones = np.asarray(mask, np.float32) / 255
    for values in (pixels, tones):
        values.flags.writeable = False  # No layout may change what others print.
    return Photograph(pixels, tones, ((0.34, 0.13, 0.55, 0.34),))
