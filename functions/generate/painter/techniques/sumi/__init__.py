"""Ink wash: black ink on paper, few strokes, nothing corrected.

A stroke is a strip in its own coordinates (along, across), whose hairs are a stretched noise; where a hair's ink ends,
paper shows. Figures lie in damp paper: frayed edges, ink that pools, a soft bleeding. Splatter has sizes after a power
law. One color at most, in a sun or in a single stroke.

Good: at least half of the sheet empty and three values of ink (Sesshu, "Splashed-ink Landscape"; Sengai; Franz Kline,
"Mahoning").
"""

from generate.painter.techniques.sumi.abstract import paint_bamboo, paint_enso, paint_gesture
from generate.painter.techniques.sumi.pictures import paint_mist, paint_splash, paint_still

GRAIN = 0.006
LAYOUTS = {
    "enso": paint_enso,
    "gesture": paint_gesture,
    "bamboo": paint_bamboo,
    "mist": paint_mist,
    "splash": paint_splash,
    "still": paint_still,
}
