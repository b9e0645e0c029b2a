"""Woven textile: cloth from the loom, and knitwear.

A design on a coarse grid of cells, then thread by thread: every cell shows ribs of weft and warp, every row of yarn has
its own shade (abrash), and the cloth is not quite straight. Tartan is two stripe sequences crossed in a 2/2 twill; ikat
is a pattern whose warp threads have slipped; knitting is columns of V-shaped stitches.

Good: strict blocks with a syncopated order, five colors used flat, the thread seen from near and not from afar (Ewe and
Asante kente; Anatolian kilims; Anni Albers and Gunta Stoelzl; Fair Isle yokes; Navajo pictorial weavings).
"""

from generate.painter.techniques.weave.cloth import paint_frieze, paint_kente, paint_kilim
from generate.painter.techniques.weave.knit import paint_knit
from generate.painter.techniques.weave.pictures import paint_bauhaus, paint_tapestry
from generate.painter.techniques.weave.threads import paint_ikat, paint_tartan

GRAIN = 0.006
LAYOUTS = {
    "kente": paint_kente,
    "tartan": paint_tartan,
    "ikat": paint_ikat,
    "bauhaus": paint_bauhaus,
    "tapestry": paint_tapestry,
    "kilim": paint_kilim,
    "frieze": paint_frieze,
    "knit": paint_knit,
}
