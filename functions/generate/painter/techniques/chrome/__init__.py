"""Chrome: metal painted with the airbrush.

The motif is inflated like a balloon; the direction in which each pixel reflects looks up a room of a few colors with
hard horizons. Two highlights, soft shadows, sparks where the metal is brightest, nothing else in the picture.

Good: deep darks beside white in the metal, a soft ground, a few sparks (Hajime Sorayama; the sleeves of Rosalia's
"Motomami" era and of PC Music; Mati Klarwein's and Shusei Nagaoka's airbrush for the horizons).
"""

from generate.painter.techniques.chrome.casts import paint_float, paint_melt, paint_swarm
from generate.painter.techniques.chrome.scenery import paint_drops, paint_horizon, paint_liquid

GRAIN = 0.006
LAYOUTS = {
    "float": paint_float,
    "swarm": paint_swarm,
    "melt": paint_melt,
    "horizon": paint_horizon,
    "drops": paint_drops,
    "liquid": paint_liquid,
}
