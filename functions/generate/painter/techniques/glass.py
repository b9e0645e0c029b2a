"""Ribbed glass before a gradient of colors: the look of present covers and posters.

Points of color are mixed in OKLab, bent by noise, and displaced inside each rib as a cylinder of glass does it, with
slight color fringes. Where a rib's direction is an axis, whole columns or rows are looked up at once.

Good: one dark third, one glowing point, ribs in one rhythm, no banding (the gradients of Leif Podhajsky; Caribou, "Our
Love"; Jamie xx, "In Colour").
"""

from typing import NamedTuple

import numpy as np

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.color import GRAY_CHROMA, choose_dark_hue, get_chroma, mix, tint, tone, vivid
from generate.painter.kit.fields import blur, make_grid, make_noise, resize, sample, smoothstep
from generate.painter.kit.sheets import lay_over, shade
from generate.painter.kit.types import Color, Field, Sheet
from generate.painter.scene import Scene

GRAIN = 0.009
_MESH_SIZE = 160
_FRINGE = 0.002


class _Point(NamedTuple):
    x: float
    y: float
    color: Color
    reach: float


def paint_ribs(scene: Scene) -> Sheet:
    """Upright ribs before a gradient with one glowing point and a dark third."""
    sheet = _mix_mesh(scene, _choose_points(scene))
    return _look_through(sheet, _count_ribs(scene, 9, 20), axis=1)


def paint_rings(scene: Scene) -> Sheet:
    """Concentric ribs, like a lens or the grooves of a record, before a gradient."""
    sheet = _mix_mesh(scene, _choose_points(scene, dark_y=0.95))
    x, y = scene.grid
    center_x, center_y = 0.5 + scene.rng.uniform(-0.2, 0.2), 0.5 + scene.rng.uniform(-0.12, 0.12)
    distance = np.hypot(x - center_x, y - center_y) + np.float32(1e-4)
    push, light = _bend_ribs(distance * _choose_count(scene, 10, 18), 1 / _choose_count(scene, 10, 18))
    sheet = sample(sheet, x - push * (x - center_x) / distance, y - push * (y - center_y) / distance)
    return shade(sheet, light * (1 + 0.25 * ((x - center_x) * (y - center_y) / (distance * distance))))


def paint_blinds(scene: Scene) -> Sheet:
    """A sun or moon behind level ribs that cut it into slices; over the sea, its light lies on the water."""
    inks, night = scene.inks, scene.time == "night"
    hot = _glow(inks.by_prominence[0])
    sheet = _mix_mesh(scene, _choose_points(scene, glow=0.0))
    x, y = scene.grid
    center_x, center_y, radius = 0.5 + scene.rng.uniform(-0.12, 0.12), 0.43, 0.27 if not night else 0.20
    light = tone(inks.by_lightness[-1], 0.95, 0.01, 0.05 if night else 0.12)
    if night:
        sheet = lay_over(sheet, smoothstep(y, 1.1, 0.0), tint(inks.by_lightness[0], 0.17, 0.08), 0.8)
    glow = np.exp(-(((x - center_x) ** 2 + (y - center_y) ** 2) / 0.12))
    sheet = lay_over(sheet, glow, hot, 0.35 if night else 0.55)
    disc = smoothstep(np.hypot(x - center_x, y - center_y), radius + 0.012, radius - 0.012)
    lower = smoothstep(y, center_y - radius, center_y + radius)
    disc_color = light if night else mix(light, hot, 0.15)
    sheet = lay_over(sheet, disc, disc_color, 0.97)
    sheet = lay_over(sheet, disc * lower, hot, 0.25 if night else 0.95)
    if scene.place == "sea":
        sea = smoothstep(y, 0.645, 0.655)
        sheet = lay_over(sheet, sea, tint(inks.by_lightness[0], 0.20, 0.09), 0.88)
        path = np.exp(-(((x - center_x) / (0.07 + 0.35 * (y - 0.6).clip(0))) ** 2)) * sea
        sheet = lay_over(sheet, path * smoothstep(y, 1.15, 0.7), disc_color, 0.85)
    return _look_through(sheet, _count_ribs(scene, 11, 20), axis=0)


