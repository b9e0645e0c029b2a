"""Ink pictures: ridges in mist, a figure thrown on the sheet, a figure at the water."""

import numpy as np

from generate.painter.kit.fields import blur, make_noise, smoothstep
from generate.painter.kit.marks import Drawing, draw_marks
from generate.painter.kit.shapes import cover, fill_inside, get_normals, inflate
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.sumi.brush import Painting, lay_paper, paint_sun, press_leaf


def paint_mist(scene: Scene) -> Sheet:
    """Ridges one behind the other that fade downward into mist, under a disc of color; a sea ends in wide strokes."""
    x, y = scene.grid
    rng, painting = scene.rng, Painting(scene)
    sheet = lay_paper(scene)
    sun = (0.5 + rng.uniform(-0.28, 0.28), rng.uniform(0.18, 0.27), rng.uniform(0.08, 0.13))
    moon = cover(np.asarray(np.hypot(x - sun[0], y - sun[1]) - sun[2], np.float32))
    free = np.ones_like(x)
    steep = 0.5 if scene.place in ("hills", "sea") else 1.0
    rows = 3 if scene.place == "sea" else 5
    thick = 1.5 if scene.weather == "mist" else 1.0
    for index in range(rows):
        share = index / (rows - 1)
        base = 0.40 + (0.20 if scene.place == "sea" else 0.46) * share
        octaves = 2 if steep < 1 else 5
        profile = make_noise(rng, scene.size, 2.2 + index, octaves, 0.52)[scene.size // 2]
        ridge = base - steep * (0.30 - 0.06 * share) * (profile - 0.45) * (0.75 + 0.6 * scene.energy)
        below = y - ridge[None, :]
        fade = np.exp(-np.maximum(below, 0) * thick / (0.07 + 0.05 * share))
        body = smoothstep(below, 0, 0.004) * fade * (0.75 + 0.5 * make_noise(rng, scene.size, 9, 3))
        # The mist before a ridge hides those behind it.
        painting.density *= 1 - smoothstep(below, 0, 0.003) * (0.55 + 0.4 * share)
        free *= 1 - smoothstep(below, 0, 0.003)
        painting.lay(body, 0.28 + 0.80 * share**1.4)
    if scene.time == "night":
        sky = (1 - moon) * free * (0.55 + 0.25 * make_noise(rng, scene.size, 3, 3)) * smoothstep(y, 0.75, 0.1)
        painting.lay(np.asarray(sky, np.float32), 0.9)
        sheet = lay_over(sheet, moon * free, scene.inks.paper)
    else:
        sheet = paint_sun(scene, sheet, *sun, mask=np.asarray(free, np.float32))
    if scene.place == "sea":
        _draw_water(painting, sun[0])
    else:
        _draw_pines(painting)
    _add_weather(painting)
    return painting.finish(sheet)


def paint_splash(scene: Scene) -> Sheet:
    """The motif, as large as the sheet, thrown down with a broom of a brush; drops fly and light is left out."""
    rng, painting = scene.rng, Painting(scene)
    sheet = lay_paper(scene)
    if rng.random() < 0.5:
        sheet = paint_sun(scene, sheet, rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.45), rng.uniform(0.22, 0.32))
    motif = scene.place_motif(0.5, 0.5, 0.98, 0.98, turn=float(rng.uniform(-5, 5)))
    across, down, _ = get_normals(blur(inflate(fill_inside(motif), 0.09), 0.005), 0.3)
    hair = make_noise(rng, scene.size, 40, 2, aspect=6) - 0.5
    lit = smoothstep(0.42 - 0.6 * across - 0.5 * down + 0.65 * hair, 0.50, 0.92)
    painting.soak(np.asarray(motif * (1 - 0.86 * lit), np.float32), 0.012, 1.0, 0.7)
    painting.splatter(0.5, 0.6, 90 + round(220 * scene.energy), 0.62)
    painting.splatter(rng.uniform(0.2, 0.5), 0.75, 20 + round(70 * scene.energy), 0.4, float(rng.uniform(2, 4)))
    level = rng.uniform(0.90, 0.95)
    painting.stroke((-0.1, level), (1.1, level - 0.03), 0.06 + 0.05 * scene.energy, dryness=0.9, strength=0.55)
    return painting.finish(sheet)


