"""`make gallery`: covers that the steps' own modules make, without a stack, on sheets in out/gallery.

`tastes` are four variations of sixteen tastes beside the mosaics of the same artwork. The others are `lettered` covers
with the titles of titles.toml, covers of `photographs` as of a listener's own pictures, and a library in each of the
`looks`. With `--docs`, the pictures of the documentation and of the page are written as well.
"""

import argparse
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from pathlib import Path

import numpy as np
from PIL import Image

from coverart.images.decode import decode_image
from coverart.looks import load_looks
from coverart.models import CoverOptions, Prompt
from detect import faces, subject
from generate.painter import paint, paint_scene
from generate.painter.scene import Photograph, Scene
from scripts import assets, looks
from scripts.local.paths import OUT
from scripts.prompts import compose_prompts
from scripts.sheets import DOCS, draw_grid, save_jpeg
from scripts.tastes import DemoTaste, find_taste, load_tastes
from stylize import render
from stylize.lettering import Lettered, letter_cover

OUT_DIR = OUT / "gallery"
DOCS_SHEET, DOCS_COVERS = DOCS / "gallery.jpg", DOCS / "covers.jpg"
MAX_DOCS_BYTES = 580_000
VARIATIONS = 4
PAINTING_PIXELS = 1024
DOCS_PIXELS = 150
# Taste and variation, for the README: nine that show the range.
BEST = (
    ("folk", 2), ("ambient", 2), ("classical", 1), ("hip-hop", 3), ("bossa", 1), ("bossa", 3), ("k-pop", 3),
    ("bollywood", 0), ("classical", 3),
)  # fmt: skip
# A photograph, the technique and the layout that print it, the taste, and a title or none.
PHOTOGRAPHS = (
    ("astronaut", "tarot", "saint", "bossa"),
    ("chelsea", "papercut", "portrait", "city-pop"),
    ("motorcycle_left", "swiss", "poster", "andean", "Road 66"),
    ("coffee", "riso", "portrait", "folk", "Mornings"),
    ("astronaut", "dither", "snapshot", "disco"),
    ("chelsea", "photocopy", "cutting", "afrobeat"),
    ("astronaut", "wash", "study", "classical"),
    ("motorcycle_left", "engraving", "portrait", "reggaeton"),
    ("chelsea", "bluenote", "session", "hip-hop", "Nine Lives"),
    ("astronaut", "pop_art", "panels", "k-pop"),
    ("rocket", "cyanotype", "negative", "shoegaze", "Liftoff"),
    ("coffee", "batik", "portrait", "bollywood"),
    ("chelsea", "linocut", "portrait", "arabic"),
    ("astronaut", "film", "exposure", "shoegaze", "Far Side"),
    ("coffee", "scratchboard", "portrait", "metal"),
    ("motorcycle_left", "pop_art", "idol", "children's songs"),
    ("astronaut", "glass", "before", "ambient"),
    ("chelsea", "plotter", "signal", "disco"),
)
GAP = 12
_MIN_FACE_SCORE = 0.6


@dataclass(frozen=True, eq=False)
class Variation:
    """One cover of a taste. All images are 1024 x 1024 pixels."""

    taste: DemoTaste
    prompt: Prompt

    @cached_property
    def painted_scene(self) -> tuple[Image.Image, Scene]:
        return paint_scene(self.prompt, PAINTING_PIXELS)

    @property
    def painting(self) -> Image.Image:
        return self.painted_scene[0]

    @cached_property
    def cover(self) -> Image.Image:
        artworks = {album: decode_image(self.taste.render_artwork(album)) for album in self.prompt.style_albums}
        return render.render_master(self.painting, artworks, self.prompt, CoverOptions()).image

    @cached_property
    def lettered(self) -> Lettered:
        """The cover with its title, as the prompt has it. Raises TitleNotSetError."""
        if self.prompt.lettering is None:
            raise ValueError("The prompt has no lettering.")
        return letter_cover(self.cover, self.prompt, self.prompt.lettering, is_painter=True)

    @property
    def caption(self) -> str:
        return f"{self.prompt.technique}, {self.prompt.composition}, {self.prompt.motif or 'no motif'}"


@cache
def list_variations(taste: DemoTaste) -> tuple[Variation, ...]:
    """Return the variations of a taste; it paints them on first use."""
    prompts = compose_prompts(taste, *(CoverOptions(variation=number) for number in range(VARIATIONS)))
    return tuple(Variation(taste, prompt) for prompt in prompts)


@cache
def list_lettered(taste: DemoTaste) -> tuple[Variation, ...]:
    """Return the variations of a taste with its invented titles."""
    titles = tomllib.loads(Path(__file__).with_name("titles.toml").read_text("utf-8"))[taste.name]
    options = [
        CoverOptions(variation=number, lettering="text", lettering_text=words[0], second_line=(*words, None)[1])
        for number, words in enumerate(titles)
    ]
    return tuple(Variation(taste, prompt) for prompt in compose_prompts(taste, *options))


