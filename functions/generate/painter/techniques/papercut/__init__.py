"""Paper cut: sheets of colored paper one behind the other, lit from behind or from the side.

Every sheet is a mask that throws a blurred, shifted shadow on what lies behind it and catches light on its edge; tones
fall from the light to the frame. Cut-outs are painted papers, cut freehand and pinned on flat fields.

Good: few values with a smooth fall, deep soft shadows, crisp edges (Hari & Deepti's light boxes; Maud Vantours' relief
of layers; Henri Matisse, "Jazz").
"""

from generate.painter.techniques.papercut.figures import paint_cave, paint_cutouts, paint_hollow
from generate.painter.techniques.papercut.landscapes import paint_ridges, paint_strata, paint_waves
from generate.painter.techniques.papercut.photographs import paint_portrait

GRAIN = 0.005
LAYOUTS = {
    "cave": paint_cave,
    "hollow": paint_hollow,
    "cutouts": paint_cutouts,
    "ridges": paint_ridges,
    "waves": paint_waves,
    "strata": paint_strata,
    "portrait": paint_portrait,
}
