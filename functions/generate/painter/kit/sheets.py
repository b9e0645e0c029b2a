"""Sheets: paper and ink."""

import numpy as np

from generate.painter.kit.fields import make_noise
from generate.painter.kit.types import Color, Field, Mask, Sheet


def make_sheet(size: int, color: Color) -> Sheet:
    """Return a sheet of one color."""
    return np.broadcast_to(color.astype(np.float32), (size, size, 3)).copy()


def make_paper(rng: np.random.Generator, size: int, color: Color, roughness: float = 0.03) -> Sheet:
    """Return paper: a color with a fine grain, `roughness` of its lightness from end to end."""
    grain = 1 + np.float32(roughness) * (make_noise(rng, size, 200, 2) - np.float32(0.5))
    return np.asarray(grain[..., None] * color.astype(np.float32), np.float32)


def lay_over(sheet: Sheet, mask: Mask, color: Color, opacity: float = 1.0) -> Sheet:
    """Return the sheet with an opaque color over it where the mask is 1."""
    share = np.clip(mask, 0, 1) * np.float32(opacity)
    return np.asarray(sheet + (color.astype(np.float32) - sheet) * share[..., None], np.float32)


def print_ink(sheet: Sheet, mask: Mask, color: Color) -> Sheet:
    """Return the sheet printed with a transparent ink: multiplied, so that two inks overprinted are darker."""
    share = np.clip(mask, 0, 1)[..., None]
    return np.asarray(sheet * (1 - share * (1 - color.astype(np.float32))), np.float32)


def shade(sheet: Sheet, factor: Field) -> Sheet:
    """Return the sheet with its brightness multiplied."""
    return np.asarray(sheet * factor[..., None], np.float32)


def add_grain(rng: np.random.Generator, sheet: Sheet, amount: float) -> Sheet:
    """Return the sheet with film-like noise, the same in all channels; `amount`: its standard deviation."""
    size = len(sheet)
    grain = rng.standard_normal((size, size, 1), np.float32) * np.float32(amount)
    return np.asarray(sheet + grain, np.float32)