def paint_ghost(scene: Scene) -> Sheet:
    """The motif as a light behind upright ribs."""
    inks = scene.inks
    hue = choose_dark_hue(inks.by_prominence)
    fills = (
        tint(inks.by_lightness[0], 0.15, 0.08),
        tint(inks.by_lightness[0], 0.24, 0.11),
        tint(hue, 0.40, 0.19),
        tint(hue, 0.27, 0.13),
    )
    sheet = _mix_mesh(scene, [_Point(scene.rng.random(), scene.rng.random(), fill, 0.34) for fill in fills])
    motif = blur(scene.place_motif(width=0.92, height=0.9), 0.010)
    _, y = scene.grid
    light = tone(inks.by_lightness[-1], 0.96, 0.01, 0.05)
    halo = resize(blur(resize(motif, max(96, scene.size // 4)), 0.05), scene.size)
    sheet = lay_over(sheet, halo * (1 - motif), tint(inks.by_prominence[0], 0.5, 0.2), 0.55)
    sheet = lay_over(sheet, motif, light, 0.95)
    sheet = lay_over(sheet, motif * smoothstep(y, 0.35, 0.95), tint(inks.by_prominence[0], 0.72, 0.18), 0.8)
    return _look_through(sheet, _count_ribs(scene, 19, 28), axis=1, strength=-0.75)


def paint_pane(scene: Scene) -> Sheet:
    """A clean disc of color, half of it behind a pane of ribbed glass."""
    inks = scene.inks
    x, y = scene.grid
    top, hot = tone(inks.by_lightness[-1], 0.93, 0.01, 0.05), _glow(inks.by_prominence[0])
    other = _glow(inks.by_prominence[1 % len(inks.by_prominence)])
    ground = [
        _Point(0.0, 0.0, top, 0.5),
        _Point(1.0, 0.2, mix(top, hot, 0.35), 0.4),
        _Point(0.6, 1.0, mix(top, other, 0.55), 0.5),
    ]
    gloomy = scene.mood in ("dark", "melancholic") or inks.is_dark
    if gloomy:
        deep = tint(inks.by_lightness[0], 0.17, 0.08)
        ground = [
            _Point(0.0, 0.0, deep, 0.5),
            _Point(1.0, 0.2, mix(deep, other, 0.4), 0.4),
            _Point(0.6, 1.0, mix(deep, hot, 0.35), 0.5),
        ]
    sheet = _mix_mesh(scene, ground)
    center_x, center_y, radius = 0.5, 0.5 + scene.rng.uniform(-0.05, 0.05), 0.33
    turn = scene.rng.uniform(0, 2 * np.pi)
    along = ((x - center_x) * np.cos(turn) + (y - center_y) * np.sin(turn)) / radius
    fill = np.stack([to_oklab(hot), to_oklab(mix(hot, top, 0.75)), to_oklab(other)])
    share = np.clip(along * 0.5 + 0.5, 0, 1) * 2
    lab = np.stack([np.interp(share, (0, 1, 2), fill[:, axis]) for axis in range(3)], axis=-1)
    disc = smoothstep(np.hypot(x - center_x, y - center_y), radius + 0.003, radius - 0.003)[..., None]
    sheet = np.asarray(sheet * (1 - disc) + np.clip(from_oklab(lab), 0, 1) * disc, np.float32)
    pane = _look_through(sheet, _count_ribs(scene, 18, 30), axis=1, strength=1.7)
    edge = round(scene.size * (0.5 + scene.rng.uniform(-0.04, 0.04)))
    covered = slice(edge, None) if scene.rng.random() < 0.5 else slice(None, edge)
    shadow = 1 - 0.25 * np.exp(-np.abs(x[0] - edge / scene.size) / 0.02)
    sheet = sheet * shadow[None, :, None].astype(np.float32)
    sheet[:, covered] = pane[:, covered]
    return np.asarray(sheet, np.float32)


def paint_pleats(scene: Scene) -> Sheet:
    """Broad slanting pleats, each from light to dark, before a gradient."""
    sheet = _mix_mesh(scene, _choose_points(scene))
    x, y = scene.grid
    lean = float(scene.rng.choice((-1, 1)) * scene.rng.uniform(0.45, 0.8))
    count = _choose_count(scene, 4, 8)
    phase = (x * np.cos(lean) + y * np.sin(lean) + 0.03 * np.sin(5 * (y * np.cos(lean) - x * np.sin(lean)))) * count
    part = phase % 1
    push = (part - 0.5) * np.float32(2.4 / count)
    sheet = sample(sheet, x - push * np.float32(np.cos(lean)), y - push * np.float32(np.sin(lean)))
    fold = smoothstep(part, 0, 0.012) * smoothstep(part, 1.0, 0.985)
    return shade(sheet, (0.62 + 0.52 * part) * (0.75 + 0.25 * fold) + 0.12 * np.exp(-(((part - 0.93) / 0.03) ** 2)))


LAYOUTS = {
    "ribs": paint_ribs,
    "rings": paint_rings,
    "blinds": paint_blinds,
    "ghost": paint_ghost,
    "pane": paint_pane,
    "pleats": paint_pleats,
}


def _is_pale(color: Color) -> bool:
    return get_chroma(color) < 2 * GRAY_CHROMA


def _glow(color: Color) -> Color:
    """Return the color at its strongest; the nearly gray stay so."""
    return vivid(color, 0.0 if _is_pale(color) else 0.12)


def _choose_points(scene: Scene, dark_y: float = 0.9, glow: float = 1.0) -> list[_Point]:
    """Return six points of color: a dark third, the palette's lightest color, the glowing one, and more."""
    rng, inks = scene.rng, scene.inks
    colors = [tone(color, None, 0.0, 0.22, 1.2) for color in inks.by_lightness]
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    hot = _glow(first)
    places = rng.random((6, 2))
    places[0], places[2] = (rng.uniform(0.2, 0.8), dark_y), (rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.5))
    dark = 0.42 if scene.mood in ("dark", "melancholic", "epic") else 0.32
    deep = tint(inks.by_lightness[0], 0.16, 0.09)
    fills = (deep, colors[-1], hot, tint(inks.by_lightness[0], 0.21, 0.09), colors[len(colors) // 2], _glow(second))
    reaches = (dark, 0.24, 0.34 * glow, dark, 0.24, 0.25)
    return [_Point(x, y, color, reach) for (x, y), color, reach in zip(places, fills, reaches, strict=True) if reach]


def _mix_mesh(scene: Scene, points: list[_Point]) -> Sheet:
    """Return the points' colors, each spread over its reach and bent by noise."""
    x, y = make_grid(_MESH_SIZE)
    bend = 0.2 + 0.35 * scene.energy
    x = x + bend * (make_noise(scene.rng, _MESH_SIZE, 2, 2) - 0.5)
    y = y + bend * (make_noise(scene.rng, _MESH_SIZE, 2, 2) - 0.5)
    total, weights = np.zeros((*x.shape, 3), np.float32), np.zeros((*x.shape, 1), np.float32)
    for point in points:
        weight = np.exp(-((x - point.x) ** 2 + (y - point.y) ** 2) / (point.reach**2 * 0.5))[..., None] + 1e-4
        total += weight * to_oklab(point.color)
        weights += weight
    return resize(np.clip(from_oklab(total / weights), 0, 1).astype(np.float32), scene.size)


def _choose_count(scene: Scene, low: int, high: int) -> int:
    return round(low + (high - low) * scene.energy)


def _count_ribs(scene: Scene, low: int, high: int) -> Field:
    """Return the number of ribs before each pixel of one axis; they grow narrower to one side where it is wild."""
    centers = (np.arange(scene.size, dtype=np.float32) + np.float32(0.5)) / np.float32(scene.size)
    drift = 0.18 * scene.energy * float(scene.rng.choice((-1, 1))) * centers * (1 - centers)
    return np.asarray((centers + drift) * _choose_count(scene, low, high), np.float32)


def _bend_ribs(phase: Field, width: float) -> tuple[Field, Field]:
    """Return how far each rib displaces what is behind it, in fractions of the side, and its light."""
    part = phase % 1
    push = (part - 0.5) * np.float32(1.26 * width) * (1 + 0.6 * np.sin(part * np.pi))
    light = 1 - 0.24 * np.clip(np.abs(part - 0.5) * 2, 0, 1) ** 6 - 0.07 * part
    return push.astype(np.float32), (light * (1 + 0.11 * np.exp(-(((part - 0.22) / 0.07) ** 2)))).astype(np.float32)


def _look_through(sheet: Sheet, phase: Field, axis: int, strength: float = 1.0) -> Sheet:
    """Return the sheet behind ribs across an axis: 0 for level ones, 1 for upright ones."""
    size = len(sheet)
    push, light = _bend_ribs(phase, strength * size / float(phase[-1] - phase[0]) / size)
    result = np.empty_like(sheet)
    for channel, fringe in enumerate((-_FRINGE, 0.0, _FRINGE)):
        place = np.clip(np.arange(size) - (push - fringe) * size, 0, size - 1.001)
        first = place.astype(np.int32)
        share = (place - first).astype(np.float32)
        plane = sheet[..., channel]
        if axis == 1:
            result[..., channel] = (plane[:, first] * (1 - share) + plane[:, first + 1] * share) * light
        else:
            columns = share[:, None]
            result[..., channel] = (plane[first] * (1 - columns) + plane[first + 1] * columns) * light[:, None]
    return result
