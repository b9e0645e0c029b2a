"""Compositions that show an open landscape."""

import numpy as np
from PIL import Image

from generate.painter.canvas import Canvas, Mask
from generate.painter.color_scheme import ColorScheme
from generate.painter.compositions.parts import prepare_motif, print_motif, print_sea, print_stars
from generate.painter.compositions.subjects import Subjects


def paint_horizon(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif on a hill in front of a large sun."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    sun_x, sun_y, radius = 0.5 + rng.uniform(-0.12, 0.12), rng.uniform(0.40, 0.46), rng.uniform(0.30, 0.35)
    for halo, ink in ((0.30, scheme.fields[0]), (0.13, scheme.fields[1])):
        canvas.print_ink(canvas.disc(sun_x, sun_y, radius + halo), ink, 0.85)
    if "stars" in subjects.places or (scheme.is_dark and "sea" not in subjects.places):
        print_stars(canvas, scheme.shadow, 60, above=0.6)
    sun = canvas.disc(sun_x, sun_y, radius)
    if subjects.decade == 1980 or subjects.energy > 0.75:
        sun = sun * (1 - _make_slits(canvas, sun_y - radius * 0.1, sun_y + radius))
    canvas.print_ink(sun, scheme.accent)
    canvas.print_ink(sun * canvas.halftone((canvas.y - sun_y + radius) / (2 * radius) * 0.55), scheme.fields[2])
    if "sea" in subjects.places:
        print_sea(canvas, scheme, sun_x, 0.68)
        land = canvas.below(lambda x: np.float32(0.885) + np.float32(0.012) * np.sin(18 * x))
    else:
        roughness = 1.0 if "peaks" in subjects.places or subjects.energy > 0.6 else 0.0
        for level, ink in ((0.66, scheme.fields[1]), (0.75, scheme.fields[2])):
            hills = canvas.below(canvas.ridge(level + rng.uniform(-0.02, 0.02), 0.10, roughness))
            canvas.print_ink(hills, ink)
            canvas.print_ink(hills * canvas.halftone((canvas.y - level) * 1.6, angle=1.1), scheme.ground, 0.5)
        land = canvas.below(canvas.ridge(0.88, 0.03, 0))
        if "forest" in subjects.places:
            for x in (0.04, 0.13, 0.9, 0.99):
                height = rng.uniform(0.18, 0.3)
                land = np.maximum(land, canvas.pictogram("pine", x, 0.9 - height / 2, height, height, stands=True))
    flip = bool(rng.random() < 0.5)
    box = (subjects.motif, sun_x, 0.59, 0.5 if subjects.secondary else 0.66, 0.58)
    motif = prepare_motif(canvas, scheme.ground, box, flip=flip, stands=True)
    for name in subjects.secondary[:1]:
        side = -1 if sun_x > 0.5 else 1
        motif = np.maximum(
            motif, canvas.pictogram(name, sun_x + side * 0.37, 0.79, 0.2, 0.18, flip=side > 0, stands=True)
        )
    print_motif(canvas, scheme, np.maximum(motif, land), 0.3, 0.9)


def paint_summit(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif above faceted peaks, among beams of light."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    cx, cy = 0.5, 0.40
    canvas.print_ink(canvas.rays(cx, cy, int(rng.integers(9, 15)), rng.uniform(0, 6)), scheme.fields[0])
    for radius, ink in ((0.35, scheme.fields[1]), (0.29, scheme.accent)):
        canvas.print_ink(canvas.disc(cx, cy, radius), ink)
    canvas.print_ink(
        canvas.disc(cx, cy, 0.29) * canvas.halftone(canvas.distance(cx, cy) * 2.4 - 0.25), scheme.fields[1]
    )
    print_motif(canvas, scheme, prepare_motif(canvas, scheme.ground, (subjects.motif, cx, cy, 0.5, 0.46)), 0.2, 0.65)
    far, near = (scheme.fields[2], scheme.fields[1]), (scheme.foreground, scheme.shadow)
    for x, top, inks in (
        (0.16, 0.60, far),
        (0.86, 0.57, far),
        (0.02, 0.76, near),
        (0.55, 0.74, near),
        (1.0, 0.78, near),
    ):
        peak_x, depth = x + rng.uniform(-0.04, 0.04), canvas.y - np.float32(top)
        slope = canvas.inside((np.abs(canvas.x - np.float32(peak_x)) - depth * np.float32(1.05)) * np.float32(0.69))
        sunlit = slope * canvas.inside(canvas.x - np.float32(peak_x) - depth * np.float32(rng.uniform(-0.05, 0.3)))
        canvas.print_ink(slope, inks[0])
        canvas.print_ink(sunlit, inks[1])
        canvas.print_ink(slope * (1 - sunlit) * canvas.halftone(depth * 1.4, 1 / 60, 0.4), inks[1])


def paint_distance(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif small on a wide plain, with a long shadow, in front of a sun that almost fills the canvas."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    side = float(rng.choice((-1, 1)))
    sun_x, sun_y, radius = 0.5 - side * rng.uniform(0.02, 0.14), 0.42, rng.uniform(0.37, 0.42)
    if scheme.is_dark or "stars" in subjects.places:
        print_stars(canvas, scheme.shadow, 60, above=0.6)
    canvas.print_ink(canvas.disc(sun_x, sun_y, radius + 0.1), scheme.fields[0])
    sun = canvas.disc(sun_x, sun_y, radius)
    canvas.print_ink(sun, scheme.accent)
    canvas.print_ink(
        sun * canvas.halftone(np.clip((canvas.y - sun_y) / radius * 0.5 + 0.25, 0, 0.75)), scheme.fields[1]
    )
    plain_y = 0.7
    plain = canvas.below(canvas.ridge(plain_y, 0.008, 0))
    canvas.print_ink(plain, scheme.fields[2])
    for i in range(5):
        y = plain_y + 0.045 + 0.055 * i + 0.012 * i * i
        fold = canvas.below(canvas.ridge(y, 0.006, 0))
        canvas.print_ink(fold * canvas.halftone((canvas.y - y) * 3, angle=0.3), scheme.fields[0])
    x = 0.5 + side * rng.uniform(0.04, 0.12)
    box = (subjects.motif, x, plain_y - 0.185, 0.46, 0.42)
    base = plain_y + 0.025
    shape = canvas.pictogram(*box, flip=side > 0, stands=True, part="shape")
    lean = side * rng.uniform(0.25, 0.6)
    # The transform looks up each point of the plain in the motif above it: mirrored, slanted and shortened.
    coefficients = (1, -lean, lean * base * canvas.size, 0, -1.25, (base + 1.25 * base) * canvas.size)
    slanted = Image.fromarray((shape * 255).astype(np.uint8)).transform(
        (canvas.size, canvas.size), Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC
    )
    shadow = np.asarray(slanted, np.float32) / np.float32(255) * (canvas.y > base - 0.01)
    canvas.print_ink(shadow * plain, scheme.shadow, 0.85)
    motif = prepare_motif(canvas, scheme.ground, box, flip=side > 0, stands=True)
    for name in subjects.secondary[:1]:
        motif = np.maximum(motif, canvas.pictogram(name, x - side * 0.36, plain_y - 0.055, 0.16, 0.15, stands=True))
    print_motif(canvas, scheme, motif, 0.35, 0.85)


def _make_slits(canvas: Canvas, top: float, bottom: float) -> Mask:
    """Return horizontal slits across the sun, wider toward its lower edge."""
    depth = (canvas.y - np.float32(top)) / np.float32(bottom - top)
    stripe = np.abs((depth * 6) % 1 - np.float32(0.5))
    slits = canvas.inside((stripe - np.clip(depth, 0, 1) * np.float32(0.36)) * np.float32((bottom - top) / 6))
    return slits * (depth > 0) * canvas.full_mask
