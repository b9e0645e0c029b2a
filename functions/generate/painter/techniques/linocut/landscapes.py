"""Linocuts without a motif: a sea, firs, hills."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import mix
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing, draw_marks
from generate.painter.kit.shapes import cover
from generate.painter.kit.sheets import print_ink
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.linocut.cutting import carve, print_key, roll_ink, start_sheet


def paint_sea(scene: Scene) -> Sheet:
    """Rows of waves under a sun or a moon; foam is cut under the crests."""
    x, y = scene.grid
    rng, ink_cover = scene.rng, roll_ink(scene)
    horizon, rows = rng.uniform(0.27, 0.46), 6
    radius = 0.13 + 0.16 * (horizon - 0.2)
    sun_x, sun_y = 0.5 + rng.uniform(-0.26, 0.26), horizon - radius * rng.uniform(0.5, 1.0)
    depth, slope, row, foam = np.full_like(x, -1), np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    for index in range(rows):
        share = index / (rows - 1)
        waves = 6.5 - 4.9 * share
        height = (0.012 + 0.11 * share**1.2) * (0.5 + 0.9 * scene.energy)
        phase = np.pi * (waves * x + rng.uniform(0, 2)) + 0.7 * np.sin(4 * x + rng.uniform(0, 6))
        peak = (1 - np.abs(np.sin(phase))) ** 1.2
        crest = horizon + (0.86 - horizon) * share**1.2 + 0.3 * height - height * peak
        inside = y > crest
        depth = np.where(inside, y - crest, depth)
        slope = np.where(inside, 0.9 * height * waves * np.pi * np.cos(phase) * np.sign(np.sin(phase)), slope)
        row = np.where(inside, share, row)
        foam = np.where(inside, (0.004 + 0.05 * share) * (0.15 + peak), foam)
    water = depth >= 0
    distance = np.hypot(x - sun_x, y - sun_y)
    disc = cover(distance - radius) * ~water
    sheet = print_ink(start_sheet(scene), (1 - disc) * ~water * ink_cover, _get_sky_ink(scene))
    sheet = print_ink(sheet, (water & (depth > foam)) * ink_cover, scene.inks.get_accent(1))
    glitter = np.exp(-(((x - sun_x) / (0.08 + 0.3 * (y - horizon).clip(0))) ** 2))
    below = depth / (0.03 + 0.09 * row)
    light = np.clip(0.10 + 0.55 * glitter + 0.75 * smoothstep(below, 0.5, 2.2), 0, 0.92)
    cuts = carve(scene, 1200, np.asarray(np.arctan(slope), np.float32), light * water, 0.17, 0.028)
    key = np.where(water, (1 - cuts) * np.clip((depth - 0.8 * foam) / 0.003, 0, 1), 0)
    key = np.maximum(key, water & (depth < 0.004))
    key = np.maximum(key, _cut_sky(scene, distance, np.arctan2(y - sun_y, x - sun_x), radius) * ~water)
    return _finish(scene, sheet, np.asarray(key, np.float32), ink_cover)


def paint_firs(scene: Scene) -> Sheet:
    """Firs before a great sun or moon, light cut into one side of each."""
    x, y = scene.grid
    rng, ink_cover = scene.rng, roll_ink(scene)
    sun_x, sun_y, radius = 0.5 + rng.uniform(-0.12, 0.12), 0.42, 0.27
    distance = np.hypot(x - sun_x, y - sun_y)
    back, _ = _draw_firs(scene, np.linspace(-0.02, 1.02, 19), 0.84, 0.28, sun_x, 0.0)
    middle, _ = _draw_firs(scene, np.linspace(0.02, 0.98, 9), 0.92, 0.42, sun_x, 0.05)
    sides = np.array([-0.02, 0.10, 0.25, 0.76, 0.89, 1.03])
    front, lit = _draw_firs(scene, sides, 1.06, 0.84, sun_x, 0.0)
    ground = (y > 0.77 + 0.02 * np.sin(5 * x + rng.uniform(0, 6))).astype(np.float32)
    sky = (1 - cover(distance - radius)) * (1 - np.maximum(np.maximum(back, middle), np.maximum(front, ground)))
    sheet = print_ink(start_sheet(scene), sky * ink_cover, _get_sky_ink(scene))
    second = scene.inks.get_accent(1)
    far = back * (1 - np.maximum(middle, np.maximum(front, ground)))
    sheet = print_ink(sheet, far * ink_cover, mix(second, scene.inks.paper, 0.25))
    sheet = print_ink(sheet, middle * (1 - np.maximum(front, ground)) * ink_cover, mix(second, scene.inks.ink, 0.25))
    rays = np.arctan2(y - sun_y, x - sun_x)
    slant = np.where(lit > 0, np.pi / 2 - 0.85, np.pi / 2 + 0.85).astype(np.float32)
    bark = carve(scene, 4200, slant, front * np.clip(0.04 + 0.62 * np.abs(lit), 0, 0.7), 0.06, 0.010)
    shade = draw_marks(rng, 2600, slant, middle * (0.55 if is_somber(scene.mood) else 0.35), 0.05, 0.009)
    key = _cut_sky(scene, distance, rays, radius) * sky
    path = np.exp(-(((x - sun_x) / (0.10 + 0.5 * (y - 0.79).clip(0))) ** 2))
    snow = carve(scene, 2600, rays, ground * np.clip(0.25 + path, 0, 0.95), 0.09, 0.010)
    key = np.maximum(np.maximum(key, shade * middle), ground * (1 - snow))
    key = np.where(front > 0.5, 1 - bark, key)
    return _finish(scene, sheet, np.asarray(key, np.float32), ink_cover)


def paint_hills(scene: Scene) -> Sheet:
    """Hills one behind the other, every field furrowed its own way, and a low sun or moon."""
    x, y = scene.grid
    rng, ink_cover = scene.rng, roll_ink(scene)
    sun_x, sun_y, radius = 0.5 + rng.uniform(-0.3, 0.3), rng.uniform(0.18, 0.34), 0.13
    distance = np.hypot(x - sun_x, y - sun_y)
    rays = np.arctan2(y - sun_y, x - sun_x)
    rows = 6
    steep = scene.place == "mountains"
    row, depth, angle = np.full_like(x, -1), np.zeros_like(x), np.zeros_like(x)
    for index in range(rows):
        share = index / (rows - 1)
        bend, height = rng.uniform(3, 6), (0.05 + 0.05 * scene.energy) * (1.15 - 0.4 * share)
        phase = rng.uniform(0, 2 * np.pi)
        wave = np.sin(bend * x + phase)
        if steep:
            wave = 2 * np.abs(((bend * x + phase) / 2.2) % 2 - 1) - 1 + 0.3 * np.sin(17 * x + phase)
            height *= 1.5 - 0.6 * share
        crest = 0.42 + 0.44 * share + height * wave
        inside = y > crest
        row, depth = np.where(inside, index, row), np.where(inside, y - crest, depth)
        vanishing = rng.uniform(-0.3, 1.3)
        furrows = (
            np.arctan2(y - crest + 0.10, x - vanishing)
            if index % 2
            else np.arctan(height * bend * np.cos(bend * x + phase)) + 0.15
        )
        angle = np.where(inside, furrows, angle)
    sky = row < 0
    sheet = print_ink(start_sheet(scene), (1 - cover(distance - radius)) * sky * ink_cover, _get_sky_ink(scene))
    first, second = scene.inks.get_accent(0), scene.inks.get_accent(1)
    inks = [mix(second, scene.inks.paper, 0.35), second, mix(first, scene.inks.paper, 0.2)]
    for index in range(rows):
        sheet = print_ink(sheet, (row == index) * ink_cover, inks[index % 3])
    dark = np.array([0.35, 0.75, 0.5])[row.astype(int) % 3] * (1.15 if is_somber(scene.mood) else 0.9)
    shading = np.clip(dark * smoothstep(depth, -0.01, 0.13) + 0.06, 0, 0.9) * ~sky
    key = carve(scene, 1200, np.asarray(angle, np.float32), np.asarray(shading, np.float32), 0.14, 0.026) * ~sky
    key = np.maximum(key, (~sky & (depth < 0.006)))
    key = np.maximum(key, _cut_sky(scene, distance, rays, radius) * sky)
    return _finish(scene, sheet, np.asarray(key, np.float32), ink_cover)


def _get_sky_ink(scene: Scene) -> Field:
    return mix(scene.inks.get_accent(0), scene.inks.ink if scene.time == "night" else scene.inks.paper, 0.15)


def _cut_sky(scene: Scene, distance: Field, rays: Field, radius: float) -> Mask:
    """Return the key block's sky: black with rays and stars at night, light with black strokes around a sun by day."""
    if scene.time == "night":
        light = 0.9 * (1 - smoothstep(distance, radius, radius + 0.30)) * (distance > radius + 0.012)
        cuts = carve(scene, 2600, rays, light, 0.09, 0.0135)
        stars = Drawing(scene.size)
        for star_x, star_y, chance in scene.rng.random((70, 3)):
            stars.disc(star_x, star_y * 0.75, 0.0025 + 0.005 * chance**3)
        return np.asarray((distance > radius) * (1 - cuts) * (1 - stars.to_mask()), np.float32)
    density = (0.08 + (0.35 + 0.3 * scene.energy) * smoothstep(distance, radius + 0.05, 0.75)) * (
        distance > radius + 0.02
    )
    return carve(scene, 1300, np.asarray(rays + np.pi / 2, np.float32), density, 0.125, 0.015)


