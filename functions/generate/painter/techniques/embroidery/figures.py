"""Embroideries of a motif: in satin stitch, among flowers, as a sampler in cross stitch."""

import contourpy
import numpy as np
from PIL import Image

from generate.painter.kit.color import get_lightness
from generate.painter.kit.fields import blur, get_slope, resize
from generate.painter.kit.marks import scatter
from generate.painter.kit.shapes import fill_inside, measure_distance, resample, trace_outlines
from generate.painter.kit.types import Color, Field, Mask, Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.embroidery.needle import (
    THREAD,
    Needle,
    choose_cloth,
    choose_threads,
    shade_thread,
    weave_cloth,
)

_WORK_SIZE = 400  # pixels at which contours are traced


def _pick(field: Field, points: Points) -> Field:
    column, row = np.clip(points.T * len(field), 0, len(field) - 1).astype(int)
    return np.asarray(field[row, column], np.float32)


def fill_with_satin(scene: Scene, needle: Needle, motif: Mask, colors: list[Color], band: float = 0.034) -> None:
    """Fill the motif with satin stitches, in bands along its outline, the innermost first."""
    distance = resize(measure_distance(motif), _WORK_SIZE)
    smooth = blur(distance, 0.006)
    across, down = get_slope(smooth)
    length = np.hypot(across, down) + np.float32(1e-4)
    across, down = across / length, down / length
    generator = contourpy.contour_generator(z=distance)
    for index in range(int(distance.max() / band), -1, -1):
        color = colors[min(index, len(colors) - 1)]
        for line in generator.lines(max(0.0005, index * band)):
            points = (np.asarray(line) + 0.5) / _WORK_SIZE
            count = round(float(np.hypot(*np.diff(points, axis=0).T).sum()) / (THREAD * 0.95))
            if count < 2:
                continue
            starts = resample(points, count)
            inward = np.stack([_pick(across, starts), _pick(down, starts)], axis=1)
            # Stitches end where the form's middle is reached.
            reach = band * scene.rng.uniform(0.95, 1.35, count)
            for share in (1.0, 0.6):
                inside = _pick(distance, starts + inward * reach[:, None]) > index * band + 0.35 * reach
                reach = np.where(inside, reach, reach * (share * 0.65))
            needle.stitch(starts - inward * 0.001, starts + inward * reach[:, None], color)


def paint_satin(scene: Scene) -> Sheet:
    """The motif, large, in bands of satin stitch, with a chain stitch around it and seed stitches on the cloth."""
    rng = scene.rng
    cloth, dark = choose_cloth(scene)
    threads = choose_threads(scene, dark=dark)
    motif = scene.place_motif(0.5, 0.5, 0.82, 0.82)
    needle = Needle(scene)
    body = fill_inside(motif)
    outside = -measure_distance(body)
    seeds = scatter(rng, round(200 + 400 * scene.energy), 0.030)
    seeds = seeds[_pick(outside, seeds) > 0.055]
    turn = rng.uniform(0, np.pi, len(seeds))
    step = np.stack([np.cos(turn), np.sin(turn)], axis=1) * 0.0065
    needle.stitch(seeds - step, seeds + step, shade_thread(threads[2], 0.06 if dark else 0.0), THREAD * 0.8)
    for distance, color in ((0.040, threads[2]), (0.022, threads[1])):
        ring = blur(np.asarray(np.clip(0.5 - (outside - distance) * 120, 0, 1), np.float32), 0.003)
        for outline in trace_outlines(ring)[:3]:
            needle.chain(outline, color, 0.018)
    light = 0.10 if dark else 0.14
    bands = [threads[0], shade_thread(threads[0], light * 0.6), threads[3], threads[1], shade_thread(threads[1], light)]
    fill_with_satin(scene, needle, motif, bands, 0.040 - 0.012 * scene.energy)
    return needle.sew_on(weave_cloth(scene, cloth))


