"""Pixel art landscapes."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.dither.screen import (
    BAYER,
    DARK,
    FIRST,
    LIGHT,
    PIXELS,
    SECOND,
    Screen,
    dither_ramp,
)

_COLUMNS = np.arange(PIXELS)


def paint_land(scene: Scene) -> Sheet:
    """A landscape in layers under a dithered sky with a sun or a moon."""
    screen, rng = Screen(scene), scene.rng
    place = scene.place or rng.choice(("sea", "mountains", "forest", "desert", "city", "hills"))
    sun_x, sun_y = rng.choice((0.28, 0.5, 0.7)), rng.uniform(0.24, 0.34) - 0.05 * (scene.time == "night")
    horizon = 0.60 if place == "sea" else 0.70
    _paint_sky(scene, screen, sun_x, sun_y, horizon)
    if place == "sea":
        _paint_sea(scene, screen, sun_x, horizon)
    elif place == "city":
        _paint_city(scene, screen)
    else:
        _paint_ridges(scene, screen, str(place))
    if place == "desert":
        for _ in range(2 + round(scene.energy)):
            foot = int(rng.integers(100, 126))
            _paint_cactus(screen, int(rng.integers(16, 112)), foot, int((foot - 70) * 0.75))
    _paint_weather(scene, screen)
    return screen.show()


def _paint_sky(scene: Scene, screen: Screen, sun_x: float, sun_y: float, horizon: float) -> None:
    everywhere = np.ones_like(screen.x, bool)
    skies = {"day": [FIRST, FIRST, LIGHT], "night": [DARK, DARK, SECOND]}
    sky = skies.get(scene.time, [DARK, SECOND, FIRST, LIGHT])
    screen.put(everywhere, dither_ramp((screen.y / horizon) ** 1.2, sky))
    distance = np.hypot(screen.x - sun_x, screen.y - sun_y)
    radius = 0.13 + 0.05 * scene.energy
    if scene.time == "night":
        for column, row in (scene.rng.random((60, 2)) * (PIXELS, PIXELS * 0.6)).astype(int):
            screen.pixels[row, column] = LIGHT
        bite = np.hypot(screen.x - sun_x - radius * 0.45, screen.y - sun_y + radius * 0.2) < radius * 0.85
        screen.put((distance < radius) & ~bite, LIGHT)
        return
    if scene.time == "day":
        halo = np.clip(0.62 - (distance / radius - 1.12) * 0.55, 0, 1)
        screen.put((halo > BAYER) & (distance > radius * 1.12), LIGHT)
        screen.put(distance < radius, LIGHT)
        return
    bars = (np.floor(screen.y * PIXELS / 3) % 2 == 1) & (screen.y > sun_y + 0.02)
    screen.put((distance < radius) & ~bars, dither_ramp((screen.y - sun_y + radius) / (2 * radius), [LIGHT, FIRST]))


def _paint_sea(scene: Scene, screen: Screen, sun_x: float, horizon: float) -> None:
    rng = scene.rng
    water = screen.y > horizon
    depth = (screen.y - horizon) / (1 - horizon)
    ink = [DARK, DARK, SECOND] if scene.time == "night" else [FIRST, SECOND, DARK]
    screen.put(water, dither_ramp(depth if scene.time != "night" else 0.6 - depth * 0.6, ink))
    first = int(horizon * PIXELS) + 1
    for row in range(first, PIXELS):
        share = (row - first) / (PIXELS - first)
        reach = 0.05 + 0.20 * share
        for _ in range(3 + round(scene.energy * 3)):
            length = int(rng.integers(2, 4 + int(12 * share)))
            column = int((sun_x + rng.normal(0, reach * 0.55)) * PIXELS)
            if rng.random() < 0.75 - 0.4 * share:
                screen.pixels[row, max(0, column) : max(0, column + length)] = LIGHT
    for _ in range(50 + round(70 * scene.energy)):  # crests, longer toward the viewer
        share = rng.random() ** 0.7
        row, column = first + int(share * (PIXELS - first - 2)), int(rng.integers(-4, PIXELS))
        length = 3 + int(11 * share)
        screen.pixels[row, max(0, column) : max(0, column + length)] = FIRST
        screen.pixels[row + 1, max(0, column + 1) : max(0, column + length - 2)] = DARK


def _paint_city(scene: Scene, screen: Screen) -> None:
    rng = scene.rng
    for layer, (low, high, ink) in enumerate(((0.42, 0.66, SECOND), (0.55, 0.80, DARK))):
        column = -4
        while column < PIXELS:
            width = int(rng.integers(9, 18))
            top = int(rng.uniform(low, high) * PIXELS)
            block = (slice(top, PIXELS), slice(max(0, column), column + width))
            screen.pixels[block] = ink
            if rng.random() < 0.35:
                mast = max(0, min(PIXELS - 1, column + width // 2))
                screen.pixels[max(0, top - int(rng.integers(4, 12))) : top, mast : mast + 1] = ink
            for row in range(top + 3, PIXELS - 2, 4):
                for window in range(max(0, column) + 2, min(PIXELS, column + width) - 2, 4):
                    if rng.random() < (0.25, 0.4)[layer] + 0.25 * scene.energy:
                        screen.pixels[row : row + 2, window : window + 2] = (FIRST, LIGHT)[layer]
            column += width + int(rng.integers(0, 3))


def _paint_ridges(scene: Scene, screen: Screen, place: str) -> None:
    night = scene.time == "night"
    haze = 0.16 if night else 0.0
    for layer in range(4):
        share = layer / 3
        ridge = _make_ridge(scene, place, share)
        inside = screen.y * PIXELS > ridge[None]
        below = (screen.y * PIXELS - ridge[None]) / PIXELS
        slope = np.gradient(ridge if place != "forest" else np.full(PIXELS, ridge.mean()))
        tilt = np.clip(0.5 + np.convolve(slope, np.ones(5) / 5, "same") * (0.55 if place == "mountains" else 1.6), 0, 1)
        value = np.clip(1.05 - share * 0.62 - 0.65 * tilt[None] - below * (1.5 - share) - haze, 0, 1).astype(np.float32)
        inks = [DARK, SECOND, FIRST, LIGHT] if layer == 0 and not night else [DARK, SECOND, FIRST]
        if place == "desert":  # the nearest sand is in full light
            value = np.clip(0.75 - 0.55 * (tilt[None] - 0.5) - 2.2 * below + 0.12 * share - haze, 0.3, 1).astype(
                np.float32
            )
        if place == "forest":
            value = np.full_like(below, ((1.0, 0.72, 0.5, 0.0), (0.5, 0.26, 0.0, 0.0))[night][layer], np.float32)
        screen.put(inside, dither_ramp(value, inks))
        if scene.weather == "mist":
            fog = np.clip(below * 5 - 0.1, 0, 0.75 - 0.2 * share)
            screen.put(inside & (fog > BAYER), LIGHT if not night else SECOND)


def _paint_cactus(screen: Screen, column: int, foot: int, height: int) -> None:
    """Draw a saguaro."""
    top = foot - height
    screen.pixels[top:foot, column - 2 : column + 3] = DARK
    screen.pixels[top - 1, column - 1 : column + 2] = DARK
    for side, elbow in ((-1, top + height // 2), (1, top + height // 3)):
        near, far = sorted((column + side * 3, column + side * 9))
        screen.pixels[elbow : elbow + 4, near : far + 1] = DARK
        arm = column + side * 8
        screen.pixels[elbow - height // 4 : elbow + 3, arm - 1 : arm + 2] = DARK
    screen.pixels[top + 1 : foot, column - 1] = SECOND


def _make_ridge(scene: Scene, place: str, share: float) -> NDArray[np.float64]:
    """Return the row of a ridge above every column."""
    rng = scene.rng
    base = (0.50 + 0.38 * share) * PIXELS
    waves = np.zeros(PIXELS)
    if place in ("hills", "desert"):
        for frequency in (0.7, 1.6, 2.9):
            waves += np.sin(_COLUMNS / PIXELS * 2 * np.pi * frequency + rng.uniform(0, 6)) / frequency
        if place == "desert":  # low dunes, steep on one side
            waves = np.abs(np.sin(_COLUMNS / PIXELS * 2.2 * (2 - share) + rng.uniform(0, 6)))
            return base + 14 * (1 - share) - waves * 10
        return base - waves * 9 + 10 * share
    points = max(4, round(4 + 5 * share + 3 * scene.energy))
    places = np.linspace(0, PIXELS, points) + rng.uniform(-0.3, 0.3, points) * PIXELS / points
    peaks = np.where(
        np.arange(points) % 2 == int(rng.integers(2)), rng.uniform(0.6, 1.0, points), rng.uniform(-0.2, 0.3, points)
    )
    ridge = np.interp(_COLUMNS, places, peaks) + 0.10 * np.convolve(rng.normal(size=PIXELS), np.ones(3) / 3, "same")
    if place == "mountains":
        return np.asarray(base + 8 - ridge * PIXELS * (0.26 - 0.08 * share))
    # Firs: teeth whose tips and widths vary.
    trees = np.zeros(PIXELS)
    width = 4 + round(9 * share)
    for center in range(-2, PIXELS + 2, max(3, width - 2)):
        height = rng.uniform(0.55, 1.0) * (11 + 26 * share)
        offset = np.abs(_COLUMNS - center - rng.integers(-1, 2))
        trees = np.maximum(trees, height * (1 - offset / (width * 0.62)) + 2.0 * ((offset % 3) == 1))
    return np.asarray(base + 6 + 8 * share - ridge * 7 - trees)


def _paint_weather(scene: Scene, screen: Screen) -> None:
    rng = scene.rng
    count = round(110 + 160 * scene.energy)
    if scene.weather == "rain":
        for column, row in rng.integers(0, PIXELS, (count, 2)):
            length = int(rng.integers(5, 10))
            for step in range(length):
                if row + step < PIXELS and column - step // 2 >= 0:
                    screen.pixels[row + step, column - step // 2] = LIGHT
    elif scene.weather == "snow":
        for index, (column, row) in enumerate(rng.integers(0, PIXELS - 2, (count, 2))):
            size = 2 if index % 4 == 0 else 1
            screen.pixels[row : row + size, column : column + size] = LIGHT
    elif scene.weather == "mist":
        for row in (0.42, 0.60, 0.76):
            band: Field = np.exp(-(((screen.y - row) / 0.05) ** 2)) * (0.6 + 0.3 * np.sin(screen.x * 5 + row * 20))
            screen.put(band > BAYER, LIGHT if scene.time != "night" else SECOND)
