"""Reads lettering back: PP-OCRv3's text recognition, a network of others, on the lines whose boxes are known.

The model and its characters are from the package rapidocr-onnxruntime, of which only the file is used.
"""

import difflib
import unicodedata
from functools import cache

import numpy as np
import onnxruntime
from PIL import Image

from scripts import assets

_HEIGHT = 48  # pixels of a line, which the network was trained on
_PAD = 0.16  # of a line's height, around it
Box = tuple[float, float, float, float]


def read_lines(image: Image.Image, boxes: tuple[Box, ...]) -> str:
    """Return the text of lines, joined by spaces; boxes are left, top, right, bottom as shares of the side."""
    return " ".join(_read_line(image, box) for box in boxes)


def measure_likeness(text: str, title: str) -> float:
    """Return how alike two texts are without case, accents, spaces and punctuation: 1 is equal."""
    return difflib.SequenceMatcher(None, _simplify(text), _simplify(title), autojunk=False).ratio()


def _simplify(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if char.isalnum())


def _read_line(image: Image.Image, box: Box) -> str:
    left, top, right, bottom = (value * image.width for value in box)
    pad = (bottom - top) * _PAD
    line = image.convert("RGB").crop((round(left - pad), round(top - pad), round(right + pad), round(bottom + pad)))
    width = max(_HEIGHT, round(line.width * _HEIGHT / line.height))
    pixels = np.asarray(line.resize((width, _HEIGHT), Image.Resampling.BICUBIC), np.float32) / 127.5 - 1
    session, characters = _load_network()
    (scores,) = session.run(None, {"x": pixels[..., ::-1].transpose(2, 0, 1)[None]})
    best = scores[0].argmax(axis=1)
    # CTC: 0 is the blank, and a repeated label is one character.
    labels = [label for label, before in zip(best, [0, *best[:-1]], strict=True) if label and label != before]
    return "".join(characters[label - 1] for label in labels)


@cache
def _load_network() -> tuple[onnxruntime.InferenceSession, list[str]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a line is too little for more, which would wait for each other
    session = onnxruntime.InferenceSession(
        str(assets.fetch_file("text_recognizer")), options, providers=["CPUExecutionProvider"]
    )
    return session, [*session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
