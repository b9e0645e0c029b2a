"""Artwork that is no photograph: drawn with shapes and type, so that a taste has more than photographs."""

import math
from collections.abc import Callable, Sequence
from random import Random

from PIL import Image, ImageDraw, ImageFont

_SIDE = 1280

Inks = Sequence[str]


def draw_artwork(name: str, inks: Inks) -> Image.Image:
    """Return a drawing of 1280 x 1280 pixels. `inks`: the ground's color first, at least three."""
    image = Image.new("RGB", (_SIDE, _SIDE), inks[0])
    DRAWINGS[name](ImageDraw.Draw(image), inks, Random(f"{name} {inks}"))  # noqa: S311  # shapes, no secrets
    return image


def _draw_rings(draw: ImageDraw.ImageDraw, inks: Inks, random: Random) -> None:
    x, y = (random.uniform(0.3, 0.7) * _SIDE for _ in range(2))
    for number, radius in enumerate(range(_SIDE, 20, -random.randint(45, 110))):
        draw.circle((x, y), radius, fill=inks[number % len(inks)])


def _draw_stripes(draw: ImageDraw.ImageDraw, inks: Inks, random: Random) -> None:
    lean, width = random.uniform(-600, 600), random.randint(60, 150)
    for number, left in enumerate(range(-800, _SIDE + 800, width)):
        corners = [(left, 0), (left + width, 0), (left + width + lean, _SIDE), (left + lean, _SIDE)]
        draw.polygon(corners, fill=inks[number % len(inks)])


def _draw_blocks(draw: ImageDraw.ImageDraw, inks: Inks, random: Random) -> None:
    cell = _SIDE // 4
    for column in range(4):
        for row in range(4):
            box = (column * cell, row * cell, (column + 1) * cell, (row + 1) * cell)
            draw.rectangle(box, fill=random.choice(inks))
            draw.pieslice(box, start := random.choice((0, 90, 180, 270)), start + 180, fill=random.choice(inks))


def _draw_hills(draw: ImageDraw.ImageDraw, inks: Inks, random: Random) -> None:
    draw.circle((random.uniform(0.25, 0.75) * _SIDE, 0.35 * _SIDE), 0.14 * _SIDE, fill=inks[-1])
    for layer, ink in enumerate(inks[1:]):
        waves = [(random.uniform(1, 4), random.uniform(0, 6), 0.05 / (1 + layer)) for _ in range(3)]
        top = 0.45 + 0.14 * layer
        line = [
            (x, _SIDE * (top + sum(size * math.sin(speed * x / 300 + phase) for speed, phase, size in waves)))
            for x in range(0, _SIDE + 20, 20)
        ]
        draw.polygon([(0, _SIDE), *line, (_SIDE, _SIDE)], fill=ink)


def _draw_type(draw: ImageDraw.ImageDraw, inks: Inks, random: Random) -> None:
    for line in range(5):
        letters = "".join(random.choice("AEHIMNORSTVXZ") for _ in range(6))
        font = ImageFont.load_default(random.randint(180, 330))
        draw.text(
            (random.randint(-80, 120), line * 250 - 30), letters, fill=inks[1 + line % (len(inks) - 1)], font=font
        )


def _draw_portrait(draw: ImageDraw.ImageDraw, inks: Inks, random: Random) -> None:
    """Draw a head from the front in a few flat shapes."""
    skin, hair, shirt = inks[1], inks[2], inks[-1]
    draw.ellipse((180, 960, 1100, 1700), fill=shirt)
    draw.ellipse((330, 170, 950, 900), fill=hair)
    draw.rectangle((545, 800, 735, 1040), fill=skin)
    draw.ellipse((420, 290, 860, 930), fill=skin)
    draw.pieslice((400, 220, 880, 640), 180, 360, fill=hair)
    for x in (540, 740):
        draw.ellipse((x - 45, 560, x + 45, 600), fill=hair)
    draw.polygon([(640, 600), (600, 720), (660, 725)], fill=shirt)
    draw.ellipse((570, 780, 710, 825), fill=random.choice([shirt, hair]))


def _draw_leaves(draw: ImageDraw.ImageDraw, inks: Inks, random: Random) -> None:
    for number in range(46):
        x, y, turn = random.uniform(0, _SIDE), random.uniform(0, _SIDE), random.uniform(0, math.tau)
        length, width = random.uniform(130, 330), random.uniform(30, 80)
        outline = [
            (
                x + along * length * math.cos(turn) - side * math.sin(turn),
                y + along * length * math.sin(turn) + side * math.cos(turn),
            )
            for along, side in ((0, 0), (0.35, width), (1, 0), (0.35, -width))
        ]
        draw.polygon(outline, fill=inks[1 + number % (len(inks) - 1)])


_ALL = (_draw_rings, _draw_stripes, _draw_blocks, _draw_hills, _draw_type, _draw_portrait, _draw_leaves)
DRAWINGS: dict[str, Callable[[ImageDraw.ImageDraw, Inks, Random], None]] = {
    draw.__name__.removeprefix("_draw_"): draw for draw in _ALL
}
