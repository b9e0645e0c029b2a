"""Neon: glass tubes bent by hand, photographed at night.

Tubes follow smoothed outlines and have ends; their light is added in linear space: a white core, colored gas and a
glow that is a sum of wide blurs. Bricks, plaster or wet ground catch it.

Good: the wall is nearly black away from the sign; two gases at most; cores are burnt out, never outlined (Dan Flavin,
"untitled (to the innovator of Wheeling Peachblow)"; Kavinsky, "OutRun"; the signs of the Neon Museum in Las Vegas).
"""

from generate.painter.techniques.neon.rooms import paint_portal, paint_sweep, paint_tubes
from generate.painter.techniques.neon.signs import paint_brick, paint_floor, paint_tunnel

GRAIN = 0.008
LAYOUTS = {
    "brick": paint_brick,
    "floor": paint_floor,
    "tunnel": paint_tunnel,
    "portal": paint_portal,
    "tubes": paint_tubes,
    "sweep": paint_sweep,
}
