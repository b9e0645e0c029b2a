"""`python -m scripts.photographs`: covers of photographs, as for a listener's own picture.

scikit-image's photographs, their subjects cut out by the detect function's network, are printed in the palettes of the
gallery's tastes, some with a title. Into out/gallery/photographs.jpg; with `--docs`, docs/photographs.jpg as well.
"""

import argparse
import sys
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from PIL import Image

from coverart.models import CoverOptions, Prompt
from detect import faces, subject
from generate.painter import paint
from generate.painter.scene import Photograph
from scripts.gallery import GAP, OUT, save_jpeg
from scripts.local.paths import ROOT
from scripts.prompts import compose_prompts
from scripts.tastes import load_tastes
from stylize.lettering import letter_cover

DOCS = ROOT / "docs" / "photographs.jpg"
MAX_DOCS_BYTES = 200_000
_COLUMNS, _DOCS_PIXELS, _PIXELS = 6, 180, 480
_MIN_FACE_SCORE = 0.6


class Example(NamedTuple):
    """A photograph (a file of skimage/data), how it is printed, for which taste, and its title, or ""."""

    photograph: str
    technique: str
    layout: str
    taste: str
    title: str = ""


EXAMPLES = (
    Example("astronaut.png", "tarot", "saint", "bossa"),
    Example("chelsea.png", "papercut", "portrait", "city-pop"),
    Example("motorcycle_left.png", "swiss", "poster", "andean", "Road 66"),
    Example("coffee.png", "riso", "portrait", "folk", "Mornings"),
    Example("astronaut.png", "dither", "snapshot", "disco"),
    Example("chelsea.png", "photocopy", "cutting", "afrobeat"),
    Example("astronaut.png", "wash", "study", "classical"),
    Example("motorcycle_left.png", "engraving", "portrait", "reggaeton"),
    Example("chelsea.png", "bluenote", "session", "hip-hop", "Nine Lives"),
    Example("astronaut.png", "pop_art", "panels", "k-pop"),
    Example("rocket.jpg", "cyanotype", "negative", "shoegaze", "Liftoff"),
    Example("coffee.png", "batik", "portrait", "bollywood"),
    Example("chelsea.png", "linocut", "portrait", "arabic"),
    Example("astronaut.png", "film", "exposure", "shoegaze", "Far Side"),
    Example("coffee.png", "scratchboard", "portrait", "metal"),
    Example("motorcycle_left.png", "pop_art", "idol", "children's songs"),
    Example("astronaut.png", "glass", "before", "ambient"),
    Example("chelsea.png", "plotter", "signal", "disco"),
)


def read_photograph(name: str) -> Photograph:
    """Return one of scikit-image's photographs with what the detect function finds on it."""
    with Image.open(str(files("skimage") / "data" / name)) as file:
        image = file.convert("RGB")
    mask = subject.find_mask(subject.prepare(image))
    face = faces.find_face(faces.prepare(image))
    return Photograph(
        pixels=np.asarray(image, np.float32) / np.float32(255),
        mask=np.asarray(subject.refine(mask, image), np.float32) / 255 if subject.stands_out(mask) else None,
        faces=(face.box,) if face.score >= _MIN_FACE_SCORE else (),
    )


def paint_example(example: Example) -> Image.Image:
    """Return the example's cover, 1024 x 1024 pixels, in the palette, mood and energy of its taste."""
    taste = next(taste for taste in load_tastes() if taste.name == example.taste)
    options = CoverOptions(lettering="text", lettering_text=example.title) if example.title else CoverOptions()
    changes = {"technique": example.technique, "composition": example.layout, "motif": ""}
    prompt: Prompt = compose_prompts(taste, options)[0].model_copy(update=changes)
    if prompt.lettering:
        prompt = prompt.model_copy(update={"lettering": prompt.lettering.model_copy(update={"place": "foot"})})
    cover = paint(prompt, photograph=read_photograph(example.photograph))
    return letter_cover(cover, prompt, prompt.lettering, is_painter=True).image if prompt.lettering else cover


def draw_sheet(covers: list[Image.Image], side: int) -> Image.Image:
    """Return the covers in a grid."""
    rows = -(-len(covers) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * (side + GAP) - GAP, rows * (side + GAP) - GAP), "white")
    for place, cover in enumerate(covers):
        corner = place % _COLUMNS * (side + GAP), place // _COLUMNS * (side + GAP)
        sheet.paste(cover.resize((side, side), Image.Resampling.LANCZOS), corner)
    return sheet


def main() -> int:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description="Covers of scikit-image's photographs.")
    parser.add_argument("--docs", action="store_true", help="also the picture of the docs, small")
    arguments = parser.parse_args()
    covers = [paint_example(example) for example in EXAMPLES]
    save_jpeg(draw_sheet(covers, _PIXELS), OUT / "photographs.jpg")
    if arguments.docs:
        save_jpeg(draw_sheet(covers, _DOCS_PIXELS), DOCS, MAX_DOCS_BYTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
