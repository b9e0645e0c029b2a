"""Things behind glass: a sun, the motif, a disc."""

import numpy as np

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.color import choose_dark_hue, mix, tint, tone
from generate.painter.kit.fields import blur, resize, smoothstep
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.glass.optics import (
    ColorPoint,
    brighten,
    choose_points,
    count_ribs,
    look_through,
    mix_mesh,
)


def paint_blinds(scene: Scene) -> Sheet:
    """A sun or moon behind level ribs that cut it into slices; over the sea, its light lies on the water."""
    inks, night = scene.inks, scene.time == "night"
    hot = brighten(inks.by_prominence[0])
    sheet = mix_mesh(scene, choose_points(scene, glow=0.0))
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
    return look_through(scene, sheet, count_ribs(scene, 11, 20), axis=0)


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
    sheet = mix_mesh(scene, [ColorPoint(scene.rng.random(), scene.rng.random(), fill, 0.34) for fill in fills])
    motif = blur(scene.place_motif(width=0.92, height=0.9), 0.010)
    _, y = scene.grid
    light = tone(inks.by_lightness[-1], 0.96, 0.01, 0.05)
    halo = resize(blur(resize(motif, max(96, scene.size // 4)), 0.05), scene.size)
    sheet = lay_over(sheet, halo * (1 - motif), tint(inks.by_prominence[0], 0.5, 0.2), 0.55)
    sheet = lay_over(sheet, motif, light, 0.95)
    sheet = lay_over(sheet, motif * smoothstep(y, 0.35, 0.95), tint(inks.by_prominence[0], 0.72, 0.18), 0.8)
    return look_through(scene, sheet, count_ribs(scene, 19, 28), axis=1, strength=-0.75)


def paint_pane(scene: Scene) -> Sheet:
    """A clean disc of color, half of it behind a pane of ribbed glass."""
    inks = scene.inks
    x, y = scene.grid
    top, hot = tone(inks.by_lightness[-1], 0.93, 0.01, 0.05), brighten(inks.by_prominence[0])
    other = brighten(inks.by_prominence[1 % len(inks.by_prominence)])
    ground = [
        ColorPoint(0.0, 0.0, top, 0.5),
        ColorPoint(1.0, 0.2, mix(top, hot, 0.35), 0.4),
        ColorPoint(0.6, 1.0, mix(top, other, 0.55), 0.5),
    ]
    gloomy = scene.mood in ("dark", "melancholic") or inks.is_dark
    if gloomy:
        deep = tint(inks.by_lightness[0], 0.17, 0.08)
        ground = [
            ColorPoint(0.0, 0.0, deep, 0.5),
            ColorPoint(1.0, 0.2, mix(deep, other, 0.4), 0.4),
            ColorPoint(0.6, 1.0, mix(deep, hot, 0.35), 0.5),
        ]
    sheet = mix_mesh(scene, ground)
    center_x, center_y, radius = 0.5, 0.5 + scene.rng.uniform(-0.05, 0.05), 0.33
    turn = scene.rng.uniform(0, 2 * np.pi)
    along = ((x - center_x) * np.cos(turn) + (y - center_y) * np.sin(turn)) / radius
    fill = np.stack([to_oklab(hot), to_oklab(mix(hot, top, 0.75)), to_oklab(other)])
    share = np.clip(along * 0.5 + 0.5, 0, 1) * 2
    lab = np.stack([np.interp(share, (0, 1, 2), fill[:, axis]) for axis in range(3)], axis=-1)
    disc = smoothstep(np.hypot(x - center_x, y - center_y), radius + 0.003, radius - 0.003)[..., None]
    sheet = np.asarray(sheet * (1 - disc) + np.clip(from_oklab(lab), 0, 1) * disc, np.float32)
    pane = look_through(scene, sheet, count_ribs(scene, 18, 30), axis=1, strength=1.7)
    edge = round(scene.size * (0.5 + scene.rng.uniform(-0.04, 0.04)))
    covered = slice(edge, None) if scene.rng.random() < 0.5 else slice(None, edge)
    shadow = 1 - 0.25 * np.exp(-np.abs(x[0] - edge / scene.size) / 0.02)
    sheet = sheet * shadow[None, :, None].astype(np.float32)
    sheet[:, covered] = pane[:, covered]
    return np.asarray(sheet, np.float32)
