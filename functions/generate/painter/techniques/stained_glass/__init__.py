"""Stained glass: panes of colored glass in strips of lead, with the light behind them.

Every layout is a map of labels, one to a pane. Lead lies where the distance to the next pane, by the multi-label
Euclidean distance transform of the library edt, is small. Glass has streaks, bubbles and its own shade; painted matting
darkens it toward the lead, and light spills over the lead where the glass is bright.

Good: deep color beside bright color, lead as a drawing with thick and thin lines, light that seems to come through (the
west rose of Chartres; Louis Comfort Tiffany, "Autumn Landscape"; Harry Clarke; Frank Lloyd Wright's Tree of Life).
"""

from generate.painter.techniques.stained_glass.figures import paint_halo, paint_lancet, paint_window
from generate.painter.techniques.stained_glass.landscapes import paint_landscape
from generate.painter.techniques.stained_glass.patterns import paint_prairie, paint_rose

GRAIN = 0.004
LAYOUTS = {
    "window": paint_window,
    "halo": paint_halo,
    "lancet": paint_lancet,
    "rose": paint_rose,
    "landscape": paint_landscape,
    "prairie": paint_prairie,
}
