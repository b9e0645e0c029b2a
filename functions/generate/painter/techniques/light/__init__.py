"""Light drawing: the long exposure of very many points of light.

Particles follow a strange attractor, a flow or an outline; each leaves a little light, and the sum is developed through
a logarithm and the palette's ramp. A palette of pale colors gives the negative: dark dust on paper.

Good: silk where paths lie close, dust where they part, a black that stays black (the attractors of Clifford Pickover
and Peter de Jong as Paul Bourke draws them; Man Ray, "Space Writing"; Ryoji Ikeda's sleeves).
"""

from generate.painter.techniques.light.attractors import paint_attractor, paint_orbit
from generate.painter.techniques.light.figures import paint_dissolve, paint_trails
from generate.painter.techniques.light.skies import paint_aurora, paint_stars
from generate.painter.techniques.light.veils import paint_veil

GRAIN = 0.006
LAYOUTS = {
    "attractor": paint_attractor,
    "orbit": paint_orbit,
    "veil": paint_veil,
    "trails": paint_trails,
    "dissolve": paint_dissolve,
    "aurora": paint_aurora,
    "stars": paint_stars,
}
