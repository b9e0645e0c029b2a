"""Pop prints of the listener's photograph."""

import numpy as np

from generate.painter.kit.color import get_lightness, mix, tint, tone
from generate.painter.kit.fields import blur, resize, shift, smoothstep
from generate.painter.kit.sheets import lay_over, make_sheet
from generate.painter.kit.tones import split
from generate.painter.kit.types import Color, Mask, Sheet
from generate.painter.room import free_frame
from generate.painter.scene import Scene
from generate.painter.subject import draw_band, draw_behind, place_subject
from generate.painter.techniques.pop_art.comic import Comic


def paint_idol(scene: Scene) -> Sheet:
    """The subject with a brushed outline, its shades in dots and flat color, before a flat shape on dots."""
    x, y = scene.grid
    comic = Comic(scene)
    subject = place_subject(scene)
    behind, band = draw_behind(scene, subject), draw_band(scene, subject)
    if comic.is_dark:
        comic.key(1 - behind)
    comic.dots(1 - behind, comic.ground, 0.25 + 0.45 * np.hypot(x - subject.focus[0], y - subject.focus[1]))
    comic.flat(behind, comic.ground)
    grown = np.clip(blur(subject.mask, 0.006) * 7 - 0.2, 0, 1)
    comic.key(np.maximum(grown, shift(grown, 0.005, 0.006)) * (not subject.whole))
    comic.sheet = lay_over(comic.sheet, subject.mask, comic.paper)
    lit, shaded, dark = split(subject.light, (0.66, 0.44, 0.27), subject.faces)
    dots = subject.mask * (1 - lit)
    comic.dots(dots * (1 - subject.faces), comic.shade, 0.42)
    # A face's shade is flat and pale: dots would break it.
    comic.sheet = lay_over(comic.sheet, dots * subject.faces, mix(comic.paper, comic.shade, 0.45))
    comic.flat(subject.mask * (1 - shaded), comic.shade)
    comic.key(subject.mask * (1 - dark))
    comic.key(band)
    return comic.sheet


def paint_panels(scene: Scene) -> Sheet:
    """Four screen prints of the subject, each in other inks, a little off register."""
    inks = scene.inks
    left, top, right, bottom = free_frame(scene.room)
    # Placed at twice the size of a panel, in the upper left corner.
    subject = place_subject(scene, 0.92, 0.94, frame=(0.0, 0.0, right - left, bottom - top), bleed=True)
    layers = [subject.mask, *split(subject.light, (0.66, 0.33), subject.faces)]
    half = scene.size // 2
    mask, lit, shaded = (resize(layer, half) for layer in layers)
    columns, rows = round((right - left) * half), round((bottom - top) * half)
    corner = round(left * scene.size), round(top * scene.size)
    sheet = make_sheet(scene.size, tone(inks.ink, 0.18, 0.0, 0.05))
    first, second = inks.get_accent(0), inks.get_accent(1)
    third = inks.get_accent(2)
    pale, dark = inks.paper, tone(inks.ink, 0.22, 0.01, 0.07)
    choices: list[tuple[Color, Color, Color, Color]] = [
        (first, pale, second, dark),
        (second, tint(first, 0.88, 0.10), first, dark),
        (pale, tone(first, max(0.72, get_lightness(first))), mix(first, dark, 0.45), dark),
        (dark, pale, tone(third, min(0.68, max(0.52, get_lightness(third)))), mix(first, dark, 0.55)),
    ]
    turn = int(scene.rng.integers(4))
    order = [choices[index] for index in ((0, 1, 3, 2), (1, 0, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1))[turn]]
    visible = np.zeros((scene.size, scene.size), np.float32)
    for index, (ground, light, middle, deep) in enumerate(order):
        if abs(get_lightness(middle) - get_lightness(ground)) < 0.12:
            middle = mix(middle, deep, 0.4)
        reach = 0.004 + 0.006 * scene.energy
        moves = scene.rng.uniform(-reach, reach, (2, 2))
        panel = make_sheet(half, ground)
        panel = lay_over(panel, mask, light)
        panel = lay_over(panel, shift((1 - lit) * mask, *moves[0].tolist()), middle)
        panel = lay_over(panel, shift((1 - shaded) * mask, *moves[1].tolist()), deep)
        start_x, start_y = corner[0] + index % 2 * columns, corner[1] + index // 2 * rows
        place = np.s_[start_y : start_y + rows, start_x : start_x + columns]
        sheet[place], visible[place] = panel[:rows, :columns], mask[:rows, :columns]
    scene.motif_masks[-1] = visible
    return _mottle(scene, sheet)


def _mottle(scene: Scene, sheet: Sheet) -> Sheet:
    """Return the sheet with ink that did not cover everywhere."""
    bare: Mask = smoothstep(scene.make_noise(220, 2), 0.72, 0.9) * scene.make_noise(9, 2)
    return lay_over(sheet, bare, scene.inks.paper, 0.35)
