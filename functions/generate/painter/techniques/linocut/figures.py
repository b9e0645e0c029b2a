"""Linocuts of a motif."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import mix
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.shapes import cover, fill_inside, measure_distance
from generate.painter.kit.sheets import print_ink
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.linocut.cutting import carve, cut_form, keep_clear, print_key, roll_ink, start_sheet


def paint_head(scene: Scene) -> Sheet:
    """The motif, larger than the sheet, before a disc of the second color."""
    x, y = scene.grid
    ink_cover = roll_ink(scene)
    motif = scene.place_motif(y=0.56, width=1.16, height=1.16)
    body = fill_inside(motif)
    distance = np.hypot(x - 0.5, y - 0.45)
    wobble = 0.006 * (scene.make_noise(30, 2) - 0.5)
    sheet = print_ink(start_sheet(scene), cover(distance - 0.43 - wobble) * ink_cover, scene.inks.get_accent(0))
    rays = np.arctan2(y - 0.45, x - 0.5)
    density = (0.25 + 0.5 * scene.energy) * smoothstep(distance, 0.43, 0.8)
    ridges = carve(scene, 2400, rays, density, 0.09, 0.008)
    key = np.maximum(motif, ridges * keep_clear(body))
    return print_key(scene, sheet, cut_form(scene, key, body), ink_cover)


def paint_night(scene: Scene) -> Sheet:
    """The motif in a black sky; rays are cut around a moon, and light stands around the motif."""
    x, y = scene.grid
    ink_cover = roll_ink(scene)
    motif = scene.place_motif(y=0.58, width=0.80, height=0.74)
    body = fill_inside(motif)
    moon_x, moon_y = 0.5 + scene.rng.uniform(-0.14, 0.14), 0.29
    distance = np.hypot(x - moon_x, y - moon_y)
    rays = np.arctan2(y - moon_y, x - moon_x)
    sky = mix(scene.inks.get_accent(0), scene.inks.ink, 0.12)
    sheet = print_ink(start_sheet(scene), (1 - cover(distance - 0.20)) * (1 - motif) * ink_cover, sky)
    halo = np.exp(-np.clip(-measure_distance(body) - 0.03, 0, 1) / 0.05)
    reach = 0.52 if is_somber(scene.mood) else 0.70
    light = np.maximum(1.0 - smoothstep(distance, 0.22, reach), halo)
    cuts = carve(scene, 4600, rays, light * 0.95 * (distance > 0.225), 0.105, 0.0135)
    key = np.maximum((1 - cover(distance - 0.21)) * (1 - cuts) * keep_clear(body, 16 / 1280), motif)
    return print_key(scene, sheet, cut_form(scene, key, body), ink_cover)


def paint_field(scene: Scene) -> Sheet:
    """A sun, furrows that run to the horizon, and the motif that stands in them."""
    x, y = scene.grid
    ink_cover = roll_ink(scene)
    horizon, sun_x = 0.60, 0.5 + scene.rng.uniform(-0.2, 0.2)
    motif = scene.place_motif(0.5 - (sun_x - 0.5) * 0.7, 0.52, 0.74, 0.70, stands=True)
    body = fill_inside(motif)
    distance = np.hypot(x - sun_x, y - 0.32)
    land = y > horizon + 0.02 * np.sin(7 * x + scene.rng.uniform(0, 6))
    free = (1 - motif) * ink_cover
    first, second = scene.inks.get_accent(0), scene.inks.get_accent(1)
    sheet = print_ink(start_sheet(scene), ((distance > 0.19) & ~land) * free, mix(first, scene.inks.paper, 0.25))
    sheet = print_ink(sheet, land * free, second)
    furrows = np.arctan2(y - horizon + 0.05, (x - 0.5) * 0.9)
    around = np.where(land, furrows, np.arctan2(y - 0.32, x - sun_x) + np.pi / 2)
    in_sky = np.where(distance > 0.21, 0.06 + (0.3 + 0.3 * scene.energy) * smoothstep(distance, 0.3, 0.8), 0)
    on_land = 0.16 + (0.7 if is_somber(scene.mood) else 0.5) * smoothstep(y, horizon, 1.0)
    outside = -measure_distance(body)
    density = np.where(land, on_land, in_sky) * smoothstep(outside, 0.02, 0.11)
    ridges = carve(scene, 3900, around, np.asarray(density, np.float32), 0.09, 0.012)
    key = np.maximum(ridges * keep_clear(body), motif)
    return print_key(scene, sheet, cut_form(scene, key, body), ink_cover)