def paint_still(scene: Scene) -> Sheet:
    """The motif in the lower part of a large empty sheet, its broken image in water, a few reeds, a great sun."""
    x, y = scene.grid
    rng, painting = scene.rng, Painting(scene)
    sheet = lay_paper(scene)
    side = float(rng.choice((-1, 1)))
    shore = 0.74
    sun_x, radius = 0.5 - side * rng.uniform(0.0, 0.12), rng.uniform(0.23, 0.30)
    sheet = paint_sun(scene, sheet, sun_x, rng.uniform(0.36, 0.42), radius, smoothstep(y, shore, shore - 0.004))
    motif = scene.place_motif(
        0.5 + side * 0.08, shore - 0.27, 0.62, 0.54, face="left" if side > 0 else "right", stands=True
    )
    grade = 0.70 + 0.55 * smoothstep(y, shore - 0.5, shore)
    painting.soak(np.asarray(motif * grade, np.float32), 0.007, 1.05)
    rows = np.clip(((2 * shore - y) * scene.size).astype(np.int32), 0, scene.size - 1)
    ripple = (0.010 * np.sin(y * 170 + 4 * np.sin(5 * x)) * scene.size).astype(np.int32)
    columns = np.clip((x * scene.size).astype(np.int32) + ripple, 0, scene.size - 1)
    streaks = smoothstep(make_noise(rng, scene.size, 60, 2, aspect=9), 0.34, 0.6) * (y > shore)
    image = motif[rows, columns] * streaks * smoothstep(y, shore + 0.24, shore)
    painting.lay(blur(np.asarray(image, np.float32), 0.0015), 0.62)
    for index in range(6):
        level, reach = shore + 0.006 + 0.036 * index, rng.uniform(0.3, 0.8)
        at = rng.uniform(-0.15, 1.1 - reach)
        painting.stroke((at, level), (at + reach, level), 0.012, dryness=0.85, strength=0.5 - 0.05 * index)
    foot = 0.5 - side * 0.36
    for _ in range(7 + round(8 * scene.energy)):
        root, lean = foot + rng.normal(0, 0.05), rng.normal(0.05 * side, 0.07)
        tall = rng.uniform(0.25, 0.62)
        painting.stroke(
            (root, 1.03),
            (root + lean, 1.03 - tall),
            rng.uniform(0.010, 0.020),
            bend=rng.uniform(-0.03, 0.03),
            dryness=0.4,
            strength=rng.choice((0.35, 0.65, 1.0)),
            pressure=press_leaf,
        )
    return painting.finish(sheet)


def _draw_water(painting: Painting, moon_x: float) -> None:
    """Draw a sea in front: a pale wash, darker at night but for the moon's path, and broken strokes of waves."""
    scene = painting.scene
    x, y = scene.grid
    night = scene.time == "night"
    painting.density *= smoothstep(y, 0.72, 0.66)
    path = np.exp(-(((x - moon_x) / (0.06 + 0.5 * (y - 0.66).clip(0))) ** 2))
    wash = smoothstep(y, 0.66, 0.70) * (0.16 + 0.45 * night * (1 - 0.85 * path)) * (0.7 + 0.6 * scene.make_noise(6, 3))
    painting.lay(np.asarray(wash * (0.5 + smoothstep(y, 0.66, 1.0)), np.float32))
    for index in range(26):
        share = (index + 0.5) / 26
        level, reach = 0.685 + 0.32 * share, scene.rng.uniform(0.12, 0.5)
        at = scene.rng.uniform(-0.2, 1.1 - reach * 0.6)
        painting.stroke(
            (at, level),
            (at + reach, level + scene.rng.uniform(-0.004, 0.004)),
            0.007 + 0.022 * share,
            bend=scene.rng.uniform(-0.012, 0.012) * share,
            dryness=0.6,
            strength=0.25 + 0.55 * share,
            pressure=press_leaf,
        )


def _draw_pines(painting: Painting) -> None:
    """Draw a few leaning pines on the nearest ridge: a trunk and flat pads of needles."""
    rng = painting.scene.rng
    side = float(rng.choice((-1, 1)))
    for index in range(1 + int(rng.integers(1, 3))):
        root, tall = 0.5 + side * (0.20 + 0.13 * index) + rng.uniform(-0.04, 0.04), rng.uniform(0.16, 0.30)
        lean = -side * rng.uniform(0.02, 0.09)
        painting.stroke((root, 1.0), (root + lean, 0.92 - tall), 0.022, bend=0.02 * side, dryness=0.3, pressure=_taper)
        for _ in range(9):
            level = rng.uniform(0.25, 1.0)
            at, height = root + lean * level, 0.95 - (tall + 0.03) * level
            reach = rng.uniform(0.03, 0.08) * (1.3 - 0.6 * level)
            painting.stroke(
                (at - reach, height + 0.008),
                (at + reach, height),
                0.020,
                bend=-0.008,
                dryness=0.55,
                strength=0.9,
                pressure=press_leaf,
            )


def _taper(along: Field) -> Field:
    return np.asarray(1 - 0.75 * along, np.float32)


def _add_weather(painting: Painting) -> None:
    """Draw slanting rain, or leave flakes of snow out of the ink."""
    scene = painting.scene
    if scene.weather == "rain":
        everywhere = np.full_like(painting.density, 0.9)
        rain: Mask = draw_marks(scene.rng, 260, np.full_like(everywhere, 1.85), everywhere, 0.16, 0.0035, jitter=0.02)
        painting.density *= 1 - 0.8 * rain
        painting.lay(
            draw_marks(scene.rng, 200, np.full_like(everywhere, 1.85), everywhere, 0.14, 0.003, jitter=0.02), 0.5
        )
    elif scene.weather == "mist":
        _, y = scene.grid
        veil = smoothstep(np.sin(19 * y + 3 * scene.make_noise(2, 3, aspect=2)), -0.2, 0.9) * smoothstep(y, 0.34, 0.5)
        painting.density *= 1 - 0.88 * veil
    elif scene.weather == "snow":
        painting.lay(np.full_like(painting.density, 0.16))
        flakes = Drawing(scene.size)
        for x, y, chance in scene.rng.random((200, 3)):
            flakes.disc(x, y, 0.004 + 0.007 * chance**2)
        painting.density *= 1 - flakes.to_mask()
