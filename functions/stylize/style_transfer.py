"""Arbitrary image stylization: repaints an image in the style of other images.

Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary neural artistic stylization network",
arXiv:1705.06830. One network predicts a style vector of 100 numbers from a style image, another one paints any content
in that style. Weighted means of style vectors are styles too (section 5 of the paper): the mean with the content's own
style vector sets the strength.
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

StyleVector = NDArray[np.float32]  # (1, 1, 1, 100), unbounded; with Magenta's weights about -3 to 3
Pixels = NDArray[np.float32]  # (side, side, 3) sRGB in [0, 1]

PREDICT_PIXELS = 256
TRANSFER_PIXELS = 768
_TONE_GRID = 128
_MAX_CHROMA_GAIN = 1.4
_MAX_ABSOLUTE_OUTPUT = 1e4
_THREADS = 2
_LANCZOS = Image.Resampling.LANCZOS


def predict_style_vector(image: Image.Image) -> StyleVector:
    """Return the style vector, (1, 1, 1, 100), of an image's middle square. Raises ModelError."""
    return _run_network("predict_256.tflite", _to_network_input(image, PREDICT_PIXELS))


def blend_style_vectors(vectors: Sequence[StyleVector], weights: Sequence[float]) -> StyleVector:
    """Return the weighted mean, (1, 1, 1, 100). `weights` are positive and need not add up to 1."""
    mean: StyleVector = np.average(np.stack(vectors), axis=0, weights=weights).astype(np.float32)
    return mean


def predict_common_style_vector(artworks: Sequence[Image.Image]) -> StyleVector:
    """Return the artworks' weighted mean, (1, 1, 1, 100), with weights 1, 1/2, 1/3, ... Raises ModelError."""
    weights = [1 / rank for rank in range(1, len(artworks) + 1)]
    return blend_style_vectors([predict_style_vector(artwork) for artwork in artworks], weights)


@cache
def load_bundled_styles() -> dict[str, StyleVector]:
    """Return the style vectors, (1, 1, 1, 100), that come with the app, by name (scripts/bundled_styles.py).

    They are predicted from images by the painter and are used where no artwork may provide the style.
    """
    styles = json.loads(files(__package__).joinpath("bundled_styles.json").read_text("utf-8"))
    return {name: np.array(numbers, np.float32).reshape(1, 1, 1, 100) for name, numbers in styles.items()}


def choose_bundled_style(number: int) -> tuple[str, StyleVector]:
    """Return name and style vector, (1, 1, 1, 100), of the bundled style that belongs to a number."""
    styles = load_bundled_styles()
    return list(styles.items())[number % len(styles)]


def stylize(painting: Image.Image, style_vector: StyleVector, strength: float) -> Image.Image:
    """Return the painting's middle square in a style, 768x768 pixels RGB.

    `style_vector`: (1, 1, 1, 100). `strength`: 0 paints it in its own style, 1 entirely in the other one. Raises
    ModelError.
    """
    blended = blend_style_vectors([style_vector, predict_style_vector(painting)], [strength, 1 - strength])
    content = _to_network_input(painting, TRANSFER_PIXELS)
    # Both are (1, 768, 768, 3) in [0, 1]; the network's output may exceed the range a little.
    styled = _run_network(f"transfer_{TRANSFER_PIXELS}.tflite", content, blended)[0].clip(0, 1)
    return _to_image(_restore_broad_tones(styled, content[0], strength))


def _restore_broad_tones(styled: Pixels, painting: Pixels, strength: float) -> Pixels:
    """Give back most of the painting's broad lightness and some of its color; the strokes of the style stay.

    Both are (768, 768, 3) in [0, 1]. The network evens out large flat shapes: a dark figure on a bright ground becomes
    two middle tones, and where the style's colors meet complementary ones, both turn gray. So lightness returns by
    1 - strength^3, which keeps a cover legible at 64 pixels, and color by 1 - strength^1.5. Where the result is then
    less colorful than the painting, its chroma is raised toward the painting's.
    """
    lightness_share, color_share = 1 - strength**3, 1 - strength**1.5
    before, target = _average_blocks(styled), color.to_oklab(_average_blocks(painting))
    lab = color.to_oklab(before)
    lab += np.array([lightness_share, color_share, color_share]) * (target - lab)
    gain = np.clip(_mean_chroma(target) / max(_mean_chroma(lab), 1e-3), 1, _MAX_CHROMA_GAIN) ** lightness_share
    after = color.from_oklab(lab * [1, gain, gain]).clip(0, 1)
    channels = [Image.fromarray(channel) for channel in np.moveaxis((after - before).astype(np.float32), -1, 0)]
    size = (TRANSFER_PIXELS, TRANSFER_PIXELS)
    correction = [np.asarray(channel.resize(size, Image.Resampling.BICUBIC)) for channel in channels]
    toned: Pixels = styled + np.stack(correction, axis=-1)
    return toned


def _mean_chroma(lab: color.Colors) -> float:
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean())


def keep_colors(styled: Image.Image, painting: Image.Image) -> Image.Image:
    """Return the lightness of `styled` with the colors of `painting`, in OKLab, in the size of `styled`."""
    resized = ImageOps.fit(painting.convert("RGB"), styled.size, _LANCZOS)
    # In strips: a whole image would take 80 MB on the way.
    strips = zip(*(np.array_split(np.asarray(image), 8) for image in (styled, resized)), strict=True)
    return _to_image(np.concatenate([_merge_lightness_and_color(*strip) for strip in strips]))


def _merge_lightness_and_color(styled: NDArray[np.uint8], painting: NDArray[np.uint8]) -> Pixels:
    lightness, chroma = color.to_oklab(styled / 255)[..., :1], color.to_oklab(painting / 255)[..., 1:]
    return color.from_oklab(np.concatenate([lightness, chroma], axis=-1)).astype(np.float32)


def _average_blocks(pixels: Pixels) -> Pixels:
    """Return the means of equal blocks, (128, 128, 3)."""
    block = pixels.shape[0] // _TONE_GRID
    means: Pixels = pixels.reshape(_TONE_GRID, block, _TONE_GRID, block, 3).mean(axis=(1, 3))
    return means


def _to_image(pixels: Pixels) -> Image.Image:
    return Image.fromarray((pixels.clip(0, 1) * 255).round().astype(np.uint8))


def _to_network_input(image: Image.Image, side_pixels: int) -> NDArray[np.float32]:
    """Return the image's middle square, (1, side_pixels, side_pixels, 3) in [0, 1]."""
    square = ImageOps.fit(image.convert("RGB"), (side_pixels, side_pixels), _LANCZOS)
    return np.asarray(square, np.float32)[None] / np.float32(255)


def _run_network(name: str, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the network's output. Raises ModelError where it cannot be run, or returns NaN or implausible values."""
    try:
        interpreter = _load_interpreter(name)
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        output: NDArray[np.float32] = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError("The style network cannot be run.") from error
    if not (np.abs(output) <= _MAX_ABSOLUTE_OUTPUT).all():  # also false for NaN
        raise ModelError("The style network failed on this image. Please choose other style albums.")
    return output


@cache
def _load_interpreter(name: str) -> Interpreter:
    # A path instead of the content: the file is mapped into memory. Layers are folders, so there is a path.
    interpreter = Interpreter(model_path=str(files("style_networks") / name), num_threads=_THREADS)
    interpreter.allocate_tensors()
    return interpreter
