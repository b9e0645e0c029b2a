"""Ribbons along a field of directions, on the whole sheet or inside the motif."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generate.painter.kit.fields import make_noise, resize
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Field, Mask, Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.plotter.pens import Pens, choose_pens, lay_ground

_FIELD_SIZE = 256  # pixels of the field of directions
_MAP_SIZE = 512  # pixels of the map of what is taken
_MARGIN = 0.06  # the map reaches beyond the sheet
_STEP = 0.007


def paint_ribbons(scene: Scene) -> Sheet:
    """Ribbons of many widths and lengths that flow over the sheet, some cut into pieces, some drawn as pen lines."""
    pens = choose_pens(scene)
    angle = _make_flow(scene)
    scale = float(scene.rng.choice((0.75, 1.0, 1.35)))
    widths = [width * scale for width in (0.066, 0.042, 0.024, 0.012, 0.006) for _ in range(_count_tries(width))]
    occupied = Image.new("L", (_MAP_SIZE, _MAP_SIZE))
    _leave_calm(scene, occupied)
    return _draw(scene, pens, _pack(scene, angle, np.array(widths), occupied, 0.0045, 0.10 * scale))


def paint_filled(scene: Scene) -> Sheet:
    """The motif, made of nothing but ribbons that flow through it and end at its outline, on calm paper."""
    pens = choose_pens(scene)
    angle = _make_flow(scene)
    motif = scene.place_motif(0.5, 0.5, 0.94, 0.94, turn=float(scene.rng.uniform(-6, 6)))
    pixels = round(_MAP_SIZE / (1 + 2 * _MARGIN))
    inside = Image.fromarray((resize(motif, pixels) < 0.6).astype(np.uint8) * 255)
    occupied = Image.new("L", (_MAP_SIZE, _MAP_SIZE), 255)
    occupied.paste(inside, (round(_MARGIN * pixels), round(_MARGIN * pixels)))
    widths = [width for width in (0.034, 0.022, 0.013, 0.008, 0.005) for _ in range(2 * _count_tries(width))]
    return _draw(scene, pens, _pack(scene, angle, np.array(widths), occupied, 0.0030, 0.022), motif)


def _count_tries(width: float) -> int:
    return int(np.clip(6 / width, 60, 420))


def _make_flow(scene: Scene) -> Field:
    """Return the directions: a calm drift, or for wild music one that turns back on itself."""
    rng = scene.rng
    noise = make_noise(rng, _FIELD_SIZE, 1.2 + 1.3 * scene.energy, 2, 0.35)
    return np.asarray(rng.uniform(0, 2 * np.pi) + (2.6 + 4.5 * scene.energy) * noise, np.float32)


def _leave_calm(scene: Scene, occupied: Image.Image) -> None:
    """Mark one or two round places as taken, so that the ground shows there."""
    draw = ImageDraw.Draw(occupied)
    for _ in range(1 + int(scene.energy < 0.5)):
        x, y, radius = *scene.rng.uniform(0.1, 0.9, 2), scene.rng.uniform(0.08, 0.2)
        corners = [
            (value + _MARGIN) / (1 + 2 * _MARGIN) * _MAP_SIZE
            for value in (x - radius, y - radius, x + radius, y + radius)
        ]
        draw.ellipse(corners, fill=255)


def _trace(angle: Field, starts: Points, steps: int) -> NDArray[np.float64]:
    """Return paths that pass through their starts in the middle, (count, 2 * steps + 1, 2)."""
    halves = []
    for sign in (-1, 1):
        places, path = starts.copy(), []
        for _ in range(steps):
            pixel = np.clip((places * _FIELD_SIZE).astype(int), 0, _FIELD_SIZE - 1)
            turn = angle[pixel[:, 1], pixel[:, 0]]
            places = places + sign * _STEP * np.stack([np.cos(turn), np.sin(turn)], axis=1)
            path.append(places)
        halves.append(np.stack(path, axis=1))
    return np.asarray(np.concatenate([halves[0][:, ::-1], starts[:, None], halves[1]], axis=1))


def _pack(
    scene: Scene, angle: Field, widths: NDArray[np.float64], occupied: Image.Image, gap: float, shortest: float
) -> Iterator[tuple[Points, float]]:
    """Yield center lines and widths of ribbons that keep `gap` from each other and from what is `taken`."""
    rng, count = scene.rng, len(widths)
    starts = rng.uniform(-0.04, 1.04, (count, 2))
    reach = np.clip(rng.gamma(1.6, 0.16, count), 0.05, 0.8)
    steps = 70
    paths = _trace(angle, starts, steps)
    ahead = np.gradient(paths, axis=1)
    ahead /= np.hypot(ahead[..., :1], ahead[..., 1:]) + 1e-9
    beside = np.stack([-ahead[..., 1], ahead[..., 0]], axis=-1)
    draw = ImageDraw.Draw(occupied)
    scale = _MAP_SIZE / (1 + 2 * _MARGIN)
    busy = np.asarray(occupied)
    for path, side, width, limit in zip(paths, beside, widths, reach, strict=True):
        offsets = np.array([-1, -0.5, 0, 0.5, 1]) * (width / 2 + gap)
        probes = ((path[:, None] + side[:, None] * offsets[:, None] + _MARGIN) * scale).astype(int)
        free = ((probes >= 0) & (probes < _MAP_SIZE)).all(axis=(1, 2))
        probes = np.clip(probes, 0, _MAP_SIZE - 1)
        free &= ~(busy[probes[..., 1], probes[..., 0]] > 0).any(axis=1)
        if not free[steps]:
            continue
        most = int(limit / _STEP)
        back, front = free[steps::-1][:most], free[steps:][:most]
        first = steps - (len(back) if back.all() else int(np.argmin(back))) + 1
        last = steps + (len(front) if front.all() else int(np.argmin(front)))
        if (last - first) * _STEP < max(shortest, width * 1.2):
            continue
        center = path[first:last]
        draw.line(
            ((center + _MARGIN) * scale).ravel().tolist(), fill=255, width=max(1, round(width * scale)), joint="curve"
        )
        busy = np.asarray(occupied)
        yield center, width


def _draw(scene: Scene, pens: Pens, ribbons: Iterator[tuple[Points, float]], body: Mask | None = None) -> Sheet:
    """Draw the ribbons: most of one color, some cut into pieces of two, some of parallel pen lines.

    `body`: filled with the main pen below the ribbons, which are then all of the colored pens.
    """
    rng, scale = scene.rng, scene.size * 2
    ground = lay_ground(scene, pens)
    if body is not None:
        ground = lay_over(ground, body, pens.main)
    layer, cover = Image.new("RGB", (scale, scale), _to_bytes(pens.ground)), Image.new("L", (scale, scale))
    draws = (ImageDraw.Draw(layer), ImageDraw.Draw(cover))
    colors = [pens.main, *pens.colors]
    chances = np.array([0.20 if body is None else 0.0, 0.34, 0.22, 0.14, 0.10][: len(colors)])
    chances /= chances.sum()
    for center, width in ribbons:
        first, second = rng.choice(len(colors), 2, p=chances)
        style = rng.random() * (1 if body is None else 2)
        if style < 0.16 and width > 0.02:
            lines = max(3, round(width / 0.008))
            for at in (np.arange(lines) + 0.5) / lines - 0.5:
                _fill(draws, scale, center, width * at, width / lines * 0.42, colors[first])
        elif style < 0.40 and width > 0.015:
            piece = max(2, int(width * rng.uniform(0.5, 2.2) / _STEP))
            for number, start in enumerate(range(0, len(center) - 1, piece)):
                part = center[start : start + piece + 1]
                _fill(draws, scale, part, 0, width, colors[(first, second)[number % 2]])
        else:
            _fill(draws, scale, center, 0, width, colors[first])
    flat = np.asarray(layer.reduce(2), np.float32) / np.float32(255)
    mask: Mask = np.asarray(cover.reduce(2), np.float32) / np.float32(255)
    # The layer is already mixed with the paper where the cover is partial.
    return np.asarray(ground * (1 - mask[..., None]) + flat - pens.ground * (1 - mask[..., None]), np.float32)


def _fill(
    draws: tuple[ImageDraw.ImageDraw, ImageDraw.ImageDraw],
    scale: int,
    center: Points,
    offset: float,
    width: float,
    color: Color,
) -> None:
    """Fill a strip beside a center line."""
    if len(center) < 2:
        return
    ahead = np.gradient(center, axis=0)
    ahead /= np.hypot(ahead[:, :1], ahead[:, 1:]) + 1e-9
    beside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    outline = np.concatenate([center + beside * (offset - width / 2), (center + beside * (offset + width / 2))[::-1]])
    points = (outline * scale).ravel().tolist()
    draws[0].polygon(points, fill=_to_bytes(color))
    draws[1].polygon(points, fill=255)


def _to_bytes(color: Color) -> tuple[int, int, int]:
    red, green, blue = (round(float(value) * 255) for value in color)
    return red, green, blue