def _draw_firs(
    scene: Scene, places: NDArray[np.float64], foot: float, height: float, sun_x: float, scatter: float
) -> tuple[Mask, Field]:
    """Return firs that stand at `places`, and where they are lit: positive on the left side, negative on the right."""
    x, y = scene.grid
    drawing = Drawing(scene.size)
    lit = np.zeros_like(x)
    for place in places.tolist():
        center = place + scene.rng.uniform(-0.02, 0.02)
        tall = height * scene.rng.uniform(0.75, 1.1)
        wide, tiers = tall * scene.rng.uniform(0.17, 0.22), 8
        base = foot + scene.rng.uniform(-scatter, scatter)
        sides: list[list[tuple[float, float]]] = [[], []]
        for tier in range(1, tiers + 1):
            share = tier / tiers
            for side, points in zip((-1, 1), sides, strict=True):
                reach = wide * share * scene.rng.uniform(0.8, 1.15)
                drop = base - tall * (1 - share)
                points.append((center + side * reach, drop + 0.02 * tall))
                points.append((center + side * reach * 0.55, drop))
        outline = [(center, base - tall), *sides[1], *reversed(sides[0])]
        drawing.polygon(outline)
        across = (x - center) / wide
        inside = (np.abs(across) < 1) & (y < base) & (y > base - tall)
        toward_sun = 1.0 if sun_x < center else -1.0
        lit = np.where(inside, toward_sun * np.clip(-across * toward_sun * 1.8 + 0.1, 0, 1), lit)
    return drawing.to_mask(), np.asarray(lit, np.float32)


def _finish(scene: Scene, sheet: Sheet, key: Mask, ink_cover: Mask) -> Sheet:
    """Cut rain or snow through everything and print the key block."""
    if scene.weather == "rain":
        slant = np.full_like(key, 1.85)
        drops = draw_marks(scene.rng, 170, slant, np.ones_like(key), 0.17, 0.008, jitter=0.02)
        key = key * (1 - drops)
        sheet = sheet + (scene.inks.paper - sheet) * drops[..., None]
    elif scene.weather == "snow":
        flakes = Drawing(scene.size)
        for flake_x, flake_y, chance in scene.rng.random((180, 3)):
            flakes.disc(flake_x, flake_y, 0.005 + 0.008 * chance**2)
        key = key * (1 - flakes.to_mask())
        sheet = sheet + (scene.inks.paper - sheet) * flakes.to_mask()[..., None]
    return print_key(scene, np.asarray(sheet, np.float32), key, ink_cover)
