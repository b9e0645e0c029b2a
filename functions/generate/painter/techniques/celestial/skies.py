"""Star charts without a motif: the moon's phases, a comet over land or sea."""

import numpy as np

from generate.painter.kit.fields import smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.ornaments import bend, hatch, outline_arc, outline_star
from generate.painter.kit.shapes import cover
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Field, Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.celestial.chart import (
    BOLD,
    FINE,
    MIDDLE,
    Colors,
    choose_colors,
    draw_circle,
    draw_hours,
    draw_scale,
    finish,
    scatter_stars,
    shade_globe,
)


def paint_phases(scene: Scene) -> Sheet:
    """A great engraved moon, its phases in a ring around it."""
    rng, colors = scene.rng, choose_colors(scene, night=True)
    x, y = scene.grid
    sheet = make_paper(rng, scene.size, colors.ground, 0.02)
    grid, lit, dim = Drawing(scene.size), Drawing(scene.size), Drawing(scene.size)
    moons = 12 if scene.energy < 0.6 else 16
    ring, small = 0.378, 0.052 if moons == 12 else 0.043
    distance = np.hypot(x - 0.5, y - 0.5)
    draw_hours(grid, 0.5, 0.5, 0.49, 0.9, 48 + 8 * round(6 * scene.energy), FINE)
    draw_scale(grid, 0.5, 0.5, 0.485, 0.026, 96)
    draw_circle(grid, 0.5, 0.5, 0.295, MIDDLE)
    sheet = lay_over(sheet, cover(distance - np.float32(0.472)), colors.field)
    sheet = lay_over(sheet, grid.to_mask(), colors.line, 0.9)
    turn = rng.integers(moons)
    for index in range(moons):
        angle = index * 2 * np.pi / moons - np.pi / 2
        spot = 0.5 + ring * np.cos(angle), 0.5 + ring * np.sin(angle)
        dim.disc(*spot, small)
        phase = ((index + int(turn)) % moons) / moons
        if phase > 0.02:
            lit.polygon(_outline_phase(*spot, small * 0.93, phase))
    sheet = lay_over(sheet, dim.to_mask(), colors.night)
    sheet = lay_over(sheet, lit.to_mask(), colors.accent)
    light = rng.uniform(-0.6, 0.6) + (np.pi if rng.random() < 0.5 else 0)
    disc, lines = shade_globe(scene, 0.5, 0.5, 0.268, light, 22)
    sheet = lay_over(sheet, disc, colors.line)
    seas = smoothstep(scene.make_noise(8, 1), 0.60, 0.62) * disc
    sheet = lay_over(sheet, hatch(y * 70 + 2 * (x - 0.5) ** 2 * 20, seas * 0.62, 70), colors.figure)
    craters = Drawing(scene.size)
    for crater_x, crater_y, chance in rng.uniform(-1, 1, (16 + round(24 * scene.energy), 3)).tolist():
        if np.hypot(crater_x, crater_y) < 0.86:
            size = 0.006 + 0.016 * chance**4
            center = 0.5 + 0.268 * crater_x, 0.5 + 0.268 * crater_y
            draw_circle(craters, *center, size, FINE)
            craters.polygon(np.concatenate([outline_arc(*center, size, light - 1.2, light + 1.2)]))
    sheet = lay_over(sheet, np.maximum(craters.to_mask(), lines) * disc, colors.night)
    return finish(scene, sheet)


