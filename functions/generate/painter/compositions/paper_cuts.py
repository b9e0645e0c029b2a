"""Compositions that look like paper, cut and pasted."""

import numpy as np

from coverart.images.color import Colors
from generate.painter.canvas import Canvas, Mask
from generate.painter.color_scheme import ColorScheme
from generate.painter.compositions.parts import prepare_motif, print_motif
from generate.painter.compositions.subjects import Subjects


def paint_collage(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint cut paper: free forms, fronds, and the motif on the largest form."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    inks = [scheme.fields[1], scheme.fields[2], scheme.fields[0], scheme.accent]
    corners = [(0.08, 0.12), (0.92, 0.14), (0.92, 0.88), (0.08, 0.86)]
    first = int(rng.integers(0, 4))
    for i, ink in enumerate(inks[:3]):
        x, y = corners[(first + i) % 4]
        _print_paper(canvas, canvas.blob(x, y, rng.uniform(0.28, 0.40), 0.3), scheme, ink)
    for i in range(4):
        x, y = corners[(first + i) % 4]
        heading = np.arctan2(0.5 - y, 0.5 - x) + rng.uniform(-0.6, 0.6) + 0.9
        _print_paper(canvas, _make_frond(canvas, x, y, rng.uniform(0.34, 0.44), heading), scheme, inks[(i + 2) % 4])
    _print_paper(canvas, canvas.blob(0.5, 0.5, 0.37, 0.2), scheme, scheme.ground)
    _print_paper(canvas, canvas.blob(0.5, 0.5, 0.315, 0.22), scheme, scheme.accent)
    tilt = float(rng.uniform(-0.16, 0.16))
    for i, name in enumerate(subjects.secondary):
        corner_x, corner_y = corners[(first + 1 + 2 * i) % 4]
        x, y = 0.5 + (corner_x - 0.5) * 0.86, 0.5 + (corner_y - 0.5) * 0.86
        _print_paper(canvas, canvas.blob(x, y, 0.125, 0.15), scheme, scheme.fields[0])
        canvas.print_ink(canvas.pictogram(name, x, y, 0.15, 0.15, angle=-tilt), scheme.foreground)
    motif = prepare_motif(canvas, scheme.ground, (subjects.motif, 0.5, 0.5, 0.54, 0.48), angle=tilt)
    print_motif(canvas, scheme, motif, 0.3, 0.75)


def paint_strips(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif cut into strips, each a little displaced on paper of another ink."""
    rng = canvas.rng
    count = int(rng.integers(4, 7))
    box = (subjects.motif, 0.5, 0.5, 0.84, 0.8)
    flip = bool(rng.random() < 0.5)
    motif = canvas.pictogram(*box, flip=flip)
    tilt = np.float32(rng.uniform(-0.16, 0.16))
    is_vertical = bool(rng.random() < 0.4)
    position = canvas.x - tilt * (canvas.y - 0.5) if is_vertical else canvas.y - tilt * (canvas.x - 0.5)
    inks = [scheme.ground, scheme.accent, scheme.fields[1], scheme.fields[2]]
    first = int(rng.integers(0, len(inks)))
    step = round(canvas.size * (0.02 + 0.035 * subjects.energy))
    canvas.fill(scheme.ground)
    for strip in range(-1, count + 1):
        low, high = np.float32(strip / count), np.float32((strip + 1) / count)
        paper = canvas.inside(np.maximum(low - position, position - high))
        ink = inks[(first + strip) % len(inks)]
        canvas.print_ink(paper, ink)
        tone = np.clip((position - low) * count * 0.45, 0, 0.45)
        canvas.print_ink(paper * canvas.halftone(tone, 1 / 60, 0.6), inks[(first + strip + 1) % len(inks)])
        offset = step if strip % 2 else -step
        moved_motif = canvas.shift(motif, 0, offset) if is_vertical else canvas.shift(motif, offset, 0)
        shadow_offset = max(1, round(0.007 * canvas.size))
        canvas.print_ink(paper * canvas.shift(moved_motif, shadow_offset, shadow_offset), scheme.shadow)
        canvas.print_ink(paper * moved_motif, scheme.foreground)
        edge = canvas.inside(np.abs(position - high) - np.float32(0.004))
        canvas.print_ink(edge, scheme.foreground if strip % 2 else scheme.ground)


def _print_paper(canvas: Canvas, paper: Mask, scheme: ColorScheme, ink: Colors) -> None:
    """Print a piece of paper with the shadow of its edge."""
    offset = max(1, round(0.006 * canvas.size))
    shadow_ink = scheme.ground * 0.5 if scheme.is_dark else scheme.foreground
    canvas.print_ink(canvas.shift(paper, offset, offset), shadow_ink, 0.35)
    canvas.print_ink(paper, ink)


def _make_frond(canvas: Canvas, x: float, y: float, length: float, heading: float) -> Mask:
    """Return a seaweed like those of Matisse's cut-outs: a stem with rounded lobes on both sides."""
    dx, dy = float(np.cos(heading)), float(np.sin(heading))
    frond = canvas.stroke(x, y, x + dx * length, y + dy * length, 0.022)
    for i in range(4):
        along = length * (0.22 + 0.22 * i)
        lobe_length = length * (0.30 - 0.045 * i)
        for side in (-0.8, 0.8):
            base_x, base_y = x + dx * along, y + dy * along
            lobe_heading = heading + side
            tip_x, tip_y = base_x + np.cos(lobe_heading) * lobe_length, base_y + np.sin(lobe_heading) * lobe_length
            lobe = canvas.stroke(base_x, base_y, tip_x, tip_y, 0.030 - 0.003 * i)
            frond = np.maximum(frond, lobe)
    return frond
