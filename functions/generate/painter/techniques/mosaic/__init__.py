"""Tile mosaic: small stones, glass or shards, set in rows that follow what they depict.

Stones are laid along the contours of a potential, such as the distance from the motif (opus vermiculatum), a radius or
a wave, then fitted to each other as cells of a square metric turned with the rows (A. Hausner, "Simulating decorative
mosaics", 2001). Every stone has its own shade and tilt; the grout is what lies near the cells' borders.

Good: rows can be followed with the finger, outlines are one row of stones, colors are few and shimmer (the vault of
Galla Placidia, Ravenna; the black figures of Ostia; Antoni Gaudi and Josep Maria Jujol, Park Guell).
"""

from generate.painter.techniques.mosaic.figures import paint_figure, paint_head, paint_shards
from generate.painter.techniques.mosaic.patterns import paint_coast, paint_promenade, paint_sun, paint_vault

GRAIN = 0.004
LAYOUTS = {
    "head": paint_head,
    "figure": paint_figure,
    "shards": paint_shards,
    "sun": paint_sun,
    "vault": paint_vault,
    "promenade": paint_promenade,
    "coast": paint_coast,
}
