"""The posters that the painter knows. Each lays a scheme's inks on the press around the cast."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generate.painter.canvas import Canvas, Mask
from generate.painter.color_scheme import ColorScheme


@dataclass(frozen=True)
class Subjects:
    """What is on the poster. `glyphs`: one to three, the first is the motif. `energy`: 0 still, 1 wild.
    `decade`: 1970 and so on, 0 where unknown. `places`: sea, peaks, forest, stars, city, rain, night.
    """

    glyphs: tuple[str, ...]
    energy: float
    decade: int
    places: frozenset[str]

    @property
    def motif(self) -> str:
        return self.glyphs[0]

    @property
    def guests(self) -> tuple[str, ...]:
        return self.glyphs[1:]


Composition = Callable[[Canvas, ColorScheme, Subjects], None]


def horizon(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif on a hill before a great sun."""
    rng = press.rng
    press.flood(scheme.ground)
    sx, sy, radius = 0.5 + rng.uniform(-0.12, 0.12), rng.uniform(0.40, 0.46), rng.uniform(0.30, 0.35)
    for halo, ink in ((0.30, scheme.fields[0]), (0.13, scheme.fields[1])):
        press.lay(press.disc(sx, sy, radius + halo), ink, 0.85)
    if "stars" in cast.places or (scheme.night and "sea" not in cast.places):
        _stars(press, scheme.echo, 60, above=0.6)
    sun = press.disc(sx, sy, radius)
    if cast.decade == 1980 or cast.energy > 0.75:
        sun = sun * (1 - _slits(press, sy - radius * 0.1, sy + radius))
    press.lay(sun, scheme.pop)
    press.lay(sun * press.halftone((press.y - sy + radius) / (2 * radius) * 0.55), scheme.fields[2])
    if "sea" in cast.places:
        _sea(press, scheme, sx, 0.68)
        land = press.below(lambda x: 0.885 + 0.012 * np.sin(18 * x))
    else:
        roughness = 1.0 if "peaks" in cast.places or cast.energy > 0.6 else 0.0
        for level, ink in ((0.66, scheme.fields[1]), (0.75, scheme.fields[2])):
            hills = press.below(press.ridge(level + rng.uniform(-0.02, 0.02), 0.10, roughness))
            press.lay(hills, ink)
            press.lay(hills * press.halftone((press.y - level) * 1.6, angle=1.1), scheme.ground, 0.5)
        slope = press.ridge(0.88, 0.03, 0)
        land = press.below(slope)
        if "forest" in cast.places:
            for x in (0.04, 0.13, 0.9, 0.99):
                tall = rng.uniform(0.18, 0.3)
                land = np.maximum(land, press.glyph("pine", x, 0.9 - tall / 2, tall, tall, stands=True))
    flip = bool(rng.random() < 0.5)
    box = (cast.motif, sx, 0.59, 0.5 if cast.guests else 0.66, 0.58)
    motif = _motif(press, scheme.ground, box, flip=flip, stands=True)
    for guest in cast.guests[:1]:
        side = -1 if sx > 0.5 else 1
        motif = np.maximum(motif, press.glyph(guest, sx + side * 0.37, 0.79, 0.2, 0.18, flip=side > 0, stands=True))
    _print(press, scheme, np.maximum(motif, land), 0.3, 0.9)


