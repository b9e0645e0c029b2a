"""Arrays that grounds and fills are made of: noise, blurs, distances. Masks and fields are (height, width), float32."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Field = NDArray[np.float32]
Picture = NDArray[np.float32]  # (height, width, 3), sRGB in [0, 1]


def blur(mask: Field, radius: float) -> Field:
    """Return a mask in [0, 1] under three box blurs that together are nearly a Gaussian of `radius` pixels."""
    image = Image.fromarray((np.clip(mask, 0, 1) * 255 + 0.5).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / np.float32(255)


def make_noise(rng: np.random.Generator, shape: tuple[int, int], across: float, down: float) -> Field:
    """Return smooth noise in [0, 1]; `across`, `down`: size of its cells in pixels."""
    height, width = shape
    coarse = rng.random((max(2, round(height / down) + 1), max(2, round(width / across) + 1)), np.float32)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC), np.float32)


def make_cells(mask: Field, pixels: int, least: float) -> Field:
    """Return the mask on a grid of square cells: each is full where at least this share of it is covered."""
    height, width = mask.shape
    small = Image.fromarray(mask).resize((-(-width // pixels), -(-height // pixels)), Image.Resampling.BOX)
    cells = Image.fromarray((np.asarray(small) > least).astype(np.uint8) * 255)
    return np.asarray(cells.resize((width, height), Image.Resampling.NEAREST), np.float32) / np.float32(255)


def shift(mask: Field, across: int, down: int) -> Field:
    """Return the mask moved by pixels to the right and down; what comes in is 0."""
    height, width = mask.shape
    padded = np.pad(mask, ((max(down, 0), max(-down, 0)), (max(across, 0), max(-across, 0))))
    return padded[max(-down, 0) :, max(-across, 0) :][:height, :width]


def smoothstep(values: Field, low: float, high: float) -> Field:
    """Return 0 below `low`, 1 above `high`, and a smooth ramp between."""
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def lay_over(picture: Picture, mask: Field, color: Field) -> Picture:
    """Return the picture with a color, or another picture, where the mask is 1."""
    return np.asarray(picture + (color - picture) * mask[..., None], np.float32)
