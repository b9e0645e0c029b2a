"""A photograph's tones: evened out, split into few, and what belongs to its subject."""

from collections.abc import Sequence

import contourpy
import numpy as np
from PIL import Image, ImageDraw

from generate.painter.kit.fields import blur, get_slope, resize, smoothstep
from generate.painter.kit.types import Field, Mask

_OUTLINE_SIZE = 256  # pixels at which the parts of a mask are told apart
_LEAST_PART = 0.08  # of the largest part's area


def guide(field: Field, picture: Field, radius: float, tolerance: float) -> Field:
    """Return the field smoothed, but not over the picture's edges, (size, size).

    The guided filter (K. He, J. Sun, X. Tang, "Guided image filtering", 2013) with Gaussian windows, its coefficients
    at half the size (K. He, J. Sun, "Fast guided filter", 2015). `tolerance`: the variance of the picture that is
    smoothed over.
    """
    half = max(64, len(picture) // 2)
    small, small_picture = resize(field, half), resize(picture, half)
    mean, mean_field = blur(small_picture, radius), blur(small, radius)
    variance = np.maximum(blur(small_picture * small_picture, radius) - mean * mean, 0)
    covariance = variance if field is picture else blur(small_picture * small, radius) - mean * mean_field
    slope = covariance / (variance + np.float32(tolerance))
    offset = blur(mean_field - slope * mean, radius)
    return np.asarray(resize(blur(slope, radius), len(picture)) * picture + resize(offset, len(picture)), np.float32)


def crisp_mask(mask: Mask, light: Field, coarseness: float) -> Mask:
    """Return a network's mask, (size, size), with a clean outline along the picture's edges.

    `coarseness`: the size of the network's pixels on the sheet: steps of that size are rounded off.
    """
    fitted = guide(mask, light, 0.008, 1e-3)
    return smoothstep(blur(smoothstep(fitted, 0.40, 0.60), max(0.0022, 0.6 * coarseness)), 0.38, 0.62)


def drop_islands(mask: Mask) -> Mask:
    """Return a mask of any shape without the small parts that the network mistook, (height, width)."""
    rows, columns = mask.shape
    scale = _OUTLINE_SIZE / max(rows, columns)
    shape = max(4, round(columns * scale)), max(4, round(rows * scale))
    small = np.pad(np.asarray(_resample(mask, shape)), 2)
    lines = [np.asarray(line) for line in contourpy.contour_generator(z=small).lines(0.5) if len(line) > 3]
    areas = [0.5 * float(np.sum(line[:-1, 0] * line[1:, 1] - line[1:, 0] * line[:-1, 1])) for line in lines]
    # Outlines run one way round parts and the other way round holes; the largest is a part's.
    largest = max(areas, key=abs, default=0.0)
    canvas = Image.new("L", small.shape[::-1])
    for points, area in zip(lines, areas, strict=True):
        if area / largest >= _LEAST_PART:
            ImageDraw.Draw(canvas).polygon(points.ravel().tolist(), fill=1, outline=1, width=5)
    parts = np.asarray(canvas, np.float32)[2:-2, 2:-2]
    return np.asarray(mask * np.clip(_resample(parts, (columns, rows)), 0, 1), np.float32)


def _resample(plane: Field, shape: tuple[int, int]) -> Field:
    image = Image.fromarray(np.asarray(plane, np.float32))
    return np.asarray(image.resize(shape, Image.Resampling.BILINEAR), np.float32)


def even_out(light: Field, mask: Mask, faces: Mask, contrast: float = 0.6) -> Field:
    """Return the light, 0 to 1, with its details stronger and its range spread over the mask.

    `faces`: 1 on faces. A face keeps its own lightness, and what distinguishes eyes and mouth from it is brought out.
    `contrast`: how much stronger details are.
    """
    # Means over wide windows are found at half the size, ranges on every third pixel.
    size, half = len(light), max(64, len(light) // 2)
    smooth = guide(light, light, 0.006, 4e-4)
    weight = resize(mask, half) + np.float32(1e-3)
    wide = resize(blur(resize(smooth, half) * weight, 0.06) / blur(weight, 0.06), size)
    inside = mask[::3, ::3] > 0.5
    if not inside.any():
        inside = np.ones_like(inside)
    low, high = np.quantile(smooth[::3, ::3][inside], (0.02, 0.98))
    span = np.float32(max(high - low, 0.05))
    values = np.clip((smooth - low + np.float32(contrast) * (smooth - wide)) / span, 0, 1)
    # Half-way to equal shares of every tone, so that neither a dark suit nor snow is a single one.
    steps = np.linspace(0, 1, 33)
    marks = np.quantile(values[::3, ::3][inside], steps) + steps * 1e-6
    ranks = np.interp(np.linspace(0, 1, 256), marks, steps).astype(np.float32)
    tones = 0.5 * values + 0.5 * ranks[(values * 255).astype(np.uint8)]
    if not (faces > 0.5).any():
        return np.asarray(np.clip(tones, 0, 1), np.float32)
    # On skin, only what is as strong as eyes and mouth: blotches go.
    skin = guide(light, light, 0.010, 2e-3)
    small, face_weight = resize(skin, half), resize(faces, half) * weight
    share = blur(face_weight, 0.03) + np.float32(1e-4)
    near = blur(small * face_weight, 0.03) / share
    variance = blur((small - near) ** 2 * face_weight, 0.03) / share
    near, spread = resize(near, size), resize(np.sqrt(np.maximum(variance, np.float32(0.05**2))), size)
    own = np.clip(0.27 + 0.55 * np.clip((wide - low) / span, 0, 1), 0.42, 0.70) + 0.21 * (skin - near) / spread
    return np.asarray(np.clip(tones + (own - tones) * faces, 0, 1), np.float32)


def split(light: Field, limits: Sequence[float], faces: Mask, roundness: float = 0.0035) -> list[Mask]:
    """Return where the light is above each limit, with clean edges and no specks; finer on `faces`.

    `roundness`: what is smaller than this, in fractions of the side, vanishes.
    """
    across, down = get_slope(light)
    steepness = np.maximum(np.hypot(across, down) / np.float32(len(light)), np.float32(0.004))
    layers, has_faces = [], faces.any()
    for limit in limits:
        above = np.clip(0.5 + (light - np.float32(limit)) / steepness, 0, 1).astype(np.float32)
        rounded = blur(above, roundness)
        if has_faces:
            rounded = rounded + (blur(above, roundness * 0.4) - rounded) * faces
        layers.append(smoothstep(rounded, 0.36, 0.64))
    return layers
