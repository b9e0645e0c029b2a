"""The motif and marbled paper: cut out of it, or spared out in it."""

import numpy as np

from generate.painter.kit.color import blend, get_lightness, mix, tone
from generate.painter.kit.fields import blur, shift
from generate.painter.kit.shapes import fill_inside
from generate.painter.kit.sheets import lay_over, make_sheet, shade
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.marble.bath import Bath, choose_paints, comb, sprinkle, start_source, wave
from generate.painter.techniques.marble.papers import draw_freely


def paint_cut(scene: Scene) -> Sheet:
    """The motif cut out of marbled paper in two colors and pasted on a plain sheet."""
    rng = scene.rng
    pale, dark, colors = choose_paints(scene)
    leading = colors[0]
    light_ground = get_lightness(leading) < 0.72
    ground = pale if light_ground else dark
    # Few paints, all of them far from the ground: the silhouette must not fall apart.
    partner = dark if light_ground else pale
    bath = Bath(scene, leading)
    sprinkle(bath, 20, [leading, partner], (0.55, 0.45), 0.075, 3)
    sprinkle(bath, 20, [leading, partner, mix(leading, partner, 0.4)], (0.4, 0.35, 0.25), 0.045, 3)
    sprinkle(bath, 22, [ground, partner], (0.7, 0.3), 0.012)
    source = draw_freely(scene)
    marbled = bath.lift(comb(source, rng.uniform(0, 3.14), 0.09, 0.05 + 0.06 * scene.energy))
    motif = scene.place_motif(0.5, 0.5, 0.92, 0.92, turn=float(rng.uniform(-6, 6)))
    paper = make_sheet(scene.size, ground)
    shadow = blur(shift(motif, 0.006, 0.010), 0.010) * (1 - motif)
    paper = shade(paper, np.asarray(1 - 0.30 * shadow, np.float32))
    return blend(paper, marbled, motif)


def paint_spared(scene: Scene) -> Sheet:
    """A sheet combed in fine curls, the motif left plain in it with a thin rim, as a stencil keeps it."""
    rng = scene.rng
    pale, dark, colors = choose_paints(scene)
    bath = Bath(scene, colors[0])
    dim = [
        tone(color, min(0.62, get_lightness(color))) if get_lightness(color) < 0.8 else color for color in colors[:2]
    ]
    field = [dim[0], dark, dim[-1]]
    sprinkle(bath, 18, field, (0.45, 0.35, 0.20), 0.115, 2)
    sprinkle(bath, 16, [*field, mix(dim[0], dark, 0.5)], (0.35, 0.25, 0.2, 0.2), 0.07, 2)
    source = comb(start_source(), np.pi / 2, 0.14, 0.12 + 0.08 * scene.energy)
    source = wave(source, 0.0, 0.34, 0.03, rng.uniform(0, 6))
    source = comb(source, 0.0, 0.20, 0.24, 0.2, both=True)
    marbled = bath.lift(source, 0.012)
    motif = scene.place_motif(0.5, 0.5, 0.84, 0.84, turn=float(rng.uniform(-5, 5)))
    rim = np.clip(blur(fill_inside(motif), 0.007) * 3.2, 0, 1)
    sheet = lay_over(marbled, np.asarray(rim, np.float32), dark)
    return lay_over(sheet, motif, pale)
