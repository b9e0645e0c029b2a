"""Ribbed glass with the listener's photograph."""

import numpy as np

from generate.painter.kit.color import blend, choose_dark_hue, ramp, tint, tone
from generate.painter.kit.fields import blur, shift, smoothstep
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.glass.optics import brighten, choose_points, count_ribs, look_through, mix_mesh


def paint_before(scene: Scene) -> Sheet:
    """The subject in two tones of light, clear and sharp, before ribbed glass that breaks its shape and a glow."""
    inks = scene.inks
    subject = place_subject(scene, contrast=0.5)
    hot = brighten(inks.by_prominence[0])
    deep = tint(choose_dark_hue(inks.by_lightness), 0.17, 0.09)
    light = tone(inks.by_lightness[-1], 0.96, 0.01, 0.05)
    mesh = mix_mesh(scene, choose_points(scene))
    mesh = lay_over(mesh, blur(draw_behind(scene, subject), 0.010), hot, 0.85)
    side = float(scene.rng.choice((-1, 1)))
    ghost = shift(blur(subject.mask, 0.008), side * 0.10, 0.0) * (1 - subject.light * 0.6)
    mesh = lay_over(mesh, np.asarray(ghost, np.float32), deep, 0.0 if subject.whole else 0.7)
    ground = look_through(scene, mesh, count_ribs(scene, 14, 24), axis=1)
    tones = ramp(smoothstep(subject.light, 0.05, 0.97), [deep, tint(inks.by_prominence[0], 0.48, 0.17), hot, light])
    # A shadow parts the subject from a ground of the same colors.
    shadow = np.clip(blur(subject.mask, 0.014) - subject.mask, 0, 1)
    sheet = lay_over(ground, np.asarray(shadow, np.float32), deep, 0.8)
    return lay_over(blend(sheet, tones, subject.mask), draw_band(scene, subject), deep)
