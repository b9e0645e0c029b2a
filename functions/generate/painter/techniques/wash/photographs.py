"""Watercolors of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.tones import split
from generate.painter.kit.types import Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.subject import place_subject
from generate.painter.techniques.wash.glazes import Painting, get_pigments, make_circle


def paint_study(scene: Scene) -> Sheet:
    """The subject in glazes from light to dark, its darkest parts drawn last, before a frayed blot of color."""
    rng, painting = scene.rng, Painting(scene)
    first, second, third, dark = get_pigments(scene)
    subject = place_subject(scene)
    x, y = subject.focus
    if not subject.whole:
        center = (0.5 * (x + 0.5), float(np.clip(y, subject.frame[1] + 0.36, subject.frame[3] - 0.3)))
        painting.blot(make_circle(center, rng.uniform(0.33, 0.39)), first, 0.95)
        painting.blot(make_circle((center[0] + rng.uniform(-0.2, 0.2), center[1] + 0.16), 0.2), third, 0.5)
    painting.lift(subject.mask, 0.97)
    # The brush runs over edges, but not over a face's.
    run = 0.5 * (scene.make_noise(14, 3) - 0.5) * (1 - 0.8 * subject.faces)
    light = np.asarray(subject.light + 0.30 * run, np.float32)
    washes = split(light, (0.80, 0.60, 0.42, 0.26), subject.faces, 0.004)
    for lit, color, strength in zip(washes, (second, second, dark, dark), (0.40, 0.46, 0.66, 0.9), strict=True):
        painting.glaze(_soak(subject.mask * (1 - lit)), color, strength, 1.2)
    painting.glaze(np.asarray(subject.mask * smoothstep(light, 0.62, 0.25), np.float32), first, 0.22, 0)
    rim = np.clip(subject.mask - blur(subject.mask, 0.004), 0, 1)
    painting.glaze(rim, dark, 0.7, 0)
    painting.spatter(first, round(8 + 22 * scene.energy))
    return painting.finish()


def _soak(mask: Mask) -> Mask:
    """Return a wash with an edge that soaked into the paper a little."""
    return np.asarray(blur(mask, 0.0014), np.float32)
