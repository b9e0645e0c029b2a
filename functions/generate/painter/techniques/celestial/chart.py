"""What the star charts share: inks, graduated circles, stars, globes shaded by lines, the figure of a constellation."""

from dataclasses import dataclass

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_dark_hue, get_lightness, neutralize, tint, tone
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.ornaments import hatch, outline_band, outline_star
from generate.painter.kit.shapes import (
    cover,
    fill_inside,
    get_normals,
    inflate,
    measure_distance,
    resample,
    trace_outlines,
)
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Field, Mask, Points, Sheet
from generate.painter.scene import Scene

BOLD, MIDDLE, FINE = 0.0065, 0.0036, 0.0022
_STAR_COUNT = 15


@dataclass(frozen=True, eq=False)
class Colors:
    """A chart's inks: ground, a field that differs from it, lines, two strong colors, the darkest and the lightest."""

    ground: Color
    field: Color
    line: Color
    figure: Color
    accent: Color
    night: Color
    light: Color


def choose_colors(scene: Scene, *, night: bool | None = None) -> Colors:
    """Return a chart's inks: pale lines on the night, or dark ones on paper for half of the light artworks."""
    inks, age = scene.inks, measure_age(scene.decade)
    if night is None:
        # On paper, a yellow figure would have to be olive.
        is_yellow = get_lightness(inks.get_accent(0)) > 0.72
        night = inks.is_dark or is_somber(scene.mood) or is_yellow or bool(scene.rng.random() < 0.5)
    hue = choose_dark_hue(inks.by_prominence)
    dark = neutralize(tone(hue, 0.205, 0.0, 0.075))
    first, second = inks.get_accent(0), inks.get_accent(1)
    paper = tone(inks.paper, 0.945 - 0.05 * age, 0.0, 0.03 + 0.02 * age)
    if inks.is_gray:
        first, second = tone(first, 0.60), tone(second, 0.78)
    if night:
        figure = tone(first, max(0.62, get_lightness(first)))
        accent = tone(second, max(0.66, get_lightness(second)))
        return Colors(dark, neutralize(tone(hue, 0.30, 0.0, 0.10)), paper, figure, accent, dark, paper)
    figure, accent = tone(first, min(0.62, get_lightness(first))), tone(second, min(0.72, get_lightness(second)))
    return Colors(paper, tint(second, 0.86, 0.07), neutralize(inks.ink), figure, accent, dark, paper)


def draw_circle(drawing: Drawing, x: float, y: float, radius: float, width: float, ink: float = 1.0) -> None:
    """Draw a circle."""
    drawing.polygon(outline_band(x, y, radius, width), ink)


def draw_scale(drawing: Drawing, x: float, y: float, radius: float, width: float, parts: int = 72) -> None:
    """Draw a graduated circle: two circles and between them a scale, black and white in turn."""
    draw_circle(drawing, x, y, radius, BOLD)
    draw_circle(drawing, x, y, radius - width, MIDDLE)
    step = 2 * np.pi / parts
    for index in range(0, parts, 2):
        drawing.polygon(outline_band(x, y, radius - 0.70 * width, 0.36 * width, index * step, (index + 1) * step))


def draw_hours(drawing: Drawing, x: float, y: float, start: float, stop: float, count: int, width: float) -> None:
    """Draw hour lines, straight out from the pole."""
    for angle in (np.arange(count) * 2 * np.pi / count).tolist():
        cosine, sine = np.cos(angle), np.sin(angle)
        drawing.line([(x + start * cosine, y + start * sine), (x + stop * cosine, y + stop * sine)], width)


def draw_dashes(drawing: Drawing, x: float, y: float, radius: float, width: float, parts: int = 90) -> None:
    """Draw a broken circle, as the ecliptic is drawn."""
    step = 2 * np.pi / parts
    for index in range(parts):
        drawing.polygon(outline_band(x, y, radius, width, index * step, (index + 0.6) * step))


def scatter_stars(scene: Scene, count: int, free: Mask | None = None) -> Mask:
    """Return stars of all magnitudes, many small and few large; `free`: 1 where they may stand."""
    drawing = Drawing(scene.size)
    for x, y, chance in scene.rng.random((count, 3)).tolist():
        if free is not None and free[int(y * scene.size), int(x * scene.size)] < 0.9:
            continue
        size = 0.0022 + 0.020 * chance**9
        if size > 0.008:
            drawing.polygon(outline_star(x, y, size * 1.3, 4, 0.24))
        else:
            drawing.disc(x, y, size)
    return drawing.to_mask()


