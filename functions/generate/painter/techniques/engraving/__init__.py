"""Copperplate engraving: one ink; lines at a fixed spacing swell with the tone.

Every surface is the phase of a coordinate (rings, waves, the motif's form), and tone sets the width of its lines, as on
banknotes (V. Ostromoukhov, "Digital facial engraving", 1999); darks are crossed by a second system.

Good: line systems differ in direction, an outline stands only where tones meet, one flat colored disc at most, and the
black is never a fill (Gustave Dore; Stephen Alcorn; banknotes).
"""

from generate.painter.techniques.engraving.figures import paint_medal, paint_plate, paint_rings
from generate.painter.techniques.engraving.photographs import paint_portrait
from generate.painter.techniques.engraving.scenes import paint_range, paint_rosette, paint_sea

GRAIN = 0.005
LAYOUTS = {
    "rings": paint_rings,
    "medal": paint_medal,
    "plate": paint_plate,
    "sea": paint_sea,
    "range": paint_range,
    "rosette": paint_rosette,
    "portrait": paint_portrait,
}
