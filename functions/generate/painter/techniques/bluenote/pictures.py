"""Letterpress sleeves with the motif's photograph."""

import numpy as np

from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.fields import resize, sample, shift, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.bluenote.press import choose_inks, draw_boxes, expose, expose_series, make_sleeve


def paint_column(scene: Scene) -> Sheet:
    """The motif, cropped, beside a column of color with bars, one of which is out of step."""
    rng, inks = scene.rng, choose_inks(scene)
    side = int(rng.choice((-1, 1)))
    cut = 0.5 - side * 0.17
    photo = expose(scene, scene.place_motif(0.5 + side * 0.13, 0.53, 0.98, 0.94, face="left" if side > 0 else "right"))
    left, right = (0.0, cut) if side > 0 else (cut, 1.0)
    sheet = lay_over(make_sleeve(scene, inks.paper), draw_boxes(scene, [(left, 0, right, 1)]), inks.spot)
    count = 4 + round(scene.energy * 5)
    out = int(rng.integers(count))
    height = 0.06 - 0.025 * scene.energy
    start, end = (-0.1, right) if side > 0 else (left, 1.1)
    bars = [(start, 0.07 + 1.7 * height * row, end, 0.07 + 1.7 * height * row + height) for row in range(count)]
    _, top, _, bottom = bars.pop(out)
    sheet = lay_over(sheet, draw_boxes(scene, bars), inks.paper)
    exception = (start, top, end + 0.10, bottom) if side > 0 else (start - 0.10, top, end, bottom)
    sheet = lay_over(sheet, draw_boxes(scene, [exception]), inks.ink)
    return lay_over(sheet, photo, inks.ink)


def paint_strips(scene: Scene) -> Sheet:
    """The motif's photograph cut into strips that are displaced against each other."""
    rng, inks = scene.rng, choose_inks(scene)
    x, _ = scene.grid
    count = 5 + 2 * round(scene.energy * 2)
    photo = expose(scene, scene.place_motif(0.5, 0.5, 1.04, 0.92), 0.2)
    motif = scene.motif_masks.pop()
    bare = int(rng.integers(1, count - 1))
    move = 0.02 + 0.05 * scene.energy
    strip = np.floor(x * count)
    inside = (x * count - strip) < 0.90
    ink, moved = np.zeros_like(photo), np.zeros_like(photo)
    for index in range(count):
        band = (strip == index) & inside
        offset = 0.0 if index == bare else move * (-1) ** index
        ink += shift(photo, 0, offset) * band
        moved += shift(motif, 0, offset) * band
    scene.motif_masks.append(moved)
    edges = [(index / count, -0.1, (index + 0.90) / count, 1.1) for index in range(count)]
    sheet = make_sleeve(scene, inks.paper)
    ground = inks.spot if get_lightness(inks.spot) > 0.5 else tone(inks.spot, 0.5)
    sheet = lay_over(sheet, draw_boxes(scene, [box for index, box in enumerate(edges) if index != bare]), ground)
    return lay_over(sheet, ink, inks.ink)


def paint_elenco(scene: Scene) -> Sheet:
    """The motif in black, off the middle of a white sheet, and a few discs of color in a row."""
    rng, inks = scene.rng, choose_inks(scene)
    side = int(rng.choice((-1, 1)))
    photo = expose(scene, scene.place_motif(0.5 - side * 0.10, 0.60, 0.98, 0.86))
    sheet = make_sleeve(scene, inks.paper)
    discs, radius = Drawing(scene.size), 0.064
    column = 0.5 + side * 0.36
    rows = 3 + round(scene.energy * 2)
    for row in range(rows):
        discs.disc(column, 0.13 + 0.17 * row, radius)
    discs.disc(column - side * 0.17 * rng.integers(1, 4), 0.13, radius)
    sheet = lay_over(sheet, discs.to_mask(), inks.spot)
    return lay_over(sheet, photo, inks.ink)


def paint_frames(scene: Scene) -> Sheet:
    """A contact sheet: strips of film that show the motif whole and near, flashed and in shadow; one frame in color."""
    rng, inks = scene.rng, choose_inks(scene)
    x, y = scene.grid
    count = 2 if scene.energy < 0.35 else 3
    motif = scene.place_motif(0.5, 0.5, 0.90, 0.90)
    scene.motif_masks.pop()
    photos = expose_series(scene, motif, (0.06, 0.16, 0.30))
    pitch, hot = 1 / count, int(rng.integers(count * count))
    film = tone(inks.paper, 0.66, 0.0, 0.03)
    sheet = make_sleeve(scene, inks.paper)
    sheet = lay_over(
        sheet,
        draw_boxes(scene, [(-1, (row + 0.02) * pitch, 2, (row + 0.98) * pitch) for row in range(count)]),
        film,
    )
    ink, visible, holes = np.zeros_like(x), np.zeros_like(x), []
    for row, drift in enumerate(rng.uniform(-0.25, 0.25, count) * pitch):
        level = (row + 0.5) * pitch
        holes += [
            (at, level + side - 0.026 * pitch, at + 0.07 * pitch, level + side + 0.026 * pitch)
            for at in np.arange(drift, 1, pitch / 7) - pitch / 7
            for side in (-0.43 * pitch, 0.43 * pitch)
        ]
        # A frame is cut by the edge on either side.
        for column in range(-1, count + 1):
            index = (row * count + column) % (count * count)
            middle = (column + 0.5) * pitch + drift
            frame = draw_boxes(
                scene, [(middle - 0.47 * pitch, level - 0.37 * pitch, middle + 0.47 * pitch, level + 0.37 * pitch)]
            )
            zoom = (0.70, 0.96, 1.30)[(index + row + hot) % 3] * pitch
            view = np.asarray(0.5 + (x - middle) / zoom, np.float32), np.asarray(0.5 + (y - level) / zoom, np.float32)
            sheet = lay_over(
                sheet, frame, inks.spot if index == hot else (tone(inks.paper, 0.84), inks.light)[index % 2]
            )
            ink += frame * sample(photos[(index + hot) % 3], *view)
            visible += frame * sample(motif, *view)
    scene.motif_masks.append(np.minimum(visible, 1))
    sheet = lay_over(sheet, draw_boxes(scene, holes), inks.paper)
    return lay_over(sheet, np.minimum(ink, 1), inks.ink)


def paint_duotone(scene: Scene) -> Sheet:
    """The whole sleeve in one color: the motif, huge, out of the dark of a grainy photograph."""
    rng, inks = scene.rng, choose_inks(scene)
    x, y = scene.grid
    side = int(rng.choice((-1, 1)))
    motif = scene.place_motif(0.5 + side * 0.05, 0.55, 1.10, 1.02)
    photo = expose(scene, motif, 0.34)
    somber = scene.mood in ("dark", "melancholic")
    ground = tone(inks.spot, min(max(get_lightness(inks.spot), 0.52), 0.74))
    fall = smoothstep(np.hypot(x - 0.5 - side * 0.35, y - (1.0 if somber else 0.1)), 0.15, 1.15)
    speckle = resize(scene.rng.random((512, 512), np.float32) - np.float32(0.5), scene.size)
    sheet = make_sleeve(scene, ground)
    dark = tone(ground, get_lightness(ground) - (0.2 if somber else 0.13))
    sheet = lay_over(sheet, smoothstep(fall + 0.5 * speckle, 0.3, 0.9), dark)
    sheet = lay_over(sheet, motif, inks.light)
    return lay_over(sheet, photo, inks.ink)