def shade_globe(scene: Scene, x: float, y: float, radius: float, light: float, lines: float) -> tuple[Mask, Mask]:
    """Return a globe's disc and the engraved lines of its shadow; `light`: the angle at which the light stands."""
    across, down = (scene.grid[0] - x) / radius, (scene.grid[1] - y) / radius
    distance = np.hypot(across, down).astype(np.float32)
    disc = cover((distance - 1) * np.float32(radius))
    toward = across * np.cos(light) + down * np.sin(light)
    height = np.sqrt(np.clip(1 - distance**2, 0, 1))
    share = smoothstep(np.asarray(0.45 - toward * 0.85 - height * 0.35, np.float32), 0.0, 1.0) * np.float32(0.9)
    # The lines bend over the globe as meridians do.
    aside = down * np.cos(light) - across * np.sin(light)
    phase = np.asarray(aside * (1 + 0.25 * toward) * lines, np.float32)
    return disc, np.asarray(hatch(phase, share, lines / radius) * disc, np.float32)


def draw_constellation(scene: Scene, sheet: Sheet, motif: Mask, colors: Colors) -> Sheet:
    """Return the sheet with the motif as an engraved figure, with stars at its corners and chords between them."""
    x, y = scene.grid
    body = fill_inside(motif)
    across, down, _ = get_normals(blur(inflate(body, 0.09), 6 / 1280), 0.25)
    shadow = across - down if is_somber(scene.mood) else across + down
    share = np.float32(0.10) + (np.float32(0.42) + np.float32(0.2 * scene.energy)) * smoothstep(shadow, 0.0, 1.0)
    lines = hatch((x * 0.62 - y) * 45, share, 45 * 1.18) * motif
    sheet = lay_over(sheet, np.clip(blur(body, 0.010) * 2.2, 0, 1), colors.ground)
    sheet = lay_over(sheet, body, colors.figure)
    sheet = lay_over(sheet, np.maximum(lines, np.clip(body - motif, 0, 1)), colors.night)
    contour = cover(np.abs(measure_distance(body)) - np.float32(MIDDLE * 0.6))
    sheet = lay_over(sheet, contour, colors.line)
    outlines = trace_outlines(body)
    if not outlines:
        return sheet
    chords, halos, stars = Drawing(scene.size), Drawing(scene.size), Drawing(scene.size)
    total = sum(len(outline) for outline in outlines)
    for outline in outlines:
        count = round(_STAR_COUNT * len(outline) / total)
        if count == 0:
            continue
        corners = find_corners(outline, count, 0.075)
        chords.line(np.concatenate([corners, corners[:1]]), FINE * 1.3)
        for star_x, star_y in corners.tolist():
            size = 0.016 + 0.026 * float(scene.rng.random()) ** 2
            halos.disc(star_x, star_y, size * 0.75)
            stars.polygon(outline_star(star_x, star_y, size, 4, 0.34))
            stars.polygon(outline_star(star_x, star_y, size * 0.72, 4, 0.45, np.pi / 4))
    sheet = lay_over(sheet, chords.to_mask(), colors.line)
    sheet = lay_over(sheet, halos.to_mask(), colors.night)
    return lay_over(sheet, stars.to_mask(), colors.light)


def find_corners(outline: Points, count: int, gap: float) -> Points:
    """Return up to `count` points of a closed line where it bends most, at least `gap` apart, in the line's order."""
    points = resample(outline, 160)
    ahead, behind = np.roll(points, -5, axis=0) - points, points - np.roll(points, 5, axis=0)
    bends = np.abs(ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0])
    selection: list[int] = []
    for index in np.argsort(-bends).tolist():
        if all(np.hypot(*(points[index] - points[other])) >= gap for other in selection):
            selection.append(index)
        if len(selection) == count:
            break
    return points[sorted(selection)]


def finish(scene: Scene, sheet: Sheet) -> Sheet:
    """Return the sheet as it was printed: uneven ink, and for an old one a foxed and darker edge."""
    age = measure_age(scene.decade)
    x, y = scene.grid
    edge: Field = np.maximum(np.abs(x - 0.5), np.abs(y - 0.5))
    worn = np.float32(1) - np.float32(0.22 * age) * smoothstep(edge + 0.08 * (scene.make_noise(7) - 0.5), 0.40, 0.52)
    return np.asarray(sheet * (worn * (1 + 0.04 * (scene.make_noise(170, 2) - 0.5)))[..., None], np.float32)
