"""Ridge lines of a motif."""

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import get_lightness, mix, tone
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.sheets import make_paper, make_sheet
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.relief.ridges import Style, draw_ridges, raise_motif


def paint_night(scene: Scene) -> Sheet:
    """White lines on black in a calm frame, the motif rising out of them."""
    x, _ = scene.grid
    motif = scene.place_motif(0.5, 0.57, 0.70, 0.70)
    height = raise_motif(scene, motif) * smoothstep(0.5 - np.abs(x - 0.5), 0.06, 0.18)
    ground = get_dark(scene)
    white = tone(scene.inks.paper, 0.97, 0.0, 0.03)
    glow = tone(scene.inks.get_accent(0), 0.42, 0.0, 0.15)
    style = Style(
        ground=ground,
        colors=(mix(ground, white, 0.38), white, white),
        rows=int(50 + 18 * scene.energy),
        lift=0.095,
        thin=0.0018,
        thick=0.0060,
        figure=(glow,),
    )
    return draw_ridges(scene, make_sheet(scene.size, ground), height, style, motif=motif)


def paint_day(scene: Scene) -> Sheet:
    """Ink lines on paper; the motif is filled with the leading color."""
    x, _ = scene.grid
    motif = scene.place_motif(0.5, 0.58, 0.70, 0.68)
    height = raise_motif(scene, motif) * smoothstep(0.5 - np.abs(x - 0.5), 0.06, 0.18)
    paper = tone(scene.inks.paper, 0.95 - 0.04 * measure_age(scene.decade), 0.0, 0.04)
    ink = scene.inks.settle(scene.inks.ink)
    style = Style(
        ground=paper,
        colors=(mix(paper, ink, 0.5), ink, ink),
        rows=int(44 + 14 * scene.energy),
        lift=0.095,
        thin=0.0018,
        thick=0.0062,
        figure=(scene.inks.get_accent(0),),
    )
    return draw_ridges(scene, make_paper(scene.rng, scene.size, paper, 0.0), height, style, motif=motif)


def paint_crop(scene: Scene) -> Sheet:
    """Few thick lines in two colors, the motif far larger than the sheet."""
    motif = scene.place_motif(0.5, 0.58, 1.04, 1.00)
    height = raise_motif(scene, motif)
    ground = get_dark(scene)
    high = scene.inks.get_accent(0)
    style = Style(
        ground=ground,
        colors=(tone(scene.inks.get_accent(1), 0.42, 0.0, 0.12), high, tone(scene.inks.paper, 0.96, 0.0, 0.05)),
        rows=38,
        lift=0.115,
        thin=0.0036,
        thick=0.0095,
        left=-0.02,
        right=1.02,
        top=-0.02,
        bottom=1.12,
        figure=(tone(high, 0.44, 0.0, 0.16),),
    )
    return draw_ridges(scene, make_sheet(scene.size, ground), height, style, motif=motif)


def paint_bands(scene: Scene) -> Sheet:
    """Wavy bands of flat color; where they rise over the motif, they turn pale."""
    motif = scene.place_motif(0.5, 0.55, 0.84, 0.80)
    inks = scene.inks
    ground, paper = get_dark(scene), inks.paper
    first, second = inks.get_accent(0), inks.get_accent(1)
    figure = (paper, mix(second, paper, 0.65), paper, mix(second, paper, 0.8))
    fills = (first, mix(first, ground, 0.22), first, mix(first, ground, 0.45))
    if get_lightness(first) > 0.70:
        figure = (
            mix(second, ground, 0.45),
            mix(ground, paper, 0.10),
            mix(second, ground, 0.65),
            mix(ground, paper, 0.15),
        )
        fills = (first, mix(first, paper, 0.35), first, mix(first, ground, 0.12))
    style = Style(
        ground=ground,
        colors=(ground, ground, ground),
        rows=int(44 + 14 * scene.energy),
        lift=0.045,
        thin=0.0020,
        thick=0.0028,
        left=-0.02,
        right=1.02,
        top=-0.04,
        bottom=1.12,
        fills=fills,
        figure=figure,
    )
    sheet = make_sheet(scene.size, mix(first, ground, 0.5))
    return draw_ridges(scene, sheet, raise_motif(scene, motif), style, motif=motif)


def get_dark(scene: Scene) -> Color:
    """Return the dark ground; a somber mood has it darker."""
    dark = tone(scene.inks.by_lightness[0], 0.13 if is_somber(scene.mood) else 0.17, 0.0, 0.06)
    return scene.inks.settle(dark)
