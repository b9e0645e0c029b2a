"""Inks, paper and the photograph of a letterpress sleeve."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generate.painter.kit.color import get_chroma, tone, vivid
from generate.painter.kit.fields import blur, resize, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import fill_inside, get_normals, inflate
from generate.painter.kit.sheets import make_paper
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

_PHOTO_SIZE = 512  # pixels at which a photograph is lit and grained


@dataclass(frozen=True, eq=False)
class Inks:
    """The sleeve's paper and its two inks; `light` is the paper under a thin layer of the second."""

    paper: Color
    ink: Color
    spot: Color
    light: Color


def choose_inks(scene: Scene) -> Inks:
    """Choose the inks: a gray palette has a middle gray for its second."""
    inks = scene.inks
    lead = inks.by_prominence[0]
    spot = vivid(lead, 0.10, 0.22) if get_chroma(lead) >= 0.03 else tone(lead, 0.62)
    # The darkest color is often a gray with an accidental hue, and the ink covers much.
    ink = tone(inks.ink, 0.17, 0.005, 0.04, 1.0 if get_chroma(inks.ink) > 0.03 else 0.4)
    old = 0 < scene.decade < 1970
    paper = tone(inks.by_lightness[-1], 0.92 if old else 0.95, 0.008, 0.045 if old else 0.03)
    return Inks(paper, ink, spot, tone(spot, 0.88, 0.02, 0.09))


def make_sleeve(scene: Scene, color: Color) -> Sheet:
    """Return paper that has yellowed unevenly."""
    worn = 1 - (0.09 if 0 < scene.decade < 1970 else 0.045) * scene.make_noise(4, 3)
    return np.asarray(make_paper(scene.rng, scene.size, color, 0.02) * worn[..., None], np.float32)


def make_grain(scene: Scene) -> Field:
    """Return the film's grain, -0.5 to 0.5, coarser in earlier decades."""
    grain = scene.rng.random((_PHOTO_SIZE, _PHOTO_SIZE), np.float32) - np.float32(0.5)
    if 0 < scene.decade < 1960:
        grain = np.asarray(blur(grain, 1 / _PHOTO_SIZE) * 2.4, np.float32)
    return grain


def expose(scene: Scene, motif: Mask, highlights: float = 0.26) -> Mask:
    """Return the ink of the motif's photograph, (size, size); `highlights`: the share of the motif that stays bare."""
    return expose_series(scene, motif, [highlights])[0]


def expose_series(scene: Scene, motif: Mask, highlights: Sequence[float]) -> list[Mask]:
    """Return several exposures of one photograph."""
    small = resize(motif, _PHOTO_SIZE)
    body = fill_inside(small)
    height = inflate(body, 0.05)
    normal_x, normal_y, normal_z = get_normals(blur(height, 5 / 1280), 0.30)
    below = -0.5 if scene.mood in ("dark", "melancholic") else 0.55
    # The edges stay inked, so that what is thin or open holds together.
    edge = 1 - smoothstep(blur(small, 0.005), 0.55, 0.98)
    light = 0.42 - 0.62 * normal_x - below * normal_y + 0.1 * normal_z - 0.22 * edge
    inside = light[::3, ::3][small[::3, ::3] > 0.5]
    light = light + 0.42 * make_grain(scene)
    photos = []
    for share in highlights:
        limit = float(np.quantile(inside, 1 - share)) if inside.size else 0.5
        bare = smoothstep(light, limit - 0.06, limit + 0.06)
        photos.append(np.asarray(motif * (1 - resize(bare, scene.size)), np.float32))
    return photos


def draw_boxes(scene: Scene, boxes: list[tuple[float, float, float, float]]) -> Mask:
    """Return rectangles (left, top, right, bottom), a little worn."""
    drawing = Drawing(scene.size)
    for left, top, right, bottom in boxes:
        drawing.polygon([(left, top), (right, top), (right, bottom), (left, bottom)])
    return drawing.to_mask()
