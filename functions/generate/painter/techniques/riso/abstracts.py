"""Risographs without a motif: dunes, arcs, windows."""

import numpy as np

from generate.painter.kit.color import mix
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.riso.press import Press


def paint_dunes(scene: Scene) -> Sheet:
    """Ridges of grain one behind the other; a sun, or at night a moon and stars in a dark sky."""
    x, y = scene.grid
    rng, press = scene.rng, Press(scene)
    night = scene.time == "night"
    sun_x, sun_y, radius = rng.uniform(0.25, 0.75), rng.uniform(0.20, 0.34), rng.uniform(0.10, 0.17)
    disc = cover(np.hypot(x - sun_x, y - sun_y) - radius)
    ridges = []
    sharp = scene.place == "mountains"
    calm = scene.place == "sea"
    rows = 5
    for index in range(rows):
        share = index / (rows - 1)
        bend, phase = rng.uniform(3.0, 6.5), rng.uniform(0, 2 * np.pi)
        wave = np.sin(bend * x + phase) + 0.35 * np.sin(2.3 * bend * x + 2 * phase)
        if sharp:
            wave = 3.2 * np.abs(((1.1 * bend * x + phase) / np.pi) % 1 - 0.5) - 0.8 + 0.2 * np.sin(23 * x + phase)
        elif calm:
            wave = 0.6 - 1.9 * (1 - np.abs(np.sin((7 - 4.5 * share) * x * np.pi / 2 + phase + 0.5 * np.sin(5 * x)))) * (
                0.4 + share
            )
        height = (0.035 + 0.045 * scene.energy) * (1.5 if sharp else 1.0)
        crest = (0.48 + 0.44 * share**1.4 if calm else 0.44 + 0.44 * share) + height * wave
        ridges.append(crest)
    top = np.minimum.reduce(ridges)
    sky = cover(y - top)
    if night:
        stars = Drawing(scene.size)
        for star_x, star_y, chance in rng.random((60, 3)):
            stars.disc(star_x, star_y * 0.7, 0.002 + 0.004 * chance**2)
        press.run(sky * (1 - disc) * (1 - stars.to_mask()) * np.clip(1.2 - 0.6 * y, 0.4, 1), 2)
        press.run(sky * disc * np.clip(0.1 + (y - sun_y + radius) / radius * 0.2, 0, 0.5), 0)
    else:
        press.run(sky * disc, 0, flat=True)
        press.run(sky * smoothstep(y, 0.36, -0.1) * 0.45 * (1 - disc), 1)
    for index, crest in enumerate(ridges):
        lower = np.minimum.reduce(ridges[index + 1 :]) if index + 1 < rows else np.full_like(y, 2)
        band = cover(crest - y) * cover(y - lower)
        if scene.weather == "mist":
            press.run(band * np.exp(-(y - crest).clip(0) / 0.045), (1, 0, 2, 1, 2)[index])
            continue
        fade = np.clip(1.15 - (y - crest) / 0.30, 0.12, 1)
        press.run(band * fade, (1, 0, 1, 0, 2)[index])
        press.run(band * np.clip((y - crest - 0.02) / 0.30, 0, 0.55) * (index == 3), 2)
    return press.sheet


def paint_arcs(scene: Scene) -> Sheet:
    """Quarter circles and discs on a grid of unequal fields, some of them grainy."""
    x, y = scene.grid
    rng, press = scene.rng, Press(scene)
    cells = 2 if scene.energy < 0.35 else 3
    for row in range(cells):
        for column in range(cells):
            u, v = x * cells - column, y * cells - row
            box = ((u >= 0) & (u < 1) & (v >= 0) & (v < 1)).astype(np.float32)
            corner_u, corner_v = rng.integers(2), rng.integers(2)
            distance = np.hypot(u - corner_u, v - corner_v)
            first, second = rng.permutation(3)[:2].tolist()
            kind = rng.integers(5)
            fade = np.clip(1.1 - 0.95 * np.abs(v - corner_v), 0, 1)
            if kind == 0:
                press.run(box * cover((distance - 1) / cells), first, flat=True)
                press.run(box * cover((distance - 0.5) / cells), second)
            elif kind == 1:
                press.run(box * fade, first)
                press.run(box * cover((np.hypot(u - 0.5, v - 0.5) - 0.38) / cells), second, flat=True)
            elif kind == 2:
                rings = np.abs((distance * 4) % 1 - 0.5) - 0.25
                press.run(box * cover(rings / 4 / cells) * (distance < 1), first, flat=True)
            elif kind == 3:
                press.run(box * cover((distance - 1) / cells) * np.clip(1.05 - distance, 0, 1) ** 0.6, first)
            else:
                press.run(box * cover((1 - distance) / cells), first, flat=True)
                press.run(box * cover((distance - 1) / cells) * fade, second)
    return press.sheet


def paint_windows(scene: Scene) -> Sheet:
    """Tall arches one inside the other, each fading the other way, with a disc at their foot."""
    x, y = scene.grid
    rng, press = scene.rng, Press(scene)
    center = rng.uniform(0.42, 0.58)
    count = int(3 + 3 * scene.energy)
    foot = 0.90
    for index in range(count):
        share = 1 - index / count
        half = 0.44 * share
        top = foot - 0.80 * share
        arch = np.where(y < top + half, np.hypot(x - center, y - top - half) - half, np.abs(x - center) - half)
        mask = cover(np.maximum(arch, y - foot).astype(np.float32))
        press.knock_out(mask)
        position = (y - top) / (foot - top)
        fade = np.clip(1.1 - position if index % 2 else 0.1 + position, 0, 1)
        press.run(mask * fade, index % 2 if index < count - 1 else 2)
    radius = rng.uniform(0.55, 0.85) * 0.44 / count
    disc = cover(np.hypot(x - center, y - foot + radius) - radius)
    press.knock_out(disc * cover(y - foot))
    press.run(disc, 0, flat=True)
    press.run(cover(foot - y) * np.clip(0.9 - 4 * (y - foot), 0, 1), mix(press.inks[2], press.inks[1], 0.3))
    return press.sheet
