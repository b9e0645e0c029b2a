"""Cutting out a picture's subject with U²-Net-p, which finds what stands out and does not know what it is."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from detect.networks import load_session

_SIDE_PIXELS = 320
# Of the picture. The limits are from 31 photographs: docs/decisions/2026-12-01-cut-out.md.
_MIN_AREA, _MAX_AREA = 0.012, 0.92
# Of what may belong to the subject (above the first value), the share that does nearly for certain (above the second).
_UNLIKELY, _CERTAIN, _MIN_CERTAIN_SHARE = 0.2, 0.8, 0.5
# What counts as the subject: a little less than the middle, since thin parts are uncertain.
_EDGE = 0.4
# Of the guided filter: radius in pixels of the network, and regularization.
_RADIUS, _EPSILON = 3, 1e-3
# How many times steeper edges become. The filter leaves a soft margin.
_STEEPNESS = 2
# Of the subject's rows and columns, the share on each side that its box leaves out, such as specks.
_BOX_MARGIN = 0.002

Mask = NDArray[np.float32]
Pixels = NDArray[np.float32]


def prepare(image: Image.Image) -> Pixels:
    """Return the network's input for an RGB image, shape (320, 320, 3): 1 is the brightest value of the picture."""
    pixels = np.asarray(image.resize((_SIDE_PIXELS, _SIDE_PIXELS), Image.Resampling.LANCZOS), np.float32)
    return np.asarray(pixels / max(pixels.max(), 1), np.float32)


def find_mask(pixels: Pixels) -> Mask:
    """Return how likely each pixel belongs to the subject, shape (320, 320). `pixels`: as `prepare` returns them.

    Raises ModelError where the network's output is invalid.
    """
    mask: Mask = load_session("subject").run(["masks"], {"pictures": pixels[None]})[0][0, 0]
    # NaN is invalid, too.
    if not ((mask >= 0) & (mask <= 1)).all():
        raise ModelError("The subject of the picture could not be found.")
    return mask


def stands_out(mask: Mask) -> bool:
    """Return whether a subject stands out: neither too small nor nearly all of the picture, with clear edges."""
    share = (mask > _CERTAIN).sum() / max((mask > _UNLIKELY).sum(), 1)
    return bool(_MIN_AREA <= (mask > _EDGE).mean() <= _MAX_AREA and share >= _MIN_CERTAIN_SHARE)


def find_box(mask: Mask) -> tuple[float, float, float, float]:
    """Return the box of the subject (x0, y0, x1, y1) in [0, 1]."""
    subject = mask > _EDGE
    (x0, x1), (y0, y1) = (_find_extent(subject.sum(axis=axis)) for axis in (0, 1))
    return x0, y0, x1, y1


def refine(mask: Mask, image: Image.Image) -> Image.Image:
    """Return the mask in the image's size, gray, with the edges of the image.

    It is the guided filter with the image in color as guide (He et al. 2013), whose coefficients are those of the small
    image (He and Sun 2015, arXiv:1505.00996).
    """
    small = image.resize((_SIDE_PIXELS, _SIDE_PIXELS), Image.Resampling.BOX)
    guide = np.asarray(small, np.float32) / np.float32(255)
    rows, columns = np.triu_indices(3)
    values = [guide, mask[..., None], guide * mask[..., None], guide[..., rows] * guide[..., columns]]
    mean_guide, mean_mask, products, squares = np.split(_average(np.concatenate(values, axis=-1)), [3, 4, 7], axis=-1)
    variance = np.empty((*mask.shape, 3, 3), np.float32)
    variance[..., rows, columns] = variance[..., columns, rows] = squares
    variance += np.float32(_EPSILON) * np.eye(3, dtype=np.float32) - mean_guide[..., :, None] * mean_guide[..., None, :]
    slopes = np.linalg.solve(variance, (products - mean_guide * mean_mask)[..., None])[..., 0]
    offsets = mean_mask - (slopes * mean_guide).sum(axis=-1, keepdims=True)
    *planes, result = (
        _enlarge(plane, image) for plane in np.moveaxis(_average(np.concatenate([slopes, offsets], axis=-1)), -1, 0)
    )
    for plane, channel in zip(planes, image.split(), strict=True):
        result += plane * np.asarray(channel, np.float32) / np.float32(255)
    steep = (result - np.float32(_EDGE)) * np.float32(_STEEPNESS) + np.float32(0.5)
    return Image.fromarray((steep.clip(0, 1) * 255 + 0.5).astype(np.uint8))


def _find_extent(counts: NDArray[np.integer]) -> tuple[float, float]:
    """Return where the subject begins and ends along an axis. `counts`: of its pixels in each row or column."""
    shares = counts.cumsum() / counts.sum()
    first, last = np.searchsorted(shares, [_BOX_MARGIN, 1 - _BOX_MARGIN])
    return float(first) / len(counts), float(last + 1) / len(counts)


def _average(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the means of squares around each pixel, (height, width, n). Outside, the edge's values count."""
    side = 2 * _RADIUS + 1
    padding = ((_RADIUS + 1, _RADIUS), (_RADIUS + 1, _RADIUS), (0, 0))
    sums = np.pad(values, padding, "edge").cumsum(axis=0)
    sums = ((sums[side:] - sums[:-side]) / np.float32(side)).cumsum(axis=1)
    return np.asarray((sums[:, side:] - sums[:, :-side]) / np.float32(side))


def _enlarge(plane: NDArray[np.float32], image: Image.Image) -> NDArray[np.float32]:
    return np.array(Image.fromarray(np.ascontiguousarray(plane)).resize(image.size, Image.Resampling.BILINEAR))
