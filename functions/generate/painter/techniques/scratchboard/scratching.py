"""What the scratchboard's layouts share: the needle, the board, snow and stars."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.character import measure_age
from generate.painter.kit.color import BLACK, blend, mix, ramp, tone
from generate.painter.kit.fields import blur, get_slope, smoothstep
from generate.painter.kit.marks import Drawing, draw_marks
from generate.painter.kit.shapes import cover, fill_inside, get_normals, inflate
from generate.painter.kit.sheets import make_sheet, shade
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene


def scratch(
    scene: Scene, light: Field, angle: NDArray[np.floating], *, count: int = 22000, coarseness: float = 1.0
) -> Mask:
    """Return scratches along `angle`, as many as there is light; the wilder the music, the less they agree."""
    jitter = 0.08 + 0.22 * scene.energy
    direction = np.asarray(angle, np.float32)
    length, width = 0.024 * coarseness, 0.0034 * coarseness
    fine = draw_marks(scene.rng, count, direction, light * 0.92, length, width, jitter=jitter, bluntness=0.2)
    bold = np.clip(light - 0.35, 0, 1)
    return np.maximum(
        fine, draw_marks(scene.rng, count // 5, direction, bold, 1.5 * length, 1.7 * width, jitter=jitter)
    )


def light_form(motif: Mask, lamp: tuple[float, float, float]) -> tuple[Field, Field, Mask]:
    """Return the motif's light from a lamp's direction, the direction of its scratches, and its silhouette."""
    body = fill_inside(motif)
    height = inflate(body, 0.11) + np.float32(0.05) * motif
    across, down = get_slope(blur(height, 5 / 1280))
    normal = get_normals(blur(height, 4 / 1280), 0.30)
    light = sum(np.float32(part) * axis for part, axis in zip(lamp, normal, strict=True))
    lines = (motif < 0.5) & (body > 0.5)
    light = np.clip(light, 0, 1) ** np.float32(1.15) * body * ~lines
    return np.asarray(light, np.float32), np.asarray(np.arctan2(down, across) + np.pi / 2 + 0.5, np.float32), body


def draw_disc(scene: Scene, distance: Field, radius: float, angle: Field) -> Mask:
    """Return a bright disc, black scratches where its craters are."""
    craters = smoothstep(scene.make_noise(5, 4), 0.42, 0.72)
    edge = smoothstep(distance, radius - 0.03, radius)
    dents = draw_marks(
        scene.rng, int(24000 * radius), angle, np.clip(0.9 * craters + 0.6 * edge, 0, 0.9), 0.034, 0.0048, jitter=0.15
    )
    return np.asarray(cover(distance - radius) * (1 - dents), np.float32)


def finish(scene: Scene, scratches: Mask, tint: Field, fall: bool = True) -> Sheet:
    """Return the board with its scratches; `tint`: where they take on color, 0 to 1. Old prints are paler."""
    inks = scene.inks
    if fall:
        scratches = np.maximum(scratches, draw_weather(scene))
    accent = inks.get_accent(0)
    warm = tone(accent, 0.77, 0.07, 0.125)
    white = tone(inks.paper, 0.96 - 0.08 * measure_age(scene.decade), 0.0, 0.035)
    ground = mix(inks.settle(inks.deep), BLACK, 0.45 - 0.25 * measure_age(scene.decade))
    board = shade(make_sheet(scene.size, ground), 1 + np.float32(0.25) * (scene.make_noise(5, 3) - np.float32(0.5)))
    return blend(board, ramp(tint, [white, mix(white, warm, 0.6), warm]), scratches)


def draw_weather(scene: Scene) -> Mask:
    """Return flakes or slanting scratches where the scene has such weather."""
    drawing = Drawing(scene.size)
    if scene.weather == "snow":
        for x, y, chance in scene.rng.random((170, 3)):
            drawing.disc(x, y, 0.004 + 0.007 * chance**3)
    elif scene.weather == "rain":
        for x, y, chance in scene.rng.random((90, 3)):
            reach = 0.05 + 0.10 * chance
            drawing.line([(x, y), (x - 0.28 * reach, y + reach)], 0.0038)
    return drawing.to_mask()


def draw_stars(scene: Scene, count: int, bottom: float) -> Mask:
    """Return stars above `bottom`."""
    drawing = Drawing(scene.size)
    for x, y, chance in scene.rng.random((count, 3)):
        drawing.disc(x, y * bottom, 0.0016 + 0.0045 * chance**4)
    return drawing.to_mask()
