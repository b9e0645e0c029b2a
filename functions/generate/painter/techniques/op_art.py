"""Op art: hard-edged black and white, and one or two colors, in a regular pattern that a distortion sets in motion.

Patterns are functions of warped coordinates, so edges stay sharp at every size: a stripe is where the sine of a phase
is positive, covered by the phase's distance to the edge over its slope. Form is never shaded; it is where the pattern
grows, shrinks or leans.

Good: one idea, from edge to edge, mechanical and yet alive (Bridget Riley, "Current"; Victor Vasarely, "Vega"; the
sleeves of 1960s mod and 1990s techno).
"""

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import mix, neutralize
from generate.painter.kit.fields import blur, get_slope, smoothstep
from generate.painter.kit.shapes import fill_inside, measure_distance
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

GRAIN = 0.005


def paint_bulge(scene: Scene) -> Sheet:
    """Discs on a grid that swells into two or three spheres; inside them the ink turns into the accent."""
    x, y = scene.grid
    count = 17 + round(10 * scene.energy)
    spheres = [(0.36, 0.38, 0.34), (0.74, 0.73, 0.24)] if scene.energy < 0.6 else [(0.5, 0.5, 0.46)]
    if scene.rng.random() < 0.5:
        spheres = [(1 - cx, cy, radius) for cx, cy, radius in spheres]
    swelling = np.zeros_like(x)
    u, v = x, y
    for cx, cy, reach in spheres:
        distance = np.hypot(x - cx, y - cy) / reach
        # Inverse of the projection of a sphere: the middle is enlarged, the rim is crowded.
        inside = distance < 1
        angle = np.arcsin(np.clip(distance, 0, 1)) / (np.pi / 2)
        scale: Field = np.where(inside, angle / np.maximum(distance, 1e-4), 1).astype(np.float32)
        u, v = np.where(inside, cx + (u - cx) * scale, u), np.where(inside, cy + (v - cy) * scale, v)
        swelling = np.maximum(swelling, np.clip(1 - distance, 0, 1))
    column, row = np.floor(u * count), np.floor(v * count)
    cell_x, cell_y = u * count - column - 0.5, v * count - row - 0.5
    radius = 0.30 + 0.16 * np.sqrt(swelling)
    disc = _cover_step(radius - np.hypot(cell_x, cell_y))
    checks = ((column + row) % 2).astype(np.float32)
    ground, ink = _choose_grounds(scene)
    sheet = make_paper(scene.rng, scene.size, ground, _get_wear(scene))
    sheet = lay_over(sheet, checks, mix(ground, scene.inks.get_accent(1), 0.35))
    tint = smoothstep(swelling, 0.02, 0.55)[..., None]
    colors = ink * (1 - tint) + scene.inks.get_accent(0) * tint
    return np.asarray(sheet + (colors - sheet) * disc[..., None], np.float32)


def paint_current(scene: Scene) -> Sheet:
    """Vertical stripes whose phase folds; with a sea, they lie down and roll like waves."""
    x, y = scene.grid
    if scene.place == "sea":
        x, y = y, x
    count = 11 + round(8 * scene.energy)
    shift = scene.rng.uniform(0, 6.28)
    along = y * (2.2 + 2.5 * scene.energy)
    # Folds get tighter towards one edge.
    fold = np.sin(2 * np.pi * along**1.25 + shift) * (0.030 + 0.022 * np.sin(np.pi * y))
    crowd = 0.11 * np.sin(2 * np.pi * x + shift)
    phase = (x + fold + crowd) * count
    stripes = _cover_stripes(phase, 0.5)
    ground, ink = _choose_grounds(scene)
    sheet = make_paper(scene.rng, scene.size, ground, _get_wear(scene))
    sheet = lay_over(sheet, stripes, ink)
    every = 5 if scene.energy > 0.5 else 7
    accented = (np.floor(phase + 0.25) % every == 2).astype(np.float32)
    return lay_over(sheet, stripes * accented, scene.inks.get_accent(0))


def paint_tunnel(scene: Scene) -> Sheet:
    """A checkered funnel; by night its end is dark, by day it is light."""
    x, y = scene.grid
    cx, cy = 0.5 + scene.rng.uniform(-0.12, 0.12), 0.5 + scene.rng.uniform(-0.12, 0.12)
    radius = np.hypot(x - cx, y - cy) + 1e-3
    turn = scene.rng.choice((-1, 1)) * (0.6 + 1.4 * scene.energy)
    sectors = 2 * (7 + round(5 * scene.energy))
    angle = np.arctan2(y - cy, x - cx)
    depth = np.log(radius)
    around = np.sin(sectors * (angle + turn * depth) / 2)
    rings = np.sin(np.pi * depth * sectors / np.pi)
    checks = _cover_step(around / np.maximum(np.hypot(*get_slope(around)), 1) * 60) * 2 - 1
    checks = checks * (_cover_step(rings / np.maximum(np.hypot(*get_slope(rings)), 1) * 60) * 2 - 1)
    is_dark_end = scene.time == "night" or (scene.time == "" and is_somber(scene.mood))
    ground, ink = _choose_grounds(scene)
    end = neutralize(scene.inks.deep) if is_dark_end else scene.inks.paper
    sheet = make_paper(scene.rng, scene.size, ground, _get_wear(scene))
    sheet = lay_over(sheet, np.clip(checks * 0.5 + 0.5, 0, 1), ink)
    band = np.floor(depth * sectors / np.pi) % 4 == 1
    sheet = lay_over(sheet, np.clip(0.5 - checks * 0.5, 0, 1) * band, scene.inks.get_accent(0))
    return lay_over(sheet, 1 - smoothstep(radius, 0.02, 0.17), end)


