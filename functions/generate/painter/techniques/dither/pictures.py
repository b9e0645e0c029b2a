"""Pixel art with a motif."""

import numpy as np

from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.dither.screen import (
    BAYER,
    DARK,
    FIRST,
    LIGHT,
    PIXELS,
    SECOND,
    Screen,
    diffuse,
    dither_ramp,
    light_motif,
    outline,
    shrink,
)


def paint_bust(scene: Scene) -> Sheet:
    """The motif, lit and cropped, before a sky of one color."""
    screen = Screen(scene)
    motif = scene.place_motif(0.5, 0.54, 1.06, 1.0)
    body = shrink(motif)
    somber = scene.mood in ("dark", "melancholic", "epic")
    fall = screen.y if somber else 1 - screen.y
    screen.put(np.ones_like(body), dither_ramp(np.clip(1.1 * fall - 0.1, 0, 1), [DARK, SECOND]))
    if scene.energy > 0.35:  # rays behind it
        angle = np.arctan2(screen.y - 0.5, screen.x - 0.5) / np.pi * (8 + round(scene.energy * 8))
        screen.put((np.floor(angle) % 2 == 0) & (0.5 * fall > BAYER), SECOND)
    lit = diffuse(np.where(body, np.clip(0.28 + 0.95 * light_motif(scene, motif), 0, 1), 0).astype(np.float32))
    screen.put(outline(body), DARK)
    screen.put(body, np.where(lit, LIGHT, FIRST).astype(np.int8))
    return screen.show()


def paint_horizon(scene: Scene) -> Sheet:
    """The motif on a checkered plain before a setting sun or a starry sky."""
    screen = Screen(scene)
    x, y, horizon = screen.x, screen.y, 0.64
    night = scene.time == "night" or (scene.time != "day" and scene.mood in ("dark", "epic"))
    sky = dither_ramp((y / horizon) ** 1.5, [DARK, SECOND] if night else [FIRST, LIGHT])
    screen.put(np.ones_like(x, bool), sky)
    distance = np.hypot(x - 0.5, y - 0.38)
    if night:
        for column, row in (scene.rng.random((70, 2)) * (PIXELS, PIXELS * 0.6)).astype(int):
            screen.pixels[row, column] = LIGHT
    bars = (np.floor(y * PIXELS / 3) % 2 == 0) & (y > 0.42)
    screen.put((distance < 0.29) & ~bars, dither_ramp((y - 0.1) / 0.6, [SECOND, FIRST] if night else [LIGHT, SECOND]))
    depth = 1 / np.maximum(y - horizon + 0.012, 0.004)
    speed = 0.16 + 0.14 * scene.energy
    check = (np.floor((x - 0.5) * depth * 1.1 * speed * 4) + np.floor(depth * speed)) % 2 == 0
    floor = np.where(check, FIRST if night else SECOND, SECOND if night else LIGHT)
    haze = np.clip((y - horizon) / 0.10, 0, 1) > BAYER
    screen.put(y > horizon, np.where(haze, floor, SECOND if night else LIGHT).astype(np.int8))
    motif = scene.place_motif(0.5, 0.50, 0.82, 0.72, stands=True)
    body = shrink(motif)
    light = light_motif(scene, motif)
    if night:
        screen.put(outline(body), DARK)
        screen.put(body, np.where(diffuse(np.where(body, 0.45 + 0.7 * light, 0)), LIGHT, FIRST).astype(np.int8))
        return screen.show()
    screen.put(body, np.where(diffuse(np.where(body, light * 0.55 - 0.1, 0)), SECOND, DARK).astype(np.int8))
    return screen.show()


def paint_echo(scene: Scene) -> Sheet:
    """The motif repeated backward in scale, its colors changing from copy to copy."""
    screen = Screen(scene)
    inks = [SECOND, FIRST, SECOND, FIRST, SECOND]
    copies = 4 + round(scene.energy * 3)
    turn = float(scene.rng.choice((-1, 1))) * 14 * scene.energy
    for copy in range(copies):
        share = copy / (copies - 1)
        size = 2.0 - 1.28 * share**0.8
        motif = scene.place_motif(0.5, 0.52, size, size, turn=turn * (1 - share))
        if copy < copies - 1:
            scene.motif_masks.pop()
        body = shrink(motif)
        ink = inks[(copies - copy) % 5]
        screen.put(outline(body), DARK)
        if copy == copies - 1:
            margin = body
            for _ in range(3):
                margin = margin | outline(margin)
            screen.put(margin & ~body, DARK)
            screen.put(body, dither_ramp(1.2 - screen.y * 0.5, [FIRST, LIGHT]))
        else:
            screen.put(body, dither_ramp(np.full_like(screen.x, (0.95, 0.32 + 0.2 * share)[copy % 2]), [DARK, ink]))
    return screen.show()


def paint_scan(scene: Scene) -> Sheet:
    """The motif on a failing screen, torn into displaced lines with a colored shadow."""
    screen, rng = Screen(scene), scene.rng
    motif = scene.place_motif(0.5, 0.5, 0.98, 0.94)
    scene.motif_masks.pop()
    body = shrink(motif)
    light: Field = np.where(body, 0.30 + 0.85 * light_motif(scene, motif), 0).astype(np.float32)
    moves = np.zeros(PIXELS, int)
    row = 0
    while row < PIXELS:
        height = int(rng.integers(3, 14))
        if rng.random() < 0.25 + 0.4 * scene.energy:
            moves[row : row + height] = int(rng.normal(0, 4 + 10 * scene.energy))
        row += height
    torn = np.stack([np.roll(line, move) for line, move in zip(light, moves, strict=True)])
    ghost = np.stack([np.roll(line, 5 + move // 2) for line, move in zip(light, moves, strict=True)])
    # The measured mask follows the picture.
    scale = scene.size / PIXELS
    rows = (np.arange(scene.size) / scale).astype(int)
    visible = [np.roll(line, round(moves[row] * scale)) for line, row in zip(motif, rows, strict=True)]
    scene.motif_masks.append(np.stack(visible))
    screen.put(ghost * 0.7 > BAYER, SECOND)
    screen.put(torn > 0, np.where(diffuse(torn), LIGHT, FIRST).astype(np.int8))
    bars = (np.abs(moves)[:, None] > 9) & (BAYER < 0.25) & (torn <= 0)
    screen.put(bars, SECOND)
    return screen.show()
