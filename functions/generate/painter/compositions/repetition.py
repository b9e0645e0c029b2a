"""Compositions that repeat the motif or its outline."""

import numpy as np

from generate.painter.canvas import Canvas
from generate.painter.color_scheme import ColorScheme
from generate.painter.compositions.parts import prepare_motif, print_motif
from generate.painter.compositions.subjects import Subjects


def paint_echoes(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif in motion: several prints, each a step aside in another ink."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    heading = rng.choice((-0.6, 0.6, np.pi - 0.6, np.pi + 0.6)) + rng.uniform(-0.2, 0.2)
    dx, dy = float(np.cos(heading)), float(np.sin(heading))
    slant = (canvas.x - np.float32(0.5)) * np.float32(-dy) + (canvas.y - np.float32(0.5)) * np.float32(dx)
    for width, ink in ((0.42, scheme.fields[0]), (0.27, scheme.fields[1])):
        canvas.print_ink(canvas.inside(np.abs(slant) - np.float32(width)), ink)
    along = (canvas.x - np.float32(0.5)) * np.float32(dx) + (canvas.y - np.float32(0.5)) * np.float32(dy)
    band = canvas.inside(np.abs(slant) - np.float32(0.27))
    canvas.print_ink(band * canvas.halftone(along * 0.8 + 0.2, 1 / 45), scheme.ground)
    flip, tilt = bool(dx < 0), float(np.sin(heading) * 0.12)
    inks = (scheme.fields[0], scheme.fields[2], scheme.ground, scheme.accent)
    step = 0.085
    for i, ink in enumerate(inks):
        lag = (len(inks) - i) * step
        trail = canvas.pictogram(
            subjects.motif, 0.54 - dx * (lag - 0.12), 0.5 - dy * (lag - 0.12), 0.66, 0.6, angle=tilt, flip=flip
        )
        canvas.print_ink(trail, ink)
    box = (subjects.motif, 0.5 + dx * 0.12, 0.5 + dy * 0.12, 0.66, 0.6)
    print_motif(canvas, scheme, prepare_motif(canvas, scheme.ground, box, angle=tilt, flip=flip), 0.25, 0.8)


def paint_contours(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif in ever wider bands that follow its outline, like rings in water."""
    rng = canvas.rng
    cx, cy = 0.5 + rng.uniform(-0.07, 0.07), 0.5 + rng.uniform(-0.05, 0.07)
    box = (subjects.motif, cx, cy, 0.56, 0.5)
    flip = bool(rng.random() < 0.5)
    distance = canvas.distance_field(canvas.pictogram(*box, flip=flip, part="shape"))
    bearing = canvas.bearing(cx, cy)
    lobes, turn = int(rng.integers(3, 7)), np.float32(rng.uniform(0, 6.28))
    swing = np.float32(0.05 + 0.25 * subjects.energy) * np.sin(lobes * bearing + turn)
    distance = distance * (1 + swing * np.minimum(distance * 3, 1))
    inks = [scheme.accent, scheme.fields[1], scheme.ground, scheme.fields[2], scheme.fields[0]]
    edges = np.cumsum([0.045, 0.05, 0.055, 0.065, 0.07, 0.075, 0.08, 0.09, 0.1])
    canvas.fill(inks[len(edges) % len(inks)])
    for band in range(len(edges) - 1, -1, -1):
        area = canvas.inside(distance - np.float32(edges[band]))
        canvas.print_ink(area, inks[band % len(inks)])
        if band % 3 == 1:
            depth = (distance - np.float32(edges[band - 1])) / np.float32(edges[band] - edges[band - 1])
            canvas.print_ink(area * canvas.halftone(np.clip(depth, 0, 1) * 0.5), inks[(band + 1) % len(inks)])
    print_motif(canvas, scheme, prepare_motif(canvas, scheme.fields[0], box, flip=flip), cy - 0.2, cy + 0.3)


def paint_quarters(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint four panels, each in other inks; the secondary subjects take two of them from the motif."""
    rng = canvas.rng
    inks = [scheme.ground, scheme.accent, *scheme.fields[1:]]
    order = [inks[i] for i in rng.permutation(len(inks))]
    use_diagonal = bool(rng.integers(0, 2))
    canvas.fill(scheme.ground)
    for panel in range(4):
        x, y = 0.5 * (panel % 2), 0.5 * (panel // 2)
        square = canvas.box(x - 0.01, y - 0.01, x + 0.51, y + 0.51) * canvas.box(
            -1 if x == 0 else 0.5, -1 if y == 0 else 0.5, 2 if x else 0.5, 2 if y else 0.5
        )
        first, second = order[panel], order[(panel + 2) % 4]
        is_diagonal = panel in {0, 3}
        if is_diagonal:
            canvas.print_ink(square, first)
            disc = canvas.disc(x + 0.25, y + 0.25, 0.2)
            canvas.print_ink(square * disc, second)
            tone = np.clip((canvas.y - np.float32(y)) * 1.2, 0, 0.6)
            canvas.print_ink(square * canvas.halftone(tone, 1 / 50, 0.8) * (1 - disc), second)
        else:
            canvas.print_ink(square, scheme.foreground)
        name = subjects.motif
        if subjects.secondary and is_diagonal == use_diagonal:
            name = subjects.secondary[panel % len(subjects.secondary)]
        motif = canvas.pictogram(name, x + 0.25, y + 0.25, 0.4, 0.36, flip=bool(panel % 2))
        if is_diagonal:
            print_motif(canvas, scheme, motif, y, y + 0.5)
        else:
            offset = round(0.008 * canvas.size)
            canvas.print_ink(canvas.shift(motif, offset, offset), scheme.shadow)
            canvas.print_ink(motif, second if second is not scheme.fields[2] else scheme.accent)
