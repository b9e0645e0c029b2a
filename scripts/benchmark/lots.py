"""`make lots`: covers drawn by lot from random tastes, and what they measure.

Whoever works on the painter knows the gallery's sixteen tastes; these they do not. Genres, theme, decade, objects and
variation are random, the palette is that of four of the gallery's artworks. It makes all paintings once, before the
style; a draw is 32 of them. Each draw's sheet is in out/lots.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from PIL import Image

from coverart.images.decode import decode_image
from coverart.models import CoverOptions, Prompt
from generate.painter import paint_scene
from prompt.compose import compose
from prompt.lexicon import load_genres, load_words
from prompt.palette import find_dominant_colors
from prompt.taste_profile import Evidence, TasteProfile
from scripts.benchmark.pictures import measure_jpeg, measure_manner, measure_motif, measure_palette, measure_skeleton
from scripts.local.paths import ROOT
from scripts.tastes import load_tastes

TASTES, COVERS, DRAWS = 200, 32, 10
PAINTING_PIXELS = 1024
OUT = ROOT / "out" / "lots"
_SHEET_COLUMNS, _SHEET_PIXELS = 8, 240
_DECADES = range(1950, 2030, 10)


class Painting(NamedTuple):
    """`image`: 640 x 640 pixels, as Spotify shows it. `motif`: measure_motif's figure. `seconds`: of processor time."""

    prompt: Prompt
    image: Image.Image
    motif: float | None
    seconds: float

    @property
    def caption(self) -> str:
        """Technique, layout and motif."""
        return f"{self.prompt.technique}/{self.prompt.composition} {self.prompt.motif}".strip()


class Lot:
    """Random tastes with a painting each, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._rng = np.random.default_rng(seed)

    @cached_property
    def prompts(self) -> list[Prompt]:
        """A prompt for each taste."""
        artworks = [
            decode_image(taste.render_artwork(album)).resize((96, 96))
            for taste in load_tastes()
            for album in taste.artworks
        ]
        return [self._compose(artworks) for _ in range(TASTES)]

    @cached_property
    def paintings(self) -> list[Painting]:
        """A painting of each prompt."""
        return [_paint(prompt) for prompt in self.prompts]

    def _compose(self, artworks: Sequence[Image.Image]) -> Prompt:
        own = [artworks[index] for index in self._rng.choice(len(artworks), 4, replace=False)]
        options = CoverOptions(variation=int(self._rng.integers(8)))
        return compose(self._choose_taste(find_dominant_colors(own)), options, [])

    def _choose_taste(self, palette: list[str]) -> TasteProfile:
        """Return a taste of one to four genres: one of all, the others of its family as far as there are any."""
        rng, genres, words = self._rng, load_genres(), load_words()
        first = genres[str(rng.choice(list(genres)))]
        related = [genre.word for genre in genres.values() if genre.family == first.family and genre is not first]
        others = rng.permutation(related)[: rng.integers(4)]
        labels = rng.choice(list(words["objects"]), rng.integers(3), replace=False)
        themes = rng.choice(list(words["themes"]), rng.integers(2), replace=False)
        return TasteProfile(
            objects={str(label): Evidence(1.0, "a random album") for label in labels},
            title_objects={},
            genres={first.word: 1.0, **{str(word): 0.5 for word in others}},
            themes={str(theme): Evidence(1.0, "a random title") for theme in themes},
            decade=int(rng.choice(_DECADES)),
            palette=palette,
        )


def report(paintings: Sequence[Painting], draws: Sequence[Sequence[Painting]]) -> list[str]:
    """Return a line for each figure: manner and skeleton of the draws, the others of all paintings."""
    manner = [measure_manner([painting.image for painting in draw]) for draw in draws]
    skeleton = [measure_skeleton([painting.image for painting in draw]) for draw in draws]
    palette = [(measure_palette(painting.image, painting.prompt.palette), painting) for painting in paintings]
    jpeg = [(measure_jpeg(painting.image), painting) for painting in paintings]
    motifs = [(painting.motif, painting) for painting in paintings if painting.motif is not None]
    seconds = [(painting.seconds, painting) for painting in paintings]
    return [
        f"manner    mean {np.mean(manner):.2f} of {' '.join(f'{value:.2f}' for value in sorted(manner))}",
        f"skeleton  mean {np.mean(skeleton):.2f}, highest {max(skeleton):.2f}",
        f"palette   highest {_list_extremes(palette, -1)}",
        f"JPEG      lowest {_list_extremes(jpeg, 1)}",
        f"motif     {len(motifs)} of {len(paintings)} covers, lowest {_list_extremes(motifs, 1)}",
        f"seconds   median {np.median([value for value, _ in seconds]):.2f}, highest {_list_extremes(seconds, -1)}",
    ]


def _paint(prompt: Prompt) -> Painting:
    start = time.process_time()
    image, scene = paint_scene(prompt, PAINTING_PIXELS)
    seconds = time.process_time() - start
    motif = measure_motif(image, np.maximum.reduce(scene.motif_masks)) if scene.motif_masks else None
    return Painting(prompt, image.resize((640, 640), Image.Resampling.LANCZOS), motif, seconds)


def _list_extremes(values: Sequence[tuple[float, Painting]], sign: int, count: int = 4) -> str:
    order = sorted(values, key=lambda pair: sign * pair[0])[:count]
    return ", ".join(f"{value:.2f} ({painting.caption})" for value, painting in order)


def _draw_sheet(draw: Sequence[Painting]) -> Image.Image:
    side = _SHEET_PIXELS
    sheet = Image.new("RGB", (_SHEET_COLUMNS * side, len(draw) // _SHEET_COLUMNS * side))
    for place, painting in enumerate(draw):
        sheet.paste(
            painting.image.resize((side, side), Image.Resampling.LANCZOS),
            (place % _SHEET_COLUMNS * side, place // _SHEET_COLUMNS * side),
        )
    return sheet


def main() -> int:
    """Paint, print the figures and write the sheets."""
    parser = argparse.ArgumentParser(description="Covers drawn by lot from random tastes.")
    parser.add_argument("--seed", type=int, default=1, help="of the tastes and the draws (default: %(default)s)")
    seed = parser.parse_args().seed
    paintings = Lot(seed).paintings
    rng = np.random.default_rng(seed)
    draws = [[paintings[i] for i in rng.choice(len(paintings), COVERS, replace=False)] for _ in range(DRAWS)]
    print("\n".join(report(paintings, draws)))
    OUT.mkdir(parents=True, exist_ok=True)
    for number, draw in enumerate(draws):
        _draw_sheet(draw).save(OUT / f"{number}.jpg", quality=90)
    return 0


if __name__ == "__main__":
    sys.exit(main())
