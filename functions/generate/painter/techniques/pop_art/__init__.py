"""Ben-Day comic print: thick outlines that swell, flat fields, and dots as tone.

Every form is a flat color or a screen of dots on paper, with a black outline that is heavier to the lower right;
shadows are spotted in black. Energy adds spikes, rays and speed lines; before 1970 the dots are coarser and the colors
lie off register; dark moods have black grounds.

Good: few colors, one dotted field beside one flat one, outlines that look brushed, no gray (Roy Lichtenstein,
"Sunrise", "Explosion", "Brushstrokes"; romance comics of the 1960s).
"""

from generate.painter.techniques.pop_art.abstract import paint_brushstroke, paint_explosion, paint_sunrise
from generate.painter.techniques.pop_art.photographs import paint_idol, paint_panels
from generate.painter.techniques.pop_art.pictures import paint_burst, paint_closeup, paint_speed

GRAIN = 0.004

LAYOUTS = {
    "explosion": paint_explosion,
    "sunrise": paint_sunrise,
    "brushstroke": paint_brushstroke,
    "closeup": paint_closeup,
    "burst": paint_burst,
    "speed": paint_speed,
    "idol": paint_idol,
    "panels": paint_panels,
}
