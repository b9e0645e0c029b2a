"""Memphis laminate collage: hard bright forms with offset shadows, cut from patterned laminate.

Forms are polygons, each filled with a flat color or with one of six laminate patterns and given a hard shadow to the
lower right; the motif is the largest piece. Energy sets how many pieces there are, how they tilt and how dense the
patterns are; dark moods put them on a black ground.

Good: one size jump of one to eight, black in every quarter, pattern beside flat, little parallel to the frame (Ettore
Sottsass, "Carlton" and the laminate "Bacterio"; Nathalie du Pasquier).
"""

from generate.painter.techniques.memphis.abstract import paint_laminate, paint_stage
from generate.painter.techniques.memphis.pictures import paint_party, paint_terrazzo, paint_totem

GRAIN = 0.003

LAYOUTS = {
    "laminate": paint_laminate,
    "stage": paint_stage,
    "party": paint_party,
    "terrazzo": paint_terrazzo,
    "totem": paint_totem,
}