def rings(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif in the middle of rings and rays."""
    rng = press.rng
    press.flood(scheme.ground)
    cy = 0.5
    if cast.energy > 0.4:
        press.lay(press.rays(0.5, cy, int(rng.integers(12, 21)), rng.uniform(0, 6)), scheme.fields[0])
    petals, depth = int(rng.integers(10, 19)), rng.choice((0.0, 0.02, 0.035))
    wave = np.cos(petals * press.bearing(0.5, cy)) * np.float32(depth)
    distance = press.distance(0.5, cy)
    for radius, ink in (
        (0.46, scheme.fields[2]),
        (0.425, scheme.fields[0]),
        (0.40, scheme.fields[1]),
        (0.36, scheme.ground),
    ):
        press.lay(press.inside(distance - np.float32(radius) - wave), ink)
    press.lay(press.disc(0.5, cy, 0.325), scheme.pop)
    glow = press.disc(0.5, cy, 0.325)
    press.lay(glow * press.halftone(distance * 2.2 - 0.25), scheme.fields[1])
    beads = int(rng.integers(14, 25))
    around = np.zeros_like(glow)
    for bead in range(beads):
        angle = 2 * np.pi * bead / beads
        x, y = 0.5 + 0.5 * np.cos(angle) * 1.08, cy + 0.5 * np.sin(angle) * 1.08
        around = np.maximum(around, press.disc(x, y, 0.018))
    press.lay(around, scheme.front)
    _print(press, scheme, _motif(press, scheme.ground, (cast.motif, 0.5, cy, 0.52, 0.48)), 0.3, 0.75)


def bands(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """Broad stripes that come in from an edge and turn around the motif."""
    rng = press.rng
    press.flood(scheme.ground)
    cx, cy = 0.5 + rng.uniform(-0.06, 0.06), 0.47 + rng.uniform(-0.03, 0.05)
    heading = rng.choice((0.25, 0.75, 1.25, 1.75)) * np.pi + rng.uniform(-0.25, 0.25)
    dx, dy = np.float32(np.cos(heading)), np.float32(np.sin(heading))
    x, y = press.x - np.float32(cx), press.y - np.float32(cy)
    along = x * dx + y * dy
    away = np.where(along < 0, np.hypot(x, y), np.abs(x * dy - y * dx))
    inks = (scheme.fields[2], scheme.pop, scheme.fields[1], scheme.fields[0])
    width = 0.075
    for stripe, ink in enumerate(inks):
        outer = 0.30 + width * (len(inks) - stripe)
        press.lay(press.inside(away - np.float32(outer)), ink)
    heart = press.inside(away - np.float32(0.30))
    press.lay(heart, scheme.ground)
    press.lay(heart * press.halftone(np.clip(along * 0.9 + 0.1, 0, 0.5), angle=heading), scheme.fields[1])
    _print(press, scheme, _motif(press, scheme.pop, (cast.motif, cx, cy, 0.54, 0.52)), 0.25, 0.75)
    for guest, turn in zip(cast.guests, (0.9, -0.9), strict=False):
        gx, gy = cx - 0.62 * np.cos(heading + turn), cy - 0.62 * np.sin(heading + turn)
        if 0.1 < gx < 0.9 and 0.1 < gy < 0.9:
            press.lay(press.glyph(guest, gx, gy, 0.16, 0.16), scheme.front)


def orbit(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif on a planet; the guests are its moons."""
    rng = press.rng
    press.flood(scheme.ground)
    _stars(press, scheme.echo, 110)
    cx, cy, radius = 0.5, 0.5, 0.31
    lit = rng.uniform(0, 2 * np.pi)
    tilt = rng.uniform(-0.5, 0.5)
    cos, sin = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
    u, v = (press.x - cx) * cos + (press.y - cy) * sin, (press.y - cy) * cos - (press.x - cx) * sin
    for far, ink in ((0.46, scheme.fields[0]), (0.39, scheme.fields[1])):
        press.lay(press.disc(cx, cy, far), ink)
    orbits = [(0.44, 0.13, 0.016), (0.56, 0.2, 0.009)]
    tracks = [
        press.inside(np.abs(np.hypot(u / a, v / b) - 1) * np.float32(b * 1.3) - np.float32(width))
        for a, b, width in orbits
    ]
    for track in tracks:
        press.lay(track * (v < 0), scheme.echo)
    planet = press.disc(cx, cy, radius)
    press.lay(planet, scheme.pop)
    slope = (press.x - cx) * np.float32(np.cos(lit)) + (press.y - cy) * np.float32(np.sin(lit))
    press.lay(planet * press.halftone(slope * 1.5 + 0.15), scheme.fields[2])
    motif = _motif(press, scheme.ground, (cast.motif, cx, cy - 0.02, 0.46, 0.42))
    _print(press, scheme, motif, 0.3, 0.7)
    for track in tracks:
        press.lay(track * (v >= 0) * (1 - motif), scheme.echo)
    for (a, b, _), guest in zip(orbits, (*cast.guests, "", ""), strict=False):
        at = rng.choice((-0.35, 3.5)) + rng.uniform(-0.2, 0.2)
        gx = cx + a * np.cos(at) * cos - b * np.sin(at) * sin
        gy = cy + a * np.cos(at) * sin + b * np.sin(at) * cos
        press.lay(press.disc(gx, gy, 0.1 if guest else 0.045), scheme.front)
        if guest:
            press.lay(press.glyph(guest, gx, gy, 0.13, 0.13), scheme.pop)


def collage(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """Cut paper: free forms, fronds, and the motif on the largest."""
    rng = press.rng
    press.flood(scheme.ground)
    inks = [scheme.fields[1], scheme.fields[2], scheme.fields[0], scheme.pop]
    corners = [(0.08, 0.12), (0.92, 0.14), (0.92, 0.88), (0.08, 0.86)]
    first = int(rng.integers(0, 4))
    for i, ink in enumerate(inks[:3]):
        x, y = corners[(first + i) % 4]
        _paper(press, press.blob(x, y, rng.uniform(0.28, 0.40), 0.3), scheme, ink)
    for i in range(4):
        x, y = corners[(first + i) % 4]
        heading = np.arctan2(0.5 - y, 0.5 - x) + rng.uniform(-0.6, 0.6) + 0.9
        _paper(press, _frond(press, x, y, rng.uniform(0.34, 0.44), heading), scheme, inks[(i + 2) % 4])
    _paper(press, press.blob(0.5, 0.5, 0.37, 0.2), scheme, scheme.ground)
    _paper(press, press.blob(0.5, 0.5, 0.315, 0.22), scheme, scheme.pop)
    tilt = float(rng.uniform(-0.16, 0.16))
    for i, guest in enumerate(cast.guests):
        x, y = corners[(first + 1 + 2 * i) % 4]
        gx, gy = 0.5 + (x - 0.5) * 0.86, 0.5 + (y - 0.5) * 0.86
        _paper(press, press.blob(gx, gy, 0.125, 0.15), scheme, scheme.fields[0])
        press.lay(press.glyph(guest, gx, gy, 0.15, 0.15, angle=-tilt), scheme.front)
    _print(press, scheme, _motif(press, scheme.ground, (cast.motif, 0.5, 0.5, 0.54, 0.48), angle=tilt), 0.3, 0.75)


def window(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """An arched window; the motif on its sill before moon and hills."""
    rng = press.rng
    press.flood(scheme.fields[0] if scheme.night else scheme.ground)
    mx, my = 0.5 + rng.uniform(-0.07, 0.07), rng.uniform(0.42, 0.46)
    for radius, ink in (
        (0.36, scheme.fields[1] if scheme.night else scheme.fields[0]),
        (0.29, scheme.fields[2] if scheme.night else scheme.fields[1]),
    ):
        press.lay(press.disc(mx, my, radius), ink)
    _stars(press, scheme.echo, 70, above=0.6)
    moon = press.disc(mx, my, 0.23)
    press.lay(moon, scheme.pop)
    press.lay(moon * press.halftone((press.x - mx) * 1.3 + 0.1), scheme.fields[2])
    if "sea" in cast.places:
        _sea(press, scheme, mx, 0.66)
    else:
        for level, ink in ((0.64, scheme.fields[1]), (0.72, scheme.fields[2])):
            press.lay(press.below(press.ridge(level, 0.05, float("peaks" in cast.places))), ink)
    half, spring, sill = 0.38, 0.46, 0.84
    arch = np.where(
        press.y < spring,
        press.distance(0.5, spring) - np.float32(half),
        np.maximum(np.abs(press.x - np.float32(0.5)) - np.float32(half), press.y - np.float32(sill)),
    )
    wall = 1 - press.inside(arch)
    side = float(rng.choice((-1, 1)))
    if cast.guests:
        box = (cast.motif, 0.5 + side * 0.08, sill - 0.245, 0.44, 0.5)
        motif = _motif(press, scheme.ground, box, flip=side > 0, stands=True)
        motif = np.maximum(motif, press.glyph(cast.guests[0], 0.5 - side * 0.26, sill - 0.09, 0.17, 0.19, stands=True))
    else:
        box = (cast.motif, mx, sill - 0.245, 0.56, 0.5)
        motif = _motif(press, scheme.ground, box, flip=side > 0, stands=True)
    if scheme.night:
        # A light wall would be the loudest thing in the room.
        press.lay(wall, scheme.ground)
        press.lay(wall * press.halftone((press.y - 0.5) * 0.9, angle=0.3), scheme.fields[0])
        _print(press, scheme, motif, 0.4, 0.95)
    else:
        _print(press, scheme, np.maximum(wall, motif), 0.55, 0.95)
    press.lay(
        press.inside(np.abs(arch - np.float32(0.04)) - np.float32(0.009)) * (press.y < np.float32(sill)), scheme.pop
    )
    press.lay(press.box(0.05, sill + 0.03, 0.95, sill + 0.065), scheme.pop)


def tiles(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """A board of geometric tiles; the motif has the largest."""
    rng = press.rng
    press.flood(scheme.ground)
    inks = [scheme.ground, *scheme.fields, scheme.pop]
    side = 0.25
    left, top = (int(v) for v in rng.integers(0, 2, 2))
    for row in range(4):
        for column in range(4):
            if left <= column < left + 3 and top <= row < top + 3:
                continue
            _tile(press, column * side, row * side, side, [inks[i] for i in rng.permutation(len(inks))], scheme.front)
    x, y, big = left * side, top * side, 3 * side
    block = press.box(x, y, x + big, y + big)
    press.lay(block, scheme.fields[0])
    cx, cy = x + big / 2, y + big / 2
    disc = press.disc(cx, cy, big * 0.44)
    press.lay(disc, scheme.pop)
    press.lay(disc * press.halftone((press.y - y) / big * 0.6 - 0.1), scheme.fields[1])
    _print(press, scheme, _motif(press, scheme.ground, (cast.motif, cx, cy, big * 0.78, big * 0.7)), y, y + big)


def waves(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif half in a sea of rolling layers under a disc."""
    rng = press.rng
    press.flood(scheme.ground)
    sx, sy = 0.5 + rng.uniform(-0.1, 0.1), 0.40
    for halo, ink in ((0.40, scheme.fields[0]), (0.31, scheme.pop)):
        press.lay(press.disc(sx, sy, halo), ink)
    press.lay(press.disc(sx, sy, 0.31) * press.halftone((press.y - 0.2) * 1.1), scheme.fields[1])
    count = int(rng.integers(2, 4)) + round(cast.energy * 2)
    amplitude = 0.018 + 0.03 * cast.energy
    layers = [
        (0.66 + 0.085 * i, [scheme.fields[2], scheme.fields[0], scheme.fields[1], scheme.pop][i % 4]) for i in range(5)
    ]
    box = (cast.motif, sx, 0.5, 0.64, 0.54)
    side = int(rng.integers(0, 2))
    for i, (level, ink) in enumerate(layers):
        if i == 1:
            _print(press, scheme, _motif(press, scheme.ground, box, stands=True), 0.3, 0.8)
        if 2 <= i < 2 + len(cast.guests):
            x = (0.15, 0.85)[(i + side) % 2]
            _print(press, scheme, press.glyph(cast.guests[i - 2], x, level - 0.075, 0.2, 0.17, stands=True), 0.5, 0.9)
        phase, drift = np.float32(rng.uniform(0, 6.28)), np.float32(2 * np.pi * (count - 0.18 * i))
        press.lay(_swell(press, level - 0.014, amplitude, drift, phase), scheme.front if i % 2 else scheme.ground)
        body = _swell(press, level, amplitude, drift, phase)
        press.lay(body, ink)
        press.lay(body * press.halftone((level + 0.09 - press.y) * 4, angle=0.2 + i), scheme.ground, 0.55)


def echoes(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif in motion: printed again and again, a step aside in another ink."""
    rng = press.rng
    press.flood(scheme.ground)
    heading = rng.choice((-0.6, 0.6, np.pi - 0.6, np.pi + 0.6)) + rng.uniform(-0.2, 0.2)
    dx, dy = float(np.cos(heading)), float(np.sin(heading))
    slant = (press.x - np.float32(0.5)) * np.float32(-dy) + (press.y - np.float32(0.5)) * np.float32(dx)
    for width, ink in ((0.42, scheme.fields[0]), (0.27, scheme.fields[1])):
        press.lay(press.inside(np.abs(slant) - np.float32(width)), ink)
    along = (press.x - np.float32(0.5)) * np.float32(dx) + (press.y - np.float32(0.5)) * np.float32(dy)
    press.lay(press.inside(np.abs(slant) - np.float32(0.27)) * press.halftone(along * 0.8 + 0.2, 1 / 45), scheme.ground)
    flip, tilt = bool(dx < 0), float(np.sin(heading) * 0.12)
    inks = (scheme.fields[0], scheme.fields[2], scheme.ground, scheme.pop)
    step = 0.085
    for i, ink in enumerate(inks):
        back = (len(inks) - i) * step
        ghost = press.glyph(
            cast.motif, 0.54 - dx * (back - 0.12), 0.5 - dy * (back - 0.12), 0.66, 0.6, angle=tilt, flip=flip
        )
        press.lay(ghost, ink)
    box = (cast.motif, 0.5 + dx * 0.12, 0.5 + dy * 0.12, 0.66, 0.6)
    _print(press, scheme, _motif(press, scheme.ground, box, angle=tilt, flip=flip), 0.25, 0.8)


def summit(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """Faceted peaks, beams of light, and the motif risen above them."""
    rng = press.rng
    press.flood(scheme.ground)
    cx, cy = 0.5, 0.40
    press.lay(press.rays(cx, cy, int(rng.integers(9, 15)), rng.uniform(0, 6)), scheme.fields[0])
    for radius, ink in ((0.35, scheme.fields[1]), (0.29, scheme.pop)):
        press.lay(press.disc(cx, cy, radius), ink)
    press.lay(press.disc(cx, cy, 0.29) * press.halftone(press.distance(cx, cy) * 2.4 - 0.25), scheme.fields[1])
    _print(press, scheme, _motif(press, scheme.ground, (cast.motif, cx, cy, 0.5, 0.46)), 0.2, 0.65)
    far, near = (scheme.fields[2], scheme.fields[1]), (scheme.front, scheme.echo)
    for x, top, inks in (
        (0.16, 0.60, far),
        (0.86, 0.57, far),
        (0.02, 0.76, near),
        (0.55, 0.74, near),
        (1.0, 0.78, near),
    ):
        px, fall = x + rng.uniform(-0.04, 0.04), press.y - np.float32(top)
        body = press.inside((np.abs(press.x - np.float32(px)) - fall * np.float32(1.05)) * np.float32(0.69))
        lit = body * press.inside(press.x - np.float32(px) - fall * np.float32(rng.uniform(-0.05, 0.3)))
        press.lay(body, inks[0])
        press.lay(lit, inks[1])
        press.lay(body * (1 - lit) * press.halftone(fall * 1.4, 1 / 60, 0.4), inks[1])


def contours(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif's outline goes out in ever wider bands, as rings do in water."""
    rng = press.rng
    cx, cy = 0.5 + rng.uniform(-0.07, 0.07), 0.5 + rng.uniform(-0.05, 0.07)
    box = (cast.motif, cx, cy, 0.56, 0.5)
    flip = bool(rng.random() < 0.5)
    away = press.away(press.glyph(*box, flip=flip, part="shape"))
    bearing = press.bearing(cx, cy)
    lobes, turn = int(rng.integers(3, 7)), np.float32(rng.uniform(0, 6.28))
    away = away * (1 + np.float32(0.05 + 0.25 * cast.energy) * np.sin(lobes * bearing + turn) * np.minimum(away * 3, 1))
    inks = [scheme.pop, scheme.fields[1], scheme.ground, scheme.fields[2], scheme.fields[0]]
    edges = np.cumsum([0.045, 0.05, 0.055, 0.065, 0.07, 0.075, 0.08, 0.09, 0.1])
    press.flood(inks[len(edges) % len(inks)])
    for band in range(len(edges) - 1, -1, -1):
        area = press.inside(away - np.float32(edges[band]))
        press.lay(area, inks[band % len(inks)])
        if band % 3 == 1:
            depth = (away - np.float32(edges[band - 1])) / np.float32(edges[band] - edges[band - 1])
            press.lay(area * press.halftone(np.clip(depth, 0, 1) * 0.5), inks[(band + 1) % len(inks)])
    _print(press, scheme, _motif(press, scheme.fields[0], box, flip=flip), cy - 0.2, cy + 0.3)


def quarters(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """Four panels with the motif in other inks each; guests take two of them."""
    rng = press.rng
    inks = [scheme.ground, scheme.pop, *scheme.fields[1:]]
    order = [inks[i] for i in rng.permutation(len(inks))]
    guest = int(rng.integers(0, 2))
    press.flood(scheme.ground)
    for panel in range(4):
        x, y = 0.5 * (panel % 2), 0.5 * (panel // 2)
        square = press.box(x - 0.01, y - 0.01, x + 0.51, y + 0.51) * press.box(
            -1 if x == 0 else 0.5, -1 if y == 0 else 0.5, 2 if x else 0.5, 2 if y else 0.5
        )
        back, body = order[panel], order[(panel + 2) % 4]
        diagonal = panel in {0, 3}
        if diagonal:
            press.lay(square, back)
            press.lay(square * press.disc(x + 0.25, y + 0.25, 0.2), body)
            tone = np.clip((press.y - np.float32(y)) * 1.2, 0, 0.6)
            press.lay(square * press.halftone(tone, 1 / 50, 0.8) * (1 - press.disc(x + 0.25, y + 0.25, 0.2)), body)
        else:
            press.lay(square, scheme.front)
        name = cast.guests[panel % len(cast.guests)] if cast.guests and diagonal == bool(guest) else cast.motif
        motif = press.glyph(name, x + 0.25, y + 0.25, 0.4, 0.36, flip=bool(panel % 2))
        if diagonal:
            _print(press, scheme, motif, y, y + 0.5)
        else:
            press.lay(press.shifted(motif, round(0.008 * press.size), round(0.008 * press.size)), scheme.echo)
            press.lay(motif, body if body is not scheme.fields[2] else scheme.pop)


def silhouette(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """A landscape, seen through the cut-out motif."""
    rng = press.rng
    press.flood(scheme.ground)
    sx, sy = 0.5 + rng.uniform(-0.2, 0.2), rng.uniform(0.3, 0.44)
    for radius, ink in ((0.42, scheme.fields[0]), (0.3, scheme.fields[1]), (0.19, scheme.pop)):
        press.lay(press.disc(sx, sy, radius), ink)
    press.lay(press.disc(sx, sy, 0.19) * press.halftone((press.y - sy + 0.19) * 1.3), scheme.fields[1])
    if "sea" in cast.places:
        _sea(press, scheme, sx, 0.56)
    else:
        rough = float("peaks" in cast.places or cast.energy > 0.6)
        for level, ink in ((0.52, scheme.fields[1]), (0.63, scheme.fields[2]), (0.76, scheme.pop)):
            hills = press.below(press.ridge(level + rng.uniform(-0.02, 0.02), 0.08, rough))
            press.lay(hills, ink)
            press.lay(hills * press.halftone((press.y - level) * 1.8, angle=1.1), scheme.ground, 0.6)
    if "forest" in cast.places:
        for x in (0.2, 0.34, 0.62, 0.78):
            press.lay(press.glyph("pine", x, 0.74, 0.2, 0.22, stands=True), scheme.front)
    box, flip = (cast.motif, 0.5, 0.5, 0.86, 0.84), bool(rng.random() < 0.5)
    motif = press.glyph(*box, flip=flip)
    off = round(0.012 * press.size)
    around = 1 - motif
    press.lay(around * (1 - press.shifted(motif, off, off)), scheme.front)
    press.lay(around * press.shifted(motif, off, off), scheme.echo)
    away = press.away(np.maximum(motif, press.glyph(*box, flip=flip, part="shape")))
    for reach, width in ((0.05, 0.004), (0.1, 0.003), (0.16, 0.002), (0.23, 0.0015)):
        press.lay(press.inside(np.abs(away - np.float32(reach)) - np.float32(width)), scheme.pop)
    for i, guest in enumerate(cast.guests[:2]):
        x = (0.13, 0.87)[(i + int(motif[: press.size // 4, : press.size // 4].mean() > 0.1)) % 2]
        clear = press.glyph(guest, x, (0.13, 0.87)[i], 0.15, 0.15)
        if float((clear * motif).sum()) < 0.02 * float(clear.sum()):
            press.lay(clear, scheme.pop)


def mirror(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif on the waterline and, in the other inks, upside down below it."""
    rng = press.rng
    press.flood(scheme.ground)
    line = 0.56
    sx = 0.5 + rng.uniform(-0.08, 0.08)
    if scheme.night or "stars" in cast.places:
        _stars(press, scheme.echo, 50, above=0.5)
    for radius, ink in ((0.47, scheme.fields[0]), (0.38, scheme.fields[1]), (0.29, scheme.pop)):
        press.lay(press.disc(sx, line - 0.06, radius), ink)
    press.lay(press.disc(sx, line - 0.06, 0.29) * press.halftone((press.y - 0.2) * 1.1), scheme.fields[1])
    box = (cast.motif, sx, line - 0.235, 0.62, 0.47)
    flip = bool(rng.random() < 0.5)
    motif = _motif(press, scheme.ground, box, flip=flip, stands=True)
    for guest in cast.guests[:1]:
        side = -1 if sx > 0.5 else 1
        motif = np.maximum(motif, press.glyph(guest, sx + side * 0.38, line - 0.09, 0.18, 0.18, stands=True))
    _print(press, scheme, motif, line - 0.4, line + 0.1)
    water = press.box(-1, line, 2, 2)
    # Dark water by day and by night, so the reflection is of the back tier or of the front tier.
    press.lay(water, scheme.fields[0] if scheme.night else scheme.front)
    fold = round(line * press.size)
    below = np.zeros_like(motif)
    deep = min(fold, press.size - fold)
    below[fold : fold + deep] = motif[fold - deep : fold][::-1]
    glow = np.zeros_like(motif)
    sun = press.disc(sx, line - 0.06, 0.38)
    glow[fold : fold + deep] = sun[fold - deep : fold][::-1]
    sway = np.float32(0.004 + 0.012 * cast.energy)
    rows = np.sin((press.y[:, 0] - line) * 85) * sway * press.size * np.clip((press.y[:, 0] - line) * 8, 0.2, 1)
    for row in range(fold, press.size):
        below[row], glow[row] = (np.roll(mask[row], round(float(rows[row]))) for mask in (below, glow))
    ripple = press.inside(np.abs(((press.y - line) * 21) % 1 - np.float32(0.5)) / 21 - np.float32(0.017))
    press.lay(water * glow * ripple, scheme.pop if scheme.night else scheme.echo)
    press.lay(water * below, scheme.echo if scheme.night else scheme.ground)
    fading = np.clip((press.y - line) * (1.7 if scheme.night else 1.3), 0, 1)
    press.lay(water * below * press.halftone(fading, angle=0.2), scheme.fields[0] if scheme.night else scheme.pop)


def strips(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif cut into strips, each laid a little aside on paper of another ink."""
    rng = press.rng
    count = int(rng.integers(4, 7))
    box = (cast.motif, 0.5, 0.5, 0.84, 0.8)
    flip = bool(rng.random() < 0.5)
    motif = press.glyph(*box, flip=flip)
    tilt = np.float32(rng.uniform(-0.16, 0.16))
    upright = bool(rng.random() < 0.4)
    place = press.x - tilt * (press.y - 0.5) if upright else press.y - tilt * (press.x - 0.5)
    inks = [scheme.ground, scheme.pop, scheme.fields[1], scheme.fields[2]]
    first = int(rng.integers(0, len(inks)))
    step = round(press.size * (0.02 + 0.035 * cast.energy))
    press.flood(scheme.ground)
    for strip in range(-1, count + 1):
        low, high = np.float32(strip / count), np.float32((strip + 1) / count)
        paper = press.inside(np.maximum(low - place, place - high))
        ink = inks[(first + strip) % len(inks)]
        press.lay(paper, ink)
        tone = np.clip((place - low) * count * 0.45, 0, 0.45)
        press.lay(paper * press.halftone(tone, 1 / 60, 0.6), inks[(first + strip + 1) % len(inks)])
        aside = step if strip % 2 else -step
        moved = press.shifted(motif, 0, aside) if upright else press.shifted(motif, aside, 0)
        off = max(1, round(0.007 * press.size))
        press.lay(paper * press.shifted(moved, off, off), scheme.echo)
        press.lay(paper * moved, scheme.front)
        edge = press.inside(np.abs(place - high) - np.float32(0.004))
        press.lay(edge, scheme.front if strip % 2 else scheme.ground)


def distance(press: Canvas, scheme: ColorScheme, cast: Subjects) -> None:
    """The motif small on a wide plain, its long shadow towards us, before a sun that hardly fits the sheet."""
    rng = press.rng
    press.flood(scheme.ground)
    side = float(rng.choice((-1, 1)))
    sx, sy, radius = 0.5 - side * rng.uniform(0.02, 0.14), 0.42, rng.uniform(0.37, 0.42)
    if scheme.night or "stars" in cast.places:
        _stars(press, scheme.echo, 60, above=0.6)
    press.lay(press.disc(sx, sy, radius + 0.1), scheme.fields[0])
    sun = press.disc(sx, sy, radius)
    press.lay(sun, scheme.pop)
    press.lay(sun * press.halftone(np.clip((press.y - sy) / radius * 0.5 + 0.25, 0, 0.75)), scheme.fields[1])
    ground = 0.7
    plain = press.below(press.ridge(ground, 0.008, 0))
    press.lay(plain, scheme.fields[2])
    for i in range(5):
        y = ground + 0.045 + 0.055 * i + 0.012 * i * i
        press.lay(
            press.below(press.ridge(y, 0.006, 0)) * press.halftone((press.y - y) * 3, angle=0.3), scheme.fields[0]
        )
    x = 0.5 + side * rng.uniform(0.04, 0.12)
    box = (cast.motif, x, ground - 0.185, 0.46, 0.42)
    base = ground + 0.025
    shape = press.glyph(*box, flip=side > 0, stands=True, part="shape")
    lean = side * rng.uniform(0.25, 0.6)
    # Each point of the plain asks the motif above it, so far up as it lies down, whether it stands in the light.
    coefficients = (1, -lean, lean * base * press.size, 0, -1.25, (base + 1.25 * base) * press.size)
    cast_down = Image.fromarray((shape * 255).astype(np.uint8)).transform(
        (press.size, press.size), Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC
    )
    shadow = np.asarray(cast_down, np.float32) / 255 * (press.y > base - 0.01)
    press.lay(shadow * plain, scheme.echo, 0.85)
    motif = _motif(press, scheme.ground, box, flip=side > 0, stands=True)
    for guest in cast.guests[:1]:
        motif = np.maximum(motif, press.glyph(guest, x - side * 0.36, ground - 0.055, 0.16, 0.15, stands=True))
    _print(press, scheme, motif, 0.35, 0.85)


# Parts


def _print(press: Canvas, scheme: ColorScheme, motif: Mask, top: float, bottom: float) -> None:
    """The motif in two inks: the echo peeps out beside the front and shades it from `top` to `bottom` in dots."""
    off = max(1, round(0.009 * press.size))
    side = int(press.rng.choice((-1, 1)))
    press.lay(press.shifted(motif, side * off, off), scheme.echo)
    press.lay(motif, scheme.front)
    tone = np.clip((press.y - np.float32(top)) / np.float32(bottom - top), 0, 1) * np.float32(0.5)
    press.lay(motif * press.halftone(tone, 1 / 80, 0.9), scheme.echo)


def _motif(press: Canvas, fill: NDArray[np.float64], box: tuple[str, float, float, float, float], **how: Any) -> Mask:
    """The block of the motif, to be printed, after its cuts have been filled: what is behind would break it up.

    `box` and `how` are the arguments of Press.glyph.
    """
    press.lay(press.glyph(*box, **how, part="cuts"), fill)
    return press.glyph(*box, **how)


def _stars(press: Canvas, ink: NDArray[np.float64], count: int, above: float = 1.0) -> None:
    sky = np.zeros((press.size, press.size), np.float32)
    for x, y, r in zip(press.rng.random(count), press.rng.random(count) * above, press.rng.random(count), strict=True):
        reach = 0.0015 + 0.004 * r**3
        x0, y0 = int((x - 0.02) * press.size), int((y - 0.02) * press.size)
        part = (slice(max(0, y0), y0 + press.size // 20 + 2), slice(max(0, x0), x0 + press.size // 20 + 2))
        away = np.hypot(press.x[:, part[1]] - np.float32(x), press.y[part[0]] - np.float32(y))
        sky[part] = np.maximum(sky[part], np.clip(0.5 + (np.float32(reach) - away) * press.size, 0, 1))
    press.lay(sky, ink)


def _slits(press: Canvas, top: float, bottom: float) -> Mask:
    """Cuts across the sun, wider towards its foot."""
    depth = (press.y - np.float32(top)) / np.float32(bottom - top)
    stripe = np.abs((depth * 6) % 1 - np.float32(0.5))
    cut = press.inside((stripe - np.clip(depth, 0, 1) * np.float32(0.36)) * np.float32((bottom - top) / 6))
    return cut * (depth > 0) * press.everywhere


def _swell(press: Canvas, level: float, amplitude: float, drift: np.float32, phase: np.float32) -> Mask:
    return press.below(lambda x: np.float32(level) - np.float32(amplitude) * np.abs(np.sin(drift * x / 2 + phase)))


def _sea(press: Canvas, scheme: ColorScheme, sx: float, level: float) -> None:
    """Water up to `level`, with the sun's reflection in strokes."""
    press.lay(press.below(lambda x: np.full_like(x, level)), scheme.fields[2])
    strokes = np.zeros((press.size, press.size), np.float32)
    for row in range(9):
        y = level + 0.012 + row * 0.028
        width = (0.26 - 0.018 * row) * press.rng.uniform(0.5, 1.1)
        x = sx + press.rng.uniform(-0.05, 0.05)
        across = np.maximum(np.abs(press.x - np.float32(x)) - np.float32(width), 0)
        strokes = np.maximum(strokes, press.inside(np.hypot(across, press.y - np.float32(y)) - np.float32(0.006)))
    press.lay(strokes, scheme.pop)
    shade = press.below(lambda x: np.full_like(x, level))
    press.lay(shade * press.halftone((press.y - np.float32(level)) * 1.2, angle=0.1) * (1 - strokes), scheme.fields[1])


def _paper(press: Canvas, cut: Mask, scheme: ColorScheme, ink: NDArray[np.float64]) -> None:
    """A piece of paper with the shadow of its edge."""
    off = max(1, round(0.006 * press.size))
    press.lay(press.shifted(cut, off, off), scheme.front if not scheme.night else scheme.ground * 0.5, 0.35)
    press.lay(cut, ink)


def _frond(press: Canvas, x: float, y: float, length: float, heading: float) -> Mask:
    """Seaweed as Matisse cut it: a stem with rounded lobes to both sides."""
    dx, dy = float(np.cos(heading)), float(np.sin(heading))
    frond = press.stroke(x, y, x + dx * length, y + dy * length, 0.022)
    for i in range(4):
        along = length * (0.22 + 0.22 * i)
        reach = length * (0.30 - 0.045 * i)
        for side in (-0.8, 0.8):
            fx, fy = x + dx * along, y + dy * along
            tip = heading + side
            lobe = press.stroke(fx, fy, fx + np.cos(tip) * reach, fy + np.sin(tip) * reach, 0.030 - 0.003 * i)
            frond = np.maximum(frond, lobe)
    return frond


def _tile(
    press: Canvas, x: float, y: float, side: float, inks: list[NDArray[np.float64]], front: NDArray[np.float64]
) -> None:
    square = press.box(x, y, x + side, y + side)
    press.lay(square, inks[0])
    kind = int(press.rng.integers(0, 6))
    cx, cy = (float(v) for v in (x + press.rng.choice((0, side)), y + press.rng.choice((0, side))))
    if kind == 0:
        press.lay(square * press.disc(cx, cy, side), inks[1])
        press.lay(square * press.disc(cx, cy, side * 0.55), inks[2])
    elif kind == 1:
        press.lay(press.disc(x + side / 2, y + side / 2, side * 0.38), inks[1])
        press.lay(press.disc(x + side / 2, y + side / 2, side * 0.16), front)
    elif kind == 2:
        diagonal = (press.x - np.float32(x)) - (press.y - np.float32(y))
        press.lay(square * press.inside(diagonal * np.float32(press.rng.choice((-0.7, 0.7)))), inks[1])
    elif kind == 3:
        stripe = np.abs(((press.y - np.float32(y)) / np.float32(side) * 4) % 1 - np.float32(0.5)) - np.float32(0.25)
        press.lay(square * press.inside(stripe * np.float32(side / 4)), inks[1])
    elif kind == 4:
        press.lay(square * press.disc(x, y + side / 2, side / 2), inks[1])
        press.lay(square * press.disc(x + side, y + side / 2, side / 2), inks[2])
    else:
        press.lay(square * press.halftone(np.full((1, 1), 0.35, np.float32), side / 5, 0), inks[2])


COMPOSITIONS: dict[str, Composition] = {
    "horizon": horizon,
    "rings": rings,
    "bands": bands,
    "orbit": orbit,
    "collage": collage,
    "window": window,
    "tiles": tiles,
    "waves": waves,
    "echoes": echoes,
    "summit": summit,
    "contours": contours,
    "quarters": quarters,
    "silhouette": silhouette,
    "mirror": mirror,
    "strips": strips,
    "distance": distance,
}
