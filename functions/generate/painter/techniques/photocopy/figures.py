"""Photocopies of a motif."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.fields import blur, sample, shift, smoothstep
from generate.painter.kit.types import Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.photocopy.copier import Collage, copy_tone, make_halftone, misfeed, photograph, slant


def paint_strips(scene: Scene) -> Sheet:
    """The motif's copy, as large as the sheet, torn into strips of different stock that no longer meet."""
    rng = scene.rng
    collage = Collage(scene, 2)
    collage.copy(copy_tone(scene, np.full_like(scene.grid[0], 0.9)))
    motif = scene.place_motif(0.5, 0.5, 0.90, 0.84)
    toner = copy_tone(scene, photograph(scene, motif))
    count = int(3 + 2.5 * scene.energy)
    tilt = rng.uniform(0.02, 0.10) * rng.choice((-1, 1)) * (0.5 + scene.energy)
    down = slant(scene, tilt)
    cuts = np.linspace(-0.08, 1.08, count + 1)
    cuts[1:-1] += rng.uniform(-0.05, 0.05, count - 1)
    visible = np.zeros_like(motif)
    first = int(rng.integers(2))
    for index in range(count):
        offset = (0.015 + 0.03 * scene.energy) * (-1) ** index * rng.uniform(0.5, 1.0)
        distance = np.maximum(cuts[index] + 0.006 - down, down - cuts[index + 1] + 0.006)
        scrap = collage.make_scrap((index + first) % 2, shift(toner, offset, 0))
        lies = collage.paste(distance, scrap)
        visible = np.maximum(visible * (1 - lies), shift(motif, offset, 0) * lies)
    scene.motif_masks[-1] = visible
    for index in range(1, count):
        collage.tape(rng.uniform(0.10, 0.90), cuts[index], np.pi / 2 + rng.normal(0, 0.2))
    return collage.sheet


def paint_band(scene: Scene) -> Sheet:
    """The motif's copy on a torn sheet; a torn band of colored stock is taped across it."""
    rng = scene.rng
    dark = is_somber(scene.mood) or rng.random() < 0.5
    collage = Collage(scene, None if dark else 2)
    if dark:
        collage.copy(copy_tone(scene, np.full_like(scene.grid[0], 0.9)))
    x, _ = scene.grid
    motif = scene.place_motif(0.5, 0.52, 0.90, 0.86)
    tilt = rng.uniform(-0.06, 0.06)
    down = slant(scene, tilt)
    across = x - 0.5 + (down - 0.5) * np.sin(tilt)
    dots = make_halftone(scene, 0.6 * smoothstep(down, 0.74, 1.05)) * (1 - smoothstep(blur(motif, 0.01), 0.02, 0.2))
    toner = np.maximum(copy_tone(scene, photograph(scene, motif, 0.05)), dots * 0.9)
    page = np.maximum(np.abs(across) - 0.47, np.abs(down - 0.5) - 0.47)
    collage.paste(page, collage.make_scrap(0, toner), torn=0.8)
    middle, half = rng.uniform(0.36, 0.66), rng.uniform(0.04, 0.06)
    turned = slant(scene, tilt + rng.choice((-1, 1)) * (0.05 + 0.25 * scene.energy))
    band = collage.make_scrap(1, np.zeros_like(motif))
    lies = collage.paste(np.abs(turned - middle) - half, band)
    scene.motif_masks[-1] = motif * (1 - lies)
    for corner_x, corner_y, angle in ((0.06, 0.06, -0.7), (0.94, 0.07, 0.7), (0.93, 0.94, -0.7), (0.07, 0.93, 0.7)):
        if rng.random() < 0.6:
            collage.tape(corner_x, corner_y, angle + rng.normal(0, 0.15))
    for staple_x in (0.12, 0.88):
        collage.staple(staple_x, middle + np.tan(tilt) * (staple_x - 0.5), rng.normal(0, 0.4))
    return collage.sheet


def paint_misfeed(scene: Scene) -> Sheet:
    """The motif's copy on colored stock, dragged and pushed aside by a misfeed."""
    collage = Collage(scene, 1)
    motif = scene.place_motif(0.5, 0.5, 0.94, 0.88)
    toner = photograph(scene, motif, 0.06)
    state = scene.rng.bit_generator.state
    jumps, reach = int(2 + 7 * scene.energy), 0.03 + 0.10 * scene.energy
    drags = 1 + int(scene.energy > 0.6)
    fed = misfeed(scene, toner, jumps, reach, drags)
    # The same misfeed again, for what is to be seen of the motif.
    after = scene.rng.bit_generator.state
    scene.rng.bit_generator.state = state
    scene.motif_masks[-1] = misfeed(scene, motif, jumps, reach, drags)
    scene.rng.bit_generator.state = after
    collage.copy(copy_tone(scene, fed))
    edge = slant(scene, 0.01)
    collage.copy(copy_tone(scene, 0.9 * smoothstep(np.abs(edge - 0.5), 0.478, 0.492)))
    return collage.sheet


def paint_generations(scene: Scene) -> Sheet:
    """Four copies of copies stapled up askew, each darker than the one before it."""
    rng = scene.rng
    x, y = scene.grid
    # The dark table would be as dark as the motif.
    collage = Collage(scene, 1)
    original = scene.place_motif(0.5, 0.5, 0.38, 0.40)
    dark = photograph(scene, original)
    visible: Mask = np.zeros_like(x)
    darkness = np.zeros_like(x)
    colored = int(rng.integers(4))
    blank = np.zeros_like(x)
    for index in rng.permutation(4).tolist():
        center_x, center_y = (index % 2 + 0.5) / 2, (index // 2 + 0.5) / 2
        center_x, center_y = center_x + rng.normal(0, 0.01), center_y + rng.normal(0, 0.01)
        turn = rng.normal(0, 0.02 + 0.06 * scene.energy)
        along = (x - center_x) * np.cos(turn) + (y - center_y) * np.sin(turn)
        down = (y - center_y) * np.cos(turn) - (x - center_x) * np.sin(turn)
        page = np.maximum(np.abs(along) - 0.236, np.abs(down) - 0.236)
        lies = collage.paste(page, collage.make_scrap(2 if index == colored else 0, blank), torn=0.0)
        inside = sample(original, along + 0.5, down + 0.5)
        exposed = np.clip(sample(dark, along + 0.5, down + 0.5) + (0.13 * index - 0.20) * (inside > 0.5), 0, 1)
        darkness = darkness * (1 - lies) + exposed * lies
        visible = visible * (1 - lies) + inside * lies
        collage.staple(center_x, center_y - 0.213, turn + rng.normal(0, 0.25))
    collage.copy(copy_tone(scene, darkness))
    scene.motif_masks[:] = [visible]
    return collage.sheet
