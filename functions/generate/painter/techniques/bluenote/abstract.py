"""Letterpress sleeves without a motif: bars in a rhythm, and a record."""

import numpy as np

from generate.painter.kit.fields import resize, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import cover
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.bluenote.press import choose_inks, draw_boxes, make_grain, make_sleeve


def paint_rhythm(scene: Scene) -> Sheet:
    """Bars as even as a keyboard, one of them out of line, on a field of color."""
    rng, inks = scene.rng, choose_inks(scene)
    count = 7 + round(scene.energy * 6)
    on_color = bool(rng.integers(2))
    sheet = make_sleeve(scene, inks.spot if on_color else inks.paper)
    out = int(rng.integers(1, count - 1))
    top, bottom, drop = rng.uniform(-0.05, 0.12), rng.uniform(0.52, 0.70), rng.uniform(0.16, 0.26)
    width, margin = 0.88 / count, 0.06
    bars, exception = [], []
    for index in range(count):
        left = margin + width * (index + 0.11)
        step = rng.choice((0, 0, 0.05)) * scene.energy
        box = (left, top + step, left + width * 0.78, bottom + step)
        if index == out:
            exception.append((box[0], top + drop, box[2], bottom + drop))
        else:
            bars.append(box)
    sheet = lay_over(sheet, draw_boxes(scene, bars), inks.ink)
    bright = inks.paper if on_color else inks.spot
    sheet = lay_over(sheet, draw_boxes(scene, exception), bright)
    foot = [(margin + width * 0.11, 0.93, 1 - margin - width * 0.11, 0.945)]
    dots = Drawing(scene.size)
    for index in range(count):
        if index % 3 == out % 3 and index != out:
            dots.disc(margin + width * (index + 0.5), bottom + drop * 0.6, width * 0.24)
    sheet = lay_over(sheet, dots.to_mask(), inks.ink if on_color else inks.spot)
    sheet = _wear(scene, lay_over(sheet, draw_boxes(scene, foot), inks.ink))
    return np.ascontiguousarray(sheet.swapaxes(0, 1)) if rng.random() < 0.4 else sheet


def paint_record(scene: Scene) -> Sheet:
    """A record, larger than the sheet, photographed in hard light beside a column of color."""
    rng, inks = scene.rng, choose_inks(scene)
    x, y = scene.grid
    side = int(rng.choice((-1, 1)))
    center_x, center_y, radius = 0.5 + side * 0.16, rng.uniform(0.5, 0.62), 0.60
    sheet = make_sleeve(scene, inks.paper)
    edge = 0.5 - side * 0.20
    column = (0.0, 0.0, edge, 1.0) if side > 0 else (edge, 0.0, 1.0, 1.0)
    sheet = lay_over(sheet, draw_boxes(scene, [column]), inks.spot)
    distance = np.hypot(x - center_x, y - center_y)
    angle = np.arctan2(y - center_y, x - center_x)
    grooves = np.convolve(rng.random(400), np.ones(3) / 3, "same")
    for gap in rng.choice(np.arange(130, 380), 4 + round(scene.energy * 3), replace=False):
        grooves[gap : gap + 3] = -1.2  # the silence between two pieces
    ring = np.interp(distance / radius * 399, np.arange(400), grooves).astype(np.float32)
    turn = rng.uniform(0.5, 1.1) * side + (np.pi / 2 if scene.mood in ("dark", "melancholic") else 0)
    sharpness = 10 + 20 * scene.energy
    shine = np.abs(np.cos(angle - turn)) ** sharpness + 0.5 * np.abs(np.cos(angle - turn - 0.5)) ** (3 * sharpness)
    grain = resize(make_grain(scene), scene.size)
    bare = smoothstep(shine + 0.30 * (ring - 0.5) + 0.75 * grain * (0.3 + shine), 0.48, 0.74)
    disc = cover(distance - radius)
    bare = bare * (distance < radius - 0.012)
    sheet = lay_over(sheet, disc * (1 - bare), inks.ink)
    sheet = lay_over(sheet, disc * bare, inks.paper)
    sheet = lay_over(sheet, cover(distance - 0.205), inks.ink)
    sheet = lay_over(sheet, cover(distance - 0.19), inks.spot)
    sheet = lay_over(sheet, cover(np.abs(distance - 0.15) - 0.0035) + cover(np.abs(distance - 0.07) - 0.002), inks.ink)
    sheet = lay_over(sheet, cover(distance - 0.016), inks.paper)
    arm = Drawing(scene.size)
    start, elbow = np.array([0.5 - side * 0.36, 0.10]), np.array([0.5 - side * 0.31, 0.62])
    needle = np.array([0.5 - side * 0.17, 0.78])
    arm.line(np.array([start, elbow, needle]), 0.020)
    arm.disc(start[0], start[1], 0.075)
    along = (needle - elbow) / np.hypot(*(needle - elbow))
    arm.line(np.array([needle - along * 0.03, needle + along * 0.06]), 0.05)
    pivot = Drawing(scene.size)
    pivot.disc(start[0], start[1], 0.035)
    mask = arm.to_mask()
    sheet = lay_over(sheet, mask, inks.paper)
    return _wear(scene, lay_over(sheet, pivot.to_mask(), inks.ink))


def _wear(scene: Scene, sheet: Sheet) -> Sheet:
    """Return the sheet with a little paper showing through the ink."""
    spots = (scene.make_noise(230, 2) > 0.66) * scene.make_noise(8, 2)
    return np.asarray(sheet + (0.94 - sheet) * (0.10 * spots)[..., None], np.float32)