def paint_wreath(scene: Scene) -> Sheet:
    """The motif in one color amid a wreath of folk flowers and leaves that grow to the edges."""
    rng = scene.rng
    cloth, dark = choose_cloth(scene)
    threads = choose_threads(scene, dark=dark)
    motif = scene.place_motif(0.5, 0.5, 0.64, 0.60)
    needle = Needle(scene)
    outside = -measure_distance(fill_inside(motif))
    count = 8 + 2 * round(2 * scene.energy)
    start = rng.random() * 6.28
    for index in range(count * 3):
        angle = start + index * 2 * np.pi / (count * 3) + rng.normal(0, 0.04)
        foot = np.array([0.5 + 0.43 * np.cos(angle), 0.5 + 0.43 * np.sin(angle)])
        for lean in (-0.75, 0.75) if index % 3 else (0.0,):
            if float(_pick(outside, foot[None])[0]) > 0.05:
                shade = shade_thread(threads[1], -0.06 * (index % 2))
                needle.leaf(float(foot[0]), float(foot[1]), angle + lean, rng.uniform(0.09, 0.14), 0.045, shade)
    for index in range(count):
        angle = start + index * 2 * np.pi / count
        away = 0.455 + 0.035 * (index % 2)
        center = np.array([0.5 + away * np.cos(angle), 0.5 + away * np.sin(angle)])
        size = min(0.105 - 0.022 * (index % 2), float(_pick(outside, center[None])[0]) - 0.012)
        if size < 0.03:
            continue
        color = threads[(0, 2)[index % 2]]
        rings = [
            (size * 0.55, size, color),
            (size * 0.28, size * 0.6, shade_thread(color, 0.12)),
            (0.0, size * 0.32, threads[3]),
        ]
        needle.flower(float(center[0]), float(center[1]), rings, petals=6 + 2 * (index % 2))
        needle.knot(center + rng.normal(0, size * 0.10, (7, 2)), threads[3], 0.0055)
    berries = scatter(rng, 260, 0.045)
    away = np.hypot(*(berries - 0.5).T)
    berries = berries[(away > 0.56) & (_pick(outside, berries) > 0.06)]
    needle.knot(berries, np.stack([threads[0], threads[3]])[rng.integers(0, 2, len(berries))], 0.008)
    strong = shade_thread(threads[0], 0.05 if dark else -0.12)
    fill_with_satin(scene, needle, motif, [strong, strong, shade_thread(strong, 0.05)], 0.042)
    return needle.sew_on(weave_cloth(scene, cloth))


def paint_sampler(scene: Scene) -> Sheet:
    """The motif in cross stitch on counted linen, with borders of hearts, steps and small trees."""
    cells = 64
    x, y = scene.grid
    cloth, dark = choose_cloth(scene)
    threads = choose_threads(scene, dark=dark)
    motif = scene.place_motif(0.5, 0.5, 0.68, 0.58)
    stepped = np.asarray(Image.fromarray(motif).resize((cells, cells), Image.Resampling.BOX)) > 0.46
    design = np.full((cells, cells), -1)
    row, column = np.mgrid[:cells, :cells]
    figure = max(range(3), key=lambda index: abs(get_lightness(threads[index]) - get_lightness(cloth)))
    second, third = [index for index in range(3) if index != figure]
    for line in (1, 11, 52, 62):
        design[line, 1:63] = second
    hearts = ("011.110", "1111111", ".11111.", "..111..", "...1...")
    tree = ("...1...", "..111..", ".11111.", "1111111", "...1...")
    for top, shape, color in ((4, hearts, third), (55, tree, third)):
        for place in range(7):
            form = np.array([[letter == "1" for letter in text] for text in shape])
            block = design[top : top + 5, 3 + place * 9 - place // 4 : 3 + place * 9 - place // 4 + 7]
            block[form[:, : block.shape[1]]] = color if place % 2 == 0 else figure
    frame = (column == 1) | (column == 62)
    design = np.where(frame & (row > 1) & (row < 62), second, design)
    steps = ((column == 3 + row % 4) | (column == 60 - row % 4)) & (row > 12) & (row < 51)
    design = np.where(steps, third, design)
    design = np.where(stepped, figure, design)
    across, down = x * cells, y * cells
    index = design[down.astype(np.int32), across.astype(np.int32)]
    u, v = across % 1 - 0.5, down % 1 - 0.5
    arms = [np.abs(u - v), np.abs(u + v)]
    inside = np.maximum(np.abs(u), np.abs(v)) < 0.47
    over = (arms[1] < 0.26) & inside
    under = (arms[0] < 0.26) & inside & ~over
    stitched = index >= 0
    table = np.stack([*threads, cloth]).astype(np.float32)
    shades = (1 + 0.05 * scene.rng.normal(0, 1, (cells, cells))).astype(np.float32)
    tone_of_cell = shades[down.astype(np.int32), across.astype(np.int32)]
    round_arm = np.where(over, 1.08 - 1.1 * arms[1] ** 2 * 4, 0.86 - 0.9 * arms[0] ** 2 * 4).astype(np.float32)
    cover = ((over | under) & stitched).astype(np.float32)
    cover = blur(cover, 0.0009)
    sheet = weave_cloth(scene, cloth, cells * 2)
    sheet = sheet * (1 - np.float32(0.35) * blur(cover, 0.004))[..., None]
    yarn = table[index] * (np.clip(round_arm, 0.5, 1.15) * tone_of_cell)[..., None]
    # What lies between the arms of a cross is thread in shadow rather than bare cloth.
    between = (stitched & inside).astype(np.float32) * np.float32(0.55)
    sheet = sheet + (table[index] * np.float32(0.62) - sheet) * between[..., None]
    return np.asarray(sheet + (yarn - sheet) * cover[..., None], np.float32)
