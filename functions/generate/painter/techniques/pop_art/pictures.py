"""Comic prints with a motif."""

import numpy as np

from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.pop_art.comic import Comic, draw_wedges, outline_burst, outline_cloud


def paint_closeup(scene: Scene) -> Sheet:
    """The motif, huge and cropped, before a field of dots and a flat one."""
    comic, rng = Comic(scene), scene.rng
    x, y = scene.grid
    side = int(rng.choice((-1, 1)))
    everywhere = np.ones_like(x)
    if comic.is_dark:
        comic.key(everywhere)
        comic.dots(everywhere, comic.ground, np.clip(0.75 * y, 0, 1))
    else:
        comic.flat(everywhere, comic.ground)
        comic.dots(everywhere, comic.shade, np.clip(0.5 - 0.75 * y, 0, 0.42))
    slant = np.array(
        [(0.5 - side * 0.7, 0.78), (0.5 + side * 0.7, 0.55), (0.5 + side * 0.7, 1.1), (0.5 - side * 0.7, 1.1)]
    )
    comic.forms([slant], comic.black if rng.random() < 0.5 else tone(comic.ground, get_lightness(comic.ground) - 0.14))
    comic.figure(scene.place_motif(0.5, 0.52, 1.04, 0.98), comic.shade)
    return comic.sheet


def paint_burst(scene: Scene) -> Sheet:
    """The motif that breaks out of an action burst, before rays."""
    comic, rng = Comic(scene), scene.rng
    x, _ = scene.grid
    everywhere = np.ones_like(x)
    if comic.is_dark:
        comic.key(everywhere)
    else:
        comic.flat(everywhere, comic.shade)
    count = 12 + round(scene.energy * 10)
    angles = (np.arange(count) + 0.5 * rng.random()) * 2 * np.pi / count
    rays = draw_wedges(scene.size, 0.5, 0.5, angles.tolist(), [np.pi / count] * count, 0.0)
    if comic.is_dark:
        comic.dots(rays, comic.shade, 0.5)
    else:
        comic.dots(rays, comic.paper, 0.42)
    spikes = 11 + round(scene.energy * 7)
    comic.forms([outline_burst(rng, 0.5, 0.5, 0.43, 0.60, spikes)], comic.black, weight=1.2)
    comic.forms([outline_burst(rng, 0.5, 0.5, 0.40, 0.56, spikes)], comic.ground)
    comic.figure(scene.place_motif(0.5, 0.5, 0.80, 0.78, turn=float(rng.uniform(-8, 8)) * scene.energy), comic.shade)
    return comic.sheet


def paint_speed(scene: Scene) -> Sheet:
    """The motif in full flight: speed lines, puffs of dust and a sky of dots."""
    comic, rng = Comic(scene), scene.rng
    x, y = scene.grid
    everywhere = np.ones_like(x)
    if comic.is_dark:
        comic.key(everywhere)
        comic.dots(everywhere, comic.ground, np.clip(0.7 - y, 0, 0.7))
    else:
        comic.flat(everywhere, comic.ground)
        comic.dots(everywhere, comic.shade, np.clip(0.8 * y - 0.4, 0, 0.5))
    flat, black = Drawing(scene.size), Drawing(scene.size)
    tilt = rng.uniform(-0.22, -0.10)
    for index in range(16 + round(scene.energy * 22)):
        level, start = rng.uniform(-0.1, 1.2), rng.uniform(-0.4, 0.5)
        length, half = rng.uniform(0.35, 1.1), rng.uniform(0.004, 0.022)
        step = np.array([(0, 0), (length * 0.85, -half), (length, 0), (length * 0.85, half)])
        points = np.stack([start + step[:, 0], level + step[:, 1] + tilt * (start + step[:, 0])], axis=1)
        (black if index % 3 == 0 else flat).polygon(points)
    comic.flat(flat.to_mask(), comic.shade if not comic.is_dark else comic.ground)
    comic.key(black.to_mask())
    puffs = [
        outline_cloud(rng, rng.uniform(-0.02, 0.34), rng.uniform(0.76, 0.98), s, s * 0.7, 7) for s in (0.10, 0.13, 0.08)
    ]
    comic.forms(puffs, comic.shade)
    motif = scene.place_motif(0.53, 0.5, 0.86, 0.80, face="right", turn=6 + 8 * scene.energy)
    comic.figure(motif, comic.shade)
    return comic.sheet
