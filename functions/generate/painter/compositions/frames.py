"""Compositions that show a landscape through a frame."""

import numpy as np

from generate.painter.canvas import Canvas
from generate.painter.color_scheme import ColorScheme
from generate.painter.compositions.parts import prepare_motif, print_motif, print_sea, print_stars
from generate.painter.compositions.subjects import Subjects


def paint_window(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint an arched window with the motif on its sill, in front of a moon and hills."""
    rng = canvas.rng
    canvas.fill(scheme.fields[0] if scheme.is_dark else scheme.ground)
    moon_x, moon_y = 0.5 + rng.uniform(-0.07, 0.07), rng.uniform(0.42, 0.46)
    halo_inks = scheme.fields[1:] if scheme.is_dark else scheme.fields[:2]
    for radius, ink in zip((0.36, 0.29), halo_inks, strict=True):
        canvas.print_ink(canvas.disc(moon_x, moon_y, radius), ink)
    print_stars(canvas, scheme.shadow, 70, above=0.6)
    moon = canvas.disc(moon_x, moon_y, 0.23)
    canvas.print_ink(moon, scheme.accent)
    canvas.print_ink(moon * canvas.halftone((canvas.x - moon_x) * 1.3 + 0.1), scheme.fields[2])
    if "sea" in subjects.places:
        print_sea(canvas, scheme, moon_x, 0.66)
    else:
        for level, ink in ((0.64, scheme.fields[1]), (0.72, scheme.fields[2])):
            canvas.print_ink(canvas.below(canvas.ridge(level, 0.05, float("peaks" in subjects.places))), ink)
    half_width, spring_y, sill_y = 0.38, 0.46, 0.84
    arch = np.where(
        canvas.y < spring_y,
        canvas.distance(0.5, spring_y) - np.float32(half_width),
        np.maximum(np.abs(canvas.x - np.float32(0.5)) - np.float32(half_width), canvas.y - np.float32(sill_y)),
    )
    wall = 1 - canvas.inside(arch)
    side = float(rng.choice((-1, 1)))
    if subjects.secondary:
        box = (subjects.motif, 0.5 + side * 0.08, sill_y - 0.245, 0.44, 0.5)
        motif = prepare_motif(canvas, scheme.ground, box, flip=side > 0, stands=True)
        small = canvas.pictogram(subjects.secondary[0], 0.5 - side * 0.26, sill_y - 0.09, 0.17, 0.19, stands=True)
        motif = np.maximum(motif, small)
    else:
        box = (subjects.motif, moon_x, sill_y - 0.245, 0.56, 0.5)
        motif = prepare_motif(canvas, scheme.ground, box, flip=side > 0, stands=True)
    if scheme.is_dark:
        # A light wall would draw more attention than the motif.
        canvas.print_ink(wall, scheme.ground)
        canvas.print_ink(wall * canvas.halftone((canvas.y - 0.5) * 0.9, angle=0.3), scheme.fields[0])
        print_motif(canvas, scheme, motif, 0.4, 0.95)
    else:
        print_motif(canvas, scheme, np.maximum(wall, motif), 0.55, 0.95)
    molding = canvas.inside(np.abs(arch - np.float32(0.04)) - np.float32(0.009))
    canvas.print_ink(molding * (canvas.y < np.float32(sill_y)), scheme.accent)
    canvas.print_ink(canvas.box(0.05, sill_y + 0.03, 0.95, sill_y + 0.065), scheme.accent)


def paint_silhouette(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint a landscape that shows through the cut-out motif."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    sun_x, sun_y = 0.5 + rng.uniform(-0.2, 0.2), rng.uniform(0.3, 0.44)
    for radius, ink in ((0.42, scheme.fields[0]), (0.3, scheme.fields[1]), (0.19, scheme.accent)):
        canvas.print_ink(canvas.disc(sun_x, sun_y, radius), ink)
    canvas.print_ink(
        canvas.disc(sun_x, sun_y, 0.19) * canvas.halftone((canvas.y - sun_y + 0.19) * 1.3), scheme.fields[1]
    )
    if "sea" in subjects.places:
        print_sea(canvas, scheme, sun_x, 0.56)
    else:
        roughness = float("peaks" in subjects.places or subjects.energy > 0.6)
        for level, ink in ((0.52, scheme.fields[1]), (0.63, scheme.fields[2]), (0.76, scheme.accent)):
            hills = canvas.below(canvas.ridge(level + rng.uniform(-0.02, 0.02), 0.08, roughness))
            canvas.print_ink(hills, ink)
            canvas.print_ink(hills * canvas.halftone((canvas.y - level) * 1.8, angle=1.1), scheme.ground, 0.6)
    if "forest" in subjects.places:
        for x in (0.2, 0.34, 0.62, 0.78):
            canvas.print_ink(canvas.pictogram("pine", x, 0.74, 0.2, 0.22, stands=True), scheme.foreground)
    box, flip = (subjects.motif, 0.5, 0.5, 0.86, 0.84), bool(rng.random() < 0.5)
    motif = canvas.pictogram(*box, flip=flip)
    offset = round(0.012 * canvas.size)
    sheet = 1 - motif
    canvas.print_ink(sheet * (1 - canvas.shift(motif, offset, offset)), scheme.foreground)
    canvas.print_ink(sheet * canvas.shift(motif, offset, offset), scheme.shadow)
    distance = canvas.distance_field(np.maximum(motif, canvas.pictogram(*box, flip=flip, part="shape")))
    for outline_distance, width in ((0.05, 0.004), (0.1, 0.003), (0.16, 0.002), (0.23, 0.0015)):
        canvas.print_ink(
            canvas.inside(np.abs(distance - np.float32(outline_distance)) - np.float32(width)), scheme.accent
        )
    for i, name in enumerate(subjects.secondary[:2]):
        x = (0.13, 0.87)[(i + int(motif[: canvas.size // 4, : canvas.size // 4].mean() > 0.1)) % 2]
        small = canvas.pictogram(name, x, (0.13, 0.87)[i], 0.15, 0.15)
        if float((small * motif).sum()) < 0.02 * float(small.sum()):
            canvas.print_ink(small, scheme.accent)
