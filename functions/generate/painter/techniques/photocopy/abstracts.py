"""Photocopies without a motif: torn scraps, a dragged copy, a horizon."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.photocopy.copier import Collage, copy_tone, make_halftone, misfeed, slant


def paint_torn(scene: Scene) -> Sheet:
    """Torn scraps of black, white and colored copies, one over the other, taped and stapled."""
    rng = scene.rng
    x, y = scene.grid
    collage = Collage(scene, 1)
    count = int(5 + 4 * scene.energy)
    turn = rng.uniform(0, np.pi)
    for index in range(count):
        turn += 2.4 + rng.normal(0, 0.25)
        along = (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn)
        place = 0.06 + 0.30 * rng.random()
        kind = ("black", "white", "dots", "color", "bars")[index % 5]
        scrap = collage.make_scrap({"color": 1, "dots": 0, "bars": 2}.get(kind, 0), _fill(scene, kind))
        width = rng.uniform(0.06, 0.16)
        distance = place - along if index % 3 < 2 else np.abs(along - place) - width
        collage.paste(distance, scrap, torn=1.3)
    for _ in range(int(2 + 3 * scene.energy)):
        collage.tape(rng.uniform(0.15, 0.85), rng.uniform(0.15, 0.85), rng.uniform(0, np.pi))
    for _ in range(3):
        collage.staple(rng.uniform(0.12, 0.88), rng.uniform(0.12, 0.88), rng.uniform(-0.6, 0.6))
    return collage.sheet


def paint_dragged(scene: Scene) -> Sheet:
    """Bars of black, pulled over the glass while the copier ran, and a torn strip of bare stock."""
    rng = scene.rng
    x, y = scene.grid
    collage = Collage(scene, 1)
    edges = np.cumsum(rng.uniform(0.015, 0.09, 40)) - 0.25
    bend = (0.05 + 0.22 * scene.energy) * (scene.make_noise(1.5, 3, aspect=0.4) - 0.5)
    bend += 0.10 * np.sin(2.2 * np.pi * y + rng.uniform(0, 6)) * scene.energy
    place = x + bend * smoothstep(y, 0.0, 0.6)
    bars = (np.searchsorted(edges, place.ravel()).reshape(place.shape) % 2).astype(np.float32)
    bars = misfeed(scene, bars, int(2 + 8 * scene.energy), 0.04 + 0.12 * scene.energy, 2)
    fade = 0.42 * smoothstep(scene.make_noise(2, 2), 0.55, 0.95)
    collage.copy(copy_tone(scene, bars * (0.98 - fade)))
    down = slant(scene, rng.uniform(-0.06, 0.06))
    middle = rng.uniform(0.62, 0.80)
    collage.paste(np.abs(down - middle) - rng.uniform(0.05, 0.10), collage.make_scrap(0, np.zeros_like(x)), torn=1.3)
    if scene.energy > 0.4:
        other = slant(scene, rng.uniform(-0.3, 0.3))
        collage.paste(np.abs(other - middle + 0.42) - 0.025, collage.make_scrap(2, np.zeros_like(x)), torn=1.2)
    collage.tape(rng.choice((0.08, 0.92)), middle, rng.normal(np.pi / 2, 0.2))
    return collage.sheet


def paint_horizon(scene: Scene) -> Sheet:
    """Torn strips as hills, mountains or a sea, under a disc of coarse dots."""
    rng = scene.rng
    x, y = scene.grid
    night = scene.time == "night" or (scene.time == "" and is_somber(scene.mood))
    collage = Collage(scene, 0)
    if night:
        collage.copy(copy_tone(scene, np.full_like(x, 0.95)))
        stars = Drawing(scene.size)
        for star_x, star_y, chance in rng.random((80, 3)):
            stars.disc(star_x, 0.6 * star_y, 0.0016 + 0.004 * chance**3)
        collage.copy(stars.to_mask(), collage.stocks[0])
    sun_x, sun_y, radius = rng.uniform(0.28, 0.72), rng.uniform(0.24, 0.36), rng.uniform(0.15, 0.21)
    distance = np.hypot(x - sun_x, y - sun_y)
    disc = collage.make_scrap(1, make_halftone(scene, 0.75 * smoothstep(y - x, sun_y - sun_x, sun_y - sun_x + 0.4)))
    collage.paste(distance - radius, disc, torn=0.25)
    kinds = ("dots", "color", "black", "bars", "white") if night else ("dots", "black", "color", "bars", "black")
    for index, kind in enumerate(kinds):
        bend, phase = rng.uniform(2.5, 5.5), rng.uniform(0, 6)
        wave = np.sin(bend * x + phase) + 0.4 * np.sin(2.7 * bend * x + phase)
        if scene.place == "mountains":
            wave = 3.4 * np.abs(((bend * x + phase) / 2.4) % 1 - 0.5) - 0.85
        elif scene.place == "sea":
            wave = 0.9 - 1.8 * (1 - np.abs(np.sin((6 - 0.7 * index) * x + phase))) ** 1.5
        height = (0.025 + 0.040 * scene.energy) * (1.8 if scene.place == "mountains" else 1.0)
        line = 0.52 + 0.10 * index + height * wave
        stock = {"color": 1, "bars": 2}.get(kind, 0)
        collage.paste(line - y, collage.make_scrap(stock, _fill(scene, kind)), torn=0.9)
    if scene.weather == "rain":
        drops = Drawing(scene.size)
        for drop_x, drop_y, chance in rng.random((90, 3)):
            drops.line([(drop_x, drop_y), (drop_x - 0.035, drop_y + 0.06 + 0.08 * chance)], 0.0036)
        collage.sheet = lay_over(collage.sheet, drops.to_mask(), collage.stocks[0])
    collage.tape(sun_x + radius * 0.8, sun_y - radius * 0.8, 0.75)
    return collage.sheet


def _fill(scene: Scene, kind: str) -> Mask:
    """Return the toner on a kind of scrap: black, white, color (bare), dots or bars."""
    x, y = scene.grid
    if kind == "black":
        return copy_tone(scene, np.full_like(x, 0.80))
    if kind == "dots":
        turn = scene.rng.uniform(0, 2 * np.pi)
        fall = (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn)
        return make_halftone(scene, np.asarray(np.clip(0.5 + 0.8 * fall, 0.08, 0.85), np.float32), 34)
    if kind == "bars":
        lines = np.abs((slant(scene, scene.rng.uniform(-0.5, 0.5)) * 26) % 1 - 0.5)
        return cover((lines - 0.22) / 26)
    return np.asarray(copy_tone(scene, np.zeros_like(x)), np.float32)
