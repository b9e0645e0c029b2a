"""Scratchboard: white lines scratched out of black; what is not lit does not exist.

Forms are inflated and lit from one side; scratches follow the form, and their number is the light (stippling along a
direction field). A gray palette stays gray, a colorful one tints the lines near the light.

Good: most of the picture is black, outlines are lost on the dark side, lines never hatch mechanically (Virgil Finlay;
Scott McKowen; the sleeves of Emperor and Ulver).
"""

from generate.painter.techniques.scratchboard.figures import paint_emerge, paint_moon, paint_rain
from generate.painter.techniques.scratchboard.landscapes import paint_forest, paint_peaks, paint_sea
from generate.painter.techniques.scratchboard.photographs import paint_portrait

GRAIN = 0.006
LAYOUTS = {
    "emerge": paint_emerge,
    "moon": paint_moon,
    "rain": paint_rain,
    "forest": paint_forest,
    "peaks": paint_peaks,
    "sea": paint_sea,
    "portrait": paint_portrait,
}
