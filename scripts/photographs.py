"""Covers of photographs, as for a listener's own picture, for `make gallery ONLY=photographs`.

scikit-image's photographs, their subjects cut out by the detect function's network, are printed in the palettes of the
gallery's tastes, some with a title.
"""

import numpy as np
from PIL import Image

from coverart.models import CoverOptions
from detect import faces, subject
from generate.painter import paint
from generate.painter.scene import Photograph
from scripts import assets
from scripts.prompts import compose_prompts
from scripts.tastes import find_taste
from stylize.lettering import letter_cover

_MIN_FACE_SCORE = 0.6
# A photograph, the technique and the layout that print it, the taste, and a title or none.
EXAMPLES = (
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
