"""Star charts of a motif: a planisphere, a part of a great chart, a window onto the sky."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import tone
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.ornaments import hatch, outline_arc, outline_band, outline_star
from generate.painter.kit.shapes import cover, fill_inside, measure_distance
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.celestial.chart import (
    BOLD,
    FINE,
    MIDDLE,
    choose_colors,
    draw_circle,
    draw_constellation,
    draw_dashes,
    draw_hours,
    draw_scale,
    finish,
    scatter_stars,
)


def paint_planisphere(scene: Scene) -> Sheet:
    """The whole sky as a disc, the motif as its constellation."""
    rng, colors = scene.rng, choose_colors(scene)
    x, y = scene.grid
    radius, hours = 0.475, 12 if scene.energy < 0.5 else 24
    sheet = make_paper(rng, scene.size, colors.field, 0.02)
    sheet = lay_over(sheet, cover(np.hypot(x - 0.5, y - 0.5) - radius), colors.ground)
    sheet = lay_over(sheet, _band(scene, 0.5, 0.5, radius - 0.028, 0.056), colors.accent)
    grid, ecliptic, dark = Drawing(scene.size), Drawing(scene.size), Drawing(scene.size)
    draw_scale(grid, 0.5, 0.5, radius - 0.056, 0.022)
    draw_circle(grid, 0.5, 0.5, radius, BOLD)
    for share in (0.30, 0.60):
        draw_circle(grid, 0.5, 0.5, radius * share, MIDDLE)
    draw_hours(grid, 0.5, 0.5, radius * 0.30, radius - 0.075, hours, FINE)
    for index in range(24):
        angle = index * np.pi / 12
        spot = 0.5 + (radius - 0.028) * np.cos(angle), 0.5 + (radius - 0.028) * np.sin(angle)
        dark.polygon(outline_star(*spot, 0.022, 4, 0.4, angle) if index % 2 else outline_arc(*spot, 0.008))
    for corner_x, corner_y in ((0.055, 0.055), (0.945, 0.055), (0.055, 0.945), (0.945, 0.945)):
        grid.polygon(outline_star(corner_x, corner_y, 0.060, 8, 0.38))
        grid.disc(corner_x, corner_y, 0.016, 0)
    turn = rng.uniform(0, 2 * np.pi)
    draw_dashes(ecliptic, 0.5 + 0.055 * np.cos(turn), 0.5 + 0.055 * np.sin(turn), 0.325, BOLD * 1.3)
    motif = scene.place_motif(width=0.62, height=0.62)
    free = smoothstep(np.hypot(x - 0.5, y - 0.5), radius - 0.085, radius - 0.09) * (blur(motif, 0.02) < 0.05)
    sheet = lay_over(sheet, grid.to_mask(), colors.line, 0.9)
    sheet = lay_over(sheet, ecliptic.to_mask(), colors.accent)
    sheet = lay_over(sheet, dark.to_mask(), colors.night)
    sheet = lay_over(sheet, scatter_stars(scene, 140 + round(160 * scene.energy), free), colors.line)
    return finish(scene, draw_constellation(scene, sheet, motif, colors))


def paint_arcs(scene: Scene) -> Sheet:
    """A part of a great chart: circles around a pole beyond the corner, the motif huge across them."""
    rng, colors = scene.rng, choose_colors(scene)
    left = bool(rng.random() < 0.5)
    pole_x, pole_y = (-0.04 if left else 1.04), 1.04
    sheet = make_paper(rng, scene.size, colors.ground, 0.02)
    sheet = lay_over(sheet, _band(scene, pole_x, pole_y, 0.98, 0.42), colors.field)
    sheet = lay_over(sheet, _band(scene, pole_x, pole_y, 1.245, 0.075), colors.accent)
    sheet = lay_over(sheet, _band(scene, pole_x, pole_y, 0.235, 0.075), colors.accent)
    grid, dark = Drawing(scene.size), Drawing(scene.size)
    for radius in (0.40, 0.60, 0.98, 1.38):
        draw_circle(grid, pole_x, pole_y, radius, MIDDLE)
    for radius in (0.77, 1.19, 0.27):
        draw_scale(grid, pole_x, pole_y, radius, 0.026, 120 if radius > 0.5 else 48)
    draw_circle(grid, pole_x, pole_y, 1.285, BOLD)
    draw_hours(grid, pole_x, pole_y, 0.27, 1.6, 36, FINE)
    for index in range(60):
        angle = index * np.pi / 30
        spot = pole_x + 1.245 * np.cos(angle), pole_y + 1.245 * np.sin(angle)
        dark.polygon(outline_star(*spot, 0.030, 6, 0.42, angle) if index % 2 else outline_arc(*spot, 0.010))
    x, y = scene.grid
    motif = scene.place_motif(0.54 if left else 0.46, 0.46, 0.84, 0.80, face="left" if left else "right")
    on_band = np.abs(np.hypot(x - pole_x, y - pole_y) - 1.245) < 0.05
    free = (blur(motif, 0.02) < 0.05) & ~on_band
    sheet = lay_over(sheet, grid.to_mask(), colors.line, 0.9)
    sheet = lay_over(sheet, dark.to_mask(), colors.night)
    sheet = lay_over(sheet, scatter_stars(scene, 130 + round(170 * scene.energy), free.astype(np.float32)), colors.line)
    return finish(scene, draw_constellation(scene, sheet, motif, colors))


def paint_window(scene: Scene) -> Sheet:
    """The motif as a window onto the night sky, in a chart of rays and circles."""
    rng = scene.rng
    colors, night = choose_colors(scene, night=False), choose_colors(scene, night=True)
    x, y = scene.grid
    loud = scene.inks.is_dark or is_somber(scene.mood)
    ground = tone(night.figure, gain=0.85, max_chroma=0.18) if loud else colors.field
    sheet = make_paper(rng, scene.size, ground, 0.02)
    center_x, center_y = 0.5 + rng.uniform(-0.25, 0.25), rng.uniform(0.25, 0.6)
    grid = Drawing(scene.size)
    for index in range(1, 9):
        radius = 0.115 * index
        if index % 3 == 2:
            draw_scale(grid, center_x, center_y, radius, 0.026, 60 + 12 * index)
        else:
            draw_circle(grid, center_x, center_y, radius, MIDDLE)
    draw_hours(grid, center_x, center_y, 0.115, 1.4, 36 + 4 * round(9 * scene.energy), FINE)
    motif = scene.place_motif(width=0.88, height=0.86)
    body = fill_inside(motif)
    sheet = lay_over(sheet, grid.to_mask(), night.night if loud else colors.line, 0.85)
    sheet = lay_over(sheet, np.clip(blur(body, 0.012) * 2.2, 0, 1), ground)
    sheet = lay_over(sheet, body, night.night)
    inner = np.clip(body - motif, 0, 1)
    slant = rng.uniform(-0.9, 0.9)
    milky = np.exp(-((((y - 0.5) * np.cos(slant) - (x - 0.5) * np.sin(slant) + 0.05 * np.sin(5 * x)) / 0.12) ** 2))
    cloud = smoothstep(scene.make_noise(7, 4) + np.float32(0.5) * milky, 0.55, 1.25)
    clouds = hatch((x * np.float32(np.cos(slant)) + y) * 44, cloud * np.float32(0.85), 44 * 1.2) * motif
    sheet = lay_over(sheet, clouds, night.accent)
    depth = measure_distance(body)
    free = ((depth > 0.012) & (blur(inner, 0.008) < 0.1)).astype(np.float32)
    stars = scatter_stars(scene, 500 + round(300 * scene.energy), free)
    sheet = lay_over(sheet, stars, night.line)
    sheet = lay_over(sheet, inner, night.line)
    contour = cover(np.abs(depth - np.float32(0.006)) - np.float32(0.0013))
    return finish(scene, lay_over(sheet, contour, night.line))


def _band(scene: Scene, x: float, y: float, radius: float, width: float) -> Mask:
    drawing = Drawing(scene.size)
    drawing.polygon(outline_band(x, y, radius, width))
    return drawing.to_mask()
