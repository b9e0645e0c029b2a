"""Compositions of geometric shapes."""

import numpy as np

from coverart.images.color import Colors
from generate.painter.canvas import Canvas
from generate.painter.color_scheme import ColorScheme
from generate.painter.compositions.parts import prepare_motif, print_motif, print_stars
from generate.painter.compositions.subjects import Subjects


def paint_rings(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif in the middle of rings and rays."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    cy = 0.5
    if subjects.energy > 0.4:
        canvas.print_ink(canvas.rays(0.5, cy, int(rng.integers(12, 21)), rng.uniform(0, 6)), scheme.fields[0])
    petals, depth = int(rng.integers(10, 19)), rng.choice((0.0, 0.02, 0.035))
    wave = np.cos(petals * canvas.bearing(0.5, cy)) * np.float32(depth)
    distance = canvas.distance(0.5, cy)
    for radius, ink in (
        (0.46, scheme.fields[2]),
        (0.425, scheme.fields[0]),
        (0.40, scheme.fields[1]),
        (0.36, scheme.ground),
    ):
        canvas.print_ink(canvas.inside(distance - np.float32(radius) - wave), ink)
    glow = canvas.disc(0.5, cy, 0.325)
    canvas.print_ink(glow, scheme.accent)
    canvas.print_ink(glow * canvas.halftone(distance * 2.2 - 0.25), scheme.fields[1])
    bead_count = int(rng.integers(14, 25))
    beads = np.zeros_like(glow)
    for bead in range(bead_count):
        angle = 2 * np.pi * bead / bead_count
        x, y = 0.5 + 0.5 * np.cos(angle) * 1.08, cy + 0.5 * np.sin(angle) * 1.08
        beads = np.maximum(beads, canvas.disc(x, y, 0.018))
    canvas.print_ink(beads, scheme.foreground)
    print_motif(canvas, scheme, prepare_motif(canvas, scheme.ground, (subjects.motif, 0.5, cy, 0.52, 0.48)), 0.3, 0.75)


def paint_bands(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint broad stripes that come in from an edge and turn around the motif."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    cx, cy = 0.5 + rng.uniform(-0.06, 0.06), 0.47 + rng.uniform(-0.03, 0.05)
    heading = rng.choice((0.25, 0.75, 1.25, 1.75)) * np.pi + rng.uniform(-0.25, 0.25)
    dx, dy = np.float32(np.cos(heading)), np.float32(np.sin(heading))
    u, v = canvas.x - np.float32(cx), canvas.y - np.float32(cy)
    along = u * dx + v * dy
    distance = np.where(along < 0, np.hypot(u, v), np.abs(u * dy - v * dx))
    inks = (scheme.fields[2], scheme.accent, scheme.fields[1], scheme.fields[0])
    width = 0.075
    for stripe, ink in enumerate(inks):
        outer = 0.30 + width * (len(inks) - stripe)
        canvas.print_ink(canvas.inside(distance - np.float32(outer)), ink)
    core = canvas.inside(distance - np.float32(0.30))
    canvas.print_ink(core, scheme.ground)
    canvas.print_ink(core * canvas.halftone(np.clip(along * 0.9 + 0.1, 0, 0.5), angle=heading), scheme.fields[1])
    print_motif(canvas, scheme, prepare_motif(canvas, scheme.accent, (subjects.motif, cx, cy, 0.54, 0.52)), 0.25, 0.75)
    for name, turn in zip(subjects.secondary, (0.9, -0.9), strict=False):
        x, y = cx - 0.62 * np.cos(heading + turn), cy - 0.62 * np.sin(heading + turn)
        if 0.1 < x < 0.9 and 0.1 < y < 0.9:
            canvas.print_ink(canvas.pictogram(name, x, y, 0.16, 0.16), scheme.foreground)


def paint_orbit(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif on a planet; the secondary subjects are its moons."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    print_stars(canvas, scheme.shadow, 110)
    cx, cy, radius = 0.5, 0.5, 0.31
    light_angle = rng.uniform(0, 2 * np.pi)
    tilt = rng.uniform(-0.5, 0.5)
    cos, sin = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
    u, v = (canvas.x - cx) * cos + (canvas.y - cy) * sin, (canvas.y - cy) * cos - (canvas.x - cx) * sin
    for halo_radius, ink in ((0.46, scheme.fields[0]), (0.39, scheme.fields[1])):
        canvas.print_ink(canvas.disc(cx, cy, halo_radius), ink)
    orbits = [(0.44, 0.13, 0.016), (0.56, 0.2, 0.009)]
    tracks = [
        canvas.inside(np.abs(np.hypot(u / a, v / b) - 1) * np.float32(b * 1.3) - np.float32(width))
        for a, b, width in orbits
    ]
    for track in tracks:
        canvas.print_ink(track * (v < 0), scheme.shadow)
    planet = canvas.disc(cx, cy, radius)
    canvas.print_ink(planet, scheme.accent)
    slope = (canvas.x - cx) * np.float32(np.cos(light_angle)) + (canvas.y - cy) * np.float32(np.sin(light_angle))
    canvas.print_ink(planet * canvas.halftone(slope * 1.5 + 0.15), scheme.fields[2])
    motif = prepare_motif(canvas, scheme.ground, (subjects.motif, cx, cy - 0.02, 0.46, 0.42))
    print_motif(canvas, scheme, motif, 0.3, 0.7)
    for track in tracks:
        canvas.print_ink(track * (v >= 0) * (1 - motif), scheme.shadow)
    for (a, b, _), name in zip(orbits, (*subjects.secondary, "", ""), strict=False):
        phase = rng.choice((-0.35, 3.5)) + rng.uniform(-0.2, 0.2)
        x = cx + a * np.cos(phase) * cos - b * np.sin(phase) * sin
        y = cy + a * np.cos(phase) * sin + b * np.sin(phase) * cos
        canvas.print_ink(canvas.disc(x, y, 0.1 if name else 0.045), scheme.foreground)
        if name:
            canvas.print_ink(canvas.pictogram(name, x, y, 0.13, 0.13), scheme.accent)


def paint_tiles(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint a board of geometric tiles, with the motif on the largest."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    inks = [scheme.ground, *scheme.fields, scheme.accent]
    side = 0.25
    left, top = (int(index) for index in rng.integers(0, 2, 2))
    for row in range(4):
        for column in range(4):
            if left <= column < left + 3 and top <= row < top + 3:
                continue
            tile_inks = [inks[i] for i in rng.permutation(len(inks))]
            _print_tile(canvas, column * side, row * side, side, tile_inks, scheme.foreground)
    x, y, large_side = left * side, top * side, 3 * side
    block = canvas.box(x, y, x + large_side, y + large_side)
    canvas.print_ink(block, scheme.fields[0])
    cx, cy = x + large_side / 2, y + large_side / 2
    disc = canvas.disc(cx, cy, large_side * 0.44)
    canvas.print_ink(disc, scheme.accent)
    canvas.print_ink(disc * canvas.halftone((canvas.y - y) / large_side * 0.6 - 0.1), scheme.fields[1])
    box = (subjects.motif, cx, cy, large_side * 0.78, large_side * 0.7)
    print_motif(canvas, scheme, prepare_motif(canvas, scheme.ground, box), y, y + large_side)


def _print_tile(canvas: Canvas, x: float, y: float, side: float, inks: list[Colors], foreground: Colors) -> None:
    """Print one of six patterns at random."""
    square = canvas.box(x, y, x + side, y + side)
    canvas.print_ink(square, inks[0])
    kind = int(canvas.rng.integers(0, 6))
    cx, cy = (float(corner) for corner in (x + canvas.rng.choice((0, side)), y + canvas.rng.choice((0, side))))
    if kind == 0:
        canvas.print_ink(square * canvas.disc(cx, cy, side), inks[1])
        canvas.print_ink(square * canvas.disc(cx, cy, side * 0.55), inks[2])
    elif kind == 1:
        canvas.print_ink(canvas.disc(x + side / 2, y + side / 2, side * 0.38), inks[1])
        canvas.print_ink(canvas.disc(x + side / 2, y + side / 2, side * 0.16), foreground)
    elif kind == 2:
        diagonal = (canvas.x - np.float32(x)) - (canvas.y - np.float32(y))
        canvas.print_ink(square * canvas.inside(diagonal * np.float32(canvas.rng.choice((-0.7, 0.7)))), inks[1])
    elif kind == 3:
        stripe = np.abs(((canvas.y - np.float32(y)) / np.float32(side) * 4) % 1 - np.float32(0.5)) - np.float32(0.25)
        canvas.print_ink(square * canvas.inside(stripe * np.float32(side / 4)), inks[1])
    elif kind == 4:
        canvas.print_ink(square * canvas.disc(x, y + side / 2, side / 2), inks[1])
        canvas.print_ink(square * canvas.disc(x + side, y + side / 2, side / 2), inks[2])
    else:
        canvas.print_ink(square * canvas.halftone(np.full((1, 1), 0.35, np.float32), side / 5, 0), inks[2])
