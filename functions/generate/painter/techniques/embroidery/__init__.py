"""Embroidery: thread on cloth.

Every stitch is a line with a dark edge, a body and a sheen in its middle; how light it is depends on its direction, as
with silk. Satin stitches run across bands of the distance to the motif's outline, so that they follow its form; running
stitches follow contours; French knots and chain stitches are drawn one by one; cross stitches lie on the cloth's grid.

Good: thread lies thick on visible cloth, direction changes where form does, strong colors on a plain ground (Uzbek
suzani; Otomi and Hungarian folk embroidery; Japanese sashiko; samplers).
"""

from generate.painter.techniques.embroidery.figures import paint_sampler, paint_satin, paint_wreath
from generate.painter.techniques.embroidery.landscapes import paint_landscape
from generate.painter.techniques.embroidery.patterns import paint_sashiko, paint_suzani

GRAIN = 0.005
LAYOUTS = {
    "satin": paint_satin,
    "wreath": paint_wreath,
    "sampler": paint_sampler,
    "suzani": paint_suzani,
    "sashiko": paint_sashiko,
    "landscape": paint_landscape,
}
