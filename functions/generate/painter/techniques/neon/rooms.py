"""Tubes for their own sake: no motif."""

import numpy as np

from generate.painter.kit.color import is_gray, tint, to_linear
from generate.painter.kit.fields import blur, make_grid, make_noise, resize, sample, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.neon.glassware import Sign, light_wall


def paint_portal(scene: Scene) -> Sheet:
    """A great ring, arch or triangle of light above a dark land or its own image in water."""
    rng, horizon = scene.rng, 0.74
    sign = Sign(scene)
    shape = int(rng.integers(3))
    for index in range(1 + round(1.4 * scene.energy)):
        sign.bend(_make_portal(shape, 0.29 - 0.045 * index), index % 2, 0.014 - 0.005 * index, closed=True, gap=0.02)
    light = sign.light()
    half = len(light.lamp)
    x, y = make_grid(half)
    darkest = scene.inks.by_lightness[0]
    night = to_linear(tint(scene.inks.by_prominence[0] if is_gray(darkest) else darkest, 0.20, 0.08))
    sky = night * (0.15 + 0.85 * smoothstep(y, 0, horizon))[..., None] + 0.13 * light.lamp
    stars = Drawing(half)
    for star_x, star_y, glow in rng.random((90, 3)):
        stars.disc(star_x, star_y * horizon, 0.0012 + 0.0018 * glow**4, 0.3 + 0.7 * glow)
    sky += 0.8 * stars.to_mask()[..., None]
    if scene.place in ("mountains", "desert"):
        steep = scene.place == "mountains"
        for layer in range(3):
            rough = make_noise(rng, half, 5 - layer if steep else 2, 5 if steep else 1, 0.48)
            ridge = horizon + 0.055 * layer - (0.30 - 0.07 * layer if steep else 0.10) * (rough[half // 3] - 0.25)
            ahead = smoothstep(y - ridge, -0.002, 0.002)[..., None]
            lit = smoothstep(y - ridge, 0.09, 0) * (0.3 + 0.7 * rough)
            land = light.lamp * ((0.10 + 1.1 * lit) * (0.9 - 0.25 * layer))[..., None] + 0.1 * night
            sky = sky * (1 - ahead) + land * ahead
    else:
        ripples = make_noise(rng, half, 60, 3, aspect=8) - 0.5
        depth = smoothstep(y, horizon, 1) + 0.05
        visible = blur(sky + resize(light.tubes, half), 0.003)
        mirror = sample(visible, x + 0.10 * ripples * depth, 2 * horizon - y + 0.22 * ripples * depth)
        sky = np.where((y > horizon)[..., None], 0.75 * mirror + 0.02 * light.lamp, sky)
    if scene.weather == "mist":
        fog = make_noise(rng, half, 5, 3, aspect=4) * np.exp(-(((y - horizon - 0.03) / 0.11) ** 2))
        sky += (0.3 * night + 1.3 * light.lamp + 0.02) * fog[..., None]
    return light.expose(np.asarray(sky, np.float32), scene.size)


def paint_tubes(scene: Scene) -> Sheet:
    """A few straight fluorescent tubes in the corner of an empty room."""
    rng = scene.rng
    floor = 0.84
    count = 4 + round(5 * scene.energy)
    sign, fixtures = Sign(scene), Drawing(scene.size)
    middle, gap = 0.5 + rng.uniform(-0.06, 0.06), 0.62 / count
    step = rng.choice((-1, 1))
    for index in range(count):
        place = middle + (index - (count - 1) / 2) * gap
        rise = abs(index - (count - 1) / 2) if count % 2 else (index if step > 0 else count - 1 - index) / 2
        top = 0.12 + 0.50 * rise / (count / 2)
        fixtures.line([(place + 0.012, top - 0.015), (place + 0.012, floor - 0.03)], 0.030)
        sign.bend(
            np.array([(place, top), (place, floor - 0.045)]), int(index % 2 if count % 2 else index >= count / 2), 0.016
        )
    light = sign.light()
    half = len(light.lamp)
    x, y = make_grid(half)
    wall = tint(scene.inks.by_lightness[len(scene.inks.palette) // 2], 0.62, 0.05)
    plaster = 0.17 + 0.05 * make_noise(rng, half, 60, 3)
    lit = light_wall(light.lamp, plaster, wall) * (1 - 0.7 * resize(fixtures.to_mask(), half))[..., None]
    visible = blur(lit + 0.6 * resize(light.tubes, half), 0.006)
    mirror = sample(visible, x, 2 * floor - y) * (0.42 * smoothstep(y, 1.12, floor))[..., None]
    lit = (
        np.where((y > floor)[..., None], mirror + 0.18 * lit, lit)
        * (1 - 0.6 * np.exp(-np.abs(y - floor) / 0.006))[..., None]
    )
    return light.expose(np.asarray(lit, np.float32), scene.size)


def paint_sweep(scene: Scene) -> Sheet:
    """Parallel tubes that come in from one side, sweep around a bend and leave the sheet."""
    rng = scene.rng
    sign = Sign(scene)
    count, gap = 5 + round(4 * scene.energy), 0.052
    kind, flip = int(rng.integers(3)), rng.random() < 0.5
    for index in range(count):
        points = _sweep(kind, index * gap, scene.energy)
        if flip:
            points[:, 0] = 1 - points[:, 0]
        sign.bend(points, int(index >= count - 2), 0.013)
    light = sign.light()
    half = len(light.lamp)
    wall = tint(scene.inks.by_lightness[0], 0.45, 0.06)
    plaster = 0.06 + 0.10 * make_noise(rng, half, 90, 2) * make_noise(rng, half, 4, 2)
    return light.expose(light_wall(light.lamp, plaster, wall, 4.0), scene.size)


def _make_portal(shape: int, radius: float) -> Points:
    turns = np.linspace(0, 2 * np.pi, 300)
    if shape == 0:
        return np.stack([0.5 + radius * np.cos(turns), 0.40 + radius * np.sin(turns)], axis=1)
    if shape == 1:
        arch = np.linspace(np.pi, 2 * np.pi, 120)
        bow = np.stack([0.5 + 0.8 * radius * np.cos(arch), 0.40 + 0.8 * radius * np.sin(arch)], axis=1)
        foot = 0.70 - (0.29 - radius)
        return np.concatenate(
            [[(0.5 - 0.8 * radius, foot)], bow, [(0.5 + 0.8 * radius, foot), (0.5 - 0.8 * radius, foot)]]
        )
    corners = [-np.pi / 2 + 2 * np.pi * corner / 3 for corner in range(4)]
    return np.stack([0.5 + 1.25 * radius * np.cos(corners), 0.46 + 1.25 * radius * np.sin(corners)], axis=1)


def _sweep(kind: int, offset: float, energy: float) -> Points:
    """Return one of three families of parallel lines, `offset` from the first."""
    if kind == 0:  # around one corner
        turns = np.linspace(np.pi / 2, 0, 80)
        radius = 0.14 + offset
        bow = np.stack([0.22 + radius * np.cos(turns), 0.30 + radius * np.sin(turns)], axis=1)
        return np.concatenate([[(-0.05, 0.30 + radius)], bow, [(0.22 + radius, -0.05)]])
    if kind == 1:  # a rainbow that stands on the lower edge
        turns = np.linspace(np.pi, 2 * np.pi, 100)
        radius = 0.12 + offset
        bow = np.stack([0.5 + radius * np.cos(turns), 0.56 + radius * np.sin(turns)], axis=1)
        return np.concatenate([[(0.5 - radius, 1.05)], bow, [(0.5 + radius, 1.05)]])
    along = np.linspace(-0.05, 1.05, 160)  # waves across
    height = 0.28 + offset + (0.10 + 0.08 * energy) * np.sin(2 * np.pi * along * 1.1 + 1.2 - 2.2 * offset)
    return np.stack([along, height], axis=1)
