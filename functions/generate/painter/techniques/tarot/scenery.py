"""What stands around the figure of a card: rays, land, towers, water, clouds, frames."""

import numpy as np

from generate.painter.kit.ornaments import outline_arc, outline_star
from generate.painter.kit.types import Color, Points
from generate.painter.scene import Scene
from generate.painter.techniques.tarot.press import LINE, Card, Colors, darken


def draw_rays(
    card: Card,
    center: tuple[float, float],
    reaches: tuple[float, float, float],
    count: int,
    inks: tuple[Color, Color],
    *,
    turn: float = 0.0,
) -> None:
    """Draw straight and wavy rays in turn; `reaches`: where they start, where straight ones end, where wavy ones do."""
    start, straight, wavy = reaches
    base = np.pi * start / count
    for index in range(count):
        angle = turn + (2 * index + 1) * np.pi / count
        along = np.linspace(0, 1, 40)
        swing = 0.55 * base * np.sin(along * 2.6 * np.pi) * np.minimum(1, 3 * along)
        half = 0.62 * base * (1 - along) ** 0.8
        reach = start * 0.95 + (wavy - start * 0.95) * along
        card.shape(_turn(center, angle, np.concatenate([reach, reach[::-1]]),
                         np.concatenate([swing - half, (swing + half)[::-1]])), inks[0])  # fmt: skip
    for index in range(count):
        angle = turn + 2 * index * np.pi / count
        reach = np.array([start * 0.95, straight, start * 0.95])
        card.shape(_turn(center, angle, reach, np.array([-0.58, 0.0, 0.58]) * base), inks[1])
        card.stroke(_turn(center, angle, np.array([start, start + 0.7 * (straight - start)]), np.zeros(2)), LINE * 0.7)


def draw_land(card: Card, scene: Scene, top: float, color: Color, swell: float, rows: int) -> None:
    """Draw hills to the lower edge, furrowed along their crests."""
    rng = scene.rng
    for row in range(rows):
        phase, waves = rng.uniform(0, 2 * np.pi), rng.uniform(5, 8)
        across = np.linspace(-0.02, 1.02, 60)
        crest = top + 0.07 * row + swell * np.sin(waves * across + phase)
        line = np.stack([across, crest], axis=1)
        card.shape(np.concatenate([line, [[1.05, 1.05], [-0.05, 1.05]]]), color, LINE * 1.2)
        for furrow in range(1, 5):
            first, last = sorted(rng.integers(0, 60, 2))
            lower = line[first : last + 2] + np.array([0, 0.022 * furrow])
            if len(lower) > 4:
                card.stroke(lower, LINE * 0.8)


def draw_tower(card: Card, x: float, foot: float, width: float, height: float, colors: Colors, *, lit: int) -> None:
    """Draw a tower with battlements, a window and some stones; `lit`: 1 where light falls from the right, else -1."""
    left, right, top = x - width / 2, x + width / 2, foot - height
    card.shape([(left, foot), (right, foot), (right, top), (left, top)], colors.paper, LINE * 1.2)
    shade = darken(colors.first, 0.15)
    edge = left if lit > 0 else right
    inner = edge + lit * width * 0.34
    card.shape([(edge, foot), (inner, foot), (inner, top), (edge, top)], shade, LINE * 0.8)
    tooth = width * 1.24 / 5
    card.shape([(x - width * 0.62, top + 0.055), (x + width * 0.62, top + 0.055), (x + width * 0.62, top),
                (x - width * 0.62, top)], colors.second)  # fmt: skip
    for index in range(0, 5, 2):
        start = x - width * 0.62 + index * tooth
        card.shape([(start, top + 0.002), (start + tooth, top + 0.002), (start + tooth, top - 0.042),
                    (start, top - 0.042)], colors.second)  # fmt: skip
    for row, side in ((0.20, 1), (0.55, 1), (0.75, -1), (0.38, -1)):
        start = x + lit * width * (0.10 if side > 0 else 0.28)
        card.stroke([(start, top + height * row), (start + lit * width * 0.15, top + height * row)], LINE * 0.8)
    middle, sill = x + lit * width * 0.14, top + height * 0.34
    arch = outline_arc(middle, sill - 0.05, width * 0.13, np.pi, 2 * np.pi)
    card.solid(np.concatenate([arch, [[middle + width * 0.13, sill], [middle - width * 0.13, sill]]]))


