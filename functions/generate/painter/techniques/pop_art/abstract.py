"""Comic prints without a motif: an explosion, a sunrise and a brushstroke."""

import numpy as np

from generate.painter.kit.color import mix
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Color, Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.pop_art.comic import Comic, draw_wedges, outline_burst, outline_cloud


def paint_explosion(scene: Scene) -> Sheet:
    """An explosion: a star in a star in a cloud, with rays and flying shreds, on dots."""
    comic, rng = Comic(scene), scene.rng
    x, y = scene.grid
    center_x, center_y, scale = rng.uniform(0.36, 0.64), rng.uniform(0.4, 0.62), rng.uniform(0.9, 1.25)
    everywhere = np.ones_like(x)
    distance = np.hypot(x - center_x, y - center_y)
    if comic.is_dark:
        comic.key(everywhere)
        comic.dots(everywhere, comic.second, 0.75 - 1.1 * distance)
    else:
        comic.dots(everywhere, comic.second, 0.75 * np.clip(distance * 1.5 - 0.32, 0, 1))
    count = 9 + round(scene.energy * 9)
    angles = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * 2 * np.pi / count
    widths = rng.uniform(0.05, 0.16, count) * 12 / count
    comic.flat(draw_wedges(scene.size, center_x, center_y, angles.tolist(), widths.tolist(), 0.1), comic.first)
    place, spikes = (rng, center_x, center_y), 10 + round(scene.energy * 8)
    outer, inner = (comic.second, comic.first) if rng.random() < 0.5 else (comic.first, comic.second)
    if rng.random() < 0.6:
        comic.forms([outline_cloud(*place, 0.38 * scale, 0.35 * scale, 12 + round(scene.energy * 5), 0.18)], outer)
    else:
        comic.forms([outline_burst(*place, 0.34 * scale, 0.54 * scale, spikes)], outer)
    comic.forms([outline_burst(*place, 0.20 * scale, 0.36 * scale, spikes)], comic.paper)
    comic.forms([outline_burst(*place, 0.14 * scale, 0.25 * scale, spikes)], inner)
    comic.forms([outline_burst(*place, 0.06 * scale, 0.14 * scale, spikes)], comic.paper)
    shreds = []
    for angle in rng.uniform(0, 2 * np.pi, 5 + round(scene.energy * 8)):
        away = rng.uniform(0.5, 0.72) * scale
        shreds.append(
            outline_burst(rng, center_x + away * np.cos(angle), center_y + away * np.sin(angle), 0.018, 0.036, 3)
        )
    comic.forms(shreds, comic.paper, weight=0.7)
    return comic.sheet


def paint_sunrise(scene: Scene) -> Sheet:
    """The sun and its rays, or the moon, behind clouds, over waves or hills, in dots and thick lines."""
    comic, rng = Comic(scene), scene.rng
    x, y = scene.grid
    place = scene.place or rng.choice(("sea", "hills", "mountains"))
    night = scene.time == "night" or (scene.time != "day" and comic.is_dark)
    horizon, sun_x = 0.62, rng.uniform(0.35, 0.65)
    sky = np.asarray(y < horizon, np.float32)
    if night:
        comic.key(sky)
        comic.dots(sky, comic.second, 0.62 * np.clip((y - 0.12) / 0.5, 0, 1))
        moon = cover(np.hypot(x - sun_x, y - 0.27) - 0.16)
        comic.key(cover(np.hypot(x - sun_x - 0.01, y - 0.28) - 0.172))
        comic.flat(moon, comic.paper)
        shadow = np.clip((x - sun_x) * 4 + (y - 0.27) * 2, 0, 1)
        comic.dots(moon, comic.first, np.asarray(0.5 * shadow, np.float32))
        stars = [
            outline_burst(rng, star_x, star_y, 0.006, 0.022, 4) for star_x, star_y in rng.random((16, 2)) * (1, 0.5)
        ]
        far = [star for star in stars if np.hypot(*(star.mean(axis=0) - (sun_x, 0.27))) > 0.22]
        drawing = Drawing(scene.size)
        for star in far:
            drawing.polygon(star)
        comic.flat(drawing.to_mask(), comic.paper)
    else:
        comic.dots(sky, comic.second, 0.62 * np.clip(1.05 - y / horizon, 0, 1))
        rays = 7 + 2 * round(scene.energy * 3)
        angles = -np.pi * (np.arange(rays) + 0.5) / rays
        wedges = draw_wedges(scene.size, sun_x, horizon, angles.tolist(), [np.pi / rays * 0.5] * rays, 0.0)
        comic.flat(wedges * sky, comic.first)
        angle = np.linspace(-np.pi, np.pi, 90)
        sun = np.stack([sun_x + 0.25 * np.cos(angle), horizon - 0.04 + 0.25 * np.sin(angle)], axis=1)
        comic.forms([sun], mix(comic.first, comic.paper, 0.85))
    clouds = []
    first_side = int(rng.choice((-1, 1)))
    for index in range(2 + round(scene.energy)):
        side, width = first_side * (-1) ** index, rng.uniform(0.12, 0.2)
        spot = (0.5 + side * rng.uniform(0.28, 0.5), 0.14 + 0.13 * index + rng.uniform(0, 0.08))
        clouds.append(outline_cloud(rng, spot[0], spot[1], width, width * 0.36, 8))
    comic.forms(clouds, comic.paper)
    _paint_ground(comic, str(place), horizon, sun_x)
    return comic.sheet


