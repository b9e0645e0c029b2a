"""Paper cuts of the listener's photograph."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import get_lightness, mix
from generate.painter.kit.sheets import make_sheet
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.papercut.layers import PaperStack, choose_papers, choose_shadow


def paint_portrait(scene: Scene) -> Sheet:
    """The subject in sheets of paper from light to dark, one over the other, before a shape cut from colored paper."""
    subject = place_subject(scene, 0.84, 0.88)
    papers = choose_papers(scene, 6, 0.93, 0.24)
    first, second = scene.inks.get_accent(0), scene.inks.get_accent(1)
    if abs(get_lightness(first) - get_lightness(second)) < 0.12:
        second = mix(second, scene.inks.paper, 0.45)
    ground, shape = (second, first) if is_somber(scene.mood) else (first, second)
    stack = PaperStack(scene, make_sheet(scene.size, ground))
    stack.lay(draw_behind(scene, subject), shape, 0.008, 0.35, bleeds=True)
    stack.lay(subject.mask, papers[0], 0.012, 0.5, bleeds=True)
    limits = (0.70, 0.50, 0.32)
    darks = (papers[2], papers[4], choose_shadow(scene))
    for lit, paper in zip(split(subject.light, limits, subject.faces, 0.0045), darks, strict=True):
        stack.lay(np.asarray(subject.mask * (1 - lit), np.float32), paper, 0.0022, 0.30, bleeds=True)
    band = draw_band(scene, subject)
    if band.any():
        stack.lay(band, choose_shadow(scene), 0.012, 0.5, bleeds=True)
    return stack.sheet
