"""What the linocut's layouts share: the roller's ink, the knife, the key block."""

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import tone
from generate.painter.kit.fields import blur, get_slope, smoothstep
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.shapes import cover, measure_distance
from generate.painter.kit.sheets import lay_over, make_paper
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene


def get_paper(scene: Scene) -> Color:
    """Return the paper's color: an old print's is darker."""
    return scene.inks.settle(tone(scene.inks.paper, 0.955 - 0.05 * measure_age(scene.decade), 0.0, 0.04))


def start_sheet(scene: Scene) -> Sheet:
    """Return the paper."""
    return make_paper(scene.rng, scene.size, get_paper(scene), 0.02)


def roll_ink(scene: Scene) -> Mask:
    """Return how much ink the roller left; the older the print, the more bare spots."""
    age = measure_age(scene.decade)
    spots = smoothstep(scene.make_noise(150, 2), 0.70 - 0.08 * age, 0.82 - 0.08 * age) * scene.make_noise(12, 2)
    return np.asarray(np.clip(1.05 - (0.22 + 0.33 * age) * spots, 0, 1), np.float32)


def carve(scene: Scene, count: int, angle: Field, density: Field, length: float, width: float) -> Mask:
    """Return gouge marks: the wilder the music, the longer they are and the less they agree."""
    jitter = 0.05 + 0.16 * scene.energy
    return draw_marks(scene.rng, count, angle, density, length * (0.85 + 0.3 * scene.energy), width, jitter=jitter)


def keep_clear(body: Mask, reach: float = 12 / 1280) -> Mask:
    """Return 0 on and near the motif, so that nothing touches its outline."""
    return np.asarray(1 - np.clip(blur(body, reach) * 3 - 0.4, 0, 1), np.float32)


def cut_form(scene: Scene, key: Mask, body: Mask) -> Mask:
    """Cut light into the motif, along its form: from the upper left, or for a somber mood from below."""
    x, y = scene.grid
    depth = measure_distance(body)
    across, down = get_slope(blur(depth, 14 / 1280))
    below = is_somber(scene.mood)
    lit: Field = np.clip((across - down if below else across + down) * 0.8 + 0.05, 0, 1)
    along = np.arctan2(down, across) + 0.25 * np.sin(8 * y + 6 * x)
    rim = lit * np.exp(-(((depth - 0.017) / 0.026) ** 2))
    density = np.clip(rim * (0.9 if below else 1.1), 0, 0.85) + 0.035 * (depth > 0.03)
    cuts = draw_marks(scene.rng, 4600, along, density, 0.042, 0.0072, bluntness=0.5)
    return np.asarray(key * (1 - cuts * (depth > 0.004)), np.float32)


def print_key(scene: Scene, sheet: Sheet, key: Mask, ink_cover: Mask) -> Sheet:
    """Print the key block; it ends a little before the paper does."""
    x, y = scene.grid
    key = smoothstep(key + 0.18 * (scene.make_noise(110, 2) - 0.5), 0.35, 0.65)
    sheet = lay_over(sheet, key * ink_cover, scene.inks.settle(scene.inks.ink))
    margin = np.maximum(np.abs(x - 0.5), np.abs(y - 0.5)) - 0.475 + 0.004 * (scene.make_noise(26, 3) - 0.5)
    return lay_over(sheet, 1 - cover(margin), get_paper(scene))
