"""Cards without a motif: the sun, the moon, the wheel, the star."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import mix
from generate.painter.kit.ornaments import bend, outline_arc, outline_star
from generate.painter.kit.types import Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.tarot.faces import draw_face, draw_moon
from generate.painter.techniques.tarot.press import LINE, Card, choose_colors, darken, lighten, press
from generate.painter.techniques.tarot.scenery import draw_clouds, draw_land, draw_rays, draw_tower, draw_water


def paint_sun(scene: Scene) -> Sheet:
    """A sun with a face fills the card, its rays straight and wavy in turn; no frame."""
    rng, colors = scene.rng, choose_colors(scene)
    night = is_somber(scene.mood)
    sky = colors.deep if night else colors.pale
    card = Card(scene, sky)
    x, y, radius = 0.5, 0.5, rng.uniform(0.245, 0.295)
    count = 10 + 2 * round(3 * scene.energy)
    turn = np.pi / count * rng.integers(2)
    if not night:
        for index in range(count * 2):
            angle = turn + (index + 0.5) * np.pi / count
            outer = 0.86
            card.stroke([(x + reach * np.cos(angle), y + reach * np.sin(angle)) for reach in (0.46, outer)], LINE * 0.8)
    draw_rays(card, (x, y), (radius, 0.80, 0.56), count, (colors.second, colors.first), turn=turn)
    card.disc(x, y, radius, colors.first, LINE * 1.4)
    card.disc(x, y, radius - 0.022, mix(colors.first, colors.paper, 0.8 if scene.inks.is_gray else 0.35), LINE * 0.7)
    draw_face(card, x, y, radius * 0.94, colors, closed=night)
    return press(scene, card.separate(), colors)


def paint_moon(scene: Scene) -> Sheet:
    """A moon with a profile over two towers, a path winding away between them."""
    rng, colors = scene.rng, choose_colors(scene)
    card = Card(scene, colors.deep)
    x, y = 0.5, 0.32
    draw_rays(card, (x, y), (0.20, 0.335, 0.29), 16, (colors.second, colors.paper))
    draw_moon(card, x, y, 0.215, colors, faces_left=bool(rng.random() < 0.5))
    count = 5 + 2 * round(2 * scene.energy)
    for index in range(count):
        place = index / (count - 1)
        drop_y = 0.565 + 0.125 * (1 - abs(2 * place - 1)) + 0.018 * (index % 2)
        card.shape(_outline_drop(0.335 + 0.33 * place, drop_y, 0.019), colors.second, LINE * 0.7)
    for star_x, star_y in ((0.10, 0.10), (0.90, 0.13), (0.045, 0.27), (0.95, 0.30), (0.17, 0.23), (0.83, 0.05)):
        card.shape(outline_star(star_x, star_y, rng.uniform(0.018, 0.034)), colors.paper, 0)
    draw_land(card, scene, 0.73, colors.earth, 0.03, rows=1)
    for side in (-1, 1):
        draw_tower(card, 0.5 + side * 0.355, 0.93, 0.165, 0.545, colors, lit=-side)
    draw_land(card, scene, 0.84, darken(colors.first, 0.12), 0.02, rows=1)
    path = bend([(0.50, 0.815), (0.535, 0.855), (0.46, 0.90), (0.54, 0.955), (0.44, 1.05)])
    width = np.interp(path[:, 1], [0.81, 1.05], [0.006, 0.13])[:, None] * np.array([[1.0, 0.0]])
    card.shape(np.concatenate([path - width, (path + width)[::-1]]), colors.paper)
    return press(scene, card.separate(), colors)


def paint_wheel(scene: Scene) -> Sheet:
    """A wheel of stars; clouds in the corners."""
    rng, colors = scene.rng, choose_colors(scene)
    night = is_somber(scene.mood)
    card = Card(scene, colors.deep if night else colors.pale)
    x, y, radius = 0.5, 0.5, 0.47
    spokes = 8 if scene.energy < 0.66 else 12
    turn = rng.uniform(0, np.pi / spokes)
    draw_clouds(card, colors)
    card.disc(x, y, radius, colors.first, LINE * 1.5)
    ground = colors.paper if night else colors.deep
    card.disc(x, y, radius - 0.115, ground, LINE * 1.2)
    for index in range(spokes * 2):
        angle = turn + index * np.pi / spokes
        spot_x, spot_y = x + (radius - 0.058) * np.cos(angle), y + (radius - 0.058) * np.sin(angle)
        if index % 2:
            card.shape(outline_star(spot_x, spot_y, 0.046, 5, 0.42, angle + np.pi / 2), colors.paper, LINE * 0.8)
        else:
            card.disc(spot_x, spot_y, 0.018, colors.second, LINE * 0.8)
    for index in range(spokes):
        angle = turn + index * 2 * np.pi / spokes
        card.shape(_outline_spoke(x, y, 0.12, radius - 0.118, angle), colors.second, LINE * 0.8)
        between = angle + np.pi / spokes
        card.shape(outline_star(x + 0.255 * np.cos(between), y + 0.255 * np.sin(between), 0.036), colors.first, 0)
    card.disc(x, y, 0.175, colors.second)
    card.disc(x, y, 0.150, colors.paper, LINE * 0.8)
    card.shape(outline_star(x, y, 0.150, 8, 0.42, turn), colors.first, LINE * 0.9)
    card.disc(x, y, 0.042, colors.deep, 0)
    return press(scene, card.separate(), colors)


def paint_star(scene: Scene) -> Sheet:
    """A great star and seven small ones over water."""
    rng, colors = scene.rng, choose_colors(scene)
    night = scene.time == "night" or (scene.time == "" and (is_somber(scene.mood) or scene.inks.is_dark))
    sky = colors.deep if night else colors.pale
    card = Card(scene, sky)
    x, y, horizon = 0.5 + rng.uniform(-0.06, 0.06), 0.405, 0.735
    card.shape(outline_star(x, y, 0.30, 8, 0.34, np.pi / 8), colors.second, LINE)
    card.shape(outline_star(x, y, 0.375, 8, 0.26), colors.first, LINE * 1.2)
    for index in range(8):
        angle = index * np.pi / 4 - np.pi / 2
        card.stroke([(x, y), (x + 0.37 * np.cos(angle), y + 0.37 * np.sin(angle))], LINE * 0.7)
        small_x, small_y = x + 0.375 * np.cos(angle + np.pi / 8), y + 0.375 * np.sin(angle + np.pi / 8)
        if small_y < horizon - 0.08:
            card.shape(outline_star(small_x, small_y, 0.046, 8, 0.42), colors.paper, LINE * 0.8)
    card.disc(x, y, 0.075, colors.paper)
    card.disc(x, y, 0.035, colors.first, LINE * 0.8)
    draw_land(card, scene, horizon - 0.035, colors.earth, 0.03, rows=1)
    draw_water(card, scene, horizon, (lighten(colors.first, colors, 0.15), lighten(colors.second, colors, 0.35)))
    for index in range(9):
        share = index / 8
        glint_x = x + rng.uniform(-0.05, 0.05) * (0.6 + share)
        card.shape(outline_star(glint_x, horizon + 0.02 + 0.24 * share, 0.035 + 0.05 * share, 2, 0.12, np.pi / 2),
                   colors.paper, LINE * 0.7)  # fmt: skip
    return press(scene, card.separate(), colors)


def _outline_drop(x: float, y: float, size: float) -> Points:
    side = outline_arc(x, y, size, -0.25 * np.pi, 1.25 * np.pi)
    return np.concatenate([side, [[x, y - size * 2.4]]])


def _outline_spoke(x: float, y: float, start: float, stop: float, angle: float) -> Points:
    along, across = np.array([start, start, stop, stop]), np.array([-0.020, 0.020, 0.010, -0.010])
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.asarray(np.stack([x + along * cosine - across * sine, y + along * sine + across * cosine], axis=1))
