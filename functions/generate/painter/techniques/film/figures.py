"""Photographs of the motif as a light."""

import numpy as np

from generate.painter.kit.fields import blur, make_grid, make_noise, sample, smoothstep
from generate.painter.kit.shapes import fill_inside
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.film.darkroom import (
    defocus,
    develop,
    enlarge,
    finish,
    halve,
    light_form,
    smear,
)


def paint_bloom(scene: Scene) -> Sheet:
    """The motif, wider than the sheet, as a light out of focus, with its own larger shadow behind it."""
    motif = halve(scene.place_motif(width=1.14, height=1.14, turn=float(scene.rng.uniform(-12, 12))))
    x, y = make_grid(len(motif))
    form = light_form(motif, 0.42)
    moved = smear(defocus(form, 0.014), 0.05 + 0.16 * scene.energy, 0.03 + 0.06 * scene.energy)
    light = (0.55 * defocus(form, 0.017) + 0.80 * moved) * (0.40 + 0.95 * smoothstep(1.25 - x * 0.5 - y, 0, 0.9))
    other = blur(enlarge(motif, 1.7), 0.03) * (1 - 0.8 * blur(fill_inside(motif), 0.02))
    behind = 0.20 + 0.38 * other + 0.25 * make_noise(scene.rng, len(motif), 3, 2)
    return finish(scene, develop(scene, light, behind))


def paint_mirror(scene: Scene) -> Sheet:
    """The motif above still water that carries its image away in ripples."""
    shore = 0.62
    motif = halve(scene.place_motif(0.5, shore - 0.25, 0.84, 0.50, stands=True))
    x, y = make_grid(len(motif))
    form = light_form(motif)
    ripple = (0.008 + 0.03 * scene.energy) * smoothstep(y, shore, 1)
    waves = np.sin(70 * (y - shore) / (0.35 + y - shore).clip(0.35) + 4 * np.sin(x * 5 + scene.rng.uniform(0, 6)))
    below = sample(form, x + ripple * waves, 2 * shore - y) * smoothstep(y, shore - 0.01, shore + 0.02)
    light = defocus(form, 0.005) * 1.15 + 0.85 * defocus(below, 0.009) * (1.05 - 0.6 * smoothstep(y, shore, 1))
    glow = np.exp(-(((y - shore) / 0.06) ** 2)) * 0.30 + 0.25 * np.exp(-(((y - shore) / 0.3) ** 2))
    glints = smoothstep(make_noise(scene.rng, len(motif), 24, 2, aspect=9), 0.62, 0.9) * smoothstep(y, shore, 0.8)
    return finish(scene, develop(scene, light, blur(glow + 0.3 * glints, 0.006)))


def paint_streak(scene: Scene) -> Sheet:
    """The motif frozen by a flash at the end of a long exposure that drew it out sideways."""
    direction = float(scene.rng.choice((-1, 1)))
    motif = halve(scene.place_motif(0.5 - direction * 0.10, 0.5, 0.74, 0.74, face="left" if direction > 0 else "right"))
    form = light_form(motif, 0.45)
    length = direction * (0.35 + 0.45 * scene.energy)
    bands = make_noise(scene.rng, len(motif), 22, 3, aspect=20)
    trail = smear(defocus(form, 0.002), length, 0.03) * (0.35 + 1.3 * bands)
    light = np.maximum(1.05 * defocus(form, 0.005), 1.3 * trail)
    return finish(scene, develop(scene, light, 0.25 + 0.5 * bands * bands))
