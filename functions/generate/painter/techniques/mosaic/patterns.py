"""Mosaics without a motif: a sun, a vault of stars, a promenade of waves, a coast."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import choose_cold_hue, choose_dark_hue, mix, neutralize, tint, tone
from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.mosaic.tiles import Stones, choose_gold, pick, set_stones

_SIDE = 0.0295


def _lay_all(scene: Scene, potential: Field) -> Stones:
    """Return the whole wall laid along one potential."""
    stones = Stones(_SIDE)
    low, high = float(potential.min()), float(potential.max())
    stones.lay_rows(potential, np.ones_like(potential), low + _SIDE / 2, int((high - low) / _SIDE) + 1, _SIDE)
    stones.fill_gaps(scene.rng, potential)
    return stones


def paint_sun(scene: Scene) -> Sheet:
    """A sun in rings: a disc, a crown of flames, and bands that wave more and more toward the edge."""
    x, y = scene.grid
    rng = scene.rng
    center_x, center_y = rng.uniform(0.30, 0.70), rng.uniform(0.30, 0.70)
    stones = _lay_all(scene, np.hypot(x - center_x, y - center_y))
    points = stones.points
    radius = np.hypot(points[:, 0] - center_x, points[:, 1] - center_y)
    angle = np.arctan2(points[:, 1] - center_y, points[:, 0] - center_x)
    gold, dark = choose_gold(scene), neutralize(scene.inks.ink)
    pale = tone(neutralize(scene.inks.by_lightness[-1]), 0.94, 0.0, 0.05)
    low = choose_dark_hue([*scene.inks.by_prominence[1:], scene.inks.by_prominence[0]])
    first, second = scene.inks.get_accent(0), scene.inks.get_accent(1)
    rays = 8 + 2 * round(4 * scene.energy)
    wave = 0.5 + 0.5 * np.cos(rays * angle + 5 * scene.energy * (radius - 0.2))
    bent = radius - 0.075 * wave * np.clip((radius - 0.13) / 0.1, 0, 1)
    bands = [gold, gold, gold, gold, pale, first, first, gold, dark, tint(low, 0.34, 0.12), tint(low, 0.34, 0.12)]
    bands += [
        second,
        pale,
        first,
        tint(low, 0.30, 0.12),
        tint(low, 0.30, 0.12),
        gold,
        second,
        dark,
        tint(low, 0.26, 0.1),
    ]
    if is_somber(scene.mood):
        bands = [dark, dark, dark, tint(low, 0.30, 0.1), *bands[4:]]
    place = np.floor(bent / (_SIDE * 1.35)).astype(int)
    colors = np.stack(bands)[np.where(place < len(bands), np.maximum(place, 0), 9 + place % 11)]
    return set_stones(scene, points, stones.angles, colors, _SIDE)


def paint_vault(scene: Scene) -> Sheet:
    """A night-blue vault: rings of stars that grow toward the edge around a great star."""
    x, y = scene.grid
    rng = scene.rng
    center_x, center_y = 0.5 + rng.uniform(-0.12, 0.12), rng.uniform(0.42, 0.66)
    stones = _lay_all(scene, np.hypot(x - center_x, y - center_y))
    points = stones.points
    dx, dy = points[:, 0] - center_x, points[:, 1] - center_y
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    low = choose_cold_hue(scene.inks.by_prominence)
    gold, pale = choose_gold(scene), tone(neutralize(scene.inks.by_lightness[-1]), 0.92, 0.0, 0.05)
    share = np.clip(radius / 0.75, 0, 1) + rng.normal(0, 0.10, len(points))
    night = np.stack([tint(low, lightness, 0.13) for lightness in (0.42, 0.35, 0.28, 0.23)])
    colors = night[np.clip(share * 4, 0, 3.9).astype(int)]
    points_of_star = 8
    reach = 0.150 * (0.50 + 0.50 * np.abs(np.cos(points_of_star / 2 * angle)) ** 1.5)
    colors = np.where((radius < reach)[:, None], gold, colors)
    colors = np.where((radius < 0.045)[:, None], pale, colors)
    ring_width = 0.128 + 0.02 * (1 - scene.energy)
    for ring in range(6):
        at = 0.27 + ring_width * ring * (1 + 0.06 * ring)
        count = round((2 * np.pi * at) / (0.150 + 0.012 * ring))
        step = 2 * np.pi / count
        turn = (angle / step + 0.5 * (ring % 2)) % 1 - 0.5
        away = np.hypot(turn * step * radius, radius - at)
        bearing = np.arctan2(turn * step * radius, radius - at)
        size = (0.050 + 0.003 * ring) * (0.40 + 0.60 * np.cos(2 * bearing) ** 2)
        colors = np.where((away < size)[:, None], gold, colors)
        colors = np.where((away < 0.016)[:, None], pale, colors)
    border = (radius > 0.170) & (radius < 0.170 + _SIDE)
    colors = np.where(border[:, None], scene.inks.get_accent(1), colors)
    return set_stones(scene, points, stones.angles, colors, _SIDE)


def paint_promenade(scene: Scene) -> Sheet:
    """A pavement of broad dark and pale waves, as on a beach promenade, with one band of color."""
    x, y = scene.grid
    rng = scene.rng
    lengths = 1.5 + scene.energy
    phase = rng.uniform(0, 6.28)
    tilt = rng.uniform(-0.35, 0.35)
    u, v = x + tilt * (y - 0.5), y - tilt * (x - 0.5)
    bend = (0.055 + 0.035 * scene.energy) * np.sin(2 * np.pi * lengths * u + phase)
    potential: Field = np.asarray(v + bend, np.float32)
    stones = _lay_all(scene, potential)
    points = stones.points
    period = 0.25 - 0.05 * scene.energy
    swell = 0.5 + 0.30 * np.cos(2 * np.pi * lengths * pick(np.asarray(u, np.float32), points) + phase)
    position = pick(potential, points) / period + rng.random() * 0.2
    row = np.floor(position)
    dark, pale = neutralize(scene.inks.ink), tone(neutralize(scene.inks.by_lightness[-1]), 0.92, 0.0, 0.04)
    colors = np.where(((position % 1) < swell)[:, None], dark, pale)
    accented = (row == 1 + rng.integers(0, 2)) & ((position % 1) < swell)
    colors = np.where(accented[:, None], scene.inks.get_accent(0), colors)
    return set_stones(scene, points, stones.angles, colors.astype(np.float32), _SIDE)


def paint_coast(scene: Scene) -> Sheet:
    """A low sun or moon in rings of sky over a sea of waving rows, with its path of light on the water."""
    x, y = scene.grid
    rng = scene.rng
    night = scene.time == "night" or (not scene.time and is_somber(scene.mood))
    horizon, sun_x, radius = rng.uniform(0.52, 0.62), rng.uniform(0.28, 0.72), rng.uniform(0.14, 0.20)
    sun_y = horizon - radius * 0.35
    distance = np.hypot(x - sun_x, y - sun_y)
    depth = y - horizon
    swing = 0.035 * np.clip(depth, 0, 0.4) / 0.4 * (0.5 + scene.energy)
    waves = depth + swing * np.sin(2 * np.pi * (2.5 + 2 * scene.energy) * (x - sun_x))
    stones = Stones(_SIDE)
    stones.lay_rows(waves, (depth > 0).astype(np.float32), _SIDE / 2, 26, _SIDE)
    stones.lay_rows(distance, (depth < -_SIDE * 0.4).astype(np.float32), _SIDE / 2, 45, _SIDE)
    stones.fill_gaps(rng, np.where(depth > 0, waves, distance).astype(np.float32))
    points = stones.points
    away, water, below = pick(distance, points), pick(waves, points), points[:, 1] - horizon
    first, gold = scene.inks.get_accent(0), choose_gold(scene)
    pale = tone(neutralize(scene.inks.by_lightness[-1]), 0.94, 0.0, 0.05)
    low = choose_cold_hue(scene.inks.by_prominence)
    if night:
        sky = [tint(low, lightness, 0.11) for lightness in (0.50, 0.40, 0.32, 0.26, 0.22, 0.19)]
        sun = pale
    else:
        sky = [pale, mix(gold, pale, 0.45), gold, mix(first, gold, 0.5), first, tone(first, 0.50, 0.0, 0.18)]
        sun = first
    place = np.clip((away - radius) / 0.105 + rng.normal(0, 0.16, len(points)), 0, 5).astype(int)
    colors = np.stack(sky)[place]
    if night:
        colors = np.where((rng.random(len(points)) < 0.03)[:, None] & (away > radius + 0.1)[:, None], gold, colors)
    colors = np.where((away < radius)[:, None], sun, colors)
    sea = np.stack([tint(low, lightness, 0.12) for lightness in (0.60, 0.36, 0.48, 0.29, 0.42, 0.25)])
    tones = sea[np.clip(np.floor(water / _SIDE).astype(int) % 6, 0, 5)]
    glitter = np.exp(-(((points[:, 0] - sun_x) / (0.09 + 0.30 * below.clip(0))) ** 2))
    lit = (np.floor(water / _SIDE) % 2 == 0) & (rng.random(len(points)) < glitter * 1.2)
    tones = np.where(lit[:, None], sun if night else gold, tones)
    colors = np.where((below > 0)[:, None], tones, colors)
    return set_stones(scene, points, stones.angles, colors.astype(np.float32), _SIDE)
