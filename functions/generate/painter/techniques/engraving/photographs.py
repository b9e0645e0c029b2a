"""Engravings of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.shapes import cover
from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import choose_lines, draw_band, place_subject, soften
from generate.painter.techniques.engraving.burin import engrave, join, print_plate, waver

_FINE_LINES = 112  # lines along the side: narrower than what a face is recognized by


def paint_portrait(scene: Scene) -> Sheet:
    """The subject in fine lines that bend with its tones, crossed in the darks, before rings and a colored disc."""
    x, y = scene.grid
    subject = place_subject(scene, contrast=0.7)
    wobble = waver(scene)
    darkness = np.clip(1.06 - 1.12 * subject.light, 0, 0.97)
    lines = choose_lines(subject, _FINE_LINES)
    # Lines bend with the form, but run straight over faces, where a bend would be a wrinkle.
    form = blur(subject.plain, 0.03) * 0.022 * (1 - blur(subject.faces, 0.02))
    along = engrave(np.asarray(y * 0.94 + x * 0.30 + form + 0.4 * wobble, np.float32), darkness, lines)
    deep = np.clip(darkness - 0.52, 0, 1) * 1.5
    crossed = engrave(np.asarray(y * 0.45 - x * 0.88 + form, np.float32), deep, lines)
    inner = blur(subject.mask, 2 / 1280)
    rim = np.clip(inner * 4, 0, 1) * np.clip((1 - inner) * 4, 0, 1)
    # Eyes and mouths are cut whole.
    (lit,) = split(subject.light, (0.30,), subject.faces)
    figure = np.maximum(np.maximum(np.maximum(along, crossed), subject.faces * (1 - lit)) * subject.mask, 0.85 * rim)
    radius = 0.37 * min(subject.frame[3] - subject.frame[1], 1.0)
    center_x = 0.5 * (subject.focus[0] + 0.5)
    center_y = subject.frame[1] + 0.46 * (subject.frame[3] - subject.frame[1])
    distance = np.hypot(x - center_x, y - center_y).astype(np.float32)
    near = 1 - 0.7 * soften(subject, 0.03)
    sky = (0.16 + 0.40 * smoothstep(distance, radius, 0.75)) * near * (distance > radius + 0.01)
    back = engrave(np.asarray(distance + wobble, np.float32), np.asarray(sky, np.float32))
    edge = cover(np.abs(distance - radius - 0.006) - np.float32(0.0016))
    # The lettering stands on bare paper, under a line.
    free = 1 - draw_band(scene, subject)
    border = np.clip(blur(free, 0.0012) * 4, 0, 1) * np.clip((1 - blur(free, 0.0012)) * 4, 0, 1)
    plate = np.maximum(join(np.maximum(back, edge), figure, subject.mask) * free, border)
    spot = cover(distance - radius) * (1 - subject.mask) * free
    if subject.whole:
        # The picture's window is framed by the disc's color.
        plate, spot = np.maximum(figure, border), (1 - subject.mask) * free
    return print_plate(scene, np.asarray(plate, np.float32), np.asarray(spot, np.float32))
