"""Paper cuts without a motif: ridges, waves, strata."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import mix, ramp, tint, tone
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.papercut.layers import (
    PaperStack,
    add_weather,
    choose_papers,
    choose_shadow,
    draw_fir,
)


def is_night(scene: Scene) -> bool:
    """Return whether the sky is dark."""
    return scene.time == "night" or (not scene.time and is_somber(scene.mood))


def paint_sky(scene: Scene, sun_x: float, sun_y: float, radius: float, dark: float = 0.2) -> Sheet:
    """Return a sky of paper that glows around a sun, or by night around a moon, with stars.

    `dark`: the lightness of the night sky far from the moon.
    """
    x, y = scene.grid
    distance = np.hypot(x - sun_x, y - sun_y)
    glow = np.exp(-np.clip(distance - radius, 0, 2) * (3.2 if is_night(scene) else 2.2)).astype(np.float32)
    accent = scene.inks.by_prominence[0]
    if is_night(scene):
        low = tone(choose_shadow(scene), dark)
        sheet = ramp(glow, [low, tint(accent, dark + 0.11, 0.09), tint(accent, dark + 0.30, 0.11)])
        drawing = Drawing(scene.size)
        for star_x, star_y, light in scene.rng.random((70, 3)).tolist():
            drawing.disc(star_x, star_y * 0.7, 0.0016 + 0.0028 * light**3)
        sheet = lay_over(sheet, drawing.to_mask(), scene.inks.pale)
        return lay_over(sheet, cover(distance - radius), scene.inks.paper)
    sheet = ramp(glow, [tint(accent, 0.80, 0.09), tint(accent, 0.90, 0.06), scene.inks.paper])
    return lay_over(sheet, cover(distance - radius), scene.inks.get_accent(0))


def paint_ridges(scene: Scene) -> Sheet:
    """Ridges one behind the other, with firs, peaks or round hills, and a great sun or moon behind them."""
    x, y = scene.grid
    rng = scene.rng
    night, place = is_night(scene), scene.place or str(rng.choice(["forest", "mountains", "hills"]))
    sun_x, sun_y, radius = rng.uniform(0.25, 0.75), rng.uniform(0.24, 0.36), rng.uniform(0.10, 0.20)
    stack = PaperStack(scene, paint_sky(scene, sun_x, sun_y, radius))
    rows = 7
    papers = choose_papers(scene, rows, 0.46 if night else 0.80, 0.13 if night else 0.20)
    flat = x[0]
    for index in range(rows):
        share = index / (rows - 1)
        height = (0.07 + 0.07 * scene.energy) * (1.2 - 0.5 * share)
        wave = np.sin(flat * rng.uniform(3, 6) + rng.uniform(0, 6)) + 0.4 * np.sin(flat * 13 + rng.uniform(0, 6))
        if place == "mountains":
            folds = [2 * np.abs((flat * f + rng.random()) % 1 - 0.5) for f in (1.7, 3.9, 9.0, 21.0)]
            wave = 3.2 * (folds[0] * 0.55 + folds[1] * 0.3 + folds[2] * 0.12 + folds[3] * 0.05) - 1.2
            height *= 1.5 - 0.9 * share
        crest: Field = np.asarray(0.42 + 0.46 * share**0.9 - height * wave, np.float32)
        mask = cover(crest[None] - y)
        trees = {"forest": 15 - 9 * share, "mountains": 0 if index < 3 else 9 - 5 * share, "hills": 0}[place]
        if trees >= 1:
            drawing = Drawing(scene.size)
            for tree_x in (np.arange(int(trees)) + rng.uniform(0.1, 0.9, int(trees))) / int(trees):
                foot = float(crest[min(scene.size - 1, int(tree_x * scene.size))])
                draw_fir(drawing, float(tree_x), foot + 0.02, (0.10 + 0.26 * share) * rng.uniform(0.7, 1.15))
            mask = np.maximum(mask, drawing.to_mask())
        stack.lay(mask, papers[index], 0.007 + 0.010 * share, 0.30 + 0.2 * share)
        if scene.weather == "mist" and index < rows - 1:
            haze = smoothstep(y - crest[None], 0.0, 0.17)
            stack.sheet = lay_over(stack.sheet, haze, papers[0] if night else scene.inks.pale, 0.72 - 0.25 * share)
    add_weather(scene, stack)
    return stack.sheet


def paint_waves(scene: Scene) -> Sheet:
    """Rows of paper waves with pale crests before a low sun or moon."""
    x, y = scene.grid
    rng = scene.rng
    night = is_night(scene)
    sun_x, radius = rng.uniform(0.25, 0.75), rng.uniform(0.15, 0.21)
    stack = PaperStack(scene, paint_sky(scene, sun_x, 0.30, radius))
    rows = 6
    papers = choose_papers(scene, rows, 0.52 if night else 0.74, 0.20 if night else 0.28)
    lean = float(rng.choice((-1, 1)))
    for index in range(rows):
        share = index / (rows - 1)
        length = 0.15 + 0.27 * share
        height = (0.05 + 0.13 * share) * (0.55 + 0.6 * scene.energy)
        phase = lean * x / length + rng.random()
        # The crest leans over: its phase is drawn along as the wave rises.
        lift = np.clip((0.40 + 0.52 * share - y) / height, 0, 1.4)
        position = (phase - 0.42 * lift**2 * scene.energy) % 1
        profile = (1 - position) ** 2.2 * smoothstep(position, -0.02, 0.16)
        crest = 0.40 + 0.54 * share - height * 1.25 * profile
        foam = cover((crest - y) * 0.8)
        paper = mix(scene.inks.pale, papers[index], 0.15 if not night else 0.4)
        stack.lay(foam, paper, 0.006 + 0.008 * share, 0.38)
        stack.lay(cover((crest + 0.008 + 0.016 * share + 0.02 * profile * share - y) * 0.8), papers[index], 0.004, 0.3)
    add_weather(scene, stack)
    return stack.sheet


def paint_strata(scene: Scene) -> Sheet:
    """Openings within openings through sheets of every color, down to one dark or bright depth."""
    rng = scene.rng
    noise = scene.make_noise(1.6 + 1.2 * scene.energy, 2, 0.35)
    x, y = scene.grid
    cx, cy = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7)
    noise = noise - 0.9 * np.exp(-((np.hypot(x - cx, y - cy) / 0.42) ** 2))
    rows = 9
    levels = np.quantile(noise[::8, ::8], np.linspace(0.08, 0.86, rows))
    depth = choose_shadow(scene) if is_somber(scene.mood) else scene.inks.paper
    papers = choose_papers(scene, rows, 0.86, 0.26)
    if is_somber(scene.mood):
        papers = papers[::-1]
    accents = [scene.inks.get_accent(index) for index in (0, 1, 2)]
    stack = PaperStack(scene, np.broadcast_to(depth, (scene.size, scene.size, 3)).astype(np.float32).copy())
    slope = 2.4
    for index, level in enumerate(levels):
        paper = accents[index // 3 % 3] if index % 3 == 1 else papers[index]
        stack.lay(cover((np.float32(level) - noise) / np.float32(slope)), paper, 0.016, 0.55)
    return stack.sheet