def paint_comet(scene: Scene) -> Sheet:
    """A comet whose tail sweeps across the sky, over hills, mountains or the sea."""
    rng, colors = scene.rng, choose_colors(scene, night=True)
    x, y = scene.grid
    sheet = make_paper(rng, scene.size, colors.ground, 0.02)
    side = 1 if rng.random() < 0.5 else -1
    head_x, head_y = 0.5 - side * 0.22, 0.56
    # The sky is engraved: level lines that grow denser upwards.
    share = np.float32(0.05) + np.float32(0.30) * smoothstep(y, 0.75, 0.0)
    levels: Field = np.asarray(y * 62 + 0.8 * np.sin(3 * x), np.float32)
    sheet = lay_over(sheet, hatch(levels, share, 62), colors.field)
    grid = Drawing(scene.size)
    for radius in (0.45, 0.72, 0.99):
        draw_circle(grid, 0.5 + side * 0.2, 1.05, radius, MIDDLE)
    draw_scale(grid, 0.5 + side * 0.2, 1.05, 0.86, 0.026, 120)
    sheet = lay_over(sheet, grid.to_mask(), colors.line, 0.6)
    sheet = lay_over(sheet, scatter_stars(scene, 170 + round(120 * scene.energy)), colors.line)
    count = 34 + round(30 * scene.energy)
    tails = [Drawing(scene.size) for _ in range(3)]
    for index in range(count):
        spread = (index + 0.5) / count * 2 - 1
        reach = (0.62 + 0.55 * rng.random()) * (1.15 - 0.45 * abs(spread))
        # The colors lie as in a flame: one along the upper side, the other along the lower one, light inside.
        number = 2 if abs(spread) < 0.5 and index % 2 else int(spread > 0.1)
        width = (0.019 + 0.012 * rng.random()) * (0.5 if number == 2 else 1.0)
        tails[number].polygon(_outline_filament(head_x, head_y, side, spread, reach, width))
    for drawing, color in zip(tails, (colors.figure, colors.accent, colors.line), strict=True):
        sheet = lay_over(sheet, drawing.to_mask(), color)
    head, core = Drawing(scene.size), Drawing(scene.size)
    head.polygon(outline_star(head_x, head_y, 0.135, 8, 0.50, 0.2))
    head.polygon(outline_star(head_x, head_y, 0.175, 4, 0.30, 0.2))
    sheet = lay_over(sheet, head.to_mask(), colors.line)
    core.disc(head_x, head_y, 0.055)
    core.disc(head_x, head_y, 0.034, 0)
    core.disc(head_x, head_y, 0.020)
    sheet = lay_over(sheet, core.to_mask(), colors.figure)
    return finish(scene, _lay_land(scene, sheet, colors))


def _lay_land(scene: Scene, sheet: Sheet, colors: Colors) -> Sheet:
    """Lay three rows of land in front, engraved along their crests; or waves."""
    x, y = scene.grid
    rng, place = scene.rng, scene.place
    for row, (fill, line) in enumerate(((colors.field, colors.figure), (colors.night, colors.accent))):
        top = 0.80 + 0.085 * row
        phase = rng.uniform(0, 6)
        if place == "sea":
            crest: Field = top - 0.030 * (row + 1) * (1 - np.abs(np.sin((15 - 6 * row) * x + phase)))
        elif place == "mountains":
            wave = np.abs(((4.2 - row) * x + phase) % 2 - 1)
            crest = top - 0.16 * wave + 0.05 + 0.012 * np.sin(31 * x + phase)
        else:
            crest = top + 0.035 * np.sin((5 + 2 * row) * x + phase)
        below = np.asarray(y - crest, np.float32)
        sheet = lay_over(sheet, cover(-below), fill)
        depth = np.clip(below / 0.16, 0, 1)
        lines = hatch(below * 48, (0.62 - 0.5 * depth) * (below > 0), 48) * cover(-below)
        sheet = lay_over(sheet, lines, line)
        sheet = lay_over(sheet, cover(np.abs(below) - np.float32(BOLD / 2)), colors.line)
    return sheet


def _outline_phase(x: float, y: float, radius: float, phase: float) -> Points:
    """Return the lit part of a moon; `phase`: 0 new, 0.5 full, towards 1 it wanes."""
    side = 1 if phase <= 0.5 else -1
    angles = np.linspace(-np.pi / 2, np.pi / 2, 24)
    limb = np.stack([side * np.cos(angles), np.sin(angles)], axis=1)
    terminator = np.stack([side * np.cos(2 * np.pi * phase) * np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(np.array([x, y]) + radius * np.concatenate([limb, terminator[::-1]]))


def _outline_filament(x: float, y: float, side: int, spread: float, reach: float, width: float) -> Points:
    """Return one thread of the tail: it starts at the head, swings upwards and ends in a point."""
    direction = -0.60 + 0.36 * spread
    along = np.array([0.0, 0.25, 0.5, 0.75, 1.0]) * reach
    swing = direction - 0.42 * along + 0.16 * spread * along
    spine = bend(np.stack([x + side * along * np.cos(swing), y + along * np.sin(swing) + 0.03 * spread], axis=1), 8)
    share = np.linspace(0, 1, len(spine))
    half = width * (0.55 + 1.2 * share) * (1 - share) ** 0.5
    normal = np.array([-np.sin(direction) * side, np.cos(direction)])
    return np.asarray(np.concatenate([spine + half[:, None] * normal, (spine - half[:, None] * normal)[::-1]]))
