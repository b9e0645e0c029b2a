"""Signs that show the motif."""

import numpy as np

from generate.painter.kit.color import tint, to_linear
from generate.painter.kit.fields import blur, get_slope, make_grid, make_noise, resize, sample, shift, smoothstep
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.shapes import fill_inside, measure_distance
from generate.painter.kit.types import Field, Mask, Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.neon.glassware import Sign, light_wall


def paint_brick(scene: Scene) -> Sheet:
    """The motif as a sign on a brick wall, a second tube around it."""
    motif = scene.place_motif(width=0.74, height=0.74)
    body = fill_inside(motif)
    sign = Sign(scene)
    sign.trace(blur(motif, 0.003), 0, 0.0115, min_length=0.16)
    outer = smoothstep(measure_distance(blur(body, 0.012)), -0.052, -0.048)
    sign.trace(outer, 1, 0.0068, count=1)
    light = sign.light()
    back = resize(blur(0.4 * body + 0.6 * motif, 0.005), len(light.lamp))
    light.lamp += 0.50 * back[..., None] * light.colors[0]
    albedo = _lay_bricks(scene)
    wall = tint(scene.inks.by_lightness[0], 0.5, 0.05)
    lit = light_wall(resize(light.lamp, scene.size), albedo, wall)
    return light.expose(lit + 0.03 * albedo[..., None] * wall, scene.size)


def paint_floor(scene: Scene) -> Sheet:
    """The motif as a sign in the dark, mirrored in a wet street."""
    horizon, center = 0.74, 0.37
    motif = scene.place_motif(0.5, center, 0.60, 0.56)
    body = fill_inside(motif)
    sign = Sign(scene)
    sign.trace(blur(motif, 0.003), 0, 0.0105, min_length=0.13)
    turns = np.linspace(0, 2 * np.pi, 240)
    ring = np.stack([0.5 + 0.355 * np.cos(turns), center + 0.335 * np.sin(turns)], axis=1)
    if scene.energy > 0.35:
        sign.bend(ring, 1, 0.008, closed=True, gap=0.20)
    light = sign.light()
    half = len(light.lamp)
    x, y = make_grid(half)
    light.lamp += 0.36 * resize(blur(body, 0.006), half)[..., None] * light.colors[0]
    backdrop = to_linear(tint(scene.inks.by_lightness[0], 0.10, 0.05))
    lit = 0.16 * light.lamp + backdrop * smoothstep(y, 1, 0.2)[..., None]
    visible = lit + resize(light.tubes, half)
    depth = smoothstep(y, horizon, 1)
    waves = make_noise(scene.rng, half, 46, 3, aspect=7) - 0.5
    mirror = sample(visible, x + 0.06 * waves * depth, 2 * horizon - y + 0.13 * waves * depth)
    mirror = 0.6 * blur(mirror, 0.004) + 0.5 * _stretch(mirror)
    puddles = 0.30 + 0.75 * smoothstep(make_noise(scene.rng, half, 16, 3, aspect=5), 0.35, 0.7)
    ground = mirror * puddles[..., None] + 0.05 * resize(light.lamp, half)
    lit = np.where((y > horizon)[..., None], ground, lit).astype(np.float32)
    if scene.weather == "rain":
        slant = np.full((half, half), 1.8, np.float32)
        rain = blur(draw_marks(scene.rng, 700, slant, np.full_like(x, 0.6), 0.10, 0.0028, jitter=0.03), 0.0012)
        lit += (0.05 + 0.9 * light.lamp) * rain[..., None]
    return light.expose(lit, scene.size)


def paint_tunnel(scene: Scene) -> Sheet:
    """The motif at the end of a tunnel of glowing frames that turn as they come nearer."""
    motif = scene.place_motif(width=0.42, height=0.42)
    body = fill_inside(motif)
    sign = Sign(scene)
    sign.trace(blur(motif, 0.002), 0, 0.0095, min_length=0.11)
    corners = int(scene.rng.choice((4, 4, 6, 40)))
    twist = (0.02 + 0.10 * scene.energy) * scene.rng.choice((-1, 1)) * (corners < 40)
    for index in range(8):
        radius = 0.375 * 1.20**index
        frame = _make_frame(corners, radius, twist * index + (np.pi / 4 if corners == 4 else 0))
        sign.bend(frame, 1 - index % 2 if index % 3 else 1, 0.006 * 1.17**index, closed=True, gap=0.03 * 1.2**index)
    light = sign.light()
    half = len(light.lamp)
    x, y = make_grid(half)
    light.lamp += 0.30 * resize(blur(body, 0.005), half)[..., None] * light.colors[0]
    depth = smoothstep(np.hypot(x - 0.5, y - 0.5), 0.15, 0.5)
    haze = 0.10 + 0.16 * make_noise(scene.rng, half, 20, 3) * depth
    return light.expose(light.lamp * haze[..., None], scene.size)


def _make_frame(corners: int, radius: float, turn: float) -> Points:
    """Return a polygon with rounded corners around the middle."""
    angles = np.linspace(0, 2 * np.pi, 360)
    apothem = np.cos(np.pi / corners) / np.cos((angles % (2 * np.pi / corners)) - np.pi / corners)
    # A mean of circle and polygon rounds the corners.
    reach = radius * np.minimum(apothem, 0.90) / 0.90 if corners < 40 else np.full(360, radius)
    return np.asarray(np.stack([0.5 + reach * np.cos(angles + turn), 0.5 + reach * np.sin(angles + turn)], axis=1))


def _stretch(light: Sheet) -> Sheet:
    """Return light drawn out downwards, as a wet street does."""
    total = np.zeros_like(light)
    mean = light
    for step in range(5):
        mean = 0.5 * (mean + np.stack([shift(mean[..., axis], 0, 0.006 * 2**step) for axis in range(3)], axis=-1))
        total += 0.2 * mean
    return total


def _lay_bricks(scene: Scene) -> Mask:
    """Return a brick wall's albedo, its bumps lit from the middle."""
    x, y = scene.grid
    rows, columns = 20, 8
    row = np.floor(y * rows)
    along = x * columns + 0.5 * (row % 2)
    across, down = along % 1, (y * rows) % 1
    joint = np.minimum(np.minimum(across, 1 - across) / columns, np.minimum(down, 1 - down) / rows)
    flat = smoothstep(joint, 0.002, 0.006)
    which = (row * 17 + np.floor(along) * 7).astype(np.int32) % 61
    albedo = (0.08 + 0.09 * scene.rng.random(61, np.float32))[which]
    bump: Field = blur(flat, 0.0015) + 0.5 * scene.make_noise(110, 3)
    slope_x, slope_y = get_slope(bump)
    lit = 1 - 0.0010 * (slope_x * np.sign(x - 0.5) + slope_y * np.sign(y - 0.5))
    return np.asarray(albedo * (0.35 + 0.65 * flat) * np.clip(lit, 0.35, 1.8), np.float32)
