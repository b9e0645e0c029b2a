"""Compositions that show the motif in or above water."""

import numpy as np

from generate.painter.canvas import Canvas, Mask
from generate.painter.color_scheme import ColorScheme
from generate.painter.compositions.parts import prepare_motif, print_motif, print_stars
from generate.painter.compositions.subjects import Subjects


def paint_waves(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif half in a sea of rolling layers, in front of a disc."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    sun_x, sun_y = 0.5 + rng.uniform(-0.1, 0.1), 0.40
    for radius, ink in ((0.40, scheme.fields[0]), (0.31, scheme.accent)):
        canvas.print_ink(canvas.disc(sun_x, sun_y, radius), ink)
    canvas.print_ink(canvas.disc(sun_x, sun_y, 0.31) * canvas.halftone((canvas.y - 0.2) * 1.1), scheme.fields[1])
    wave_count = int(rng.integers(2, 4)) + round(subjects.energy * 2)
    amplitude = 0.018 + 0.03 * subjects.energy
    inks = [scheme.fields[2], scheme.fields[0], scheme.fields[1], scheme.accent]
    layers = [(0.66 + 0.085 * i, inks[i % 4]) for i in range(5)]
    box = (subjects.motif, sun_x, 0.5, 0.64, 0.54)
    side = int(rng.integers(0, 2))
    for i, (level, ink) in enumerate(layers):
        if i == 1:
            print_motif(canvas, scheme, prepare_motif(canvas, scheme.ground, box, stands=True), 0.3, 0.8)
        if 2 <= i < 2 + len(subjects.secondary):
            x = (0.15, 0.85)[(i + side) % 2]
            small = canvas.pictogram(subjects.secondary[i - 2], x, level - 0.075, 0.2, 0.17, stands=True)
            print_motif(canvas, scheme, small, 0.5, 0.9)
        phase, frequency = np.float32(rng.uniform(0, 6.28)), np.float32(2 * np.pi * (wave_count - 0.18 * i))
        crest = _make_swell(canvas, level - 0.014, amplitude, frequency, phase)
        canvas.print_ink(crest, scheme.foreground if i % 2 else scheme.ground)
        swell = _make_swell(canvas, level, amplitude, frequency, phase)
        canvas.print_ink(swell, ink)
        canvas.print_ink(swell * canvas.halftone((level + 0.09 - canvas.y) * 4, angle=0.2 + i), scheme.ground, 0.55)


def paint_mirror(canvas: Canvas, scheme: ColorScheme, subjects: Subjects) -> None:
    """Paint the motif on the waterline and its reflection below, in the other inks."""
    rng = canvas.rng
    canvas.fill(scheme.ground)
    waterline = 0.56
    sun_x = 0.5 + rng.uniform(-0.08, 0.08)
    if scheme.is_dark or "stars" in subjects.places:
        print_stars(canvas, scheme.shadow, 50, above=0.5)
    for radius, ink in ((0.47, scheme.fields[0]), (0.38, scheme.fields[1]), (0.29, scheme.accent)):
        canvas.print_ink(canvas.disc(sun_x, waterline - 0.06, radius), ink)
    canvas.print_ink(
        canvas.disc(sun_x, waterline - 0.06, 0.29) * canvas.halftone((canvas.y - 0.2) * 1.1), scheme.fields[1]
    )
    box = (subjects.motif, sun_x, waterline - 0.235, 0.62, 0.47)
    flip = bool(rng.random() < 0.5)
    motif = prepare_motif(canvas, scheme.ground, box, flip=flip, stands=True)
    for name in subjects.secondary[:1]:
        side = -1 if sun_x > 0.5 else 1
        motif = np.maximum(
            motif, canvas.pictogram(name, sun_x + side * 0.38, waterline - 0.09, 0.18, 0.18, stands=True)
        )
    print_motif(canvas, scheme, motif, waterline - 0.4, waterline + 0.1)
    water = canvas.box(-1, waterline, 2, 2)
    # The water is dark in every scheme: a background ink in a dark scheme, a foreground ink in a light one.
    canvas.print_ink(water, scheme.fields[0] if scheme.is_dark else scheme.foreground)
    first_row = round(waterline * canvas.size)
    reflection = np.zeros_like(motif)
    height = min(first_row, canvas.size - first_row)
    reflection[first_row : first_row + height] = motif[first_row - height : first_row][::-1]
    glow = np.zeros_like(motif)
    sun = canvas.disc(sun_x, waterline - 0.06, 0.38)
    glow[first_row : first_row + height] = sun[first_row - height : first_row][::-1]
    sway = np.float32(0.004 + 0.012 * subjects.energy)
    depths = canvas.y[:, 0] - waterline
    row_offsets = np.sin(depths * 85) * sway * canvas.size * np.clip(depths * 8, 0.2, 1)
    for row in range(first_row, canvas.size):
        reflection[row], glow[row] = (np.roll(mask[row], round(float(row_offsets[row]))) for mask in (reflection, glow))
    ripples = canvas.inside(np.abs(((canvas.y - waterline) * 21) % 1 - np.float32(0.5)) / 21 - np.float32(0.017))
    canvas.print_ink(water * glow * ripples, scheme.accent if scheme.is_dark else scheme.shadow)
    canvas.print_ink(water * reflection, scheme.shadow if scheme.is_dark else scheme.ground)
    fade = np.clip((canvas.y - waterline) * (1.7 if scheme.is_dark else 1.3), 0, 1)
    canvas.print_ink(
        water * reflection * canvas.halftone(fade, angle=0.2), scheme.fields[0] if scheme.is_dark else scheme.accent
    )


def _make_swell(canvas: Canvas, level: float, amplitude: float, frequency: np.float32, phase: np.float32) -> Mask:
    """Return water whose surface is a row of rounded crests."""
    return canvas.below(lambda x: np.float32(level) - np.float32(amplitude) * np.abs(np.sin(frequency * x / 2 + phase)))
