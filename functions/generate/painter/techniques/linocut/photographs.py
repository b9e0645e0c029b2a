"""Linocuts of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import blur, get_slope, smoothstep
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.ornaments import hatch
from generate.painter.kit.sheets import print_ink
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import choose_lines, draw_band, draw_behind, place_subject
from generate.painter.techniques.linocut.cutting import carve, keep_clear, print_key, roll_ink, start_sheet

_FACE_CUTS = 105.0  # along the side


def paint_portrait(scene: Scene) -> Sheet:
    """The subject cut from a black block, its shades in gouge marks, before a shape of a second color."""
    x, y = scene.grid
    ink_cover = roll_ink(scene)
    subject = place_subject(scene, contrast=0.75)
    behind, band = draw_behind(scene, subject), draw_band(scene, subject)
    color = np.maximum(behind * (1 - subject.mask), 0)
    sheet = print_ink(start_sheet(scene), color * (1 - band) * ink_cover, scene.inks.get_accent(0))
    lit, shaded = split(subject.light, (0.60, 0.29), subject.faces, 0.0028)
    across, down = get_slope(blur(subject.light, 0.012))
    along = np.arctan2(down, across) + np.pi / 2
    shades = subject.mask * shaded * (1 - lit)
    density = 0.95 * smoothstep(subject.light, 0.20, 0.60)
    cuts = draw_marks(scene.rng, 17000, along, density, 0.019, 0.0048, jitter=0.2, bluntness=0.4)
    # On faces, the gouge is finer and keeps its direction.
    lines = choose_lines(subject, _FACE_CUTS)
    width = smoothstep(subject.light, 0.20, 0.52)
    fine = hatch(np.asarray((y * 0.8 + x * 0.6) * lines, np.float32), width, lines)
    cuts = cuts + (fine - cuts) * subject.faces
    key = subject.mask * (1 - shaded) + shades * (1 - cuts)
    distance = np.hypot(x - subject.focus[0], y - subject.focus[1])
    rays = np.arctan2(y - subject.focus[1], x - subject.focus[0])
    ridges = carve(scene, 2600, rays, (0.2 + 0.5 * scene.energy) * smoothstep(distance, 0.35, 0.8), 0.08, 0.008)
    ridges = ridges * keep_clear(subject.mask) * (1 - behind) * (1 - band)
    outline = np.clip(blur(subject.mask, 0.004) * 3, 0, 1) * np.clip((1 - blur(subject.mask, 0.004)) * 3, 0, 1)
    key = np.maximum(np.maximum(key, ridges), np.maximum(band, 0.9 * outline))
    return print_key(scene, sheet, np.asarray(key, np.float32), ink_cover)
