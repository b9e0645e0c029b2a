"""Cards of the listener's photograph."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import mix
from generate.painter.kit.fields import blur
from generate.painter.kit.ornaments import hatch, outline_star
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import choose_lines, draw_band, place_subject
from generate.painter.techniques.tarot.press import LINE, Card, Figure, choose_colors, darken, lay_figure, press
from generate.painter.techniques.tarot.scenery import draw_frame, draw_rays


def paint_saint(scene: Scene) -> Sheet:
    """The subject lines_of_form in key lines and hatching before a disc with rays, over the card's frame."""
    x, y = scene.grid
    colors = choose_colors(scene)
    somber = is_somber(scene.mood)
    subject = place_subject(scene, 0.82, 0.84, contrast=0.75)
    left, top, right, bottom = subject.frame
    center = (
        0.5 * (subject.focus[0] + 0.5 * (left + right)),
        float(np.clip(subject.focus[1], top + 0.3, bottom - 0.3)),
    )
    card = Card(scene, colors.deep if somber else colors.pale)
    rays = (colors.second, colors.deep if somber else colors.paper)
    draw_rays(card, center, (0.30, 0.98, 0.70), 12 + 2 * round(3 * scene.energy), rays, turn=np.pi / 2)
    card.disc(*center, 0.335, colors.second, LINE * 1.3)
    card.disc(*center, 0.305, colors.first, LINE)
    for star_x in (left + 0.125, right - 0.125):
        card.shape(outline_star(star_x, top + 0.125, 0.045, 8, 0.45), colors.paper, LINE * 0.8)
    draw_frame(card, colors, darken(colors.first, 0.12))
    lit, shaded = split(subject.light, (0.58, 0.30), subject.faces)
    lines = choose_lines(subject, 92.0)
    slope = np.asarray((x * 0.5 + y * 0.87) * lines, np.float32)
    strokes = hatch(slope, np.clip(1.0 - 1.5 * subject.light, 0, 0.75), lines)
    edge = blur(subject.mask, 0.0022)
    contour = np.clip(edge * 3.2, 0, 1) * np.clip((1 - edge) * 3.2, 0, 1)
    lines_of_form = np.maximum(strokes * (1 - lit), 1 - shaded) * subject.mask
    figure = Figure(subject.mask, np.maximum(lines_of_form, contour), np.clip(edge * 2.4, 0, 1))
    sheet, key = lay_figure(card.separate(), figure, mix(colors.paper, colors.first, 0.08))
    sheet = lay_over(sheet, np.asarray(subject.mask * (1 - lit), np.float32), mix(colors.paper, colors.second, 0.55))
    band = draw_band(scene, subject)
    return press(scene, (lay_over(sheet, band, colors.paper), np.asarray(key * (1 - band), np.float32)), colors)
