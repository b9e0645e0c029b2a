"""Swiss lithographs of the listener's photograph."""

import numpy as np

from generate.painter.kit.tones import split
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.swiss.press import FIRST, KEY, SECOND, Press


def paint_poster(scene: Scene) -> Sheet:
    """The subject in paper, overprint and key, before a form of the second ink on a flat ground of the first."""
    press = Press(scene)
    subject = place_subject(scene)
    behind, band = draw_behind(scene, subject), draw_band(scene, subject)
    bright, brighter = split(subject.light, (0.32, 0.58), subject.faces)
    free = (1 - subject.mask) * (1 - band)
    middle = subject.mask * (bright - brighter)
    masks = [np.zeros_like(band)] * 3
    masks[FIRST] = np.asarray(free * (1 - behind) + middle, np.float32)
    masks[SECOND] = np.asarray(free * behind + middle, np.float32)
    # On dark paper the key is light.
    key = subject.mask * (brighter if press.is_dark else 1 - bright)
    masks[KEY] = np.asarray(np.maximum(key, band * (not press.is_dark)), np.float32)
    press.masks = masks
    return press.print_all()
