"""Arbitrary image stylization: repaints an image in the style of other images.

Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary neural artistic stylization network",
arXiv:1705.06830. One network predicts a style vector of 100 numbers from a style image, another one paints any content
in that style. Weighted means of style vectors are styles too (section 5 of the paper). What the network paints is not
shown as it is: stylize.color_map says why.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from coverart.errors import ModelError
from coverart.images import color
from stylize.color_map import fit_lookup, match_colors, sample_colors
from stylize.light import add_light, find_light
from stylize.limits import keeps_structure
from stylize.recolor import apply_lookup
from stylize.strokes import add_strokes

StyleVector = NDArray[np.float32]  # (1, 1, 1, 100), unbounded; with Magenta's weights about -3 to 3
Pixels = NDArray[np.float32]  # (side, side, 3) sRGB in [0, 1]

PREDICT_PIXELS = 256
TRANSFER_PIXELS = 768
# Of the strength, what is tried until the painting keeps its structure, on a painting of _TRIAL_PIXELS.
_STRENGTH_SHARES, _TRIAL_PIXELS = (1.0, 0.8, 0.6, 0.4, 0.2), 256
_MAX_ABSOLUTE_OUTPUT = 1e4
_THREADS = 2
_LANCZOS = Image.Resampling.LANCZOS


def predict_style_vector(image: Image.Image) -> StyleVector:
    """Return the style vector, (1, 1, 1, 100), of an image's middle square. Raises ModelError."""
    return _run_network(f"predict_{PREDICT_PIXELS}.tflite", _to_network_input(image, PREDICT_PIXELS))


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

    They come from images by the painter and serve where no artwork may provide the style.
    """
    styles = json.loads(files(__package__).joinpath("bundled_styles.json").read_text("utf-8"))
    return {name: np.array(numbers, np.float32).reshape(1, 1, 1, 100) for name, numbers in styles.items()}


def choose_bundled_style(number: int) -> tuple[str, StyleVector]:
    """Return name and style vector, (1, 1, 1, 100), of the bundled style that belongs to a number."""
    styles = load_bundled_styles()
    return list(styles.items())[number % len(styles)]


def stylize(
    painting: Image.Image,
    style_vector: StyleVector,
    strength: float,
    artworks: Sequence[Image.Image] = (),
    *,
    strokes: float = 0,
    keep_skin: bool = False,
) -> tuple[Image.Image, float] | None:
    """Return the painting in a style, in its own size, and the strength that it bears, or None where it bears none.

    `painting`: RGB, square. `style_vector`: (1, 1, 1, 100). `strength`: at most, above 0, to 1. `artworks`: whose
    colors count, and whose first one lends its light; without them, the network's colors count. `strokes`: amplitude in
    sRGB at full strength. `keep_skin`: the painting may show faces. Raises ModelError.
    """
    content = _to_network_input(painting, TRANSFER_PIXELS)
    # (1, 768, 768, 3) in [0, 1]; the network's output may exceed the range a little.
    advice = _run_network(f"transfer_{TRANSFER_PIXELS}.tflite", content, style_vector)[0].clip(0, 1)
    own, other = match_colors(painting, advice, sample_colors(artworks) if artworks else None)
    light = find_light(artworks[0], painting) if artworks else None
    trial = painting.resize((_TRIAL_PIXELS, _TRIAL_PIXELS), Image.Resampling.BOX)
    for share in _STRENGTH_SHARES:
        # Rises fast, so that half the strength is already clearly visible.
        weight = 1 - (1 - share * strength) ** 3
        lookup = fit_lookup(own, other, weight, keep_skin=keep_skin)
        if keeps_structure(trial, _recolor(trial, lookup, light, weight)):
            styled = _recolor(painting, lookup, light, weight)
            return add_strokes(styled, painting, advice, weight * strokes) if strokes else styled, share * strength
    return None


def _recolor(
    painting: Image.Image, lookup: ImageFilter.Color3DLUT, light: NDArray[np.floating] | None, weight: float
) -> Image.Image:
    recolored = apply_lookup(painting, lookup)
    return recolored if light is None else add_light(recolored, light, weight)


def keep_colors(styled: Image.Image, painting: Image.Image) -> Image.Image:
    """Return the lightness of `styled` with the colors of `painting`, in OKLab, in the size of `styled`."""
    resized = ImageOps.fit(painting.convert("RGB"), styled.size, _LANCZOS)
    # In strips: a whole image would take 80 MB on the way.
    strips = zip(*(np.array_split(np.asarray(image), 8) for image in (styled, resized)), strict=True)
    return _to_image(np.concatenate([_merge_lightness_and_color(*strip) for strip in strips]))


def _merge_lightness_and_color(styled: NDArray[np.uint8], painting: NDArray[np.uint8]) -> Pixels:
    lightness, chroma = color.to_oklab(styled / 255)[..., :1], color.to_oklab(painting / 255)[..., 1:]
    return color.from_oklab(np.concatenate([lightness, chroma], axis=-1)).astype(np.float32)


def _to_image(pixels: Pixels) -> Image.Image:
    return Image.fromarray((pixels.clip(0, 1) * 255).round().astype(np.uint8))


def _to_network_input(image: Image.Image, side_pixels: int) -> NDArray[np.float32]:
    """Return the image's middle square, (1, side_pixels, side_pixels, 3) in [0, 1]."""
    square = ImageOps.fit(image.convert("RGB"), (side_pixels, side_pixels), _LANCZOS)
    return np.asarray(square, np.float32)[None] / np.float32(255)


def _run_network(name: str, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the network's output. Raises ModelError where it does not run, or returns NaN or implausible values."""
    try:
        interpreter = _load_interpreter(name)
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        output: NDArray[np.float32] = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError("The style network does not run.") from error
    if not (np.abs(output) <= _MAX_ABSOLUTE_OUTPUT).all():  # also false for NaN
        raise ModelError("The style network failed on this image. Please choose other style albums.")
    return output


def load_networks() -> None:
    """Load the networks in advance."""
    for name in (f"predict_{PREDICT_PIXELS}.tflite", f"transfer_{TRANSFER_PIXELS}.tflite"):
        _load_interpreter(name)


@cache
def _load_interpreter(name: str) -> Interpreter:
    # A path instead of the content: this maps the file into memory. Layers are folders, so there is a path.
    interpreter = Interpreter(model_path=str(files("style_networks") / name), num_threads=_THREADS)
    interpreter.allocate_tensors()
    return interpreter