def draw_water(card: Card, scene: Scene, horizon: float, inks: tuple[Color, Color]) -> None:
    """Draw waves from the horizon to the lower edge, in two colors in turn."""
    rows, top = 6, horizon
    for row in range(rows):
        share = row / (rows - 1)
        waves, height = 9 - 5 * share, (0.006 + 0.030 * share) * (0.6 + 0.8 * scene.energy)
        across = np.linspace(-0.02, 1.02, 160)
        crest = top - height * np.abs(np.sin(np.pi * (waves * across + scene.rng.uniform(0, 1)))) ** 0.7
        line = np.stack([across, crest], axis=1)
        card.shape(np.concatenate([line, [[1.05, 1.05], [-0.05, 1.05]]]), inks[row % 2])
        top += 0.028 + 0.042 * share


def draw_clouds(card: Card, colors: Colors) -> None:
    """Draw scrolled clouds in the four corners."""
    for corner_x, corner_y in ((0, 0), (1, 0), (0, 1), (1, 1)):
        inward = np.array([1 - 2 * corner_x, 1 - 2 * corner_y])
        for reach, size, color in ((0.19, 0.085, colors.second), (0.10, 0.075, colors.paper)):
            for share in (0.0, 0.34, 0.66, 1.0):
                offset = np.array([np.cos(share * np.pi / 2), np.sin(share * np.pi / 2)]) * reach
                x, y = np.array([corner_x, corner_y]) + offset * inward
                card.disc(float(x), float(y), size * (0.85 + 0.2 * (share % 0.67)), color)
        x, y = np.array([corner_x, corner_y]) + 0.085 * inward
        card.disc(float(x), float(y), 0.085, colors.paper, 0)
        middle = np.arctan2(inward[1], inward[0])
        for reach, spread in ((0.145, 0.30), (0.105, 0.45), (0.065, 0.55)):
            card.stroke(outline_arc(corner_x, corner_y, reach, middle - spread, middle + spread), LINE)


def draw_frame(card: Card, colors: Colors, ground: Color, width: float = 0.07) -> None:
    """Draw a rule, a row of dots between rules and a star in every corner around what is already there."""
    outer, inner = -0.02, width
    for start, stop in ((outer, inner),):
        for sides in (((start, start), (1 - start, stop)), ((start, 1 - stop), (1 - start, 1 - start)),
                      ((start, start), (stop, 1 - start)), ((1 - stop, start), (1 - start, 1 - start))):  # fmt: skip
            (left, top), (right, bottom) = sides
            card.shape([(left, top), (right, top), (right, bottom), (left, bottom)], ground, 0)
    for inset, line in ((inner, LINE * 1.4), (inner * 0.30, LINE)):
        corners = [(inset, inset), (1 - inset, inset), (1 - inset, 1 - inset), (inset, 1 - inset)]
        card.stroke([*corners, corners[0], corners[1]], line)
    middle = inner * 0.65
    for place in np.linspace(inner * 2.0, 1 - inner * 2.0, 17).tolist():
        for x, y in ((place, middle), (place, 1 - middle), (middle, place), (1 - middle, place)):
            card.disc(x, y, 0.010, colors.paper, LINE * 0.6)
    for x, y in ((middle, middle), (1 - middle, middle), (middle, 1 - middle), (1 - middle, 1 - middle)):
        card.shape(outline_star(x, y, 0.034), colors.paper, LINE * 0.6)


def outline_window(x: float, top: float, bottom: float, width: float) -> Points:
    """Return a pointed arch from its lower left to its lower right end."""
    half, shift = width / 2, width * 0.14
    rise = ((half + shift) ** 2 - shift**2) ** 0.5
    # Each side is an arc around a point beyond the middle; both meet in the top.
    left = outline_arc(x + shift, top + rise, half + shift, np.pi, np.pi + np.arctan2(rise, shift))
    right = np.stack([2 * x - left[::-1, 0], left[::-1, 1]], axis=1)
    return np.concatenate([[[x - half, bottom]], left, right, [[x + half, bottom]]])


def _turn(center: tuple[float, float], angle: float, along: Points, across: Points) -> Points:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.asarray(
        np.stack([center[0] + along * cosine - across * sine, center[1] + along * sine + across * cosine], axis=1)
    )
