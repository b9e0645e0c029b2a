"""Mosaics of a motif: huge and shaded, black on a pale floor, of shards."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import choose_dark_hue, get_lightness, mix, neutralize, tint, tone, vivid
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.shapes import fill_inside, get_normals, inflate, measure_distance
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.mosaic.tiles import Stones, choose_gold, pick, set_stones


def _light_body(scene: Scene, body: Mask) -> Field:
    """Return the light on the rounded motif, 0 to 1: from above, for somber moods from below."""
    across, down, _ = get_normals(blur(inflate(body, 0.10), 0.005), 0.32)
    below = -0.5 if is_somber(scene.mood) else 0.6
    return np.asarray(np.clip(0.5 - 0.55 * across - below * down, 0, 1), np.float32)


def _cut_joints(scene: Scene, sheet: Sheet, motif: Mask, body: Mask, opacity: float = 0.9) -> Sheet:
    """Draw the inner lines that are thinner than a stone as wide joints."""
    lines = np.clip(body - motif, 0, 1) * (blur(body, 0.006) > 0.9)
    sheet = lay_over(sheet, lines, neutralize(scene.inks.ink), opacity)
    seam = np.exp(-((measure_distance(body) / 0.0022) ** 2)).astype(np.float32)
    return lay_over(sheet, seam, neutralize(scene.inks.ink), 0.8)


def paint_head(scene: Scene) -> Sheet:
    """The motif, larger than the wall, shaded in five colors; a dark row around it, and rays of two colors behind."""
    x, y = scene.grid
    rng, side = scene.rng, 0.0262
    motif = scene.place_motif(0.5, 0.52, 1.02, 1.0)
    body = fill_inside(motif)
    distance = measure_distance(body)
    center_x, center_y = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.6)
    radius = np.hypot(x - center_x, y - center_y)
    stones = Stones(side)
    everywhere = np.ones_like(x)
    stones.lay_rows(distance, everywhere, 0.5 * side, 14, side)
    stones.lay_rows(-distance, everywhere, 0.5 * side, 3, side)
    stones.lay_rows(radius, (distance < -3 * side).astype(np.float32), 0.5 * side, 45, side)
    stones.fill_gaps(rng, distance)
    points = stones.points
    depth, rays = pick(distance, points), np.arctan2(points[:, 1] - center_y, points[:, 0] - center_x)
    prominent = scene.inks.by_prominence
    low = choose_dark_hue([*prominent[1:], prominent[0]])
    warm = prominent[0] if low is not prominent[0] else prominent[1 % len(prominent)]
    second = vivid(warm)
    ground = [tint(low, 0.46, 0.15), tint(low, 0.31, 0.12)]
    pale = tone(neutralize(scene.inks.by_lightness[-1]), 0.94, 0.0, 0.05)
    steps = [
        tone(second, 0.60, 0.0, 0.18),
        tone(second, 0.72, 0.0, 0.17),
        mix(tone(second, 0.82), pale, 0.3),
        pale,
        pale,
    ]
    light = pick(_light_body(scene, body), points) + rng.normal(0, 0.05, len(points))
    beams = 8 + round(8 * scene.energy)
    colors = np.stack(ground)[(np.floor((rays / (2 * np.pi) + 0.5) * beams) % 2).astype(int)]
    colors = np.where((depth < 0)[:, None] & (depth > -1.0 * side)[:, None], neutralize(scene.inks.ink), colors)
    glow = (depth < -1.0 * side) & (depth > -2.0 * side)
    colors = np.where(glow[:, None], choose_gold(scene), colors)
    lit = np.stack(steps)[np.clip(light * 4.8 - 0.3, 0, 4).astype(int)]
    lit = np.where((depth < side)[:, None], pale, lit)
    colors = np.where((depth > 0)[:, None], lit, colors)
    return _cut_joints(scene, set_stones(scene, points, stones.angles, colors, side), motif, body)


def paint_figure(scene: Scene) -> Sheet:
    """The motif flat in dark stones on a pale floor, as in Ostia's baths, above three bands of waves."""
    x, y = scene.grid
    rng, side = scene.rng, 0.0250
    stands = scene.motif is not None and scene.motif.stands
    motif = scene.place_motif(0.5, 0.45, 0.82, 0.72, stands=stands)
    body = fill_inside(motif)
    distance = measure_distance(body)
    stones = Stones(side)
    everywhere = np.ones_like(x)
    stones.lay_rows(distance, everywhere, 0.5 * side, 14, side)
    stones.lay_rows(-distance, everywhere, 0.5 * side, 2, side)
    swing = 0.010 + 0.016 * scene.energy
    waves = y + swing * np.sin(2 * np.pi * (3 + 2 * scene.energy) * x + rng.uniform(0, 6)) * smoothstep(y, 0.3, 0.8)
    stones.lay_rows(waves, (distance < -2 * side).astype(np.float32), 0.5 * side, 42, side)
    stones.fill_gaps(rng, waves)
    points = stones.points
    depth, level = pick(distance, points), pick(waves, points)
    dark, pale = neutralize(scene.inks.ink), tone(neutralize(scene.inks.by_lightness[-1]), 0.91, 0.0, 0.04)
    figure, floor = (pale, dark) if is_somber(scene.mood) else (dark, pale)
    accent, second = scene.inks.get_accent(0), scene.inks.get_accent(1)
    colors = np.broadcast_to(floor, (len(points), 3))
    row = np.floor((level - 0.84) / side).astype(int)
    for first, color in ((0, accent), (2, accent), (3, second), (5, figure), (6, figure)):
        colors = np.where((row == first)[:, None], color, colors)
    colors = np.where(((depth < 0) & (depth > -2 * side))[:, None], floor, colors)
    colors = np.where((depth > 0)[:, None], figure, colors)
    sheet = set_stones(scene, points, stones.angles, colors.astype(np.float32), side)
    return lay_over(sheet, np.clip(body - motif, 0, 1), floor, 0.95)


