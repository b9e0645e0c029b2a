"""Linocut: one block, cut away between printings from light to dark.

A dark key block; light comes from tapered gouge marks that follow a direction: around the motif's form, out from a
sun, along furrows. Cleared areas keep slivers of ink, and ink lies unevenly.

Good: the knife is visible everywhere and always has a direction, with large black, large white and one flat second
color (Gustave Baumann; Leopoldo Mendez, "Bombardeo").
"""

import numpy as np

from generate.painter.kit.color import mix
from generate.painter.kit.fields import blur, get_slope, smoothstep
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.shapes import cover, fill_inside, measure_distance
from generate.painter.kit.sheets import lay_over, make_paper, print_ink
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene

GRAIN = 0.008


def paint_head(scene: Scene) -> Sheet:
    """The motif, larger than the sheet, before a disc of the second color."""
    x, y = scene.grid
    ink_cover = _roll_ink(scene)
    motif = scene.place_motif(y=0.56, width=1.18, height=1.18)
    body = fill_inside(motif)
    distance = np.hypot(x - 0.5, y - 0.45)
    sheet = make_paper(scene.rng, scene.size, scene.inks.paper)
    wobble = 0.006 * (scene.make_noise(30, 2) - 0.5)
    sheet = print_ink(sheet, cover(distance - 0.43 - wobble) * ink_cover, scene.inks.get_accent(0))
    rays = np.arctan2(y - 0.45, x - 0.5)
    ridges = draw_marks(scene.rng, 2600, rays, 0.5 * smoothstep(distance, 0.43, 0.8), 0.09, 0.007)
    key = np.maximum(motif, ridges * _keep_clear(body))
    return _print_key(scene, sheet, _cut_form(scene, key, body), ink_cover)


def paint_night(scene: Scene) -> Sheet:
    """The motif in a black sky; rays are cut around a moon."""
    x, y = scene.grid
    ink_cover = _roll_ink(scene)
    motif = scene.place_motif(y=0.58, width=0.80, height=0.74)
    body = fill_inside(motif)
    moon_x, moon_y = 0.5 + scene.rng.uniform(-0.12, 0.12), 0.30
    distance = np.hypot(x - moon_x, y - moon_y)
    rays = np.arctan2(y - moon_y, x - moon_x)
    sheet = make_paper(scene.rng, scene.size, scene.inks.paper)
    sky = mix(scene.inks.get_accent(0), scene.inks.ink, 0.15)
    sheet = print_ink(sheet, (1 - cover(distance - 0.20)) * (1 - body) * ink_cover, sky)
    density = np.clip(1.05 - smoothstep(distance, 0.22, 0.62), 0, 1) * 0.85 * (distance > 0.225)
    cuts = draw_marks(scene.rng, 5200, rays, density, 0.085, 0.0085)
    key = np.maximum((1 - cover(distance - 0.21)) * (1 - cuts) * _keep_clear(body), motif)
    return _print_key(scene, sheet, _cut_form(scene, key, body), ink_cover)


def paint_field(scene: Scene) -> Sheet:
    """A sun, furrows that run to the horizon, and the motif that stands in them."""
    x, y = scene.grid
    ink_cover = _roll_ink(scene)
    horizon, sun_x = 0.46, 0.5 + scene.rng.uniform(-0.2, 0.2)
    motif = scene.place_motif(0.5 - (sun_x - 0.5) * 0.7, 0.52, 0.70, 0.70, stands=True)
    body = fill_inside(motif)
    distance = np.hypot(x - sun_x, y - 0.30)
    land = y > horizon + 0.02 * np.sin(7 * x + scene.rng.uniform(0, 6))
    sheet = make_paper(scene.rng, scene.size, scene.inks.paper)
    sheet = print_ink(
        sheet, ((distance > 0.17) & ~land) * ink_cover, mix(scene.inks.get_accent(0), scene.inks.paper, 0.25)
    )
    sheet = print_ink(sheet, land * ink_cover, scene.inks.get_accent(1))
    furrows = np.arctan2(y - horizon + 0.05, (x - 0.5) * 0.9)
    around = np.where(land, furrows, np.arctan2(y - 0.30, x - sun_x) + np.pi / 2)
    in_sky = np.where(distance > 0.20, 0.10 + 0.5 * smoothstep(distance, 0.25, 0.8), 0)
    density = np.where(land, 0.55 * smoothstep(y, horizon, 1.0) + 0.18, in_sky)
    key = draw_marks(scene.rng, 5200, around, density, 0.075, 0.010)
    key = np.maximum(key * (1 - np.clip(blur(body, 7 / 1280) * 3, 0, 1)), motif)
    return _print_key(scene, sheet, _cut_form(scene, key, body), ink_cover)


LAYOUTS = {"head": paint_head, "night": paint_night, "field": paint_field}


def _roll_ink(scene: Scene) -> Mask:
    """Return how much ink the roller left, with small bare spots."""
    spots = (scene.make_noise(380, 2) > 0.72) * scene.make_noise(12, 2)
    return np.asarray(np.clip(1.08 - 0.5 * spots, 0, 1), np.float32)


def _keep_clear(body: Mask) -> Mask:
    """Return 0 on and near the motif, so that nothing touches its outline."""
    return np.asarray(1 - np.clip(blur(body, 6 / 1280) * 3 - 0.4, 0, 1), np.float32)


def _cut_form(scene: Scene, key: Mask, body: Mask) -> Mask:
    """Cut light into the motif, along its form, from the upper left."""
    x, y = scene.grid
    depth = measure_distance(body)
    across, down = get_slope(blur(depth, 14 / 1280))
    lit: Field = np.clip((across + down) * 0.8 + 0.05, 0, 1)
    along = np.arctan2(down, across) + 0.25 * np.sin(8 * y + 6 * x)
    density = np.clip(lit * np.exp(-(((depth - 0.018) / 0.035) ** 2)) * 1.5, 0, 0.9) + 0.05 * (depth > 0.03)
    cuts = draw_marks(scene.rng, 6500, along, density, 0.042, 0.0062, bluntness=0.5)
    return np.asarray(key * (1 - cuts * (depth > 0.004)), np.float32)


def _print_key(scene: Scene, sheet: Sheet, key: Mask, ink_cover: Mask) -> Sheet:
    """Print the key block; it ends a little before the paper does."""
    x, y = scene.grid
    key = smoothstep(key + 0.25 * (scene.make_noise(260, 2) - 0.5), 0.35, 0.65)
    sheet = lay_over(sheet, key * ink_cover, scene.inks.ink)
    margin = np.maximum(np.abs(x - 0.5), np.abs(y - 0.5)) - 0.475 + 0.004 * (scene.make_noise(26, 3) - 0.5)
    return lay_over(sheet, 1 - cover(margin), scene.inks.paper)
