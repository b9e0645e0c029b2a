"""Watercolors of something: a sun over hills or a sea, the motif spared out, the motif wet in wet."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.fields import blur, make_noise, sample, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Mask, Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.wash.glazes import Painting, add_weather, deepen, get_pigments, make_circle


def paint_sun(scene: Scene) -> Sheet:
    """A great sun over hills in four glazes, or over a sea whose rows of waves leave slivers of paper."""
    x, y = scene.grid
    rng, painting, pigments = scene.rng, Painting(scene), get_pigments(scene)
    first, second, third, dark = pigments
    night = scene.time == "night"
    sun_x, sun_y, radius = 0.5 + rng.uniform(-0.2, 0.2), rng.uniform(0.28, 0.40), rng.uniform(0.17, 0.25)
    disc = cover(np.asarray(np.hypot(x - sun_x, y - sun_y) - radius * 0.75, np.float32))
    drift = 0.30 * (make_noise(rng, scene.size, 3, 4, 0.5, aspect=2) - 0.5)
    if night:
        sky = smoothstep(y + drift, 0.95, -0.1) * (1 - disc)
        painting.glaze(sky, second, 1.1, 0)
        painting.glaze(sky, dark, 1.25, 0)
        stars = Drawing(scene.size)
        for star_x, star_y, chance in rng.random((90, 3)):
            stars.disc(star_x, star_y * 0.6, 0.0018 + 0.004 * chance**4)
        painting.lift(stars.to_mask() * (1 - disc), 0.9)
    else:
        painting.glaze(smoothstep(y + drift, 0.62, 0.05) * (1 - 0.9 * disc), tone(second, 0.86), 0.9, 0)
        painting.glaze(smoothstep(y + drift, 0.40, 0.72) * (1 - 0.9 * disc), tone(first, 0.90), 0.9, 0)
        painting.blot(make_circle((sun_x, sun_y), radius), first, 1.0, 10, 0.16)
        if is_somber(scene.mood):
            painting.glaze(smoothstep(y + drift, 0.72, -0.1) * (1 - 0.5 * disc), dark, 0.75, 0)
    # Yellow is no color for land in front: it would turn olive.
    light, *darker = sorted((first, second, third), key=get_lightness, reverse=True)
    inks = [light, *darker, dark]
    if scene.place == "sea":
        horizon = 0.62
        wave = y + 0.012 * np.sin(13 * x + 5 * make_noise(rng, scene.size, 3, 2))
        water = smoothstep(wave, horizon, horizon + 0.006)
        painting.lift(water, 1.0)
        painting.glaze(water, tone(second, 0.80), 0.9)
        if night:
            painting.glaze(water, dark, 0.8, 0)
        for index in range(7):
            level = horizon + 0.02 + 0.05 * index
            row = np.exp(-(((wave - level) / (0.006 + 0.0045 * index)) ** 2))
            broken = smoothstep(make_noise(rng, scene.size, 9 + index, 3, aspect=6), 0.30, 0.62)
            painting.glaze(np.asarray(row * broken, np.float32), (second, dark)[index % 2], 0.85, 0.3)
        path = np.exp(-(((x - sun_x) / (0.05 + 0.25 * (y - horizon).clip(0))) ** 2)) * water
        glints = smoothstep(np.sin(wave * 190 + 6 * make_noise(rng, scene.size, 8, 2)), -0.1, 0.6)
        painting.lift(np.asarray(path * glints, np.float32), 0.85)
        painting.glaze(np.asarray(path * glints, np.float32), dark if night else first, 0.15 if night else 0.8, 0)
    else:
        steep = scene.place == "mountains"
        for index, ink in enumerate(inks):
            line = _draw_ridge(
                rng,
                0.56 + 0.115 * index,
                (0.16 if steep else 0.075) * (1 - 0.12 * index) * (0.6 + 0.8 * scene.energy),
                steep,
            )
            painting.blot(line, tone(ink, 0.5) if night and index < 3 else ink, 0.95, 8, 0.10)
        if scene.place == "meadow":
            _grow_meadow(painting)
    add_weather(painting)
    if scene.energy > 0.6:
        painting.spatter(first, round(40 * scene.energy))
    return painting.finish()


def paint_reserve(scene: Scene) -> Sheet:
    """The motif left as white paper in a sheet of loose glazes, as masking fluid leaves it."""
    rng, painting, pigments = scene.rng, Painting(scene), get_pigments(scene)
    first, dark = pigments[0], pigments[3]
    motif = scene.place_motif(0.5, 0.5, 0.94, 0.94, turn=float(rng.uniform(-6, 6)))
    bold = deepen(pigments[:3], 0.58)
    painting.glaze(np.ones_like(motif), tone(bold[-1], 0.72), 0.9, 0)
    for index in range(7):
        spot = rng.uniform(0.0, 1.0, 2)
        ink = dark if index == 3 else bold[index % len(bold)]
        painting.blot(make_circle(spot, rng.uniform(0.22, 0.38), 12), ink, 0.7)
    near = np.clip(blur(motif, 0.05) * 1.6, 0, 1) * (0.6 + 0.5 * make_noise(rng, scene.size, 4, 3))
    painting.glaze(np.asarray(near, np.float32), dark, 0.55, 0)
    painting.lift(motif, 0.97)
    # A little color lies over the masking's edge when it is rubbed off.
    stain = motif * smoothstep(make_noise(rng, scene.size, 4, 4), 0.50, 0.95)
    painting.glaze(np.asarray(stain, np.float32), tone(first, 0.86), 0.6, 0.4)
    painting.spatter(dark, 16 + round(60 * scene.energy))
    return painting.finish()


def paint_wet(scene: Scene) -> Sheet:
    """The motif painted wet in wet, from one color above to another below, running down the sheet."""
    x, y = scene.grid
    rng, painting, pigments = scene.rng, Painting(scene), get_pigments(scene)
    first, second, third, dark = pigments
    for _ in range(3):
        spot = (rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.7))
        painting.blot(make_circle(spot, rng.uniform(0.2, 0.34)), tone(third, 0.90), 0.55, 7)
    motif = scene.place_motif(0.5, 0.46, 0.88, 0.80, turn=float(rng.uniform(-5, 5)))
    fray = 0.010 * (make_noise(rng, scene.size, 24, 4) - 0.5)
    wet = sample(blur(motif, 0.0012), x + fray, y - fray)
    level = y + 0.35 * (make_noise(rng, scene.size, 3, 3) - 0.5)
    upper, *lower = deepen([first, second, third], 0.60)
    painting.glaze(wet * smoothstep(level, 0.62, 0.25), upper, 0.95)
    painting.glaze(wet * smoothstep(level, 0.30, 0.62), tone(lower[0] if lower else upper, 0.50), 1.0)
    painting.glaze(wet * smoothstep(level, 0.42, 0.95), dark, 0.95)
    # Blooms: water pushed pigment away and left a rim.
    spots = make_noise(rng, scene.size, 5, 2)
    bloom = wet * smoothstep(spots, 0.62, 0.66)
    painting.lift(np.asarray(bloom, np.float32), 0.22)
    painting.glaze(np.asarray(wet * np.exp(-(((spots - 0.62) / 0.012) ** 2)), np.float32), dark, 0.25, 0)
    _run_down(painting, wet)
    painting.spatter(first, 14 + round(50 * scene.energy))
    return painting.finish()


def _run_down(painting: Painting, wet: Mask) -> None:
    """Let paint run down from the lower edge of the figure."""
    scene = painting.scene
    drawing = Drawing(scene.size)
    for start, length, chance in scene.rng.random((9 + round(14 * scene.energy), 3)):
        column = wet[:, int((0.1 + 0.8 * start) * scene.size)]
        rows = np.flatnonzero(column > 0.5)
        if not len(rows):
            continue
        top, x = rows[-1] / scene.size - 0.01, 0.1 + 0.8 * start
        end = min(1.05, top + 0.06 + 0.35 * length)
        drawing.line([(x, top), (x + 0.002, (top + end) / 2), (x, end)], 0.004 + 0.005 * chance)
        drawing.disc(x, end, 0.003 + 0.003 * chance)
    painting.glaze(blur(drawing.to_mask(), 0.0012) * (1 - wet), get_pigments(scene)[3], 0.8)


def _draw_ridge(rng: np.random.Generator, level: float, height: float, steep: bool) -> Points:
    """Return the outline of a hill that fills the sheet's lower part."""
    places = np.linspace(-0.1, 1.1, 15)
    bends, phase = rng.uniform(4, 7), rng.uniform(0, 6.28)
    wave = np.sin(bends * places + phase)
    if steep:
        wave = 1.4 - 2.4 * np.abs(((bends * 0.5 * places + phase) % 2) - 1) + rng.normal(0, 0.15, len(places))
    ridge = np.stack([places, level - height * wave], axis=1)
    return np.concatenate([[(-0.1, 1.15)], ridge, [(1.1, 1.15)]])


def _grow_meadow(painting: Painting) -> None:
    """Draw grasses and flower heads in the foreground."""
    scene, rng = painting.scene, painting.scene.rng
    grass, heads = Drawing(scene.size), Drawing(scene.size)
    for x, tall, lean in rng.random((70, 3)):
        top = (x + 0.10 * (lean - 0.5), 1.0 - 0.12 - 0.22 * tall)
        grass.line([(x, 1.02), (x + 0.02 * (lean - 0.5), 1 - 0.1 * tall), top], 0.003)
        if lean > 0.6:
            heads.disc(*top, 0.010 + 0.016 * (lean - 0.6))
    painting.glaze(grass.to_mask(), get_pigments(scene)[3], 0.8, 0)
    painting.lift(heads.to_mask(), 0.9)
    painting.glaze(heads.to_mask(), get_pigments(scene)[0], 1.0)
