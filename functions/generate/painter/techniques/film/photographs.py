"""Film photographs: the listener's own, exposed twice."""

import numpy as np

from generate.painter.kit.color import blend, tint
from generate.painter.kit.fields import blur, make_grid, make_noise, resize, shift, smoothstep
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.film.darkroom import defocus, develop, finish


def paint_exposure(scene: Scene) -> Sheet:
    """The subject in colored light, sharp, over a soft and moved second exposure of itself and a glowing shape."""
    subject = place_subject(scene, contrast=0.35)
    half = max(96, scene.size // 2)
    fields = (subject.mask, subject.light, draw_behind(scene, subject), draw_band(scene, subject))
    mask, light, behind, band = (resize(field, half) for field in fields)
    _, y = make_grid(half)
    direction = float(scene.rng.choice((-1, 1)))
    lit = mask * (0.06 + 1.12 * np.maximum(light, 0.0) ** 1.25)  # resizing can overshoot below zero
    ghost = shift(defocus(np.asarray(lit, np.float32), 0.012), direction * (0.08 + 0.10 * scene.energy), -0.02)
    haze = 0.22 + 0.25 * make_noise(scene.rng, half, 3, 2) + 0.62 * blur(behind, 0.012)
    under = np.asarray((haze + 0.55 * ghost) * (1.1 - 0.5 * smoothstep(y, 0.4, 1.0)), np.float32)
    # Developed apart, so that the subject's darks stay in its own hue.
    back = develop(scene, np.zeros_like(lit), under)
    front = develop(scene, np.asarray(lit * 1.15, np.float32), np.zeros_like(lit), 0.10)
    sheet = blend(back, front, mask)
    # The lettering's ground is unexposed film.
    return finish(scene, lay_over(sheet, band, tint(scene.inks.by_lightness[0], 0.16, 0.07)))
