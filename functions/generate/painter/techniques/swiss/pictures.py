"""Swiss lithographs with a motif or a landscape."""

from itertools import pairwise

import numpy as np

from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.fields import blur
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import fill_inside
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.swiss.press import FIRST, KEY, SECOND, Press, choose_angle, outline_box, rotate


def paint_land(scene: Scene) -> Sheet:
    """Mountains, hills or the sea in three overlapping forms, and the sun or the moon."""
    rng = scene.rng
    press = Press(scene, dark=True if scene.time == "night" else None)
    place = scene.place or rng.choice(("mountains", "hills", "sea"))
    x, y, radius = rng.choice((0.27, 0.5, 0.72)), 0.30, rng.uniform(0.13, 0.2)
    night = scene.time == "night" or (press.is_dark and scene.time != "day")
    press.plates[KEY if night else FIRST].disc(x, y, radius)
    if night:
        press.plates[KEY].disc(x + radius * 0.5, y - radius * 0.25, radius * 0.9, 0)
        for star_x, star_y in rng.random((24, 2)) * (1, 0.5):
            if np.hypot(star_x - x, star_y - y) > radius * 1.3:
                press.plates[KEY].disc(star_x, star_y, rng.choice((0.003, 0.005)))
    if place == "sea":
        bands = 6 + round(scene.energy * 5)
        across = np.linspace(-0.05, 1.05, 160)
        for band in range(bands):
            top, depth = (0.55 + 0.47 * (share / bands) ** 1.4 for share in (band, band + 0.72))
            swell = (0.006 + 0.03 * scene.energy) * (0.4 + band / bands)
            wave = swell * np.sin(2 * np.pi * (across * (4.5 - 3 * band / bands) + 0.23 * band))
            outline = np.concatenate(
                [np.stack([across, top + wave]), np.stack([across, depth + wave])[:, ::-1]], axis=1
            )
            press.plates[(SECOND, FIRST, SECOND)[band % 3]].polygon(outline.T)
        return press.print_all()
    for plate, reach in ((SECOND, 0.55), (FIRST, 0.42), (KEY if not press.is_dark else SECOND, 0.24)):
        center = rng.uniform(0.1, 0.9)
        if place == "mountains":
            slope = rng.uniform(0.75, 1.2)
            peak = [(center - slope, 1.02 + reach * 0.2), (center, 1 - reach), (center + slope, 1.02 + reach * 0.2)]
            press.plates[plate].polygon(peak)
        else:
            hill = rng.uniform(0.55, 0.8)
            press.plates[plate].disc(center, 1 - reach + hill + 0.08, hill)
    return press.print_all()


def paint_ladder(scene: Scene) -> Sheet:
    """Bars that widen from step to step; where they cross the motif, they change color."""
    press = Press(scene)
    count = 7 + round(scene.energy * 4)
    steps = np.cumsum(1.26 ** np.arange(count + 1))
    cuts = (steps - steps[0]) / (steps[-1] - steps[0]) * 1.5 - 0.75
    angle = scene.rng.choice((-1, 1)) * (0.35 if scene.energy < 0.35 else 0.6)
    bars = Drawing(scene.size)
    for left, right in pairwise(cuts.tolist()):
        bars.polygon(rotate(outline_box(left, -1, left + (right - left) * 0.54, 1), angle))
    # One hue only: two would break the motif up.
    lightness = get_lightness(press.first)
    press.second = tone(press.first, lightness + (0.14 if lightness < 0.66 else -0.15))
    motif, bar = scene.place_motif(0.5, 0.5, 0.92, 0.92), bars.to_mask()
    clear = 1 - np.clip(blur(fill_inside(motif), 0.006) * 2.5, 0, 1)
    press.masks = [motif * (1 - bar), motif * bar, bar * clear]
    return press.print_all()


def paint_scale(scene: Scene) -> Sheet:
    """The motif, huge and cropped, and once more tiny on a line."""
    press = Press(scene)
    huge = scene.place_motif(0.60, 0.47, 1.14, 1.10, face="left")
    tiny = scene.place_motif(0.16, 0.865, 0.19, 0.17, face="right", stands=True)
    press.masks = [huge * (1 - np.clip(blur(fill_inside(tiny), 0.006) * 3, 0, 1)), press.masks[1], tiny]
    press.plates[KEY].polygon(outline_box(-0.1, 0.951, 1.1, 0.959))
    return press.print_all()


def paint_negative(scene: Scene) -> Sheet:
    """The motif spared out of a field of two halves, bleeding."""
    press = Press(scene)
    motif = scene.place_motif(0.5, 0.52, 1.06, 0.98)
    press.plates[FIRST].polygon(outline_box(-1, -1, 2, 2))
    angle = choose_angle(scene)
    press.plates[KEY].polygon(rotate(outline_box(-1, 0.13, 1, 1), angle))
    press.plates[SECOND].disc(scene.rng.choice((0.24, 0.76)), 0.26, 0.2)
    fields = [plate.to_mask() * (1 - motif) for plate in press.plates]
    press.plates, press.masks = [Drawing(scene.size) for _ in fields], fields
    return press.print_all()
