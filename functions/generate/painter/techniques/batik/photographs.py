"""Batiks of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import blur
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject, soften
from generate.painter.techniques.batik.cloth import dye, fill_dots, mix_dyes


def paint_portrait(scene: Scene) -> Sheet:
    """The subject in undyed cloth and two baths of dye, before a painted shape, the ground strewn with dots."""
    x, y = scene.grid
    dyes = mix_dyes(scene)
    subject = place_subject(scene)
    behind, free = draw_behind(scene, subject), 1 - draw_band(scene, subject)
    lit, shaded = split(subject.light, (0.60, 0.34), subject.faces, 0.0045)
    ground = (1 - subject.mask) * free
    distance = np.hypot(x - subject.focus[0], y - subject.focus[1])
    radius = 0.0125 - 0.006 * np.clip(distance, 0, 1)
    dots = fill_dots(x, y, 0.044 - 0.012 * scene.energy, radius) * (1 - behind) * ground
    # A dark line stays between the subject and what lies behind it.
    painted = behind * ground * (1 - np.clip(3 * (soften(subject, 0.004) - 0.1), 0, 1))
    first_wax = np.maximum(subject.mask * lit, painted)
    # A line of the first bath keeps a dark subject from a dark ground.
    edge = blur(subject.mask, 0.0028)
    rim = np.clip(4 * edge - 0.6, 0, 1) * np.clip(4 * (1 - edge) - 0.6, 0, 1)
    second_wax = np.maximum(np.maximum(subject.mask * shaded, dots), rim)
    return dye(scene, dyes, np.asarray(first_wax, np.float32), np.asarray(second_wax, np.float32), painted)
