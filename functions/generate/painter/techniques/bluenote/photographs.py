"""Letterpress sleeves with the listener's photograph."""

import numpy as np

from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.fields import resize, smoothstep
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Sheet
from generate.painter.room import free_frame
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, place_subject
from generate.painter.techniques.bluenote.press import choose_inks, draw_boxes, make_grain, make_sleeve


def paint_session(scene: Scene) -> Sheet:
    """The subject's grainy photograph in black on a field of color, beside bars of which one is out of step."""
    rng, inks = scene.rng, choose_inks(scene)
    left, top, right, bottom = free_frame(scene.room)
    high = bottom - top
    field = top + rng.uniform(0.20, 0.28) * high
    whole = scene.photograph is not None and scene.photograph.mask is None
    # A subject reaches up into the bars, a whole picture fills what is below them.
    frame = (left, field if whole else top, right, bottom)
    subject = place_subject(scene, 0.88, 0.86, frame=frame, bleed=True)
    ground = tone(inks.spot, min(max(get_lightness(inks.spot), 0.52), 0.78))
    light = tone(ground, 0.92, 0.02, 0.07)
    sheet = make_sleeve(scene, inks.paper)
    sheet = lay_over(sheet, draw_boxes(scene, [(left, field, right, bottom)]), ground)
    count = 5 + round(scene.energy * 5)
    out = int(rng.integers(count))
    step = (right - left) * 0.88 / count
    bars = [
        (left + 0.06 + step * index, top - 0.1, left + 0.06 + step * (index + 0.72), field - 0.045 * high)
        for index in range(count)
    ]
    exception = bars.pop(out)
    sheet = lay_over(sheet, draw_boxes(scene, bars), inks.ink)
    drop = 0.10 * high
    sheet = lay_over(
        sheet, draw_boxes(scene, [(exception[0], top + drop, exception[2], exception[3] + drop)]), inks.spot
    )
    sheet = lay_over(sheet, subject.mask, light)
    # Grain is film's: between the tones; on faces it is half as strong.
    grain = resize(make_grain(scene), scene.size) * (0.36 - 0.2 * subject.faces)
    dark = 1 - smoothstep(subject.light + grain, 0.30, 0.42)
    middle = 1 - smoothstep(subject.light + grain, 0.54, 0.66)
    sheet = lay_over(sheet, np.asarray(subject.mask * middle, np.float32), tone(ground, get_lightness(ground) - 0.16))
    sheet = lay_over(sheet, np.asarray(subject.mask * dark, np.float32), inks.ink)
    return lay_over(sheet, draw_band(scene, subject), inks.ink)
