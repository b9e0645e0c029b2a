"""Cards of a motif: before rays, head to tail, in an arch at night."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import get_lightness, mix
from generate.painter.kit.fields import blur
from generate.painter.kit.ornaments import outline_star
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.tarot.press import (
    LINE,
    Card,
    Colors,
    choose_colors,
    choose_contrast,
    darken,
    draw_figure,
    lay_figure,
    press,
)
from generate.painter.techniques.tarot.scenery import draw_frame, draw_land, draw_rays, outline_window


def paint_glory(scene: Scene) -> Sheet:
    """The motif, large, before a disc whose rays reach every edge; no frame."""
    colors = choose_colors(scene)
    figure, behind = choose_contrast(colors)
    card = Card(scene, colors.pale if behind is colors.paper else darken(colors.second, 0.2))
    x, y = 0.5, 0.46
    count = 12 + 2 * round(3 * scene.energy)
    draw_rays(card, (x, y), (0.37, 0.90, 0.66), count, (colors.second, colors.paper), turn=np.pi / 2)
    card.disc(x, y, 0.395, colors.second, LINE * 1.3)
    card.disc(x, y, 0.365, behind, LINE)
    stands = scene.motif is not None and scene.motif.stands
    draw_land(card, scene, 0.855, darken(colors.earth, 0.35), 0.012, rows=1)
    bottom = 0.885 if stands else 0.83
    motif = scene.place_motif(0.5, bottom - 0.38, 0.78, 0.76, stands=stands)
    plates = lay_figure(card.separate(), draw_figure(scene, motif), figure)
    return press(scene, plates, colors)


def paint_mirror(scene: Scene) -> Sheet:
    """The motif twice, head to tail, as on a court card, in a frame."""
    colors = choose_colors(scene)
    x, y = scene.grid
    dark = get_lightness(colors.first) > 0.70
    card = Card(scene, colors.deep if dark else colors.pale)
    lean = 0.30
    # The lower half in another color, divided by a slanting band.
    left, right = 0.5 + lean / 2, 0.5 - lean / 2
    lower = mix(colors.deep, colors.second, 0.25) if dark else colors.paper
    card.shape([(0, left), (1, right), (1, 1), (0, 1)], lower, 0)
    motif = scene.place_motif(0.47, 0.325, 0.68, 0.47)
    for center_y, half, sign in ((0.31, 0, 1), (0.69, 1, -1)):
        center_x = 0.46 if half == 0 else 0.54
        for angle in np.linspace(np.pi, 2 * np.pi, 15 + 2 * round(3 * scene.energy))[1:-1] + (0 if sign > 0 else np.pi):
            card.stroke(
                [(center_x + reach * np.cos(angle), center_y + reach * np.sin(angle)) for reach in (0.26, 0.9)], LINE
            )
    card.shape([(0, left - 0.030), (1, right - 0.030), (1, right + 0.030), (0, left + 0.030)], colors.second)
    for place in np.linspace(0.06, 0.94, 12).tolist():
        card.shape(outline_star(place, left + (right - left) * place, 0.022, 4, 0.45), colors.paper, LINE * 0.6)
    draw_frame(card, colors, colors.first if not dark else colors.second)
    plates = card.separate()
    above = cover(np.asarray(y - (left + (right - left) * x) + 0.033, np.float32))
    visible = motif * above
    scene.motif_masks[-1] = np.maximum(visible, visible[::-1, ::-1])
    figure = draw_figure(scene, motif).cut(above)
    plates = lay_figure(lay_figure(plates, figure, colors.first), figure.turn(), colors.first)
    return press(scene, plates, colors)


def paint_night(scene: Scene) -> Sheet:
    """The motif in a pointed arch, a moon or a small sun and stars above it."""
    rng, colors = scene.rng, choose_colors(scene)
    day = scene.time == "day"
    sky = colors.pale if day else colors.deep
    card = Card(scene, sky)
    stands = scene.motif is not None and scene.motif.stands
    motif = scene.place_motif(0.5, 0.60, 0.66, 0.57, stands=stands)
    near = blur(motif, 0.03)
    outer, inner = outline_window(0.5, -0.02, 1.06, 0.91), outline_window(0.5, 0.04, 1.06, 0.81)
    x, y, radius = 0.5 + rng.uniform(-0.06, 0.06), 0.20, 0.072
    if day:
        draw_rays(card, (x, y), (radius, 0.135, 0.12), 10, (colors.second, colors.first))
        card.disc(x, y, radius, colors.first)
    else:
        card.disc(x, y, radius, colors.second, 0)
        card.disc(x + 0.04, y - 0.02, radius * 0.84, sky, 0)
        for star_x, star_y, chance in rng.random((16 + round(26 * scene.energy), 3)):
            is_free = near[int(0.8 * star_y * scene.size), int(star_x * scene.size)] < 0.02
            is_free &= _get_gap(inner, star_x, 0.8 * star_y) > 0.035
            if is_free and np.hypot(star_x - x, 0.8 * star_y - y) > 0.12:
                card.shape(outline_star(star_x, star_y * 0.8, 0.012 + 0.014 * chance), colors.paper, 0)
    draw_land(card, scene, 0.86, colors.earth, 0.012, rows=1)
    _draw_arch(card, colors, outer, inner)
    light = mix(colors.paper, colors.second, 0.3) if is_somber(scene.mood) else colors.paper
    plates = lay_figure(card.separate(), draw_figure(scene, motif), colors.first if day else light)
    return press(scene, plates, colors)


def _draw_arch(card: Card, colors: Colors, outer: Points, inner: Points) -> None:
    """Draw a wall with stars around a pointed arch."""
    wall = np.array([(-0.1, 1.06), (-0.1, -0.1), (1.1, -0.1), (1.1, 1.06)])
    card.shape(np.concatenate([wall, outer[::-1]]), darken(colors.first, 0.12), 0)
    sides = outer[: len(outer) // 2]
    for column in range(-1, 9):
        for row in range(-1, 9):
            x, y = (column + 0.5 * (row % 2)) / 7.0 + 0.035, row / 7.0 + 0.02
            # The arch's half width at the star's height.
            half = 0.5 - float(np.interp(y, sides[::-1, 1], sides[::-1, 0]))
            if 0 <= x <= 1 and abs(x - 0.5) > half and _get_gap(outer, x, y) > 0.045:
                card.shape(outline_star(x, y, 0.036, 8, 0.45), colors.second, LINE * 0.6)
    card.shape(np.concatenate([outer, inner[::-1]]), colors.paper, 0)
    card.stroke(outer, LINE * 1.3)
    card.stroke(inner, LINE * 1.3)


def _get_gap(outline: Points, x: float, y: float) -> float:
    return float(np.hypot(*(outline - np.array([x, y])).T).min())
