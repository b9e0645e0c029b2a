"""Engravings without a motif: a sea, a mountain range, a rosette."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.character import is_somber
from generate.painter.kit.fields import get_slope, smoothstep
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.engraving.burin import engrave, print_plate, waver


def paint_sea(scene: Scene) -> Sheet:
    """A swell whose lines crowd together toward the horizon, under a colored disc in a ruled sky."""
    x, y = scene.grid
    rng, wobble = scene.rng, waver(scene)
    horizon = rng.uniform(0.42, 0.58)
    radius = rng.uniform(0.13, 0.22)
    sun_x, sun_y = rng.uniform(0.3, 0.7), horizon - radius * rng.uniform(0.3, 1.4)
    distance = np.hypot(x - sun_x, y - sun_y)
    water = y > horizon
    depth = np.clip(y - horizon, 0, 1)
    # Seen in perspective: a row of the water at depth d lies 1 / d away.
    away = 1 / (depth + 0.10)
    across = (x - 0.5) * away
    height: NDArray[np.float32 | np.float64] = np.zeros_like(x)
    for _ in range(5):
        turn, length = rng.uniform(-0.5, 0.5), rng.uniform(0.9, 2.4)
        height += (
            np.sin((across * np.sin(turn) + away * np.cos(turn)) * 2 * np.pi / length + rng.uniform(0, 6)) * length
        )
    height = height / 6 * (0.35 + 0.9 * scene.energy)
    lift = height * depth * 0.16
    slope = get_slope((height * (0.3 + depth)).astype(np.float32))[1]
    path = np.exp(-(((x - sun_x) / (0.05 + 0.5 * depth)) ** 2))
    dark = 0.46 + 0.10 * np.clip(slope, -4, 4) - 0.30 * path + 0.12 * is_somber(scene.mood)
    phase_water = np.log(depth + 0.10) * 0.50 + lift * 0.9
    night = scene.time == "night"
    glow = np.exp(-((distance / 0.38) ** 2))
    cloud = smoothstep(scene.make_noise(3, 4, aspect=3), 0.35, 0.8)
    sky = 0.95 - 0.8 * glow if night else 0.10 + 0.42 * cloud * (1 - glow)
    phase = np.where(water, phase_water, y + 0.006 * np.sin(6 * x)) + wobble
    darkness = np.where(water, np.clip(dark, 0.06, 0.94), np.clip(sky, 0, 0.94))
    lines = engrave(phase.astype(np.float32), darkness.astype(np.float32))
    lines = lines * (water | (distance > radius + 0.008))
    edge = cover(np.abs(y - horizon) - np.float32(0.0016))
    return print_plate(scene, np.maximum(lines, edge), cover(distance - radius) * ~water)


def paint_range(scene: Scene) -> Sheet:
    """Mountains in sheets of slanting lines, each range lighter than the one before it."""
    x, y = scene.grid
    rng, wobble = scene.rng, waver(scene)
    sun_x, sun_y, radius = rng.uniform(0.2, 0.8), rng.uniform(0.18, 0.30), rng.uniform(0.09, 0.14)
    distance = np.hypot(x - sun_x, y - sun_y)
    night, mist = scene.time == "night", scene.weather == "mist"
    gentle = scene.place == "hills"
    phase = np.asarray(distance * 0.9, np.float32)
    glow = np.exp(-((distance / 0.32) ** 2))
    darkness: Field = np.asarray(0.92 - 0.8 * glow if night else 0.30 * (1 - glow), np.float32)
    outline = np.zeros_like(x)
    rows = 5
    for index in range(rows):
        share = index / (rows - 1)
        rough = scene.make_noise(2.2 + index, 2 if gentle else 5, 0.30 if gentle else 0.48)
        relief = rough + 0.12 * scene.make_noise(9, 3) * (not gentle)
        profile = rough[scene.size // 2]
        crest = 0.40 + 0.46 * share - (0.10 + 0.16 * scene.energy) * (profile - 0.4) * (1.3 - 0.5 * share)
        depth = y - crest
        inside = depth > 0
        side = get_slope(relief.astype(np.float32))[0] * np.sign(sun_x - 0.5)
        tone_of_range = (0.16 + 0.50 * share) + np.clip(side * 0.09, -0.28, 0.34)
        if mist:
            tone_of_range = tone_of_range * np.exp(-depth.clip(0) / 0.07) * 1.5
        else:
            tone_of_range = tone_of_range * (1 - 0.55 * smoothstep(depth, 0.04, 0.30))
        slant = (y * 0.62 + x * 0.50 * (-1) ** index) + relief * 0.10
        phase = np.where(inside, slant + wobble, phase)
        darkness = np.where(inside, np.clip(tone_of_range, 0.02, 0.94), darkness)
        outline = np.where(inside, 0, outline)
        outline = np.maximum(outline, cover(np.abs(depth) - np.float32(0.0016)))
    lines = engrave(phase.astype(np.float32), darkness.astype(np.float32), 46)
    in_sky = y < 0.9
    lines = np.where((distance < radius + 0.008) & in_sky & (phase == np.asarray(distance * 0.9, np.float32)), 0, lines)
    spot = cover(distance - radius) * (phase == np.asarray(distance * 0.9, np.float32))
    return print_plate(scene, np.maximum(lines, outline).astype(np.float32), spot.astype(np.float32))


def paint_rosette(scene: Scene) -> Sheet:
    """A banknote's rosette: wound lines whose crossings make a flower, over a ruled ground."""
    x, y = scene.grid
    rng = scene.rng
    center_x, center_y = (0.5, 0.5) if scene.energy < 0.6 else tuple(rng.uniform(0.25, 0.75, 2))
    radius = np.hypot(x - center_x, y - center_y).astype(np.float32)
    around = np.arctan2(y - center_y, x - center_x).astype(np.float32)
    petals = int(rng.choice((5, 6, 7, 8)))
    reach = 0.44 if scene.energy < 0.6 else 0.62
    lines = np.zeros_like(x)
    swing = 0.16 * np.cos(petals * around) + 0.07 * np.cos(3 * petals * around + rng.uniform(0, 6))
    share = radius / reach
    for sign, count in ((1, 12), (-1, 12)):
        turn = around + sign * (0.8 + 0.5 * scene.energy) * share
        bent = radius * (1 - 0.55 * (0.16 * np.cos(petals * turn)))
        darkness = 0.16 + 0.34 * np.abs(np.cos(petals * turn / 2)) * smoothstep(share, 0.05, 0.5)
        lines = np.maximum(lines, engrave(bent.astype(np.float32), darkness.astype(np.float32), count / reach))
    flower = cover((radius - reach * (0.86 + 0.55 * swing)).astype(np.float32))
    rays = engrave(
        (around / (2 * np.pi)).astype(np.float32), (0.30 * smoothstep(share, 0.30, 0.06)).astype(np.float32), 44
    )
    eye = cover(radius - reach * 0.20)
    lines = np.where(eye > 0.5, rays, lines)
    ground = engrave(
        y + 0.012 * np.sin(9 * x + rng.uniform(0, 6)), np.full_like(x, 0.62 if is_somber(scene.mood) else 0.30), 42
    )
    edge = cover((np.abs(radius - reach * (0.90 + 0.55 * swing)) - 0.0045).astype(np.float32))
    halo = cover((radius - reach * (0.94 + 0.55 * swing)).astype(np.float32))
    inked = np.maximum(ground * (1 - halo), np.maximum(lines * flower, edge))
    spot = np.maximum(eye, 0.35 * flower * (1 - eye))
    return print_plate(scene, np.asarray(inked, np.float32), np.asarray(spot, np.float32), 0.9)
