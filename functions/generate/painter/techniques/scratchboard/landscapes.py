"""Scratchboards without a motif: a forest, peaks, a sea."""

import numpy as np

from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing, draw_marks
from generate.painter.kit.types import Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.scratchboard.scratching import draw_disc, draw_stars, finish, scratch


def paint_forest(scene: Scene) -> Sheet:
    """Bare trunks, light between them, and a path of light on the ground."""
    x, y = scene.grid
    rng = scene.rng
    clearing = rng.uniform(0.38, 0.62)
    glow = np.exp(-(((x - clearing) / 0.40) ** 2)) * smoothstep(y, -0.45, 0.45)
    light = glow * 0.95 + 0.05
    angle = np.pi / 2 + 0.04 * np.sin(40 * x)
    moon = np.hypot(x - clearing, y - 0.24)
    if scene.time == "night":
        light = np.where(moon < 0.12, 1.0, 0.8 * light * smoothstep(moon, 0.13, 0.3))
    for depth, (count, width) in enumerate(((13, 0.008), (8, 0.017), (7, 0.046))):
        places = np.linspace(-0.02, 1.02, count) + rng.uniform(-0.5, 0.5, count) / count
        for place in places.tolist():
            if depth == 2 and abs(place - clearing) < 0.24:
                continue
            lean = rng.normal(0, 0.04)
            taper = width * rng.uniform(0.7, 1.3) * (0.75 + 0.5 * y)
            across = (x - place - lean * (y - 0.5) - 0.005 * np.sin(13 * y + 9 * place)) / taper
            side = np.clip(-across * np.sign(place - clearing), 0, 1) ** 1.5
            bark = (
                (0.30, 0.30, 0.42)[depth] * side * (0.10 + 0.8 * glow + 0.25 * np.exp(-(((x - clearing) / 0.45) ** 2)))
            )
            light = np.where(np.abs(across) < 1.25, np.where(np.abs(across) < 1, bark, 0), light)
    light = light * (1 - _draw_branches(scene, clearing))
    edge = 0.80 + 0.02 * np.sin(5 * x + rng.uniform(0, 6)) - 0.03 * np.abs(x - clearing)
    ground = y > edge
    path = np.exp(-(((x - clearing) / (0.07 + 0.7 * (y - 0.78).clip(0))) ** 2))
    light = np.where(ground, 0.05 + 0.95 * path * smoothstep(scene.make_noise(9, 3, aspect=3), 0.1, 0.6), light)
    angle = np.where(ground, 0.15 * np.sin(6 * x), angle)
    scratches = scratch(scene, np.clip(light, 0, 1).astype(np.float32), angle, count=12500, coarseness=1.3)
    # Where it is brightest, the board is scraped bare and black lines are left standing.
    left_standing = np.clip(1.25 - light, 0.1, 0.9) * (light > 0.5)
    dents = draw_marks(rng, 9000, angle.astype(np.float32), left_standing.astype(np.float32), 0.04, 0.0052)
    bare = smoothstep(light, 0.5, 0.56) * (1 - dents)
    return finish(scene, np.maximum(scratches, bare), np.clip(glow * 1.1, 0, 1))


