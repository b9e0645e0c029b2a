"""Batik: cloth painted with wax and dyed in one bath after the other; where wax lies, the earlier color stays.

Two waxes and two baths give three values: the cloth, a middle color and a deep one. Dye creeps a little below the wax,
and where the stiff wax broke, it left fine veins. Patterns are functions of a cell's own coordinates.

Good: deep ground, light drawing that dots and lines enliven, veins only where wax was (Yoruba adire eleko; Javanese
kawung and parang; Nike Davies-Okundaye).
"""

from generate.painter.techniques.batik.figures import paint_emblem, paint_repeat
from generate.painter.techniques.batik.patterns import paint_blocks, paint_kawung, paint_parang, paint_waves
from generate.painter.techniques.batik.photographs import paint_portrait

GRAIN = 0.004
LAYOUTS = {
    "blocks": paint_blocks,
    "kawung": paint_kawung,
    "parang": paint_parang,
    "waves": paint_waves,
    "emblem": paint_emblem,
    "repeat": paint_repeat,
    "portrait": paint_portrait,
}
