"""Plotter drawings of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.tones import split
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.subject import choose_lines, draw_band, draw_behind, place_subject
from generate.painter.techniques.plotter.pens import choose_pens, choose_strong, draw_with, lay_ground

_ROWS, _MOST_ROWS = 88, 140  # pen lines along the side


def paint_signal(scene: Scene) -> Sheet:
    """Level pen lines over the whole sheet that swing, and swing more where the subject has more ink."""
    pens = choose_pens(scene)
    subject = place_subject(scene, contrast=0.75)
    behind, band = draw_behind(scene, subject), draw_band(scene, subject)
    ink = subject.light if pens.is_dark else 1 - subject.light
    swing = np.asarray(blur(smoothstep(ink, 0.12, 0.88) * subject.mask, 0.0022), np.float32)
    # Of lines that swing, a face needs a third more than of straight ones.
    rows = round(max(choose_lines(subject, _ROWS), min(_MOST_ROWS, 34 / subject.face_height)))
    lines = _draw_waves(scene, swing, rows)
    if not pens.is_dark:
        (lit,) = split(subject.light, (0.27,), subject.faces)
        lines = np.maximum(lines, subject.faces * (1 - lit))
    sheet = lay_ground(scene, pens)
    sheet = lay_over(sheet, behind * (1 - subject.mask), choose_strong(pens), 0.9)
    calm = lines * (1 - subject.mask) * (1 - band) * 0.8
    sheet = draw_with(scene, sheet, np.asarray(lines * subject.mask, np.float32), pens.main)
    sheet = draw_with(scene, sheet, np.asarray(calm * (not subject.whole), np.float32), pens.main)
    return lay_over(sheet, band, pens.main)


def _draw_waves(scene: Scene, swing: Field, rows: int) -> Mask:
    """Return lines of constant width, each a wave whose amplitude is `swing`, 0 to 1, of half the lines' distance."""
    x, y = scene.grid
    cycles = np.float32(150 + 40 * scene.energy)
    row = np.floor(y * rows)
    middle = (row + 0.5) / rows
    phase = x * cycles * np.float32(2 * np.pi) + row * np.float32(2.4)
    reach = swing * np.float32(0.46 / rows)
    slope = reach * cycles * np.float32(2 * np.pi) * np.cos(phase)
    distance = np.abs(y - middle - reach * np.sin(phase)) / np.sqrt(1 + slope * slope)
    width = np.float32(0.0007) + np.float32(0.0016) * swing
    return np.asarray(np.clip((width - distance) * len(x) + 0.5, 0, 1), np.float32)
