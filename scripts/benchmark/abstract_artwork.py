"""Abstract album artwork, drawn from random numbers: eight kinds of shapes, on which there is no object.

Whoever sees an object there sees it by chance.
"""

import colorsys
import math
from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIDE = 640
Color = tuple[int, int, int]
Draw = ImageDraw.ImageDraw
_WORDS = ("NIGHT", "LOVE", "VOL.", "ECHO", "AFTER", "HOURS", "BLUE", "LIVE", "1979", "DEEP", "&", "HEART", "SIDE A")


def draw_abstract(kind: str, seed: int) -> Image.Image:
    """Return artwork of 640 x 640 pixels. `kind`: one of KINDS. A part of the artwork is grainy, another blurred."""
    random = Random(f"{kind} {seed}")  # noqa: S311  # shapes, no secrets
    inks = _choose_inks(random)
    image = Image.new("RGB", (SIDE, SIDE), inks[0])
    KINDS[kind](ImageDraw.Draw(image), inks, random)
    match random.randrange(4):
        case 0:
            return image.filter(ImageFilter.GaussianBlur(random.uniform(0.5, 4)))
        case 1:
            grain = np.random.default_rng(seed).normal(0, 18, (SIDE, SIDE, 1))
            return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))
    return image


def _choose_inks(random: Random) -> list[Color]:
    """Choose five colors: close hues, distant hues, opposite hues or any."""
    hue, kind = random.random(), random.randrange(4)
    hues = [(hue + (0.03 * i, 0.2 * i, i % 2 / 2 + 0.02 * i, random.random())[kind]) % 1 for i in range(5)]
    inks = [colorsys.hsv_to_rgb(h, random.uniform(0.1, 1), random.uniform(0.15, 1)) for h in hues]
    return [(int(255 * red), int(255 * green), int(255 * blue)) for red, green, blue in inks]


def _draw_rings(draw: Draw, inks: list[Color], random: Random) -> None:
    for _ in range(random.randint(1, 4)):
        x, y, outer, width = (
            random.uniform(0, SIDE),
            random.uniform(0, SIDE),
            random.uniform(80, 480),
            random.uniform(4, 40),
        )
        for number in range(int(outer / width)):
            draw.circle((x, y), outer - number * width, fill=inks[number % 5])


def _draw_mandalas(draw: Draw, inks: list[Color], random: Random) -> None:
    middle = SIDE / 2
    for ring in range(random.randint(4, 8), 0, -1):
        count, radius, size, kind = random.randint(6, 24), 20 + 37 * ring, random.uniform(10, 60), random.randrange(3)
        for number in range(count):
            angle, half = math.tau * number / count, 0.6 * math.pi / count

            def place(turn: float, distance: float, angle: float = angle) -> tuple[float, float]:
                return middle + distance * math.cos(angle + turn), middle + distance * math.sin(angle + turn)

            if kind == 0:
                draw.circle(place(0, radius), size, fill=inks[ring % 5], outline=inks[(ring + 1) % 5], width=3)
            elif kind == 1:
                corners = [place(0, radius + size), place(half, radius), place(0, radius - size), place(-half, radius)]
                draw.polygon(corners, fill=inks[(ring + 2) % 5])
            else:
                draw.line([(middle, middle), place(0, radius)], fill=inks[(ring + 3) % 5], width=random.randint(2, 5))


def _draw_stripes(draw: Draw, inks: list[Color], random: Random) -> None:
    angle, wave = (
        random.choice([0, math.pi / 2, math.pi / 4, random.uniform(0, math.pi)]),
        random.choice([0, 0, 20, 60]),
    )

    def edge(offset: float) -> list[tuple[float, float]]:
        points = [(offset + wave * math.sin(along / 70), along) for along in range(-SIDE, SIDE, 12)]
        x, y = math.cos(angle), math.sin(angle)
        return [(SIDE / 2 + x * over - y * along, SIDE / 2 + y * over + x * along) for over, along in points]

    start, number = float(-SIDE), 0
    while start < SIDE:
        end = start + random.uniform(8, 90)
        draw.polygon([*edge(start), *reversed(edge(end))], fill=inks[number % 5])
        start, number = end, number + 1


