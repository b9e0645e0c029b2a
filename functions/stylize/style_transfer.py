"""Repaints a picture in the manner of others.

Arbitrary image stylization (Ghiasi et al. 2017, arXiv:1705.06830): a style picture becomes a bottleneck of 100 numbers,
and one network paints any content in it. Weighted means of bottlenecks are styles too (section 5 of the paper); a mean
with the content's own is how strength works.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from PIL import Image, ImageOps

from coverart.errors import ModelError
from coverart.images import color

Numbers = NDArray[np.float32]

PREDICT_SIDE = 256
TRANSFER_SIDE = 768
_BROAD_SIDE = 128
_MAX_LIFT = 1.4
_MOST = 1e4
_THREADS = 2
_LANCZOS = Image.Resampling.LANCZOS


def bottleneck(artwork: Image.Image) -> Numbers:
    """(1, 1, 1, 100): the manner of a picture, of which the middle square is looked at. Raises ModelError."""
    return _run("predict_256.tflite", _pixels(artwork, PREDICT_SIDE))


def blend(bottlenecks: Sequence[Numbers], weights: Sequence[float]) -> Numbers:
    """The mean of (1, 1, 1, 100) each. `weights` are positive and need not add up to 1."""
    mean: Numbers = np.average(np.stack(bottlenecks), axis=0, weights=weights).astype(np.float32)
    return mean


def manner_of(artworks: Sequence[Image.Image]) -> Numbers:
    """The artworks' common bottleneck, to which the first counts most: 1, 1/2, 1/3, ... Raises ModelError."""
    return blend([bottleneck(artwork) for artwork in artworks], [1 / rank for rank in range(1, len(artworks) + 1)])


@cache
def bundled_manners() -> dict[str, Numbers]:
    """Of the painter's own pictures, by name, for where no artwork may lend its own (scripts/bundled_styles.py)."""
    kept = json.loads(files(__package__).joinpath("bundled_styles.json").read_text("utf-8"))
    return {name: np.array(numbers, np.float32).reshape(1, 1, 1, 100) for name, numbers in kept.items()}


def bundled_manner(number: int) -> tuple[str, Numbers]:
    """Name and bottleneck; any number has one."""
    return list(bundled_manners().items())[number % len(bundled_manners())]


def stylize(painting: Image.Image, manner: Numbers, strength: float) -> Image.Image:
    """The painting (768x768) in the manner of a bottleneck.

    `strength` is in [0, 1]: 0 paints it in its own manner, 1 wholly in the other. Raises ModelError.
    """
    mixed = blend([manner, bottleneck(painting)], [strength, 1 - strength])
    content = _pixels(painting, TRANSFER_SIDE)
    styled = _run(f"transfer_{TRANSFER_SIDE}.tflite", content, mixed)[0].clip(0, 1)
    return _picture(_with_broad_tones(styled, content[0], strength))


def _with_broad_tones(styled: Numbers, painting: Numbers, strength: float) -> Numbers:
    """Gives back most of the painting's broad light and some of its colour, the stroke stays.

    Both are (768, 768, 3) in [0, 1]. The network evens out large flat shapes: a dark figure on a bright ground becomes
    two middle tones, and where its colours meet the painting's opposites, both turn grey. So light returns by
    1 - strength^3, which keeps a cover legible at 64 pixels, colour by 1 - strength^1.5, and what is then less
    colourful than the painting is lifted towards it.
    """
    light, tint = 1 - strength**3, 1 - strength**1.5
    before, wanted = _small(styled), color.to_oklab(_small(painting))
    lab = color.to_oklab(before)
    lab += np.array([light, tint, tint]) * (wanted - lab)
    lift = np.clip(_chroma(wanted) / max(_chroma(lab), 1e-3), 1, _MAX_LIFT) ** light
    after = color.from_oklab(lab * [1, lift, lift]).clip(0, 1)
    bands = [Image.fromarray(band) for band in np.moveaxis((after - before).astype(np.float32), -1, 0)]
    side = (TRANSFER_SIDE, TRANSFER_SIDE)
    enlarged = [np.asarray(band.resize(side, Image.Resampling.BICUBIC)) for band in bands]
    toned: Numbers = styled + np.stack(enlarged, axis=-1)
    return toned


def _chroma(lab: color.Colors) -> float:
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean())


def keep_colours(styled: Image.Image, painting: Image.Image) -> Image.Image:
    """Lightness of the one, colour of the other, in OKLab; as large as the first."""
    fitted = ImageOps.fit(painting.convert("RGB"), styled.size, _LANCZOS)
    # In strips: a whole picture takes 80 MB on the way.
    strips = zip(*(np.array_split(np.asarray(picture), 8) for picture in (styled, fitted)), strict=True)
    return _picture(np.concatenate([_with_colours_of(*strip) for strip in strips]))


def _with_colours_of(styled: NDArray[np.uint8], painting: NDArray[np.uint8]) -> Numbers:
    lightness, chroma = color.to_oklab(styled / 255)[..., :1], color.to_oklab(painting / 255)[..., 1:]
    return color.from_oklab(np.concatenate([lightness, chroma], axis=-1)).astype(np.float32)


def _small(pixels: Numbers) -> Numbers:
    """Means of blocks of pixels: (128, 128, 3)."""
    block = pixels.shape[0] // _BROAD_SIDE
    means: Numbers = pixels.reshape(_BROAD_SIDE, block, _BROAD_SIDE, block, 3).mean(axis=(1, 3))
    return means


def _picture(pixels: Numbers) -> Image.Image:
    return Image.fromarray((pixels.clip(0, 1) * 255).round().astype(np.uint8))


def _pixels(picture: Image.Image, side: int) -> Numbers:
    square = ImageOps.fit(picture.convert("RGB"), (side, side), _LANCZOS)
    return np.asarray(square, np.float32)[None] / np.float32(255)


def _run(network: str, *inputs: Numbers) -> Numbers:
    """Raises ModelError where the network cannot be read or run, gives no numbers, or larger ones than it can mean."""
    try:
        interpreter = _interpreter(network)
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        output: Numbers = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError("The style network cannot be run.") from error
    if not (np.abs(output) <= _MOST).all():  # NaN is not, either
        raise ModelError("The style network failed on this picture. Please try other style albums.")
    return output


@cache
def _interpreter(network: str) -> Interpreter:
    # By path, not by content: the file is mapped into memory. A layer is a folder, never a zip.
    interpreter = Interpreter(model_path=str(files("style_networks") / network), num_threads=_THREADS)
    interpreter.allocate_tensors()
    return interpreter
