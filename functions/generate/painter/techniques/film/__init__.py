"""Film: a saturated, grainy photograph out of focus, often exposed twice.

The motif is light: blurred by a lens and by motion, with halation around what is bright, in linear exposure; a tone
map through the palette develops it. Leaks, vignette, grain and dust come last. Everything but those is soft, so it is
made at half the size.

Good: nothing has an edge, yet the motif is felt; two hues at most; deep darks and one burnt-out light (My Bloody
Valentine, "Loveless"; Slowdive, "Souvlaki"; Vaughan Oliver for 4AD).
"""

from generate.painter.techniques.film.figures import paint_bloom, paint_mirror, paint_streak
from generate.painter.techniques.film.photographs import paint_exposure
from generate.painter.techniques.film.scenery import paint_bokeh, paint_burn, paint_dusk

GRAIN = 0.0
LAYOUTS = {
    "bloom": paint_bloom,
    "mirror": paint_mirror,
    "streak": paint_streak,
    "dusk": paint_dusk,
    "bokeh": paint_bokeh,
    "burn": paint_burn,
    "exposure": paint_exposure,
}
