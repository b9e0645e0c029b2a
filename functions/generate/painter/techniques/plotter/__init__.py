"""Plotter drawing: pens and flat ribbons that follow a smooth field and never cross.

Ribbons are paths through a field of directions, the wide ones first; each ends where another is in its way (Tyler
Hobbs, "Flow fields" and "Fidenza", 2021). Lines around an obstacle are the levels of the stream function of a flow
past it (for a disc the classical one), so they cannot meet. Squares in squares lose their order corner by corner.

Good: one rule, carried through to the edges, with calm ground beside it (Tyler Hobbs, "Fidenza"; Vera Molnar,
"(Des)Ordres"; Sol LeWitt's wall drawings).
"""

from generate.painter.techniques.plotter.abstract import paint_hatch, paint_raked, paint_squares
from generate.painter.techniques.plotter.photographs import paint_signal
from generate.painter.techniques.plotter.ribbons import paint_filled, paint_ribbons
from generate.painter.techniques.plotter.wind import paint_wind

GRAIN = 0.004
LAYOUTS = {
    "ribbons": paint_ribbons,
    "raked": paint_raked,
    "squares": paint_squares,
    "hatch": paint_hatch,
    "filled": paint_filled,
    "wind": paint_wind,
    "signal": paint_signal,
}
