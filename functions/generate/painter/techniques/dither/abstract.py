"""Pixel art without a motif: a planet and a tunnel."""

import numpy as np

from generate.painter.kit.fields import make_noise
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.dither.screen import (
    DARK,
    FIRST,
    LIGHT,
    PIXELS,
    SECOND,
    Screen,
    diffuse,
    dither_ramp,
    outline,
)


def paint_planet(scene: Scene) -> Sheet:
    """A banded planet with a ring, half in shadow, among stars."""
    screen, rng = Screen(scene), scene.rng
    x, y = screen.x, screen.y
    side = int(rng.choice((-1, 1)))
    nebula = make_noise(rng, PIXELS, 3, 3)
    screen.put(np.ones_like(x, bool), dither_ramp((nebula - 0.52) * (1.2 + scene.energy), [DARK, SECOND]))
    for star_x, star_y, size in rng.random((60 + round(60 * scene.energy), 3)):
        column, row = int(star_x * PIXELS), int(star_y * PIXELS)
        screen.pixels[row, column] = LIGHT
        if size > 0.93:
            screen.pixels[max(0, row - 2) : row + 3, column] = LIGHT
            screen.pixels[row, max(0, column - 2) : column + 3] = LIGHT
    center_x, center_y, radius = 0.5 - side * 0.06, rng.uniform(0.46, 0.56), rng.uniform(0.27, 0.34)
    across, down = (x - center_x) / radius, (y - center_y) / radius
    depth = 1 - across**2 - down**2
    inside = depth > 0
    height = np.sqrt(np.clip(depth, 0, 1))
    tilt = 0.35 * side
    along = down * np.cos(tilt) - across * np.sin(tilt)
    bands = 0.5 + 0.5 * np.sin(along * (7 + 8 * scene.energy) + 2 * (make_noise(rng, PIXELS, 4, 2, aspect=3) - 0.5))
    light = np.clip(-0.62 * side * across - 0.45 * down + 0.35 * height, 0, 1) * (0.62 + 0.5 * bands)
    screen.put(inside, dither_ramp(np.clip(light * 1.25, 0, 1), [DARK, SECOND, FIRST, LIGHT]))
    ring_across = across * np.cos(tilt) + down * np.sin(tilt)
    ring = np.hypot(ring_across, along / 0.24)
    bright = diffuse(
        np.where((ring > 1.28) & (ring < 2.0), 0.35 + 0.65 * (np.sin(ring * 19) > -0.3), 0).astype(np.float32)
    )
    before = (along > 0) | ~inside
    on_ring = (ring > 1.28) & (ring < 2.0) & before
    shadow = (
        inside
        & (np.hypot(ring_across, (along + 0.10) / 0.24) > 1.28)
        & (np.hypot(ring_across, (along + 0.10) / 0.24) < 1.8)
    )
    screen.put(shadow & (along > -0.1), DARK)
    screen.put(on_ring, np.where(bright, LIGHT, SECOND).astype(np.int8))
    screen.put(outline(on_ring) & inside, DARK)
    moon = np.hypot(x - center_x + side * 0.36, y - center_y + 0.30)
    screen.put(
        moon < 0.055, dither_ramp(np.clip(0.5 - side * (x - center_x + side * 0.36) * 12, 0, 1), [DARK, FIRST, LIGHT])
    )
    return screen.show()


def paint_tunnel(scene: Scene) -> Sheet:
    """A checkered tunnel that twists into the dark, or into light."""
    screen, rng = Screen(scene), scene.rng
    center_x, center_y = rng.uniform(0.36, 0.64, 2)
    x, y = screen.x - center_x, screen.y - center_y
    distance = np.hypot(x, y) + 0.004
    if rng.random() < 0.4:  # a square shaft
        distance = np.maximum(np.abs(x), np.abs(y)) + 0.004
    twist = scene.energy * 1.6 * rng.choice((-1, 1))
    segments = int(rng.choice((6, 8, 10)))
    around = (np.arctan2(y, x) + twist * np.log(distance)) / (2 * np.pi) * segments
    along = np.log(distance) * (2.2 + 1.2 * scene.energy) + rng.random()
    check = (np.floor(around) + np.floor(along)) % 2 == 0
    shade = 0.5 + 0.5 * np.cos((around % 1 - 0.5) * 2)
    near = np.clip((np.log(distance) + 2.9) / 2.6, 0, 1)
    to_light = scene.mood not in ("dark", "melancholic", "epic")
    lit = dither_ramp(np.where(to_light, 1 - near, near) * shade, [FIRST, LIGHT])
    unlit = dither_ramp(np.where(to_light, 1 - near, near) * 0.9, [DARK, SECOND])
    screen.put(check, lit)
    screen.put(~check, unlit)
    screen.put(distance < 0.062, LIGHT if to_light else DARK)
    return screen.show()
