"""Landscapes in running stitch and French knots."""

from dataclasses import dataclass

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import choose_cold_hue, choose_dark_hue, neutralize, tint, tone
from generate.painter.kit.marks import scatter
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.embroidery.needle import THREAD, Needle, choose_threads, shade_thread, weave_cloth

_FIELDS = 6
# Where the lines of a landscape are bent.
_FLAT = np.linspace(-0.04, 1.10, 115)


@dataclass
class _View:
    """What the parts of a landscape share."""

    scene: Scene
    needle: Needle
    night: bool
    place: str
    horizon: float
    sun: tuple[float, float, float]
    sun_thread: Color
    pale: Color
    threads: list[Color]


def paint_landscape(scene: Scene) -> Sheet:
    """Fields in rows of long stitches under a sun or moon of thread; flowers or snow in French knots."""
    rng = scene.rng
    night = scene.time == "night" or (not scene.time and is_somber(scene.mood))
    light = neutralize(scene.inks.by_lightness[-1])
    cloth = tint(choose_cold_hue(scene.inks.by_prominence), 0.25, 0.08) if night else tone(light, 0.90, 0.0, 0.035)
    threads, pale = choose_threads(scene, dark=night), tone(light, 0.93, 0.0, 0.04)
    horizon = rng.uniform(0.42, 0.52)
    sun = (rng.uniform(0.26, 0.74), horizon - rng.uniform(0.12, 0.20), rng.uniform(0.10, 0.14))
    place = scene.place or str(rng.choice(["hills", "meadow", "mountains", "sea"]))
    sun_thread = pale if night else threads[0]
    view = _View(scene, Needle(scene), night, place, horizon, sun, sun_thread, pale, threads)
    _sew_sky(view)
    for index in range(_FIELDS):
        _sew_field(view, index)
    if place == "meadow":
        _sew_flowers(view)
    _sew_weather(view)
    return view.needle.sew_on(weave_cloth(scene, cloth), 0.0007)