def paint_interference(scene: Scene) -> Sheet:
    """Two sets of rings with near centers, one of them in color."""
    x, y = scene.grid
    rings = 12 + round(5 * scene.energy)
    tilt = scene.rng.uniform(0, np.pi)
    offset = 0.10 + 0.10 * scene.rng.random()
    centers = [(0.5 + sign * offset * np.cos(tilt), 0.5 + sign * offset * np.sin(tilt)) for sign in (-1, 1)]
    fields = [np.hypot(x - cx, y - cy) * rings for cx, cy in centers]
    ground, ink = _choose_grounds(scene)
    sheet = make_paper(scene.rng, scene.size, ground, _get_wear(scene))
    first, second = (_cover_stripes(field, 0.46) for field in fields)
    sheet = lay_over(sheet, second, scene.inks.get_accent(0))
    sheet = lay_over(sheet, first, ink)
    # Where both lie, the paper shows: the rings exclude each other, and the moire is seen from afar.
    overlap = np.hypot(x - 0.5, y - 0.5) < 0.36
    return lay_over(sheet, first * second * overlap, ground)


def paint_lines(scene: Scene) -> Sheet:
    """Slanting stripes that swell inside the motif, with a step at its outline."""
    x, y = scene.grid
    motif = scene.place_motif(width=0.88, height=0.88)
    body = fill_inside(motif)
    height = blur(body, 0.03)
    lean = scene.rng.uniform(-0.5, 0.5)
    count = 34 + round(14 * scene.energy)
    phase: Field = np.asarray((y + lean * x * 0.5 - 0.055 * height) * count, np.float32)
    share = np.float32(0.24) + np.float32(0.60) * motif - np.float32(0.06) * (body - motif)
    ground, ink = _choose_grounds(scene)
    sheet = make_paper(scene.rng, scene.size, ground, _get_wear(scene))
    outside = _cover_stripes(phase, 0.22) * (1 - motif)
    inside = _cover_stripes(phase, share) * motif
    sheet = lay_over(sheet, outside, mix(ink, ground, 0.15))
    return lay_over(sheet, inside, scene.inks.get_accent(0) if scene.energy > 0.4 else ink)


def paint_echo(scene: Scene) -> Sheet:
    """The motif flat in the accent, and its outlines in ever wider bands."""
    motif = scene.place_motif(width=0.50, height=0.50)
    distance = -measure_distance(fill_inside(motif))
    width = 0.030 - 0.012 * scene.energy
    # Bands widen with the distance.
    phase = np.asarray(np.sqrt(np.maximum(distance, 0) / width) * 1.6, np.float32)
    ground, ink = _choose_grounds(scene)
    sheet = make_paper(scene.rng, scene.size, ground, _get_wear(scene))
    sheet = lay_over(sheet, _cover_stripes(phase, 0.5), ink)
    ring = smoothstep(distance, 0.012, 0.009)
    sheet = lay_over(sheet, ring, ground)
    return lay_over(sheet, motif, scene.inks.get_accent(0))


LAYOUTS = {
    "bulge": paint_bulge,
    "current": paint_current,
    "tunnel": paint_tunnel,
    "interference": paint_interference,
    "lines": paint_lines,
    "echo": paint_echo,
}


def _choose_grounds(scene: Scene) -> tuple[Color, Color]:
    """Return ground and ink: light on dark for somber moods."""
    age = measure_age(scene.decade)
    # Old paper is darker, and old ink has faded.
    light = mix(scene.inks.paper, scene.inks.pale, age)
    dark = mix(neutralize(scene.inks.deep), light, 0.12 * age)
    return (dark, light) if is_somber(scene.mood) else (light, dark)


def _get_wear(scene: Scene) -> float:
    return 0.02 + 0.06 * measure_age(scene.decade)


def _cover_stripes(phase: Field, share: Field | float) -> Mask:
    """Return the stripes of a phase that counts them; `share`: how much of each is inked, 0 to 1."""
    position = np.abs(phase - np.floor(phase) - np.float32(0.5))
    slope = np.hypot(*get_slope(np.asarray(phase, np.float32))) / len(phase)
    edge = (np.asarray(share) / 2 - position) / np.maximum(slope, 1e-5)
    return np.asarray(np.clip(edge + 0.5, 0, 1), np.float32)


def _cover_step(field: Field) -> Mask:
    """Return 1 where the field is positive, with a smooth step of a pixel."""
    slope = np.hypot(*get_slope(np.asarray(field, np.float32))) / len(field)
    return np.asarray(np.clip(field / np.maximum(slope, 1e-5) + 0.5, 0, 1), np.float32)
