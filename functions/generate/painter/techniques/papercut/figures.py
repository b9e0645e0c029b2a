"""Paper cuts of a motif: in a cave of light, as a hollow, as a cut-out."""

import numpy as np

from coverart.images.color import to_oklab
from generate.painter.kit.character import is_somber
from generate.painter.kit.color import get_lightness, mix, ramp, tint, tone
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover, fill_inside, measure_distance
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.papercut.landscapes import paint_sky
from generate.painter.techniques.papercut.layers import PaperStack, choose_papers, choose_shadow, draw_fir


def paint_cave(scene: Scene) -> Sheet:
    """The motif, black before a glowing landscape, seen through openings in sheets that darken toward the frame."""
    x, y = scene.grid
    rng = scene.rng
    side = float(rng.choice((-1, 1)))
    sun_x = 0.5 + side * rng.uniform(0.05, 0.16)
    sky = paint_sky(scene, sun_x, 0.36, rng.uniform(0.13, 0.19), dark=0.32)
    papers = choose_papers(scene, 9, 0.86, 0.20)
    stack = PaperStack(scene, sky)
    flat = x[0]
    for index in range(3):
        crest = 0.60 + 0.07 * index + 0.03 * np.sin(flat * rng.uniform(5, 9) + rng.uniform(0, 6))
        drawing = Drawing(scene.size)
        if index:
            for tree_x in rng.uniform(0.05, 0.95, 8).tolist():
                foot = float(crest[int(tree_x * scene.size)])
                draw_fir(drawing, tree_x, foot + 0.02, rng.uniform(0.08, 0.12) + 0.03 * index)
        mask = np.maximum(cover(np.asarray(crest, np.float32)[None] - y), drawing.to_mask())
        stack.lay(mask, papers[1 + index], 0.007, 0.25)
    ground = cover(0.79 + 0.012 * np.sin(5 * x + rng.uniform(0, 6)) - y)
    stands = scene.motif is not None and scene.motif.stands
    motif = scene.place_motif(0.5 - side * 0.03, 0.52 if stands else 0.5, 0.68, 0.56, stands=stands)
    stack.lay(np.maximum(motif, ground) if stands else motif, choose_shadow(scene), 0.010, 0.40)
    angle = np.arctan2(y - 0.5, x - 0.5)
    for index in range(4):
        wave = np.zeros_like(x)
        for lobe in range(2, 9):
            size = (0.03 + 0.07 * scene.energy) / lobe**0.8
            wave += np.float32(rng.uniform(-1, 1) * size) * np.cos(lobe * angle + rng.uniform(0, 6.3))
        radius = (0.405 + 0.075 * index) * (1 + wave)
        mask = cover(radius - np.hypot(x - 0.5, y - 0.5))
        shading: Field = np.asarray(1.05 - 0.18 * y, np.float32)
        stack.lay(mask, papers[4 + index], 0.018, 0.55, shading)
    return stack.sheet


