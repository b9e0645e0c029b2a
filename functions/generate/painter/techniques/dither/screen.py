"""A screen of 128 pixels with four inks, and two ways to dither."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.color import get_chroma, get_hue, get_lightness, mix, tone, vivid
from generate.painter.kit.fields import blur, make_grid, resize
from generate.painter.kit.shapes import fill_inside, get_normals, inflate
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

PIXELS = 128
DARK, SECOND, FIRST, LIGHT = range(4)
# How much narrower the dithered zone between two inks is than the inks' distance.
_HARDNESS = 2.0
Inside = NDArray[np.bool_]


class Screen:
    """The pixels' inks."""

    def __init__(self, scene: Scene, ink: int = DARK) -> None:
        self._scene = scene
        self.pixels = np.full((PIXELS, PIXELS), ink, np.int8)
        self.x, self.y = make_grid(PIXELS)

    def put(self, where: Inside, ink: int | NDArray[np.int8]) -> None:
        """Set pixels to an ink."""
        self.pixels = np.where(where, ink, self.pixels).astype(np.int8)

    def show(self) -> Sheet:
        """Return the screen, enlarged."""
        sheet = np.stack(choose_inks(self._scene))[self.pixels]
        return resize(sheet, self._scene.size, smooth=False)


def choose_inks(scene: Scene) -> tuple[Color, Color, Color, Color]:
    """Return dark, second, first and light, by rising lightness where the hues allow it."""
    inks = scene.inks
    darkest = inks.by_lightness[0]
    # A dark gray's hue is an accident, and it covers much.
    dark = tone(darkest, 0.16, 0.02, 0.08, 1.0 if get_chroma(darkest) > 0.03 else 0.15)
    light = tone(inks.by_lightness[-1], 0.95, 0.01, 0.05)
    if inks.is_gray:
        return dark, tone(inks.by_lightness[0], 0.42), tone(inks.by_lightness[-1], 0.68), light
    first, second = vivid(inks.by_prominence[0], 0.12, 0.25), vivid(inks.get_accent(1), 0.10, 0.22)
    if 0 < scene.decade < 1986:
        second = mix(first, dark, 0.45)
    alike = abs((get_hue(first) - get_hue(second) + 180) % 360 - 180) < 25
    if alike and abs(get_lightness(first) - get_lightness(second)) < 0.15:
        second = tone(first, get_lightness(first) - 0.22)
    return (
        (dark, second, first, light) if get_lightness(second) <= get_lightness(first) else (dark, first, second, light)
    )


def dither_ramp(value: Field, inks: list[int]) -> NDArray[np.int8]:
    """Return inks along a value in [0, 1]: flat bands, mixed by Bayer's matrix only where two of them meet."""
    place = np.clip(value, 0, 1) * (len(inks) - 1)
    lower = np.minimum(place.astype(int), len(inks) - 2)
    upper = (place - lower - 0.5) * _HARDNESS + 0.5 > BAYER
    return np.asarray(np.array(inks, np.int8)[lower + upper], np.int8)


def diffuse(value: Field) -> Inside:
    """Return which pixels are lit, their error diffused after Atkinson: six eighths of it, to six neighbors."""
    rows = np.pad(value, ((0, 2), (1, 2))).astype(float).tolist()
    lit = np.zeros(value.shape, bool)
    for index in range(len(value)):
        row, below, second = rows[index], rows[index + 1], rows[index + 2]
        for place in range(1, len(value) + 1):
            on = row[place] > 0.5
            lit[index, place - 1] = on
            error = (row[place] - on) / 8
            row[place + 1] += error
            row[place + 2] += error
            below[place - 1] += error
            below[place] += error
            below[place + 1] += error
            second[place] += error
    return lit


def light_motif(scene: Scene, motif: Mask, depth: float = 0.35) -> Field:
    """Return the light on the motif, 0 to 1, from the upper left, or from below in dark moods."""
    small = resize(motif, 4 * PIXELS)
    normal_x, normal_y, normal_z = get_normals(blur(inflate(fill_inside(small), 0.10), 7 / 1280), depth)
    below = -0.45 if scene.mood in ("dark", "melancholic") else 0.5
    light = np.clip(0.42 - 0.7 * normal_x - below * normal_y + 0.15 * normal_z, 0, 1) * (small > 0.5)
    return resize(light.astype(np.float32), PIXELS)


def shrink(mask: Mask) -> Inside:
    """Return the screen's pixels that a mask covers."""
    return np.asarray(resize(mask, PIXELS) > 0.5)


def outline(inside: Inside) -> Inside:
    """Return the pixels just outside a shape."""
    padded = np.pad(inside, 1)
    near = padded[2:, 1:-1] | padded[:-2, 1:-1] | padded[1:-1, 2:] | padded[1:-1, :-2]
    return np.asarray(near & ~inside)


def _make_bayer() -> Field:
    matrix = np.array([[0]])
    for _ in range(3):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return np.tile((matrix + 0.5) / 64, (PIXELS // 8, PIXELS // 8)).astype(np.float32)


BAYER = _make_bayer()
