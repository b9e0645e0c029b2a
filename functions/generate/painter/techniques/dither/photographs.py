"""Dithered pictures of the listener's photograph, on a finer screen than the drawn ones, so that faces hold."""

import numpy as np

from generate.painter.kit.fields import resize
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.dither.screen import BAYER, DARK, FIRST, LIGHT, PIXELS, SECOND, choose_inks, diffuse

_SMALL_FACE = 0.17  # of the side: below this, the screen is finer


def paint_snapshot(scene: Scene) -> Sheet:
    """The subject in two inks, its light diffused from pixel to pixel, before a shape on an ordered gradient."""
    subject = place_subject(scene, contrast=0.75)
    scale = 3 if subject.face_height < _SMALL_FACE else 2
    size = scale * PIXELS
    # Faces have more contrast, so that fewer pixels are scattered over them.
    tones = subject.light + 0.55 * (subject.light - 0.5) * subject.faces
    fields = (np.clip(tones, 0, 1), subject.mask, draw_behind(scene, subject), draw_band(scene, subject))
    light, mask, behind, band = (resize(np.asarray(field, np.float32), size) for field in fields)
    night = scene.mood in ("dark", "melancholic", "epic")
    matrix = np.tile(BAYER, (scale, scale))
    rows = (np.arange(size)[:, None] + 0.5) / size
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