def paint_brushstroke(scene: Scene) -> Sheet:
    """A great brushstroke, drawn as a comic would, with drips and splashes, on dots."""
    comic, rng = Comic(scene), scene.rng
    x, y = scene.grid
    ground = np.ones_like(x)
    if comic.is_dark:
        comic.key(ground)
    across = x if rng.random() < 0.5 else 1 - x
    comic.dots(ground, comic.second, np.clip(0.5 * (0.6 * y + 0.6 * across) - 0.15, 0, 0.38))
    side = int(rng.choice((-1, 1)))
    drops = []
    for _ in range(8 + round(scene.energy * 10)):
        spot = rng.uniform(0.06, 0.94, 2)
        size = 0.008 + 0.025 * rng.random() ** 2
        drops.append(outline_cloud(rng, spot[0], spot[1], size, size * rng.uniform(0.7, 1.3), 5, 0.15))
    comic.forms(drops, comic.first, weight=0.7)
    count = 1 + round(scene.energy * 2)
    for index in range(count):
        color = (comic.first, comic.second, comic.paper)[(count - 1 - index) % 3]
        level = 0.5 + (index - (count - 1) / 2) * 0.30
        _paint_stroke(comic, level, side * (-1) ** index, 0.17 if count == 1 else 0.13, color)
    return comic.sheet


def _paint_stroke(comic: Comic, level: float, side: int, half: float, color: Color) -> None:
    """Paint a stroke across the sheet: its ends are ragged, and the bristles leave lines."""
    rng, size = comic.scene.rng, comic.scene.size
    along = np.linspace(0, 1, 90)
    bend = rng.uniform(0.10, 0.2) * side
    path_x = 0.5 + side * (along - 0.5) * 0.98
    path_y = level + bend * np.sin(along * 2 * np.pi * rng.uniform(0.55, 0.8) + rng.uniform(-0.4, 0.4))
    thickness = half * (0.8 + 0.35 * np.sin(along * np.pi))
    strands = 9
    starts, ends = rng.uniform(0, 6, strands).astype(int), 90 - (rng.uniform(0, 1, strands) ** 1.5 * 26).astype(int)
    edges = np.linspace(-1, 1, strands + 1)

    def offset(share: float, part: slice) -> Points:
        return np.stack([path_x[part], (path_y + share * thickness)[part]], axis=1)

    fill, line = Drawing(size), Drawing(size)
    shift_down = np.array([0.007, 0.010])
    for strand in range(strands):
        part = slice(starts[strand], ends[strand])
        upper, lower = offset(edges[strand] - 0.02, part), offset(edges[strand + 1] + 0.02, part)
        tip = (upper[-1] + lower[-1]) / 2 + np.array([side * 0.035, 0])
        outline = np.concatenate([upper, [tip], lower[::-1]])
        fill.polygon(outline)
        line.polygon(outline + shift_down)
        line.line(np.concatenate([outline, outline[:2]]), 0.017)
    comic.key(line.to_mask())
    comic.flat(fill.to_mask(), color)
    bristles = Drawing(size)
    for _ in range(16 + round(comic.scene.energy * 8)):
        start = int(rng.integers(2, 60))
        part = slice(start, min(86, start + int(rng.integers(14, 50))))
        share = rng.uniform(-0.9, 0.9)
        width = np.sin(np.linspace(0, np.pi, part.stop - part.start)) * rng.uniform(0.02, 0.055)
        upper = np.stack([path_x[part], path_y[part] + (share - width) * thickness[part]], axis=1)
        lower = np.stack([path_x[part], path_y[part] + (share + width) * thickness[part]], axis=1)
        bristles.polygon(np.concatenate([upper, lower[::-1]]))
    comic.key(bristles.to_mask() * fill.to_mask())


def _paint_ground(comic: Comic, place: str, horizon: float, sun_x: float) -> None:
    rng, scene = comic.scene.rng, comic.scene
    across = np.linspace(-0.05, 1.05, 80)
    floor = [(1.1, 1.1), (-0.1, 1.1)]
    if place == "sea":
        box = np.array([(-0.1, horizon), (1.1, horizon), *floor])
        comic.forms([box], comic.second)
        for color, count in ((comic.paper, 10), (comic.black, 16 + round(scene.energy * 14))):
            drawing = Drawing(scene.size)
            for _ in range(count):
                share = rng.random() ** 0.8
                middle = sun_x + rng.normal(0, 0.12 + 0.2 * share) if color is comic.paper else rng.random()
                width, level = 0.05 + 0.14 * share, horizon + 0.03 + 0.35 * share
                step = np.linspace(-1, 1, 20)
                curve = 0.010 * np.sin(step * 5 + rng.uniform(0, 6))
                belly = (0.004 + 0.012 * share) * (1 - step**2)
                points = [np.stack([middle + width * step, level + curve + sign * belly], axis=1) for sign in (-1, 1)]
                drawing.polygon(np.concatenate([points[0], points[1][::-1]]))
            comic.flat(drawing.to_mask(), color)
        return
    for layer, density in enumerate((0.32, 0.0, 0.0)):
        base = horizon - 0.05 + 0.13 * layer
        if place == "mountains":
            peaks = np.arange(4 + layer)
            spots = (peaks + rng.uniform(-0.2, 0.2, len(peaks))) / (len(peaks) - 1)
            heights = np.where(
                peaks % 2 == layer % 2, rng.uniform(0.12, 0.26, len(peaks)), rng.uniform(-0.06, 0.02, len(peaks))
            )
            ridge = np.stack([np.sort(spots) * 1.2 - 0.1, base + 0.05 - heights], axis=1)
        else:
            wave = np.sin(across * rng.uniform(3, 6) + rng.uniform(0, 6))
            ridge = np.stack([across, base - 0.045 * wave], axis=1)
        color = (comic.first, comic.second, comic.black if layer == 2 and scene.energy > 0.6 else comic.first)[layer]
        comic.forms([np.concatenate([ridge, floor])], color, density=density)
