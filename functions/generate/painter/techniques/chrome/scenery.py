"""Chrome in a painted landscape, and chrome alone."""

import numpy as np

from generate.painter.kit.color import blend, get_lightness, mix, ramp, tint, tone
from generate.painter.kit.fields import blur, make_grid, make_noise, resize, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import get_normals
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.chrome.forms import add_sparks, cast, inflate_motif
from generate.painter.techniques.chrome.room import Room, glow, make_ground

_HORIZON = 0.70


def paint_horizon(scene: Scene) -> Sheet:
    """The motif above an airbrushed horizon that reflects it."""
    room = Room(scene, float(scene.rng.uniform(0, 6)), "land")
    sheet = _paint_land(scene, room)
    motif = scene.place_motif(0.5, 0.43, 0.74, 0.68)
    silhouette = cast(sheet, inflate_motif(motif), room)
    scene.motif_masks[0] = silhouette  # The casting closes inner gaps.
    if scene.place != "space":
        _reflect(scene, sheet)
    add_sparks(scene, sheet, silhouette, round(2 + 3 * scene.energy))
    return sheet


def paint_drops(scene: Scene) -> Sheet:
    """Drops of mercury that run into each other."""
    rng, size = scene.rng, scene.size
    room = Room(scene, float(rng.uniform(0, 6)))
    sheet = make_ground(scene, room)
    x, y = make_grid(size)
    pull, sizes = np.full_like(x, 1e-6), np.zeros_like(x)
    for center_x, center_y, radius in _place_drops(rng, 6 + round(9 * scene.energy)):
        weight = np.float32(radius**2) / ((x - center_x) ** 2 + (y - center_y) ** 2 + np.float32(1e-5))
        weight *= weight  # Squared, drops pull less from afar.
        pull += weight
        sizes += weight * np.float32(radius)
    inside = np.sqrt(np.clip(1 - 1 / np.sqrt(pull), 0, 1))
    height = blur((sizes / pull * inside).astype(np.float32), 0.0025)
    solid = smoothstep(inside, 0.0, 0.22)
    shadow = resize(blur(resize(solid, max(96, size // 4)), 0.035), size)
    sheet *= 1 - 0.5 * np.clip(np.roll(shadow, round(0.03 * size), axis=0), 0, 1)[..., None]
    body = room.reflect(*get_normals(height, 1.0))
    sheet = np.asarray(sheet * (1 - solid[..., None]) + body * solid[..., None], np.float32)
    add_sparks(scene, sheet, solid, round(2 + 4 * scene.energy))
    return sheet


def _place_drops(rng: np.random.Generator, count: int) -> list[tuple[float, float, float]]:
    """Return x, y and radius of drops that touch or nearly do."""
    drops: list[tuple[float, float, float]] = []
    for _ in range(400):
        radius = float(0.20 * rng.random() ** 1.6 + 0.035) if drops else 0.22
        x, y = rng.uniform(0.08, 0.92, 2).tolist() if drops else rng.uniform(0.36, 0.64, 2).tolist()
        gaps = [np.hypot(x - other_x, y - other_y) / (radius + other) for other_x, other_y, other in drops]
        if not gaps or 0.97 < min(gaps) < 1.35:
            drops.append((x, y, radius))
        if len(drops) == count:
            break
    return drops


def paint_liquid(scene: Scene) -> Sheet:
    """Molten metal from edge to edge."""
    rng, size = scene.rng, scene.size
    x, y = make_grid(max(96, size // 2))
    turn, phases = rng.uniform(0, 2 * np.pi), rng.uniform(0, 2 * np.pi, 8)
    across, down = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    # Waves bent by waves: noise on a grid would show its grid in a mirror.
    bend = 0.10 + 0.10 * scene.energy
    across = across + bend * np.sin(5 * down + phases[0] + 1.5 * np.sin(4 * across + phases[1]))
    down = down + bend * np.sin(6 * across + phases[2] + 1.2 * np.sin(5 * down + phases[3]))
    pitch = 5.5 + 5 * scene.energy
    height = np.sin(pitch * across + phases[4] + 1.6 * np.sin(3 * down + phases[5]))
    height = height + 0.7 * np.sin(0.8 * pitch * down + phases[6] + 1.4 * np.sin(4 * across + phases[7]))
    normals = get_normals(blur(resize(height.astype(np.float32), size), 0.0012), 0.055)
    sheet = Room(scene, float(rng.uniform(0, 6)), "metal").reflect(*normals)
    add_sparks(scene, sheet, np.ones_like(sheet[..., 0]), round(1 + 4 * scene.energy))
    return sheet


def _paint_land(scene: Scene, room: Room) -> Sheet:
    """Return a sky with a low sun over water, dunes, mountains or a floor of lines; or a planet in space."""
    inks, rng, size = scene.inks, scene.rng, scene.size
    x, y = scene.grid
    hue, space = room.ground, scene.place == "space"
    deep, full = tint(inks.by_lightness[0], 0.16, 0.08), glow(hue)
    if room.metal is None:  # The metal is light, the land dark.
        dark, first, pale = tint(hue, 0.25, 0.1), tint(hue, 0.38, 0.14), tint(hue, 0.5, 0.14)
    else:
        lightness = get_lightness(full)
        dark, first = tint(hue, lightness * 0.7, 0.22), full
        pale = tint(hue, min(0.9, lightness + 0.12), 0.2)
    second = glow(room.metal) if room.metal is not None else tint(hue, 0.85, 0.1)
    light = tone(inks.by_lightness[-1], 0.95, 0, 0.06)
    sheet = ramp(y / _HORIZON, [deep, deep, dark] if space else [dark, first, first, pale])
    if space or scene.mood in ("dark", "epic", "dreamy"):
        stars = Drawing(size)
        for star_x, star_y, glint in rng.random((140, 3)):
            stars.disc(star_x, star_y * (1 if space else 0.5), 0.0010 + 0.0020 * glint**5, 0.3 + 0.7 * glint)
        sheet = lay_over(sheet, stars.to_mask(), light)
    if space:
        distance = np.hypot(x - 0.5, y - 1.62)
        rim = smoothstep(distance, 0.80, 0.797)
        limb = ramp(smoothstep(distance, 0.55, 0.80), [deep, deep, dark, first, light])
        sheet += 0.6 * np.exp(-((distance - 0.80).clip(0) / 0.035))[..., None] * (first * (1 - rim[..., None]))
        return np.asarray(sheet * (1 - rim[..., None]) + limb * rim[..., None], np.float32)
    land = smoothstep(y, _HORIZON - 0.001, _HORIZON + 0.001)
    depth: Field = (y - _HORIZON).clip(0.002).astype(np.float32)
    if scene.place == "mountains":
        for layer in range(2):
            ridge = _HORIZON - (0.24 - 0.10 * layer) * make_noise(rng, 256, 4 + 2 * layer, 5, 0.5)[100]
            line = np.interp(x[0], np.linspace(0, 1, 256), ridge)[None].astype(np.float32)
            shape = smoothstep(y - line, -0.002, 0.002) * (1 - land)
            sheet = lay_over(sheet, shape, mix(dark, pale, 0.30 - 0.30 * layer), 0.95)
    if scene.place == "desert":
        ground = ramp(np.full((size, size), 0.55, np.float32), [deep, dark, first, pale])
        for layer in range(4):
            waves = np.sin((5 - layer) * x + rng.uniform(0, 6)) + 0.5 * np.sin((11 - 2 * layer) * x + rng.uniform(0, 6))
            crest = _HORIZON + 0.035 + 0.062 * layer + (0.014 + 0.008 * layer) * waves
            lee = smoothstep(y - crest, 0.10 + 0.03 * layer, 0.0) * (0.25 + 0.75 * smoothstep(waves, 0.6, -0.6))
            dune = ramp(np.asarray(0.72 - 0.10 * layer - 0.5 * lee, np.float32), [deep, dark, first, pale])
            ground = blend(ground, dune, smoothstep(y - crest, -0.001, 0.001))
    elif scene.place in ("sea", "mountains"):
        ripples: Field = make_noise(rng, size, 70, 2, aspect=9) * smoothstep(y, 1.05, _HORIZON)
        ground = ramp(0.75 * ripples + 0.1, [deep, dark, first, pale])
    else:
        ground = ramp(0.5 * smoothstep(y, 1.0, _HORIZON), [deep, dark, first, pale])
        rows, columns = np.float32(0.10) / depth, (x - 0.5) / depth * np.float32(0.30)
        width = np.clip(np.float32(0.0016) / depth, 0.012, 0.5)
        lines = np.maximum(_rule(rows, width * rows * 6), _rule(columns, np.minimum(width * 3, 0.12)))
        ground = lay_over(ground, lines * smoothstep(depth, 0.004, 0.05), second, 0.9)
    return np.asarray(sheet * (1 - land[..., None]) + ground * land[..., None], np.float32)


def _rule(places: Field, width: Field) -> Field:
    """Return lines at whole numbers."""
    return np.asarray(np.clip(1.5 - np.abs((places + 0.5) % 1 - 0.5) / width * 2, 0, 1), np.float32)


def _reflect(scene: Scene, sheet: Sheet) -> None:
    """Mirror what is above the horizon in the ground, in place."""
    size = scene.size
    foot = round((_HORIZON + 0.07) * size)
    rows = size - foot
    above = sheet[foot - 1 : foot - 1 - rows : -1]
    fade = np.linspace(0.55, 0.05, rows, dtype=np.float32)[:, None, None]
    sheet[foot:] = sheet[foot:] * (1 - fade) + above * fade