def _draw_geometry(draw: Draw, inks: list[Color], random: Random) -> None:
    for number in range(random.randint(4, 29)):
        x, y, size, ink = random.uniform(0, SIDE), random.uniform(0, SIDE), random.uniform(20, 260), inks[number % 5]
        match random.randrange(5):
            case 0:
                flat = size * random.uniform(0.2, 1)
                draw.rectangle((x - size, y - flat, x + size, y + flat), fill=ink)
            case 1:
                draw.circle((x, y), size, fill=ink)
            case 2:
                draw.regular_polygon((x, y, size), random.randint(3, 6), rotation=random.randrange(360), fill=ink)
            case 3:
                box = (x - size, y - size, x + size, y + size)
                draw.pieslice(box, random.randrange(360), random.randrange(360), fill=ink)
            case _:
                end = random.uniform(0, SIDE), random.uniform(0, SIDE)
                draw.line([(x, y), end], fill=ink, width=random.randint(2, 39))


def _draw_meshes(draw: Draw, inks: list[Color], random: Random) -> None:
    count, sway, speed = random.randint(8, 29), random.uniform(5, 60), random.uniform(0.2, 1.2)
    phase, is_filled = random.uniform(0, 6), random.random() < 0.5

    def knot(column: int, row: int) -> tuple[float, float]:
        x, y = column * SIDE / count, row * SIDE / count
        return x + sway * math.sin(speed * row + phase), y + sway * math.cos(speed * column + phase)

    for column in range(count):
        for row in range(count):
            cell = [knot(column + x, row + y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
            if is_filled:
                draw.polygon(cell[:3], fill=random.choice(inks))
                draw.polygon([cell[0], *cell[2:]], fill=random.choice(inks))
            else:
                draw.line([*cell, cell[0]], fill=inks[1], width=2)


def _draw_dunes(draw: Draw, inks: list[Color], random: Random) -> None:
    if random.random() < 0.6:
        draw.circle((random.uniform(100, 540), random.uniform(80, 260)), random.uniform(30, 110), fill=inks[4])
    count = random.randint(3, 8)
    for layer in range(count):
        height, length, phase = random.uniform(10, 60), random.uniform(80, 200), random.uniform(0, 6)
        line = [(x, 200 + 440 * layer / count + height * math.sin(x / length + phase)) for x in range(0, SIDE + 10, 10)]
        share = layer / count
        red, green, blue = (int(a + share * (b - a)) for a, b in zip(inks[1], inks[2], strict=True))
        draw.polygon([*line, (SIDE, SIDE), (0, SIDE)], fill=(red, green, blue))


def _draw_forests(draw: Draw, inks: list[Color], random: Random) -> None:
    for layer in range(3):
        ink, ground = inks[layer + 1], SIDE * (0.65 + 0.13 * layer)
        for _ in range(random.randint(6, 15)):
            x, height = random.uniform(0, SIDE), random.uniform(100, 300) * (0.6 + 0.3 * layer)
            if random.random() < 0.2:
                draw.line([(x, ground - height), (x, SIDE)], fill=ink, width=random.randint(3, 15))
                continue
            width = height * random.uniform(0.2, 0.4)
            for tier in range(3):
                top, half = ground - height * (1 - 0.2 * tier), width * (0.5 + 0.2 * tier)
                draw.polygon([(x, top), (x - half, top + 0.55 * height), (x + half, top + 0.55 * height)], fill=ink)
        draw.rectangle((0, ground, SIDE, SIDE), fill=ink)


def _draw_type(draw: Draw, inks: list[Color], random: Random) -> None:
    y = random.uniform(0, 120)
    for _ in range(random.randint(1, 5)):
        size = random.randint(40, 220)
        font = ImageFont.load_default(size)
        draw.text((random.uniform(-20, 200), y), random.choice(_WORDS), font=font, fill=random.choice(inks[1:]))
        y += 1.1 * size
        if random.random() < 0.3:
            draw.rectangle((0, y, SIDE, y + random.uniform(2, 30)), fill=inks[2])


KINDS: dict[str, Callable[[Draw, list[Color], Random], None]] = {
    "rings": _draw_rings,
    "mandalas": _draw_mandalas,
    "stripes": _draw_stripes,
    "geometry": _draw_geometry,
    "meshes": _draw_meshes,
    "dunes": _draw_dunes,
    "forests": _draw_forests,
    "type": _draw_type,
}
