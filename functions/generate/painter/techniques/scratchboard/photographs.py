"""Scratchboards of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import blur
from generate.painter.kit.ornaments import hatch
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import choose_lines, draw_band, draw_behind, place_subject, soften
from generate.painter.techniques.scratchboard.scratching import finish, scratch

_LINES = 125.0  # scratches along the side: narrower than what a face is recognized by


def paint_portrait(scene: Scene) -> Sheet:
    """The subject comes out of the black in fine white scratches, before a shape of colored scratches."""
    x, y = scene.grid
    subject = place_subject(scene, contrast=0.8)
    behind = draw_behind(scene, subject) * (1 - draw_band(scene, subject))
    # Light is parallel scratches that widen and run together, unsteady where the hand pressed less.
    unsteady = (0.10 + 0.16 * scene.energy) * (scene.make_noise(60, 2) - 0.5) * (1 - 0.7 * subject.faces)
    light = np.clip(1.32 * subject.light - 0.16 + unsteady, 0, 1)
    lines = choose_lines(subject, _LINES)
    bent = 0.006 * (scene.make_noise(4, 2) - 0.5)
    fine = hatch(np.asarray((y * 0.62 - x * 0.78 + bent) * lines, np.float32), light, lines)
    crossed = hatch(np.asarray((y * 0.80 + x * 0.60 + bent) * lines, np.float32), 1.6 * light - 0.85, lines)
    rings = np.arctan2(y - subject.focus[1], x - subject.focus[0]) + np.pi / 2
    free = behind * (1 - soften(subject, 0.006))
    back = scratch(scene, np.asarray(0.42 * free, np.float32), rings, count=16000)
    inner = blur(subject.mask, 0.0016)
    rim = np.clip(inner * 3, 0, 1) * np.clip((1 - inner) * 3, 0, 1) * 0.7
    # In faces, eyes and mouths stay black and what is lightest is scraped bare.
    black, bare = split(subject.light, (0.32, 0.74), subject.faces)
    scratches = np.maximum(fine, crossed)
    scratches = scratches + (np.maximum(scratches, bare) * black - scratches) * subject.faces
    figure = np.maximum(scratches * subject.mask, rim)
    return finish(scene, np.asarray(np.maximum(figure, back * free), np.float32), np.asarray(free, np.float32))
