"""Ridge lines without a motif: pulses, a range, a planet."""

import numpy as np

from generate.painter.kit.character import measure_age
from generate.painter.kit.color import get_lightness, mix, tone
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.sheets import lay_over, make_sheet
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.relief.figures import get_dark
from generate.painter.techniques.relief.ridges import Style, draw_ridges


def paint_pulses(scene: Scene) -> Sheet:
    """A narrow column of peaks between calm margins, in one color on black."""
    x, y = scene.grid
    rng = scene.rng
    ground = get_dark(scene)
    height = np.zeros_like(x)
    width = 0.10 + 0.07 * scene.energy
    for _ in range(int(16 + 14 * scene.energy)):
        center_x, center_y = 0.5 + rng.normal(0, width * 0.8), rng.uniform(0.15, 0.92)
        narrow, tall = rng.uniform(0.012, 0.035), rng.uniform(0.05, 0.14)
        height += rng.uniform(0.4, 1.0) * np.exp(-(((x - center_x) / narrow) ** 2) - ((y - center_y) / tall) ** 2)
    envelope = np.exp(-(((x - 0.5) / (width * 2)) ** 4))
    jitter = scene.make_noise(60, 2) * envelope * 0.45 + 0.06 * scene.make_noise(40, 2)
    height = (height * 0.75 + jitter) * (0.6 + 0.5 * scene.energy)
    accent = scene.inks.get_accent(0)
    bright = accent if get_lightness(accent) > 0.6 else tone(accent, 0.72)
    white = tone(scene.inks.paper, 0.97, 0.0, 0.03)
    style = Style(
        ground, (mix(ground, white, 0.75), white, bright), 58, lift=0.085, left=0.2, right=0.8, top=0.16, bottom=0.88
    )
    return draw_ridges(scene, make_sheet(scene.size, ground), np.asarray(height, np.float32), style)


def paint_range(scene: Scene) -> Sheet:
    """A landscape of ridge lines to the horizon below a disc: mountains, hills, dunes or a sea."""
    x, y = scene.grid
    rng = scene.rng
    night = scene.time == "night" or (scene.time == "" and scene.inks.is_dark)
    horizon = rng.uniform(0.40, 0.52)
    paper = tone(scene.inks.paper, 0.95 - 0.04 * measure_age(scene.decade), 0.0, 0.04)
    ground = get_dark(scene) if night else paper
    ink = tone(scene.inks.paper, 0.96, 0.0, 0.04) if night else scene.inks.settle(scene.inks.ink)
    accent = scene.inks.get_accent(0)
    depth = ((y - horizon) / (1.06 - horizon)).clip(0)
    place = scene.place or str(rng.choice(["mountains", "hills", "sea"]))
    if place == "sea":
        drift = 3.5 * scene.make_noise(3, 2) + 7 * depth
        crests = (1 - np.abs(np.sin(np.pi * (5.5 - 3 * depth) * x + drift))) ** 1.4
        height = (0.30 + 0.45 * scene.energy) * (0.12 + depth) * crests
    elif place in ("hills", "desert"):
        height = 1.1 * smoothstep(scene.make_noise(3, 2, 0.3, aspect=1.4), 0.25, 1.0)
    else:
        crags = 1 - np.abs(2 * scene.make_noise(3, 4, 0.45) - 1)
        height = 1.5 * crags**2.2 * smoothstep(scene.make_noise(2, 2), 0.15, 0.8)
    far = smoothstep(depth, 1.0, 0.0)
    height = height * (1.0 if place == "sea" else 0.35 + 0.9 * far) * (0.7 + 0.5 * scene.energy)
    sun_x, sun_y, radius = rng.uniform(0.25, 0.75), horizon - rng.uniform(0.06, 0.2), rng.uniform(0.10, 0.17)
    sheet = make_sheet(scene.size, ground)
    if night:
        stars = Drawing(scene.size)
        for star_x, star_y, chance in rng.random((70, 3)):
            stars.disc(star_x, star_y * horizon, 0.0012 + 0.0028 * chance**3)
        sheet = lay_over(sheet, stars.to_mask(), ink, 0.9)
    sheet = lay_over(sheet, cover(np.hypot(x - sun_x, y - sun_y) - radius), accent)
    crest = tone(accent, max(get_lightness(accent), 0.65)) if night else tone(accent, min(get_lightness(accent), 0.6))
    style = Style(
        ground, (mix(ground, ink, 0.75), ink, crest), 46, lift=0.16, thin=0.0022, thick=0.0046,
        left=-0.01, right=1.01, top=horizon, bottom=1.10,
    )  # fmt: skip
    return draw_ridges(scene, sheet, np.asarray(height, np.float32), style)


def paint_planet(scene: Scene) -> Sheet:
    """A planet of ridge lines among stars, its lit side in the leading color."""
    x, y = scene.grid
    rng = scene.rng
    ground = get_dark(scene)
    white = tone(scene.inks.paper, 0.96, 0.0, 0.04)
    center_x, center_y, radius = 0.5 + rng.uniform(-0.06, 0.06), 0.52, 0.35 + 0.05 * scene.energy
    distance = np.hypot(x - center_x, y - center_y)
    bulge = np.sqrt(np.clip(1 - (distance / radius) ** 2, 0, 1))
    crust = 1 - np.abs(2 * scene.make_noise(5, 4) - 1)
    height = (0.30 * bulge + (0.30 + 0.5 * scene.energy) * crust**2 * bulge) * smoothstep(radius - distance, 0, 0.06)
    stars = Drawing(scene.size)
    for star_x, star_y, chance in rng.random((110, 3)):
        stars.disc(star_x, star_y, 0.0012 + 0.0034 * chance**4)
    sheet = lay_over(make_sheet(scene.size, ground), stars.to_mask(), white, 0.9)
    sheet = lay_over(sheet, cover(distance - radius - 0.03), ground)
    rows, top, bottom = 52, center_y - radius, center_y + radius
    base = top + (bottom - top) * (np.arange(rows) + 0.5) / rows
    half = np.sqrt(np.clip(radius**2 - (base - center_y) ** 2, 0, None))
    accent = scene.inks.get_accent(0)
    bright = accent if get_lightness(accent) > 0.6 else tone(accent, 0.70)
    low = tone(scene.inks.get_accent(1), 0.52, 0.0, 0.12)
    style = Style(ground, (low, bright, white), rows, lift=0.12, thin=0.0026, thick=0.006, top=top, bottom=bottom)
    reach = np.stack([center_x - half, center_x + half], axis=1)
    return draw_ridges(scene, sheet, np.asarray(height, np.float32), style, reach=reach)
