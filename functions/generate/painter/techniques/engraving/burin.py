"""What the engraving's layouts share: swelling lines, the motif's lines, the paper."""

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import tone, vivid
from generate.painter.kit.fields import blur, get_slope
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.shapes import fill_inside, inflate
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

LINES = 66  # lines along the side


def engrave(phase: Field, darkness: Field, lines: float = LINES) -> Mask:
    """Return lines at equal steps of `phase`, as wide as `darkness`, 0 to 1, asks for."""
    ridge = np.abs((phase * np.float32(lines)) % 1 - np.float32(0.5)) * 2
    swell = 1 - np.clip(darkness, 0, 1) * np.float32(0.96)
    return np.asarray(np.clip((ridge - swell) * (len(phase) / lines / 2) + 0.5, 0, 1) * (darkness > 0.015), np.float32)


def waver(scene: Scene) -> Field:
    """Return the hand's unsteadiness, more of it the wilder the music: an offset for phases."""
    x, _ = scene.grid
    swing = 0.0014 * np.sin(x * 31 + scene.rng.uniform(0, 6))
    return np.asarray(swing + (0.002 + 0.010 * scene.energy) * (scene.make_noise(5, 2) - 0.5), np.float32)


def engrave_motif(scene: Scene, motif: Mask, wobble: Field) -> tuple[Mask, Mask]:
    """Return the lines on the motif, which follow its form, and its silhouette."""
    x, y = scene.grid
    solid = fill_inside(motif)
    height = blur(inflate(solid, 0.07), 4 / 1280)
    across, down = get_slope(height)
    across, down = across * np.float32(0.30), down * np.float32(0.30)
    upright = 1 / np.sqrt(1 + across**2 + down**2)
    lamp = -0.45 if is_somber(scene.mood) else 0.5
    light = np.clip((across * 0.6 + down * lamp) * upright * 0.9 + upright * 0.55, 0, 1)
    cuts = np.clip(solid - motif, 0, 1)
    darkness = np.clip(1.24 - light, 0.34, 0.96) * (1 - cuts) + 0.06 * cuts
    along = engrave(y * 0.35 + x * 0.55 + height * 0.20 + wobble, darkness)
    across_lines = engrave(y * 0.62 - x * 0.4 + height * 0.16, np.clip(darkness - 0.42, 0, 1) * 1.2)
    inner = blur(solid, 2 / 1280)
    rim = np.clip(inner * 4, 0, 1) * np.clip((1 - inner) * 4, 0, 1)
    edge = blur(motif, 1.5 / 1280)
    contour = np.clip(edge * 4, 0, 1) * np.clip((1 - edge) * 4, 0, 1) * solid
    return np.maximum(np.maximum(along, across_lines) * solid, np.maximum(rim, 0.8 * contour)), solid


def join(ground: Mask, figure: Mask, solid: Mask) -> Mask:
    """Return the ground's lines with the motif on them, a light edge around it."""
    halo = np.clip(blur(solid, 9 / 1280) * 3, 0, 1)
    return np.asarray(np.maximum(ground * (1 - halo), figure), np.float32)


def get_spot_color(scene: Scene) -> Color:
    """Return the color of the one flat disc."""
    return vivid(scene.inks.get_accent(0), 0.08, 0.17)


def print_plate(scene: Scene, lines: Mask, spot: Mask, opacity: float = 0.85) -> Sheet:
    """Return the print: paper, toned with age, a flat spot, the lines; rain or snow where the scene has it."""
    inks, age = scene.inks, measure_age(scene.decade)
    paper = inks.settle(tone(inks.paper, 0.955 - 0.05 * age, 0.0, 0.015 + 0.02 * age))
    sheet = make_paper(scene.rng, scene.size, paper, 0.02)
    if scene.weather == "rain":
        slant = np.full_like(lines, 1.85)
        lines = lines * (1 - draw_marks(scene.rng, 110, slant, np.ones_like(lines), 0.18, 0.008, jitter=0.02))
    elif scene.weather == "snow":
        dots = draw_marks(scene.rng, 260, np.zeros_like(lines), np.ones_like(lines), 0.018, 0.016)
        lines = lines * (1 - dots)
    sheet = lay_over(sheet, spot, get_spot_color(scene), opacity)
    return lay_over(sheet, lines, inks.settle(tone(inks.by_lightness[0], 0.22, 0.015, 0.035)))