def paint_shards(scene: Scene) -> Sheet:
    """The motif in broken glazed tiles, in bands of color that swim around it."""
    rng, side = scene.rng, 0.036
    motif = scene.place_motif(0.5, 0.5, 0.90, 0.86)
    body = fill_inside(motif)
    distance = measure_distance(body)
    stones = Stones(side)
    everywhere = np.ones_like(body)
    for sign in (1, -1):
        stones.lay_rows(distance * np.float32(sign), everywhere, 0.42 * side, 1, side)
    stones.fill_gaps(rng, distance)
    points = stones.points
    depth = pick(distance, points)
    somber = is_somber(scene.mood)
    pale, dark = tone(neutralize(scene.inks.by_lightness[-1]), 0.94, 0.0, 0.04), neutralize(scene.inks.ink)
    flow = pick(scene.make_noise(1.8 + 1.5 * scene.energy, 2, 0.4), points) * 7 - depth * 5
    prominent = scene.inks.by_prominence
    bands = [_darken(scene.inks.get_accent(0), somber), _darken(scene.inks.get_accent(1), somber)]
    bands += [tint(prominent[2 % len(prominent)], 0.40, 0.12), mix(bands[0], dark, 0.45), bands[1]]
    colors = np.stack(bands)[np.floor(flow).astype(int) % len(bands)]
    inner = np.stack([pale, mix(pale, choose_gold(scene), 0.55), pale, mix(pale, bands[0], 0.16)])
    picked = rng.integers(0, 4, len(points))
    colors = np.where((depth > 0)[:, None], inner[picked], colors).astype(np.float32)
    return _cut_joints(scene, set_stones(scene, points, None, colors, side * 0.8), motif, body, 0.95)


def _darken(color: Color, somber: bool) -> Color:
    """Return the color dark enough to set off a pale motif."""
    return tone(color, min(get_lightness(color), 0.42 if somber else 0.58))
