"""Cloth by the thread: tartan and ikat."""

import numpy as np

from generate.painter.kit.color import get_lightness, mix, tone
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.weave.loom import DARK, LIGHT, choose_yarns, drape, fade_threads, shade_threads


def paint_tartan(scene: Scene) -> Sheet:
    """A tartan in a 2/2 twill: the same mirrored stripes in warp and weft; on the bias where the music is wild."""
    rng, size = scene.rng, scene.size
    yarns = choose_yarns(scene)
    threads = 88
    wide = sorted((0, 1, 2), key=lambda index: get_lightness(yarns[index]))
    ground, second = (wide[0], DARK) if rng.random() < 0.6 else (0, DARK)
    lines = [index for index in (0, 1, 2) if index != ground]
    sett = [(ground, 14), (second, 5), (ground, 3), (second, 5), (lines[0], 6), (second, 8), (LIGHT, 2), (second, 4)]
    if rng.random() < 0.5:
        sett = [(ground, 9), (LIGHT, 1), (ground, 4), (second, 12), (lines[1], 2), (second, 3), (lines[0], 4)]
    scale = 1.0 - 0.4 * scene.energy
    half = [number for number, width in sett for _ in range(max(1, round(width * scale)))]
    sequence = np.array(half + half[::-1])
    x, y = scene.grid
    if scene.energy > 0.65:
        x, y = (x + y) * np.float32(0.7071), (y - x + 1) * np.float32(0.7071)
    sway = np.float32(0.006) * (scene.make_noise(2, 2) - np.float32(0.5))
    warp, weft = (x + sway) * threads, (y + sway) * threads
    shift = rng.integers(0, len(sequence), 2)
    across, down = np.floor(warp).astype(np.int32), np.floor(weft).astype(np.int32)
    table = np.stack(yarns).astype(np.float32)
    warp_color, weft_color = sequence[(across + shift[0]) % len(sequence)], sequence[(down + shift[1]) % len(sequence)]
    over = (across + down) % 4 < 2
    strength = fade_threads(size, threads)
    # From afar the two colors mix; near, each thread keeps a little of the other.
    mixture = 0.5 * (table[warp_color] + table[weft_color])
    sheet = mixture + (table[np.where(over, warp_color, weft_color)] - mixture) * np.float32(0.62 * strength)
    sheet = blur(sheet, 0.0009)
    across_thread = np.where(over, warp % 1, weft % 1)
    round_top = np.sin(np.pi * across_thread).astype(np.float32)
    shades = (1 + 0.05 * rng.normal(0, 1, (2, 257))).astype(np.float32)
    shade = np.where(over, shades[0][across % 257], shades[1][down % 257]) * (1.05 - strength * 0.22 * (1 - round_top))
    return drape(scene, np.asarray(sheet * shade[..., None], np.float32))


def paint_ikat(scene: Scene) -> Sheet:
    """Lozenges within lozenges whose edges are feathered, because the dyed warp threads have slipped."""
    rng, size = scene.rng, scene.size
    x, y = scene.grid
    yarns = choose_yarns(scene)
    threads = 96
    slip = rng.normal(0, 0.008 + 0.010 * scene.energy, threads + 1) + 0.010 * np.sin(np.arange(threads + 1) * 0.8)
    thread = (x * threads).astype(np.int32)
    # Between threads at small sizes the slips are averaged by the eye, so that they need no fading.
    slipped = y + slip.astype(np.float32)[thread]
    columns = 2 if scene.energy < 0.35 else 3
    width, height = 1 / columns, 0.62 if columns == 2 else 0.44
    column = np.floor(x / width)
    u = np.abs((x / width) % 1 - 0.5) * 2
    v = np.abs(((slipped + rng.random() + 0.5 * height * (column % 2)) / height) % 1 - 0.5) * 2
    hooks = 0.10 * np.sin(v * 19) * smoothstep(u, 0.1, 0.6)
    away = u * 0.95 + v + hooks
    order = [LIGHT, 0, DARK, LIGHT, 1, DARK, 0, LIGHT, 2, DARK, 1]
    if rng.random() < 0.5:
        order = [0, LIGHT, 1, DARK, LIGHT, 0, LIGHT, DARK, 2, 0, LIGHT]
    place = np.clip(away / 1.95 * len(order), 0, len(order) - 1).astype(np.int32)
    table = np.stack([yarns[index] for index in order]).astype(np.float32)
    # Dye creeps along the thread, so that a color ends softly.
    sheet = blur(table[place], 0.0014)
    spine = smoothstep(u, 0.955, 0.985)[..., None]
    sheet = sheet + (tone(mix(yarns[DARK], yarns[0], 0.2), 0.26) - sheet) * spine
    shades = (1 + 0.045 * rng.normal(0, 1, threads + 1)).astype(np.float32)
    shade = shade_threads(scene, y * 60, x * threads, threads) * (
        1 + (shades[thread] - 1) * (0.4 + 0.6 * fade_threads(size, threads))
    )
    return drape(scene, np.asarray(sheet * shade[..., None], np.float32), 0.20)