def paint_hollow(scene: Scene) -> Sheet:
    """The motif as an opening, cropped and glowing at the bottom of a well of sheets that follow its outline."""
    x, y = scene.grid
    motif = scene.place_motif(0.5, 0.5, 0.86, 0.82)
    body = fill_inside(motif)
    inside = measure_distance(body)
    # Steps grow rounder and wider the farther they are from the motif.
    soft = np.minimum(inside, 0) * 0.35 + blur(np.minimum(inside, 0), 0.02) * 0.65
    step = 0.030 + 0.022 * (1 - scene.energy)
    somber = is_somber(scene.mood)
    papers = choose_papers(scene, 8, 0.80, 0.20)
    light = np.exp(-((np.hypot(x - 0.42, y - 0.36) / 0.55) ** 2)).astype(np.float32)
    bright = ramp(light, [tint(scene.inks.by_prominence[0], 0.86, 0.08), scene.inks.paper])
    dark = np.broadcast_to(choose_shadow(scene), bright.shape).astype(np.float32).copy()
    stack = PaperStack(scene, dark if somber else bright)
    first = papers[::-1] if somber else papers
    for index in range(7):
        distance = -inside if index == 0 else -soft - np.float32(step * index * (1 + 0.10 * index))
        color = first[index] if index % 3 != 2 else scene.inks.get_accent(index // 3)
        if index == 0:
            color = tone(first[0], 0.62 if somber else 0.50)
        stack.lay(cover(-distance), color, 0.014, 0.55)
    return _cut_lines(scene, stack, motif, body, first[0])


def _cut_lines(scene: Scene, stack: PaperStack, motif: Mask, body: Mask, color: Color) -> Sheet:
    """Leave the motif's inner lines standing as thin bridges of paper."""
    bridges = np.clip(body - motif, 0, 1) * smoothstep(measure_distance(body), 0.0, 0.006)
    # Neither specks nor pinholes.
    bridges = smoothstep(blur(bridges, 0.003), 0.32, 0.48)
    dark = is_somber(scene.mood)
    stack.lay(bridges, tone(color, 0.62 if dark else 0.50), 0.006, 0.45)
    return stack.sheet


def paint_cutouts(scene: Scene) -> Sheet:
    """The motif cut freehand from dark paper, on fields of painted paper with leaf forms like seaweed."""
    x, y = scene.grid
    rng = scene.rng
    split, level = rng.uniform(0.38, 0.62), rng.uniform(0.3, 0.7)
    prominent = scene.inks.by_prominence
    fields = [
        tone(scene.inks.get_accent(index), max(0.66, get_lightness(scene.inks.get_accent(index)))) for index in (0, 1)
    ]
    fields.append(mix(scene.inks.paper, fields[0], 0.08))
    fields.append(tint(prominent[2 % len(prominent)], 0.80, 0.09))
    order = rng.permutation(4)
    stack = PaperStack(scene, np.broadcast_to(fields[order[0]], (scene.size, scene.size, 3)).astype(np.float32).copy())
    slant = 0.02 * (y - 0.5)
    strokes = 1 + 0.06 * (scene.make_noise(28, 3, 0.5, 6.0) - np.float32(0.5))
    fields_of_paper = (
        cover(split - x + slant),
        cover(np.maximum(split - x + slant, level - y + 0.02 * (x - 0.5))),
        cover(np.maximum(x - split - slant, 1.1 * level - y)),
    )
    for index, mask in enumerate(fields_of_paper):
        stack.lay(mask, fields[order[index + 1]], 0.002, 0.25, strokes)
    motif = scene.place_motif(rng.uniform(0.47, 0.53), 0.51, 0.74, 0.74, turn=float(rng.uniform(-7, 7) * scene.energy))
    near = measure_distance(fill_inside(motif))
    for index in range(3 + round(4 * scene.energy)):
        corner = _choose_corner(rng, index)
        leaf = _draw_leaf(scene, *corner)
        leaf = leaf * smoothstep(-near, 0.012, 0.016)
        row, column = (np.clip(corner, 0, 0.99) * scene.size).astype(int)[::-1]
        color = _choose_contrast(stack.sheet[row, column], [scene.inks.paper, *fields], index)
        stack.lay(leaf, color, 0.003, 0.25, strokes)
    cut = smoothstep(blur(motif, 0.0022), 0.40, 0.60)
    stack.lay(cut, choose_shadow(scene), 0.005, 0.35, strokes)
    return stack.sheet


def _choose_corner(rng: np.random.Generator, index: int) -> tuple[float, float]:
    corner = ((0.13, 0.16), (0.87, 0.84), (0.86, 0.16), (0.14, 0.85), (0.5, 0.07), (0.06, 0.5), (0.94, 0.5))[index % 7]
    return corner[0] + rng.uniform(-0.03, 0.03), corner[1] + rng.uniform(-0.03, 0.03)


def _choose_contrast(ground: Color, papers: list[Color], index: int) -> Color:
    """Return one of the two papers that differ most from the ground."""
    distances = [-float(np.abs(to_oklab(paper) - to_oklab(ground)).sum()) for paper in papers]
    return papers[int(np.argsort(distances)[index % 2])]


def _draw_leaf(scene: Scene, x: float, y: float) -> Mask:
    """Return a leaf form as Matisse cut them: lobes on both sides of a bent spine, rounded where they meet."""
    rng = scene.rng
    drawing = Drawing(scene.size, 1)
    direction, bend, length = rng.uniform(0, 6.28), rng.uniform(-1.2, 1.2), rng.uniform(0.26, 0.36)
    lobes = int(rng.integers(4, 7))
    spine = []
    for place in np.linspace(-0.5, 0.5, 12):
        turn = direction + bend * place
        spine.append((x + length * place * np.cos(turn), y + length * place * np.sin(turn)))
    drawing.line(spine, 0.020)
    for lobe in range(lobes):
        foot = spine[round((lobe + 0.7) / (lobes + 0.4) * 11)]
        turn = direction + bend * ((lobe + 0.7) / (lobes + 0.4) - 0.5)
        reach = length * 0.36 * np.sin(np.pi * (lobe + 0.9) / (lobes + 0.8)) + 0.02
        for hand in (-1, 1):
            tip = (foot[0] + reach * np.cos(turn + hand * 0.95), foot[1] + reach * np.sin(turn + hand * 0.95))
            drawing.line([foot, tip], 0.030)
            drawing.disc(tip[0], tip[1], 0.019)
    for end in (spine[0], spine[-1]):
        drawing.disc(end[0], end[1], 0.018)
    return smoothstep(blur(drawing.to_mask(), 0.010), 0.44, 0.52)
