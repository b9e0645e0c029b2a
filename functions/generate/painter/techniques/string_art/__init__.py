"""String art: thread stretched from nail to nail; curves appear that nobody drew.

Straight hairlines add up: chords of a circle by a multiplication table, two curves joined point to point (a ruled
surface), the axes of a star joined crosswise, chords that stay inside the motif, or threads from the frame to the
motif's outline that leave it empty.

Good: very thin lines, hundreds of them, much empty ground, one to three colors of thread, nails as dots (Naum Gabo,
"Linear Construction"; Mary Everest Boole's curve stitching; the nail boards of the 1970s).
"""

from generate.painter.techniques.string_art.figures import paint_empty, paint_web
from generate.painter.techniques.string_art.patterns import paint_circle, paint_harp, paint_peaks, paint_star

GRAIN = 0.005
LAYOUTS = {
    "circle": paint_circle,
    "harp": paint_harp,
    "star": paint_star,
    "peaks": paint_peaks,
    "web": paint_web,
    "empty": paint_empty,
}
