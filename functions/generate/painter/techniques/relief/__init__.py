"""Ridge lines: sixty sections through a relief, each hides what lies behind it.

The motif, or a landscape, is height. From back to front, a polygon in the ground's color hides what is behind it, and
its upper edge is drawn as a line (the hidden-line plots of radio pulses by H. Craft, 1970, on Peter Saville's sleeve of
Joy Division's "Unknown Pleasures").

Good: calm margins, one region of dense detail, black and white allowed, color only where the relief is high.
"""

from generate.painter.techniques.relief.figures import paint_bands, paint_crop, paint_day, paint_night
from generate.painter.techniques.relief.landscapes import paint_planet, paint_pulses, paint_range

GRAIN = 0.006
LAYOUTS = {
    "night": paint_night,
    "day": paint_day,
    "crop": paint_crop,
    "bands": paint_bands,
    "pulses": paint_pulses,
    "range": paint_range,
    "planet": paint_planet,
}
