"""The painter's compositions. Each prints a poster: a color scheme's inks on a canvas, around the subjects."""

from generate.painter.compositions.frames import paint_silhouette, paint_window
from generate.painter.compositions.geometric import paint_bands, paint_orbit, paint_rings, paint_tiles
from generate.painter.compositions.landscapes import paint_distance, paint_horizon, paint_summit
from generate.painter.compositions.paper_cuts import paint_collage, paint_strips
from generate.painter.compositions.repetition import paint_contours, paint_echoes, paint_quarters
from generate.painter.compositions.subjects import Composition, Subjects
from generate.painter.compositions.water import paint_mirror, paint_waves

__all__ = ["COMPOSITIONS", "Composition", "Subjects"]

# By the names that prompts use (functions/prompt/lexicon/words.toml). The seed of a prompt without one chooses by the
# order, so new compositions go to the end.
COMPOSITIONS: dict[str, Composition] = {
    "horizon": paint_horizon,
    "rings": paint_rings,
    "bands": paint_bands,
    "orbit": paint_orbit,
    "collage": paint_collage,
    "window": paint_window,
    "tiles": paint_tiles,
    "waves": paint_waves,
    "echoes": paint_echoes,
    "summit": paint_summit,
    "contours": paint_contours,
    "quarters": paint_quarters,
    "silhouette": paint_silhouette,
    "mirror": paint_mirror,
    "strips": paint_strips,
    "distance": paint_distance,
}
