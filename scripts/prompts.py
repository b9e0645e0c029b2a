"""`make prompts`: writes the prompts of the sixteen tastes, with the source of each phrase, into docs/prompts.md.

Detection, palette and the choice of style albums are those of the steps; there is only no bucket.
"""

import sys
from collections.abc import Iterator
from functools import cache

from PIL import Image

from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, CoverOptions, Prompt
from detect import detector
from prompt.artwork import choose_style_albums, read_artwork
from prompt.compose import compose
from prompt.palette import find_dominant_colors
from prompt.taste_profile import TasteProfile, build_taste_profile
from scripts.local.paths import ROOT
from scripts.tastes import DemoTaste, load_tastes

PAGE = ROOT / "docs" / "prompts.md"
_INTRODUCTION = """\
# Prompts of sixteen tastes

The prompts that the prompt step writes for sixteen fictional listeners (`scripts/tastes.toml`), with the source of each
phrase. Each prompt is variation 0. `make prompts` writes this page, and a test compares it.

The code is in `functions/prompt/`, its words are in `functions/prompt/lexicon/`. This is how it decides each part:

- **Medium**: each genre has a ranked list of media, and each technique of the painter says which genre families and
  decades it suits. Of the techniques that suit a taste well, successive variations take another one. The listener's
  previous cover is passed over.
- **Layout and subject**: a layout of the technique, and the motif that it shows. Motifs are the objects on the artwork
  and in titles, weighted by the rank of the album and the score of the detector, in turn with emblems of the genre's
  family. Household objects come last. About a third of all covers, and most of ambient, electronic, classical and jazz,
  show no motif.
- **Setting**: place, time of day and weather of the titles' theme, as far as the layout shows them.
- **Mood**: that of the genres, to a lesser degree that of the titles, or else that of the colors. The adjectives come
  from genres with this mood.
- **Era**: the median release year. Genres that belong to an age of their own, such as baroque, have no era.
- **Colors**: the names of the artwork's colors, with the most vivid one as an accent.

What the painter cannot show is not said. Where the stack always uses an image model, the prompt also has a light.

The listener's direction comes first. A part that it decides itself ("a watercolor at dusk") is left out. No text of a
title, a name or a genre tag reaches the prompt: it consists of the lexicon's words, names of colors and the listener's
own words.
"""


@cache
def detect_objects(listener: DemoTaste) -> list[ArtworkObjects]:
    """Return what the detect step returns."""
    images = [decode_image(listener.render_artwork(song.album_id)) for song in listener.songs]
    objects = detector.detect([detector.prepare(image) for image in images])
    return [ArtworkObjects(album_id=s.album_id, objects=o) for s, o in zip(listener.songs, objects, strict=True)]


def compose_prompts(listener: DemoTaste, *options: CoverOptions) -> list[Prompt]:
    """Return what the prompt step returns for each of the options."""
    profile, images = _read_taste(listener)
    return [compose(profile, choice, choose_style_albums(listener.songs, choice, images)) for choice in options]


@cache
def _read_taste(listener: DemoTaste) -> tuple[TasteProfile, dict[str, Image.Image]]:
    """Return the profile, and the artwork by album id."""
    images = read_artwork(listener.songs, listener.get_artwork)
    palette = find_dominant_colors(images.values())
    return build_taste_profile(listener.songs, listener.title, detect_objects(listener), palette), images


def render_page() -> str:
    """Return the page in Markdown."""
    sections = (line for listener in load_tastes() for line in _render_section(listener))
    return "\n".join([_INTRODUCTION, *sections]) + "\n"


def _render_section(listener: DemoTaste) -> Iterator[str]:
    (prompt,) = compose_prompts(listener, CoverOptions())
    yield f"## {listener.name.capitalize()}: “{listener.title}”\n"
    for song in listener.songs:
        yield f"- {song.artist}, “{song.track}” ({song.album}, {song.year}): {', '.join(song.genres)}"
    yield f"\n> {prompt.text}\n"
    yield "| part | phrase | from | which |\n| --- | --- | --- | --- |"
    for phrase in prompt.phrases:
        yield f"| {phrase.part} | {phrase.text} | {phrase.source} | {phrase.detail} |"
    yield (
        f"\nFor the painter: technique {prompt.technique}, layout {prompt.composition}, "
        f"motif {prompt.motif or 'none'}, mood {prompt.mood}, energy {prompt.energy:.2f}, "
        f"palette {' '.join(prompt.palette)}.\n"
    )


def main() -> int:
    """Write the page."""
    PAGE.write_text(render_page(), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
