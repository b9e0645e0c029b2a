"""Torn photocopy collage: the punk fanzine.

Copies are thresholds: everything is toner or paper, with specks, streaks and bare spots; a misfeed drags or shifts the
rows. Scraps are torn (a distance field roughened by noise; the paper's white core shows along the tear), throw a thin
shadow and are held by tape and staples.

Good: stark black on one shrill stock, brutal crops, nothing quite straight, and one gesture per sheet (Jamie Reid,
"God Save the Queen"; Linder, "Orgasm Addict"; Raymond Pettibon for Black Flag).
"""

from generate.painter.techniques.photocopy.abstracts import paint_dragged, paint_horizon, paint_torn
from generate.painter.techniques.photocopy.figures import paint_band, paint_generations, paint_misfeed, paint_strips
from generate.painter.techniques.photocopy.photographs import paint_cutting

GRAIN = 0.006
LAYOUTS = {
    "strips": paint_strips,
    "band": paint_band,
    "misfeed": paint_misfeed,
    "generations": paint_generations,
    "torn": paint_torn,
    "dragged": paint_dragged,
    "horizon": paint_horizon,
    "cutting": paint_cutting,
}
