"""Memphis collages with a motif."""

import numpy as np

from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.fields import blur, shift, smoothstep
from generate.painter.kit.marks import scatter
from generate.painter.kit.shapes import cover, fill_inside, measure_distance
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.memphis.collage import (
    BACTERIO,
    BARS,
    CHECKS,
    DOTS,
    FLAT,
    GRID,
    ZIGZAG,
    Collage,
    draw_chips,
    outline_form,
)


def paint_party(scene: Scene) -> Sheet:
    """The motif, nearly as large as the sheet, among flying pieces of laminate."""
    rng = scene.rng
    lead = scene.inks.get_accent(0)
    collage = Collage(scene, tone(lead, max(0.74, get_lightness(lead)), 0.07, 0.15))
    motif = scene.place_motif(0.5, 0.5, 0.80, 0.78)
    body = fill_inside(motif)
    tilt = rng.uniform(0.1, 0.3) * rng.choice((-1, 1)) * (0.4 + scene.energy)
    collage.lay(outline_form(2, 0.5, 1.02, 0.62, tilt), collage.white, CHECKS)
    room = blur(body, 0.03)
    patterns = (FLAT, DOTS, BARS, ZIGZAG, FLAT, GRID)
    for index, (x, y) in enumerate(scatter(rng, 24 + round(scene.energy * 26), 0.17 - 0.045 * scene.energy)):
        if room[int(y * scene.size), int(x * scene.size)] > 0.55:
            continue
        radius = 0.04 + 0.07 * rng.random() ** 2
        turn = rng.uniform(-np.pi, np.pi)
        if index % 4 == 3:
            collage.squiggle(x, y, radius * 3.2, turn)
            continue
        second = collage.white if index % 2 else collage.black
        form = outline_form(int(rng.integers(8)), x, y, radius, turn)
        collage.lay(form, collage.colors[(index + 1) % 4], patterns[index % 6], second)
    shadow = shift(body, 0.026, 0.026) * (1 - body)
    collage.lay_mask(shadow, collage.white if collage.is_dark else collage.black, shadow=0)
    figure, lines = _choose_figure(collage)
    halo = np.clip(blur(body, 0.008) * 8 - 0.2, 0, 1)
    collage.lay_mask(halo, lines, shadow=0)
    collage.lay_mask(motif, figure, shadow=0)
    return collage.sheet


def paint_terrazzo(scene: Scene) -> Sheet:
    """A floor of stone chips with the motif inlaid, edged with brass."""
    rng = scene.rng
    collage = Collage(scene)
    motif = scene.place_motif(0.5, 0.5, 0.94, 0.94)
    distance = measure_distance(motif)
    colors = sorted(collage.colors, key=lambda color: get_lightness(color) > 0.7)  # a yellow inlay would be mud
    first = colors[0]
    inlay = tone(first, min(get_lightness(first), 0.58)) if not collage.is_dark else tone(first, 0.74)
    collage.sheet = lay_over(collage.sheet, cover(-distance), inlay)
    centers = scatter(rng, 440, 0.043 - 0.008 * scene.energy)
    radii = rng.choice((0.009, 0.014, 0.021, 0.034), size=len(centers), p=(0.35, 0.35, 0.2, 0.1))
    rows, columns = (centers[:, ::-1].T * scene.size).astype(int)
    within = distance[rows, columns] > 0
    pale = tone(collage.white, get_lightness(collage.sheet[0, 0]) - 0.10)
    # Chips on the ground stay away from the motif's color, and the inlay's from the ground's.
    for selection, pool in (
        (~within, [colors[1], colors[2], colors[3], pale, pale, collage.black]),
        (within, [collage.white, colors[1], tone(inlay, 0.42)]),
    ):
        chips, mask = draw_chips(
            scene, pool, centers[selection], radii[selection] * (1 if selection is within else 0.9)
        )
        mask = mask * cover(distance if selection is not within else -distance)
        collage.sheet += (chips - collage.sheet) * mask[..., None]
    brass = tone(max(scene.inks.palette, key=get_lightness), 0.80, 0.05, 0.10)
    edge = np.exp(-((distance / 0.0042) ** 2))
    collage.sheet = lay_over(collage.sheet, edge, brass)
    worn = 1 + 0.05 * (scene.make_noise(90, 3) - 0.5) + 0.06 * smoothstep(scene.make_noise(2, 2), 0.4, 0.8)
    return np.asarray(collage.sheet * worn[..., None], np.float32)


def paint_totem(scene: Scene) -> Sheet:
    """A stack of forms with the motif on top, before a wall."""
    rng = scene.rng
    collage = Collage(scene)
    colors, level = collage.colors, 0.93
    motif_height = 0.50
    collage.lay(
        np.array([(-0.1, 0.80), (1.1, 0.80), (1.1, 1.1), (-0.1, 1.1)]),
        colors[3],
        BACTERIO if scene.energy > 0.4 else FLAT,
    )
    count = 3 + round(scene.energy)
    height = (level - motif_height - 0.02) / count
    patterns = rng.permutation([FLAT, BARS, CHECKS, ZIGZAG, DOTS])
    kinds = rng.permutation([0, 1, 2, 3])
    for index in range(count):
        half = rng.uniform(0.16, 0.30)
        top, middle = level - height, level - height / 2
        kind = kinds[index] if index else 0
        if kind == 1:
            form = np.array(
                [(0.5 - half * 0.4, top), (0.5 + half * 0.4, top), (0.5 + half, level), (0.5 - half, level)]
            )
        elif kind == 2:
            form = outline_form(3, 0.5, 0, 1, np.pi) - [0.5, -0.5]
            form = form / np.abs(form).max(axis=0) * [half, height]
            form = form - [0, form[:, 1].min()] + [0.5, top]
        elif kind == 3:
            form = outline_form(0, 0.5, middle, height / 2, 0)
        else:
            form = np.array([(0.5 - half, top), (0.5 + half, top), (0.5 + half, level), (0.5 - half, level)])
        color = colors[(index + 1) % 4]
        collage.lay(form, color, int(patterns[index]), collage.white if get_lightness(color) < 0.7 else collage.black)
        level = top
    motif = scene.place_motif(0.5, level - 0.25, 0.72, 0.50, stands=True)
    body = fill_inside(motif)
    collage.lay_mask(body, collage.black if not collage.is_dark else collage.white)
    collage.lay_mask(motif, _choose_figure(collage)[0] if collage.is_dark else colors[0], shadow=0)
    room = blur(body, 0.04)
    for x, y in scatter(rng, 8 + round(scene.energy * 10), 0.19):
        x, y = 0.06 + 0.88 * x, 0.06 + 0.62 * y
        if 0.2 < x < 0.8 or room[int(y * scene.size), int(x * scene.size)] > 0.05:
            continue
        if rng.random() < 0.4:
            collage.squiggle(x, y, 0.15, rng.uniform(-0.6, 0.6))
        else:
            form = outline_form(int(rng.choice((0, 1, 4, 6))), x, y, rng.uniform(0.04, 0.07), rng.uniform(-0.6, 0.6))
            collage.lay(form, colors[int(rng.integers(3))])
    return collage.sheet


def _choose_figure(collage: Collage) -> tuple[Color, Color]:
    """Return the motif's color and that of its inner lines: black on white, or the other way round on black."""
    return (collage.white, collage.black) if not collage.is_dark else (collage.colors[0], collage.black)
