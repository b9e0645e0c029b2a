"""Dithered pictures of the listener's photograph, on a finer screen than the drawn ones, so that faces hold."""

import numpy as np

from generate.painter.kit.fields import resize
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.dither.screen import BAYER, DARK, FIRST, LIGHT, PIXELS, SECOND, choose_inks, diffuse

_PIXELS = 2 * PIXELS


def paint_snapshot(scene: Scene) -> Sheet:
    """The subject in two inks, its light diffused from pixel to pixel, before a shape on an ordered gradient."""
    subject = place_subject(scene, contrast=0.75)
    light, mask, behind, band = (
        resize(field, _PIXELS)
        for field in (subject.light, subject.mask, draw_behind(scene, subject), draw_band(scene, subject))
    )
    night = scene.mood in ("dark", "melancholic", "epic")
    matrix = np.tile(BAYER, (2, 2))
    rows = (np.arange(_PIXELS)[:, None] + 0.5) / _PIXELS
    sky = np.where(rows * 0.9 > matrix, SECOND if night else FIRST, DARK if night else SECOND)
    pixels = np.where(behind > 0.5, LIGHT if not night else FIRST, sky)
    inside = mask > 0.5
    lit = diffuse(np.where(inside, 0.04 + 1.0 * light, 0).astype(np.float32))
    # Deep shades are left to the dark ink alone, or they would be peppered.
    pixels = np.where(inside, np.where(lit & (light > 0.16), LIGHT, DARK), pixels)
    around = np.pad(inside, 1)
    near = around[2:, 1:-1] | around[:-2, 1:-1] | around[1:-1, 2:] | around[1:-1, :-2]
    pixels = np.where(near & ~inside, DARK, pixels)
    pixels = np.where(band > 0.5, DARK, pixels)
    return resize(np.stack(choose_inks(scene))[pixels], scene.size, smooth=False)