def _sew_sky(view: _View) -> None:
    """Sew rows of short stitches, the sun or moon, and stars by night."""
    needle, prominent = view.needle, view.scene.inks.by_prominence
    sun_x, sun_y, radius = view.sun
    color = tint(choose_cold_hue(prominent), 0.42, 0.10) if view.night else tint(prominent[0], 0.80, 0.08)
    for level in np.arange(0.035, view.horizon + 0.05, 0.038 - 0.012 * view.scene.energy).tolist():
        line = np.stack([_FLAT, level + 0.008 * np.sin(_FLAT * 7 + level * 30)], axis=1)
        clear = np.hypot(line[:, 0] - sun_x, line[:, 1] - sun_y) > radius + 0.05
        for part in np.split(line, np.flatnonzero(np.diff(clear.astype(int)) != 0) + 1):
            if len(part) > 4 and np.hypot(*(part[len(part) // 2] - (sun_x, sun_y))) > radius + 0.05:
                needle.run(part, color, 0.030, 0.024, THREAD * 0.8)
    inner = shade_thread(view.sun_thread, -0.05 if view.night else 0.06)
    needle.flower(sun_x, sun_y, [(radius * 0.62, radius, view.sun_thread), (0.0, radius * 0.66, inner)])
    if view.night:
        stars = scatter(view.scene.rng, 60, 0.07)
        stars = stars[(stars[:, 1] < view.horizon - 0.04) & (np.hypot(*(stars - (sun_x, sun_y)).T) > radius + 0.05)]
        for turn in (0.0, np.pi / 2):
            arm = np.array([np.cos(turn), np.sin(turn)]) * 0.011
            needle.stitch(stars - arm, stars + arm, view.pale, THREAD * 0.7)


def _measure_base(view: _View, share: float) -> float:
    return float(view.horizon + (1.02 - view.horizon) * share**1.1 * 0.86)


def _sew_field(view: _View, index: int) -> None:
    """Sew one field, ridge or band of water in rows of stitches that follow its upper edge."""
    scene, rng = view.scene, view.scene.rng
    prominent = scene.inks.by_prominence
    low = choose_dark_hue([*prominent[1:], prominent[0]])
    share = index / (_FIELDS - 1)
    base = _measure_base(view, share)
    hue = choose_cold_hue(prominent) if view.place == "sea" else (view.threads[1], low, view.threads[2])[index % 3]
    lightness = (0.60 - 0.26 * share) * (0.85 if view.night else 1.05)
    bend, phase = rng.uniform(3, 6), rng.uniform(0, 6.28)
    swing = {"sea": 0.006, "meadow": 0.022, "hills": 0.045, "mountains": 0.0}[view.place] * (0.6 + 0.8 * scene.energy)
    crest = base - swing * np.sin(bend * _FLAT + phase)
    if view.place == "mountains" and index < 3:
        fold = 1 - np.abs(((_FLAT * bend / 2.4 + phase) % 1) * 2 - 1)
        crest = base + 0.05 - (0.26 - 0.07 * index) * (0.6 + 0.5 * scene.energy) * fold
    lower = np.maximum(
        np.full_like(_FLAT, _measure_base(view, min(1.3, (index + 1) / (_FIELDS - 1))) + 0.06), crest + 0.02
    )
    rows = max(3, int(float(np.max(lower - crest)) / (THREAD * 1.22)))
    length = 0.026 + 0.030 * share
    for row in range(rows + 1):
        line = np.stack([_FLAT, crest + (lower - crest) * (row / rows)], axis=1)
        if view.place == "sea":
            line[:, 1] += 0.004 * np.sin(_FLAT * 26 + row * 0.9 + phase)
        change = -0.07 * (row % 3 == 1) + 0.05 * (row == 0) - 0.06 * row / rows
        shade = tint(hue, lightness + change, 0.15)
        line = line - np.array([rng.random() * length, 0])
        view.needle.run(line, shade, length * rng.uniform(0.9, 1.2), THREAD * 0.5, THREAD * 1.2)
        if view.place == "sea" and row % 3 == 0:
            glint = line[np.abs(line[:, 0] - view.sun[0]) < 0.04 + 0.18 * (line[:, 1] - view.horizon).clip(0)]
            if len(glint) > 2:
                view.needle.run(glint, shade_thread(view.sun_thread, 0.05), 0.022, 0.014, THREAD * 1.1)


def _sew_flowers(view: _View) -> None:
    """Sew flowers of French knots, larger toward the foreground."""
    rng, horizon = view.scene.rng, view.horizon
    flowers = scatter(rng, 900, 0.022)
    flowers = flowers[flowers[:, 1] > horizon + 0.16 + 0.5 * rng.random(len(flowers)) * (1 - horizon)]
    flowers = flowers[np.argsort(flowers[:, 1])]
    colors = np.stack([view.threads[0], view.pale, view.threads[3]]).astype(np.float32)
    petals = colors[rng.integers(0, 3, len(flowers))]
    depth = np.floor((flowers[:, 1] - horizon) / (1 - horizon) * 3)
    for row in (0, 1, 2):
        view.needle.knot(flowers[depth == row], petals[depth == row], 0.006 + 0.0035 * row)


def _sew_weather(view: _View) -> None:
    if view.scene.weather == "snow":
        view.needle.knot(scatter(view.scene.rng, 260, 0.040), view.pale, 0.0068)
    if view.scene.weather == "rain":
        drops = scatter(view.scene.rng, 320, 0.036)
        by_day = tint(choose_cold_hue(view.scene.inks.by_prominence), 0.55, 0.10)
        in_sky = (drops[:, 1] < view.horizon) & (not view.night)
        colors = np.where(in_sky[:, None], by_day, view.pale).astype(np.float32)
        view.needle.stitch(drops, drops + np.array([-0.012, 0.042]), colors, THREAD * 0.8)
