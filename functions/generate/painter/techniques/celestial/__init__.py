"""Star chart: an engraved sky, great circles and hour lines, constellations drawn as figures.

Three weights of line; a constellation is a flat color under engraved hatching, its corners are stars of several
magnitudes joined by chords. Globes, moons and planets are shaded by parallel lines whose width is the tone.

Good: a dark field, few colors, stars that vary a lot in size, circles that the edge cuts (Johann Bayer, "Uranometria",
1603; Andreas Cellarius, "Harmonia Macrocosmica", 1660; Johannes Hevelius).
"""

from generate.painter.techniques.celestial.constellations import paint_arcs, paint_planisphere, paint_window
from generate.painter.techniques.celestial.instruments import paint_armillary, paint_orrery
from generate.painter.techniques.celestial.skies import paint_comet, paint_phases

GRAIN = 0.004
LAYOUTS = {
    "planisphere": paint_planisphere,
    "arcs": paint_arcs,
    "window": paint_window,
    "phases": paint_phases,
    "orrery": paint_orrery,
    "comet": paint_comet,
    "armillary": paint_armillary,
}