def read_photograph(name: str) -> Photograph:
    """Return one of scikit-image's photographs with what the detect function finds on it."""
    with Image.open(assets.fetch_photos()[name]) as file:
        image = file.convert("RGB")
    mask = subject.find_mask(subject.prepare(image))
    face = faces.find_face(faces.prepare(image))
    return Photograph(
        pixels=np.asarray(image, np.float32) / np.float32(255),
        mask=np.asarray(subject.refine(mask, image), np.float32) / 255 if subject.stands_out(mask) else None,
        faces=(face.box,) if face.score >= _MIN_FACE_SCORE else (),
    )


def paint_example(photograph: str, technique: str, layout: str, taste: str, title: str = "") -> Image.Image:
    """Return a cover, 1024 x 1024 pixels, in the palette, mood and energy of the taste."""
    options = CoverOptions(lettering="text", lettering_text=title) if title else CoverOptions()
    [prompt] = compose_prompts(find_taste(taste), options)
    prompt = prompt.model_copy(update={"technique": technique, "composition": layout, "motif": ""})
    if prompt.lettering:
        prompt = prompt.model_copy(update={"lettering": prompt.lettering.model_copy(update={"place": "foot"})})
    cover = paint(prompt, photograph=read_photograph(photograph))
    return letter_cover(cover, prompt, prompt.lettering, is_painter=True).image if prompt.lettering else cover


def draw_tastes(
    tastes: Sequence[DemoTaste], side: int, choose: Callable[[Variation], Image.Image], *, has_captions: bool = True
) -> Image.Image:
    """Return a row for each taste: its mosaic and its variations."""
    rows = [(taste, list_variations(taste)) for taste in tastes]
    tiles = [tile for taste, row in rows for tile in (taste.render_mosaic(), *map(choose, row))]
    captions = [text for taste, row in rows for text in (taste.name, *(variation.caption for variation in row))]
    return draw_grid(tiles, 1 + VARIATIONS, side, GAP, captions=captions if has_captions else ())


def write_tastes(docs: bool) -> None:
    tastes = load_tastes()
    get_cover, get_painting = attrgetter("cover"), attrgetter("painting")
    for taste in tastes:
        save_jpeg(draw_tastes([taste], 640, get_cover), OUT_DIR / f"{taste.name}.jpg")
    save_jpeg(draw_tastes(tastes, 300, get_painting), OUT_DIR / "paintings.jpg")
    save_jpeg(draw_tastes(tastes, 300, get_cover), OUT_DIR / "covers.jpg")
    save_jpeg(draw_tastes(tastes, 64, get_cover, has_captions=False), OUT_DIR / "small.jpg")
    if docs:
        save_jpeg(draw_tastes(tastes, DOCS_PIXELS, get_cover, has_captions=False), DOCS_SHEET, MAX_DOCS_BYTES)
        best = [list_variations(find_taste(name))[number].cover for name, number in BEST]
        save_jpeg(draw_grid(best, 3, 240, GAP), DOCS_COVERS, MAX_DOCS_BYTES // 2)
        looks.write_landing()


def write_lettered(docs: bool) -> None:
    covers = [variation.lettered.image for taste in load_tastes() for variation in list_lettered(taste)]
    save_jpeg(draw_grid(covers, 8, 300, GAP), OUT_DIR / "lettered.jpg")
    if docs:
        save_jpeg(draw_grid(covers, 8, DOCS_PIXELS, GAP), DOCS / "lettered.jpg", MAX_DOCS_BYTES)


def write_photographs(docs: bool) -> None:
    covers = [paint_example(*example) for example in PHOTOGRAPHS]
    save_jpeg(draw_grid(covers, 6, 480, GAP, "white"), OUT_DIR / "photographs.jpg")
    if docs:
        save_jpeg(draw_grid(covers, 6, 180, GAP, "white"), DOCS / "photographs.jpg", 200_000)


def write_looks(docs: bool) -> None:
    for look in load_looks():
        save_jpeg(looks.draw_wall(look, 300), OUT_DIR / "looks" / f"{look}.jpg")
    if docs:
        looks.write_docs()


SETS = {"tastes": write_tastes, "lettered": write_lettered, "photographs": write_photographs, "looks": write_looks}


def main() -> None:
    parser = argparse.ArgumentParser(description="Covers side by side.")
    parser.add_argument("--only", nargs="+", choices=SETS, default=["tastes"], metavar="SET")
    parser.add_argument("--docs", action="store_true", help="also the pictures of the docs and the page, small")
    arguments = parser.parse_args()
    for name in arguments.only:
        SETS[name](arguments.docs)


if __name__ == "__main__":
    main()
