"""Photocopies of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import smoothstep
from generate.painter.kit.shapes import measure_distance
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.photocopy.copier import Collage, copy_tone, make_halftone, slant


def paint_cutting(scene: Scene) -> Sheet:
    """The subject's copy, torn out with a white rim, pasted on a scrap of colored stock and taped down."""
    rng = scene.rng
    x, y = scene.grid
    subject = place_subject(scene, 0.80, 0.86, contrast=0.8)
    collage = Collage(scene, 1)
    behind = draw_behind(scene, subject)
    scrap = collage.make_scrap(2, make_halftone(scene, 0.45 * smoothstep(y, 0.9, 0.1), 40))
    collage.paste(-measure_distance(behind), scrap, torn=0.6)
    (shaded,) = split(subject.light, (0.42,), subject.faces)
    # Middle tones are a screen, twice as fine as a copier's and none on faces.
    screen = make_halftone(scene, np.asarray(np.clip(1.0 - 1.25 * subject.light, 0, 0.6), np.float32), 92)
    toner = np.maximum(1 - shaded, screen * (1 - subject.faces))
    toner = np.maximum(copy_tone(scene, np.asarray(toner * subject.mask * 0.98, np.float32)), 0)
    collage.paste(-measure_distance(subject.mask) - np.float32(0.012), collage.make_scrap(0, toner), torn=0.5)
    band = draw_band(scene, subject)
    if band.any():
        edge = subject.frame[3] - slant(scene, rng.uniform(-0.02, 0.02)) if subject.frame[3] < 1 else 0.5 - band
        collage.paste(np.asarray(edge, np.float32), collage.make_scrap(0, np.zeros_like(x)), torn=0.5)
    else:
        for corner in rng.permutation(2):
            collage.tape((0.08, 0.92)[corner], rng.uniform(0.06, 0.12), rng.uniform(0.5, 1.0) * (1, -1)[corner])
    return collage.sheet
