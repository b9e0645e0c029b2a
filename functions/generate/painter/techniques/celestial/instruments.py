"""Star charts of instruments: an orrery, an armillary sphere."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.marks import Drawing
from generate.painter.kit.ornaments import outline_arc, outline_star
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.celestial.chart import (
    BOLD,
    FINE,
    MIDDLE,
    choose_colors,
    draw_circle,
    draw_hours,
    draw_scale,
    finish,
    scatter_stars,
    shade_globe,
)

_OBLIQUITY = np.radians(23.4)
_PLANETS = ((0.285, 0.026), (0.395, 0.040), (0.525, 0.048), (0.665, 0.034), (0.845, 0.105), (1.075, 0.080))


def paint_orrery(scene: Scene) -> Sheet:
    """A sun near the corner, planets on their orbits, all cut by the sheet's edges."""
    rng, colors = scene.rng, choose_colors(scene)
    corner_x, corner_y = int(rng.integers(2)), int(rng.integers(2))
    sun_x, sun_y = 0.12 + 0.76 * corner_x, 0.13 + 0.74 * corner_y
    inward = np.arctan2(0.5 - sun_y, 0.5 - sun_x)
    sheet = make_paper(rng, scene.size, colors.ground, 0.02)
    zones, grid, rays = Drawing(scene.size), Drawing(scene.size), Drawing(scene.size)
    for outer, inner in ((1.3, 0.96), (0.755, 0.595), (0.455, 0.34)):
        zones.disc(sun_x, sun_y, outer)
        zones.disc(sun_x, sun_y, inner, 0)
    for radius, _ in _PLANETS:
        draw_circle(grid, sun_x, sun_y, radius, MIDDLE)
    draw_scale(grid, sun_x, sun_y, 0.755, 0.026, 144)
    draw_scale(grid, sun_x, sun_y, 0.96, 0.026, 180)
    draw_hours(grid, sun_x, sun_y, 0.34, 1.5, 48, FINE)
    sheet = lay_over(sheet, zones.to_mask(), colors.field)
    sheet = lay_over(sheet, grid.to_mask(), colors.line, 0.85)
    sheet = lay_over(sheet, scatter_stars(scene, 60 + round(160 * scene.energy)), colors.line)
    rays.polygon(outline_star(sun_x, sun_y, 0.235, 16, 0.62))
    sheet = lay_over(sheet, rays.to_mask(), colors.accent)
    face, rim = Drawing(scene.size), Drawing(scene.size)
    face.disc(sun_x, sun_y, 0.125)
    draw_circle(rim, sun_x, sun_y, 0.125, BOLD)
    draw_circle(rim, sun_x, sun_y, 0.095, MIDDLE)
    rim.polygon(outline_star(sun_x, sun_y, 0.08, 8, 0.4))
    sheet = lay_over(lay_over(sheet, face.to_mask(), colors.figure), rim.to_mask(), colors.night)
    inks = (colors.accent, colors.figure, colors.light, colors.figure, colors.figure, colors.accent)
    occupied: list[tuple[float, float, float]] = []
    for index, (radius, size) in enumerate(_PLANETS):
        angle = _choose_angle(scene, (sun_x, sun_y), inward, radius, size, occupied)
        if angle is None:
            continue
        x, y = sun_x + radius * np.cos(angle), sun_y + radius * np.sin(angle)
        occupied.append((x, y, size))
        halo, ring = Drawing(scene.size), Drawing(scene.size)
        halo.disc(x, y, size + 0.012)
        sheet = lay_over(sheet, halo.to_mask(), colors.ground)
        lines_count = max(4.0, 62 * size)
        disc, lines = shade_globe(scene, x, y, size, angle + np.pi, lines_count)
        sheet = lay_over(sheet, disc, inks[index])
        sheet = lay_over(sheet, lines, colors.night)
        if index == 5:
            _draw_ring(ring, x, y, size)
        draw_circle(ring, x, y, size, FINE)
        if index in (2, 4):
            draw_circle(ring, x, y, size * 1.55, FINE)
            ring.disc(x + 1.55 * size * np.cos(angle + 2), y + 1.55 * size * np.sin(angle + 2), 0.013)
        sheet = lay_over(sheet, ring.to_mask(), colors.line)
    return finish(scene, sheet)