def paint_peaks(scene: Scene) -> Sheet:
    """A mountain whose ridges catch the light of a small moon, stars above it."""
    x, y = scene.grid
    rng = scene.rng
    top_x, top_y = 0.5 + rng.uniform(-0.12, 0.12), 0.20
    side = float(rng.choice((-1, 1)))
    moon_x, moon_y, radius = top_x + 0.27 * side, 0.19, 0.085
    moon = np.hypot(x - moon_x, y - moon_y)
    around = np.asarray(np.arctan2(y - moon_y, x - moon_x) + np.pi / 2, np.float32)
    light = 0.55 * np.exp(-(moon - radius).clip(0) / 0.10) * (moon > radius + 0.012)
    angle = around
    rough = scene.make_noise(12, 5, 0.6)
    warp = 0.55 * (scene.make_noise(5, 4, 0.6) - 0.5)
    for index, (height, steepness, gain) in enumerate(((0.58, 0.18, 0.40), (top_y, 0.95, 1.0), (0.86, 0.16, 0.9))):
        center = top_x if index == 1 else rng.uniform(0.1, 0.9)
        reach = np.abs(x[0] - center)
        line = (
            height
            + steepness * reach**0.88
            + 0.10 * (rough[(index + 1) * scene.size // 5] - 0.5) * smoothstep(reach, 0, 0.1)
        )
        depth = y - line
        inside = depth > 0
        spread = (x - center) / (y - height + 0.10).clip(0.05)
        spur = ((1.9 * spread + warp * (1.2 + 3 * depth) + 0.5) * side) % 1
        facing = np.where(spur < 0.55, spur / 0.55, 0.0)
        fade = np.exp(-depth / (0.50 if index == 1 else 0.16))
        lit = np.clip(1.25 * facing * fade + 0.05, 0, 1) * gain
        light = np.where(inside, np.where(depth < 0.006, 0, lit), light)
        angle = np.where(inside, np.arctan2(1.0, spread) - 0.25 * side, angle)
    if scene.weather == "mist":
        band = np.exp(-(((y - 0.72 - 0.03 * np.sin(4 * x)) / 0.07) ** 2)) * smoothstep(
            scene.make_noise(3, 3, aspect=5), 0.2, 0.6
        )
        light, angle = np.maximum(light * (1 - band), band * 0.8), np.where(band > 0.3, 0.05 * np.sin(5 * x), angle)
    sky = y < top_y - 0.03 + 0.6 * np.abs(x - top_x)
    stars = draw_stars(scene, 150, 0.8) * (sky & (moon > radius + 0.04))
    scratches = scratch(scene, np.clip(light, 0, 1).astype(np.float32), angle, count=17000, coarseness=1.2)
    scratches = np.maximum(scratches, draw_disc(scene, moon, radius, around) * (sky | (y < 0.3)))
    return finish(scene, np.maximum(scratches, stars), np.exp(-((moon / 0.5) ** 2)))


def paint_sea(scene: Scene) -> Sheet:
    """A black sea under a low moon, the light broken on the swell."""
    x, y = scene.grid
    rng = scene.rng
    horizon, moon_x, radius = 0.50, 0.5 + rng.uniform(-0.2, 0.2), 0.12
    moon_y = horizon - rng.uniform(0.10, 0.24)
    moon = np.hypot(x - moon_x, y - moon_y)
    clouds = smoothstep(scene.make_noise(4, 4, aspect=3.5), 0.40, 0.75)
    sky = 0.50 * np.exp(-moon / 0.20) * (0.35 + clouds)
    light = sky * (moon > radius + 0.012)
    angle = np.where(moon < radius, 0.4, 0.25 * np.sin(5 * x + 3 * y))
    depth = np.clip(y - horizon, 0, 1)
    water = y > horizon
    swell = (0.3 + 0.9 * scene.energy) * (0.004 + 0.13 * depth)
    distance = np.log(depth + 0.02)
    phase = 10.5 * distance + 1.1 * np.sin(5 * x + 3 * distance) + 2.2 * (scene.make_noise(3, 2, aspect=2.5) - 0.5)
    crest = np.clip(np.sin(2 * phase), 0, 1) ** 1.6
    path = np.exp(-(((x - moon_x) / (0.07 + 0.55 * depth)) ** 2))
    light = np.where(
        water, np.clip(crest * (0.34 + 1.1 * path) + 0.10 * path, 0, 1) * smoothstep(depth, 0.0, 0.012), light
    )
    angle = np.where(water, swell * 6 * np.cos(5 * x + 3 * distance), angle)
    stars = draw_stars(scene, 110, horizon) * (moon > 0.24)
    scratches = scratch(scene, np.clip(light, 0, 1).astype(np.float32), angle, count=20000, coarseness=1.15)
    scratches = np.maximum(scratches, draw_disc(scene, moon, radius, np.full_like(x, 0.4)))
    return finish(scene, np.maximum(scratches, stars), np.exp(-(((x - moon_x) / 0.35) ** 2)) * 0.9)


def _draw_branches(scene: Scene, clearing: float) -> Mask:
    """Return bare branches that reach into the light from both sides."""
    rng = scene.rng
    drawing = Drawing(scene.size)
    for _ in range(26):
        x, y = clearing + rng.normal(0, 0.22), rng.uniform(0.0, 0.62)
        heading = rng.choice((-0.6, np.pi + 0.6)) + rng.normal(0, 0.25)
        width = rng.uniform(0.004, 0.008)
        for _ in range(6):
            step = rng.uniform(0.02, 0.04)
            end_x, end_y = x + step * np.cos(heading), y + step * np.sin(heading)
            drawing.line([(x, y), (end_x, end_y)], width)
            if rng.random() < 0.6:
                twig = heading + rng.choice((-0.7, 0.7))
                drawing.line([(x, y), (x + 1.3 * step * np.cos(twig), y + 1.3 * step * np.sin(twig))], 0.6 * width)
            x, y, heading, width = end_x, end_y, heading + rng.normal(0, 0.3), width * 0.85
    return drawing.to_mask()
