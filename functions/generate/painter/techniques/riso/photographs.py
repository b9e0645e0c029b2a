"""Risographs of the listener's photograph."""

import numpy as np

from generate.painter.kit.color import get_lightness
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.riso.press import Press


def paint_portrait(scene: Scene) -> Sheet:
    """A grainy shape in the light ink; before it the subject in the darker one and the third."""
    _, y = scene.grid
    press = Press(scene)
    subject = place_subject(scene)
    # Shades are printed in the darker ink: a pale one would lose eyes and mouths.
    shade, glow = sorted((0, 1), key=lambda ink: get_lightness(press.inks[ink]))
    behind, band = draw_behind(scene, subject), draw_band(scene, subject)
    ground = (1 - behind) * (1 - band)
    press.run(behind * np.clip(1.25 - 0.85 * y, 0.3, 1) * (1 - band), glow, flat=subject.whole)
    press.run(ground * smoothstep(y, 0.1, 1.1) * 0.5, shade)
    press.knock_out(subject.mask)
    lit, shaded = split(subject.light, (0.60, 0.33), subject.faces)
    # Grain fades from shade to light; on faces the shades are flat, so that no grain breaks a feature.
    fade = np.clip(1.55 - 2.2 * subject.light, 0, 0.94)
    press.run(subject.mask * (fade * (1 - subject.faces) + (1 - lit) * subject.faces), shade)
    press.run(subject.mask * (1 - shaded), 2, flat=True)
    if not subject.whole:
        # Bare paper would run into the ground's.
        edge = blur(subject.mask, 0.0024)
        press.run(np.clip(4 * edge - 0.6, 0, 1) * np.clip(4 * (1 - edge) - 0.6, 0, 1), 2, flat=True)
    press.run(band, 2, flat=True)
    return press.sheet