def paint_armillary(scene: Scene) -> Sheet:
    """An armillary sphere: the sky's great circles as brass rings around a small globe."""
    rng, colors = scene.rng, choose_colors(scene)
    sheet = make_paper(rng, scene.size, colors.ground, 0.02)
    grid = Drawing(scene.size)
    draw_hours(grid, 0.5, 0.5, 0.47, 0.9, 48, FINE)
    draw_circle(grid, 0.5, 0.5, 0.475, MIDDLE)
    sheet = lay_over(sheet, grid.to_mask(), colors.line, 0.55)
    sheet = lay_over(sheet, scatter_stars(scene, 110 + round(150 * scene.energy)), colors.line)
    lean = rng.uniform(0.45, 0.75) * (1 if rng.random() < 0.5 else -1)
    axis = np.array([np.sin(lean), -np.cos(lean), 0.0])
    toward = np.array([0.28 * np.cos(lean), 0.28 * np.sin(lean), 0.96])
    side = np.cross(axis, toward)
    pole = axis * 0.93 + toward * 0.37 / np.linalg.norm(toward)
    pole /= np.linalg.norm(pole)
    ecliptic = pole * np.cos(_OBLIQUITY) + side * np.sin(_OBLIQUITY)
    meridian = side * 0.62 + np.cross(side, pole) * 0.78
    colure = side * 0.80 - np.cross(side, pole) * 0.60
    # Normal, radius, latitude, width, ink: from the inside to the outside.
    rings = (
        (pole, 0.375, _OBLIQUITY, 0.030, 0),
        (pole, 0.375, -_OBLIQUITY, 0.030, 0),
        (pole, 0.375, 0.0, 0.036, 0),
        (colure, 0.385, 0.0, 0.030, 0),
        (meridian, 0.395, 0.0, 0.030, 0),
        (ecliptic, 0.410, 0.0, 0.085, 1),
    )
    somber = is_somber(scene.mood)
    for front in (False, True):
        fills, edges = (Drawing(scene.size), Drawing(scene.size)), Drawing(scene.size)
        for normal, radius, latitude, width, ink in rings:
            _draw_hoop(fills, edges, normal, radius, latitude, width, ink, front=front)
        strength = 1.0 if front else (0.40 if somber else 0.55)
        for drawing, color in zip(fills, (colors.figure, colors.accent), strict=True):
            sheet = lay_over(sheet, drawing.to_mask(), color, strength)
        sheet = lay_over(sheet, edges.to_mask(), colors.night, 1.0 if front else 0.6)
        if not front:
            rod, arrow = Drawing(scene.size), Drawing(scene.size)
            reach = 0.455 * pole[:2]
            rod.line([tuple(0.5 - reach), tuple(0.5 + reach)], 0.014)
            sheet = lay_over(sheet, rod.to_mask(), colors.line)
            disc, lines = shade_globe(scene, 0.5, 0.5, 0.105, -2.4, 9)
            sheet = lay_over(lay_over(sheet, disc, colors.light), lines, colors.night)
            for sign in (-1, 1):
                tip = 0.5 + sign * reach * 0.98
                arrow.polygon(outline_star(float(tip[0]), float(tip[1]), 0.055, 8, 0.45))
            sheet = lay_over(sheet, arrow.to_mask(), colors.line)
    outer = Drawing(scene.size)
    draw_scale(outer, 0.5, 0.5, 0.445, 0.030, 96)
    return finish(scene, lay_over(sheet, outer.to_mask(), colors.line))


def _choose_angle(
    scene: Scene,
    sun: tuple[float, float],
    inward: float,
    radius: float,
    size: float,
    occupied: list[tuple[float, float, float]],
) -> float | None:
    """Return where on its orbit a planet lies well inside the sheet and apart from the others, or None."""
    for turn in scene.rng.uniform(-0.8, 0.8, 40).tolist():
        angle = inward + turn
        x, y = sun[0] + radius * np.cos(angle), sun[1] + radius * np.sin(angle)
        margin = 0.02 + 1.6 * size
        is_inside = margin < x < 1 - margin and margin < y < 1 - margin
        if is_inside and all(np.hypot(x - other[0], y - other[1]) > 0.12 + size + other[2] for other in occupied):
            return float(angle)
    return None


def _draw_ring(drawing: Drawing, x: float, y: float, size: float) -> None:
    for reach in (1.5, 1.75, 1.95):
        outer = outline_arc(0, 0, size * reach, -0.35, np.pi + 0.35, 0.30)
        turned = np.stack([outer[:, 0] - 0.35 * outer[:, 1], outer[:, 1] + 0.35 * outer[:, 0]], axis=1)
        drawing.line(turned + np.array([x, y]), MIDDLE)


def _draw_hoop(
    fills: tuple[Drawing, Drawing],
    edges: Drawing,
    normal: Points,
    radius: float,
    latitude: float,
    width: float,
    ink: int,
    *,
    front: bool,
) -> None:
    """Draw the half of a hoop around the sphere that faces us, or the other: pieces with a line on either edge."""
    first = np.cross(normal, [0.31, 0.17, 0.93])
    first /= np.linalg.norm(first)
    second = np.cross(normal, first)
    angles = np.linspace(0, 2 * np.pi, 121)
    half = width / radius / 2

    def project(height: float) -> tuple[Points, Points]:
        level = np.cos(latitude) * (np.cos(angles)[:, None] * first + np.sin(angles)[:, None] * second)
        points = radius * level + (radius * np.sin(latitude) + radius * height) * normal
        return 0.5 + points[:, :2], points[:, 2]

    (upper, depth), (lower, _) = project(half), project(-half)
    for index in range(120):
        if (depth[index] + depth[index + 1] > 0) != front:
            continue
        piece = np.concatenate([upper[index : index + 2], lower[index : index + 2][::-1]])
        for number, drawing in enumerate(fills):
            drawing.polygon(piece, 1.0 if number == ink else 0.0)
        edges.polygon(piece, 0.0)
    for index in range(120):
        if (depth[index] + depth[index + 1] > 0) != front:
            continue
        for side in (upper, lower):
            edges.line(side[index : index + 2], MIDDLE)
        if index % (10 if ink else 4) == 0 and width > 0.033:
            shorter = 1.0 if ink else 0.5
            edges.line([tuple(lower[index]), tuple(lower[index] + (upper[index] - lower[index]) * shorter)], FINE)
        elif ink and index % 2 == 0:
            edges.line([tuple(lower[index]), tuple(lower[index] + (upper[index] - lower[index]) * 0.35)], FINE)
