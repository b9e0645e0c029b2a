"""Batiks of the motif: large with its outline echoed in dots, or repeated like a printed cloth."""

from typing import Literal

import numpy as np

from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import fill_inside, measure_distance, resample, trace_outlines
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.batik.cloth import dye, fill, fill_dots, mix_dyes


def paint_emblem(scene: Scene) -> Sheet:
    """The motif left light, as large as the cloth, its outline echoed by lines and rows of dots to the edges."""
    x, y = scene.grid
    motif = scene.place_motif(0.5, 0.5, 0.82, 0.82, turn=float(scene.rng.uniform(-4, 4)))
    body = fill_inside(motif)
    distance = measure_distance(body)
    outside: Field = -distance
    light, middle = motif.copy(), np.zeros_like(x)
    # Inside, small dots of the middle color where the motif is wide.
    deep_inside = smoothstep(measure_distance(motif), 0.020, 0.024)
    seeds = fill_dots(x, y, 0.034, 0.0062) * deep_inside
    light, middle = light * (1 - seeds), np.maximum(middle, seeds)
    near = smoothstep(outside, 0.004, 0.008)
    band = near * smoothstep(outside, 0.030, 0.026)
    middle = np.maximum(middle, band * (1 - motif))
    rows = Drawing(scene.size)
    gap = 0.073 - 0.013 * scene.energy
    for index in range(14):
        level = 0.048 + gap * index
        dot = 0.0085 if index % 2 == 0 else 0.0055
        if not (outside > level).any():
            break
        for outline in trace_outlines(smoothstep(outside, level + 0.004, level - 0.004)):
            length = float(np.hypot(*np.diff(outline, axis=0).T).sum())
            for left, top in resample(outline, max(3, round(length / (dot * 3.4)))):
                # An outline that leaves the cloth runs back along its edge: no dots there.
                if 0.006 < left < 0.994 and 0.006 < top < 0.994:
                    rows.disc(left, top, dot)
    beads = rows.to_mask()
    lines = np.zeros_like(x)
    for index in range(14):
        level = 0.048 + gap * (index + 0.5)
        lines = np.maximum(lines, fill(np.abs(outside - level) - 0.0042, x))
        middle = np.maximum(middle, fill(np.abs(outside - level) - 0.011, x) * (index % 2))
    ground = (1 - body) * (outside > 0.02)
    light = np.maximum(light, np.maximum(beads, lines) * ground)
    return dye(scene, mix_dyes(scene), light, np.asarray(middle, np.float32))


def paint_repeat(scene: Scene) -> Sheet:
    """The motif in offset rows, light in rings of the middle color, dots between: a cloth by the yard."""
    x, y = scene.grid
    rng = scene.rng
    wide = 0.40 - 0.08 * scene.energy
    light, rings, touched = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    first = rng.uniform(-0.1, 0.1)
    faces: tuple[Literal["left"], Literal["right"]] = ("left", "right")
    number = 0
    for row in range(-1, int(1 / wide) + 2):
        center_y = 0.5 + (row - 1) * wide
        if not -wide * 0.45 < center_y < 1 + wide * 0.45:
            continue
        for column in range(-2, int(1 / wide) + 3):
            center_x = 0.5 + first + (column - 1 + 0.5 * (row % 2)) * wide
            if not -wide * 0.45 < center_x < 1 + wide * 0.45:
                continue
            mask = scene.place_motif(center_x, center_y, wide * 0.66, wide * 0.66, face=faces[row % 2])
            light = np.maximum(light, mask)
            near = np.hypot(x - center_x, y - center_y) / (wide / 2)
            medallion = fill((near - 0.88) * wide / 2, x)
            rings = np.maximum(rings, medallion)
            light = np.maximum(light, fill((np.abs(near - 0.88) - 0.035) * wide / 2, x))
            if number % 2:
                touched = np.maximum(touched, mask)
            number += 1
    between = 1 - rings
    light = np.maximum(light, fill_dots(x, y, 0.030, 0.0062) * between * (1 - blur(rings, 0.004)))
    halo: Mask = np.asarray(rings, np.float32)
    return dye(scene, mix_dyes(scene), light, halo, touched)
