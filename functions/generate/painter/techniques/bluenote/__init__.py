"""Two-tone letterpress photograph: the modern jazz sleeve.

The motif is lit from one side and exposed to a coarse, hard photograph in one ink; flat blocks of a second ink stand
in a rhythm with one exception. Energy sets how much is repeated and displaced, the decade how coarse the grain is;
in dark moods the light comes from below.

Good: two inks, white space on one side, something repeated with one exception, a crop that hurts a little (Reid Miles
for Blue Note, "Hub-Tones", "Blue Train"; Cesar Villela for Elenco).
"""

from generate.painter.techniques.bluenote.abstract import paint_record, paint_rhythm
from generate.painter.techniques.bluenote.photographs import paint_session
from generate.painter.techniques.bluenote.pictures import (
    paint_column,
    paint_duotone,
    paint_elenco,
    paint_frames,
    paint_strips,
)

GRAIN = 0.007

LAYOUTS = {
    "rhythm": paint_rhythm,
    "record": paint_record,
    "column": paint_column,
    "strips": paint_strips,
    "elenco": paint_elenco,
    "frames": paint_frames,
    "duotone": paint_duotone,
    "session": paint_session,
}
