"""The faces of sun and moon, after the woodcut cards of Marseille."""

import numpy as np

from generate.painter.kit.color import mix
from generate.painter.kit.ornaments import bend, outline_arc
from generate.painter.kit.types import Points
from generate.painter.techniques.tarot.press import LINE, Card, Colors

# The moon's profile from the upper horn to the lower one, looking to the left, in fractions of its radius.
_PROFILE = (
    (0.10, -0.995), (-0.16, -0.72), (-0.27, -0.42), (-0.25, -0.26), (-0.36, -0.08), (-0.52, 0.10), (-0.47, 0.17),
    (-0.30, 0.19), (-0.31, 0.25), (-0.41, 0.31), (-0.35, 0.38), (-0.30, 0.40), (-0.38, 0.46), (-0.33, 0.54),
    (-0.26, 0.57), (-0.31, 0.68), (-0.25, 0.80), (-0.08, 0.88), (0.10, 0.995),
)  # fmt: skip


def draw_face(card: Card, x: float, y: float, radius: float, colors: Colors, *, closed: bool) -> None:
    """Draw a face from the front: brows that run into the nose, eyes open or closed, lips, cheeks."""

    def place(points: list[tuple[float, float]], side: int = 1) -> Points:
        return np.asarray(np.array([x, y]) + radius * np.array(points) * np.array([side, 1]), np.float64)

    for side in (-1, 1):
        card.disc(x + side * 0.50 * radius, y + 0.26 * radius, 0.16 * radius, mix(colors.first, colors.second, 0.5), 0)
        for index in range(4):
            reach = 0.93 - 0.07 * index
            if side > 0:
                card.stroke(outline_arc(x, y, reach * radius, -0.45 + 0.1 * index, 0.75 - 0.1 * index), LINE * 0.8)
        brow = bend(place([(0.74, -0.26), (0.56, -0.44), (0.32, -0.44), (0.15, -0.27)], side))
        card.stroke(brow, LINE * 1.9)
        lid = place([(0.17, -0.10), (0.27, -0.23), (0.42, -0.26), (0.56, -0.20), (0.66, -0.06)], side)
        below = place([(0.17, -0.10), (0.30, -0.01), (0.44, 0.03), (0.56, 0.0), (0.66, -0.06)], side)
        if closed:
            card.shape(np.concatenate([bend(lid), bend(below)[::-1]]), mix(colors.first, colors.paper, 0.55), LINE)
            card.stroke(bend(below), LINE * 2.0)
            for share in (0.30, 0.42, 0.54):
                card.stroke(place([(share, 0.03), (share * 1.06, 0.12)], side), LINE)
        else:
            card.shape(np.concatenate([bend(lid), bend(below)[::-1]]), colors.paper, LINE)
            card.disc(x + side * 0.41 * radius, y - 0.12 * radius, 0.125 * radius, colors.second, LINE)
            card.dot(x + side * 0.41 * radius, y - 0.12 * radius, 0.065 * radius)
            card.stroke(bend(lid), LINE * 1.9)
        card.stroke(bend(place([(0.09, 0.30), (0.17, 0.27), (0.19, 0.19), (0.13, 0.14)], side)), LINE * 1.2)
    nose = bend(place([(0.15, -0.27), (0.10, -0.06), (0.09, 0.12), (0.13, 0.24), (0.06, 0.33), (-0.06, 0.33)]))
    card.stroke(nose, LINE * 1.4)
    upper = bend(
        place([(-0.30, 0.54), (-0.14, 0.47), (-0.05, 0.45), (0.0, 0.475), (0.05, 0.45), (0.14, 0.47), (0.30, 0.54)])
    )
    lower = bend(place([(0.30, 0.54), (0.16, 0.66), (0.0, 0.69), (-0.16, 0.66), (-0.30, 0.54)]))
    card.shape(np.concatenate([upper, lower]), colors.second, LINE)
    card.stroke(bend(place([(-0.34, 0.52), (-0.14, 0.555), (0.0, 0.545), (0.14, 0.555), (0.34, 0.52)])), LINE * 1.3)
    card.stroke(bend(place([(-0.11, 0.79), (0.0, 0.81), (0.11, 0.79)])), LINE)


def draw_moon(card: Card, x: float, y: float, radius: float, colors: Colors, *, faces_left: bool) -> None:
    """Draw a full disc and in it a crescent whose inner edge is a profile."""
    mirror = np.array([1 if faces_left else -1, 1])

    def place(points: Points) -> Points:
        return np.asarray(np.array([x, y]) + radius * points * mirror, np.float64)

    card.disc(x, y, radius, colors.first, LINE * 1.3)
    profile = bend(_PROFILE, 8)
    back = outline_arc(0, 0, 0.995, np.pi / 2 - 0.1, -np.pi / 2 + 0.1)
    card.shape(place(np.concatenate([profile, back])), colors.paper, LINE * 1.2)
    eye = bend([(-0.24, -0.17), (-0.14, -0.25), (0.0, -0.22), (0.08, -0.13)])
    card.stroke(place(eye), LINE * 1.6)
    card.stroke(place(bend([(-0.22, -0.15), (-0.12, -0.11), (0.06, -0.13)])), LINE)
    _dot(card, place(np.array([-0.12, -0.17])), 0.045 * radius)
    card.stroke(place(bend([(-0.24, -0.36), (-0.10, -0.43), (0.10, -0.36)])), LINE * 1.4)
    card.stroke(place(bend([(-0.30, 0.40), (-0.16, 0.41), (-0.08, 0.37)])), LINE * 1.2)
    card.stroke(place(bend([(-0.30, 0.19), (-0.24, 0.15), (-0.25, 0.08)])), LINE)
    for index in range(5):
        reach = 0.90 - 0.10 * index
        spread = 0.95 - 0.14 * index
        card.stroke(place(outline_arc(0, 0, reach, -spread, spread)), LINE * 0.8)
    for share in (-0.55, -0.15, 0.25, 0.6):
        _dot(card, place(np.array([-0.72 + 0.28 * share**2, share])), 0.035 * radius)


def _dot(card: Card, point: Points, radius: float) -> None:
    card.dot(float(point[0]), float(point[1]), radius)
