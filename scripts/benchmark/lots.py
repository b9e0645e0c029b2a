"""`make lots`: covers drawn by lot from random tastes, and what they measure.

Whoever works on the painter knows the gallery's sixteen tastes; these they do not. Genres, theme, decade, objects and
variation are random, the palette is that of four of the gallery's artworks. It makes all paintings once, before the
style; a draw is 32 of them. Each draw's sheet is in out/lots.
"""

import time

import numpy as np
from PIL import Image

from coverart.images.decode import decode_image
from coverart.models import CoverOptions, Prompt
from generate.painter import paint_scene
from prompt.compose import compose
from prompt.lexicon import load_genres, load_words
from prompt.palette import find_dominant_colors
from prompt.taste_profile import Evidence, TasteProfile
from scripts.benchmark.pictures import Painting, list_extremes, measure_scene, report
from scripts.local.paths import OUT
from scripts.sheets import draw_grid, resize, save_jpeg
from scripts.tastes import load_tastes

TASTES, COVERS, DRAWS = 200, 32, 10
_DECADES = range(1950, 2030, 10)


def compose_lot(rng: np.random.Generator) -> list[Prompt]:
    """Return the prompts of random tastes."""
    artworks = [
        decode_image(taste.render_artwork(album)).resize((96, 96))
        for taste in load_tastes()
        for album in taste.artworks
    ]
    return [_compose(rng, artworks) for _ in range(TASTES)]


def _compose(rng: np.random.Generator, artworks: list[Image.Image]) -> Prompt:
    own = [artworks[index] for index in rng.choice(len(artworks), 4, replace=False)]
    options = CoverOptions(variation=int(rng.integers(8)))
    return compose(_choose_taste(rng, find_dominant_colors(own)), options, [])


def _choose_taste(rng: np.random.Generator, palette: list[str]) -> TasteProfile:
    """Return a taste of one to four genres: one of all, the others of its family as far as there are any."""
    genres, words = load_genres(), load_words()
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


def paint(prompt: Prompt) -> tuple[Painting, float]:
    """Return a painting of 640 x 640 pixels, as Spotify shows it, and the seconds of processor time that it took."""
    start = time.process_time()
    image, scene = paint_scene(prompt, 1024)
    seconds = time.process_time() - start
    caption = f"{prompt.technique}/{prompt.composition} {prompt.motif}".strip()
    return Painting(caption, resize(image, 640), prompt.palette, measure_scene(image, scene.motif_masks)), seconds


def main() -> None:
    """Paint, print the figures and write the sheets."""
    lot = [paint(prompt) for prompt in compose_lot(np.random.default_rng(1))]
    paintings = [painting for painting, _ in lot]
    rng = np.random.default_rng(1)
    draws = [[paintings[i] for i in rng.choice(len(paintings), COVERS, replace=False)] for _ in range(DRAWS)]
    print("\n".join(report(paintings, draws)))
    seconds = [(seconds, painting.caption) for painting, seconds in lot]
    median = np.median([value for value, _ in seconds])
    print(f"seconds   median {median:.2f}, highest {list_extremes(seconds, -1)}")
    for number, draw in enumerate(draws):
        save_jpeg(draw_grid([painting.image for painting in draw], 8, 240), OUT / "lots" / f"{number}.jpg")


if __name__ == "__main__":
    main()
