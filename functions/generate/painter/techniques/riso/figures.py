"""Risographs of a motif."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.fields import shift, smoothstep
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.riso.press import Press


def paint_double(scene: Scene) -> Sheet:
    """The motif twice, overlapping: small in the light ink, huge in the second, its shadow in the dark."""
    _, y = scene.grid
    press = Press(scene)
    turn = float(scene.rng.uniform(4, 12) * scene.rng.choice((-1, 1)))
    back = scene.place_motif(0.34, 0.34, 0.86, 0.80, turn=-turn, face="right")
    scene.motif_masks.pop()
    front = scene.place_motif(0.58, 0.60, 0.98, 0.92, turn=turn, face="left")
    press.run(back * np.clip(1.15 - 0.75 * y, 0, 1) * (1 - 0.75 * front), 0)
    press.run(front * np.clip(0.50 + 0.7 * y, 0, 1), 1)
    press.run(np.clip(front - shift(front, 0.014, 0.014), 0, 1), 2, flat=True)
    return press.sheet


def paint_rise(scene: Scene) -> Sheet:
    """A disc that fades downward behind bars, and the motif in the dark ink rising into it."""
    x, y = scene.grid
    press = Press(scene)
    below = is_somber(scene.mood)
    distance = np.hypot(x - 0.5, y - 0.42)
    disc = cover(distance - 0.37)
    fall = (y - 0.05) / 0.72
    press.run(disc * np.clip(0.35 + fall if below else 1.25 - fall, 0.12, 1), 0)
    motif = scene.place_motif(0.5, 0.64, 0.94, 0.80)
    for bar in range(int(4 + 5 * scene.energy)):
        press.run(cover(np.abs(y - 0.42 - 0.052 * bar) - 0.003 - 0.0035 * bar) * disc * (1 - motif), 2, flat=True)
    press.run(smoothstep(y, 0.60, 1.2) * 0.8, 1)
    press.knock_out(np.clip(shift(motif, -0.006, -0.006) - motif, 0, 1) * 0.9)
    press.run(motif, 2, flat=True)
    return press.sheet


def paint_slices(scene: Scene) -> Sheet:
    """The motif cut into strips, each moved to a side, before a fading disc."""
    x, y = scene.grid
    press = Press(scene)
    motif = scene.place_motif(0.5, 0.51, 0.92, 0.90)
    scene.motif_masks.pop()
    count = int(5 + 3 * scene.energy)
    moved = np.zeros_like(motif)
    for strip in range(count):
        band = (y >= strip / count) & (y < (strip + 1) / count)
        offset = (0.02 + 0.07 * scene.energy) * (-1) ** strip * scene.rng.uniform(0.4, 1.0)
        moved = np.maximum(moved, shift(motif, offset, 0) * band)
    scene.motif_masks.append(moved)
    press.run(cover(np.hypot(x - 0.5, y - 0.47) - 0.40) * np.clip(1.2 - 1.35 * y, 0.06, 0.9) * (1 - moved), 0)
    odd = ((y * count).astype(int) % 2 == 0).astype(np.float32)
    press.run(moved * odd, 2, flat=True)
    press.run(moved * (1 - odd) * np.clip(0.75 + 0.35 * y, 0, 1), 1)
    return press.sheet


def paint_quarters(scene: Scene) -> Sheet:
    """Four fields in changing inks, each with another cut of the motif."""
    x, y = scene.grid
    press = Press(scene)
    split_x, split_y = scene.rng.uniform(0.40, 0.60, 2)
    fields = [(0.0, 0.0, split_x, split_y), (split_x, 0.0, 1.0, split_y)]
    fields += [(0.0, split_y, split_x, 1.0), (split_x, split_y, 1.0, 1.0)]
    grounds = [(0, 2), (2, 0), (1, 2), (-1, 0)]
    start = int(scene.rng.integers(4))
    masks = []
    for index, (left, top, right, bottom) in enumerate(fields):
        ground, ink = grounds[(index + start) % 4]
        box = ((x >= left) & (x < right) & (y >= top) & (y < bottom)).astype(np.float32)
        middle_x, middle_y, side = (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top)
        scale = (0.84, 1.25, 0.80, 1.35)[(index * 3 + start) % 4]
        shift_x, shift_y = scene.rng.uniform(-0.12, 0.12, 2) * max(0.0, scale - 0.8) * side
        motif = scene.place_motif(middle_x + shift_x, middle_y + shift_y, side * scale, side * scale) * box
        masks.append(motif)
        fade = np.clip(1.05 - 0.75 * (y - top) / (bottom - top), 0, 1)
        if ground >= 0:
            press.run(box * (1 - motif) * (fade if ground == 1 else 1), ground, flat=ground != 1)
        press.run(motif * (fade if ground == 2 else 1), ink, flat=ground != 2)
    # The whole motif on its own is what must stand out; the other fields change inks on purpose.
    scene.motif_masks[:] = [masks[next(i for i in range(4) if (i * 3 + start) % 4 in (0, 2))]]
    return press.sheet
