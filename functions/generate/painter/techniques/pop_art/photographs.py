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
    """Four screen prints of the subject, or three in a row, each in other inks, a little off register."""
    left, top, right, bottom = free_frame(scene.room)
    columns, rows = _choose_grid(scene, (right - left) / (bottom - top))
    wide, high = (right - left) / columns, (bottom - top) / rows
    # Placed at twice the size of a panel or three times, in the upper left corner.
    enlargement = min(3.0, 1 / max(wide, high))
    # A little larger than a panel, whose edges it then covers.
    frame = (0.0, 0.0, wide * enlargement + 0.004, high * enlargement + 0.004)
    subject = place_subject(scene, 0.92, 0.94, frame=frame, bleed=True)
    layers = [subject.mask, *split(subject.light, (0.66, 0.33), subject.faces)]
    small = round(scene.size / enlargement)
    mask, lit, shaded = (resize(layer, small) for layer in layers)
    sheet = make_sheet(scene.size, tone(scene.inks.ink, 0.18, 0.0, 0.05))
    visible = np.zeros((scene.size, scene.size), np.float32)
    order = ((0, 1, 3, 2), (1, 0, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1))[int(scene.rng.integers(4))]
    inks = [_mix_panels(scene)[index] for index in order]
    reach = 0.004 + 0.006 * scene.energy
    for index in range(columns * rows):
        ground, light, middle, deep = inks[index]
        moves = scene.rng.uniform(-reach, reach, (2, 2))
        panel = lay_over(make_sheet(small, ground), mask, light)
        panel = lay_over(panel, shift((1 - lit) * mask, *moves[0].tolist()), middle)
        panel = lay_over(panel, shift((1 - shaded) * mask, *moves[1].tolist()), deep)
        edges = [round((left + (index % columns + step) * wide) * scene.size) for step in (0, 1)]
        edges += [round((top + (index // columns + step) * high) * scene.size) for step in (0, 1)]
        width, height = min(small, edges[1] - edges[0]), min(small, edges[3] - edges[2])
        place = np.s_[edges[2] : edges[2] + height, edges[0] : edges[0] + width]
        sheet[place], visible[place] = panel[:height, :width], mask[:height, :width]
    scene.motif_masks[-1] = visible
    return _mottle(scene, sheet)


def _choose_grid(scene: Scene, aspect: float) -> tuple[int, int]:
    """Return columns and rows whose panels are most like the photograph; `aspect`: of all panels together."""
    if scene.photograph is None:
        return 2, 2
    rows, columns = scene.photograph.pixels.shape[:2]
    grids = ((2, 2), (3, 1), (1, 3))
    return min(grids, key=lambda grid: abs(np.log(aspect * grid[1] / grid[0] * rows / columns)))


def _mix_panels(scene: Scene) -> list[tuple[Color, Color, Color, Color]]:
    """Return the inks of four panels: ground, light, middle and deep, the last three of falling lightness."""
    inks = scene.inks
    first, second, third = (inks.get_accent(index) for index in range(3))
    pale, dark = inks.paper, tone(inks.ink, 0.22, 0.01, 0.07)
    panels = [
        (first, pale, second, dark),
        (second, tint(first, 0.88, 0.10), first, dark),
        (pale, tone(first, max(0.72, get_lightness(first))), mix(first, dark, 0.45), dark),
        (dark, pale, tone(third, min(0.68, max(0.52, get_lightness(third)))), mix(first, dark, 0.55)),
    ]
    # Where the shade would vanish in the ground, it is darker.
    return [
        (ground, light, mix(middle, deep, 0.4), deep)
        if abs(get_lightness(middle) - get_lightness(ground)) < 0.12
        else (ground, light, middle, deep)
        for ground, light, middle, deep in panels
    ]


def _mottle(scene: Scene, sheet: Sheet) -> Sheet:
    """Return the sheet with ink that did not cover everywhere."""
    bare: Mask = smoothstep(scene.make_noise(220, 2), 0.72, 0.9) * scene.make_noise(9, 2)
    return lay_over(sheet, bare, scene.inks.paper, 0.35)
