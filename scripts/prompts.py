"""`make prompts`: what the prompt step writes for the eight tastes, and where each phrase came from, into docs/.

Detection, palette and choice of style albums are the steps' own; only the bucket is not there.
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
from scripts.tastes import DemoTaste, tastes

PAGE = ROOT / "docs" / "prompts.md"
_INTRODUCTION = """\
# Prompts of eight tastes

What the prompt step writes for eight invented listeners (`scripts/tastes.toml`) and where each phrase came from; in
each case variation 0. This page is written by `make prompts`, and a test compares it.

How a prompt comes about (`functions/prompt/`, its words in `functions/prompt/lexicon/`):

- **Subject**: what was seen on the artwork, weighted by the album's rank and the detector's certainty; each artwork
  speaks once and the n-th adds an n-th as much, so that twenty portraits do not drown one cat. A second thing is small
  beside it. Then what titles name ("Zoo on a Bicycle"), then an emblem of the imagery in the titles, then one of the
  mood. Variations let each that weighs enough lead in turn.
- **Setting**: the imagery of titles and the playlist's name; imagery in the mood of the music counts double.
- **Composition**: one that suits the mood, another one for each variation; the built-in painter draws the same one.
- **Mood**: of the genres, a little of the titles, else of the colours; the adjectives are of genres of that one mood.
- **Medium**: of the genre that says most; "pop" or "rock" only where there is no other. **Era**: of the median release
  year, except for music of an age of its own. **Light**: of the mood and the setting, at one time of day.
- **Colours**: the artwork's, by name, the loudest as an accent.
- The listener's direction leads, and what it settles itself ("a watercolour at dusk") is left to it.
- Nothing of a title, a name or a tag comes through: all words are the lexicon's, COCO's labels or the listener's own.
"""


@cache
def seen_on(listener: DemoTaste) -> list[ArtworkObjects]:
    """What detect finds."""
    found = detector.detect([detector.prepare(decode_image(listener.jpeg(song.album_id))) for song in listener.songs])
    return [ArtworkObjects(album_id=s.album_id, objects=o) for s, o in zip(listener.songs, found, strict=True)]


def prompts_of(listener: DemoTaste, *options: CoverOptions) -> list[Prompt]:
    """What prompt writes, for each of the options."""
    heard, pictures = _heard(listener)
    return [compose(heard, one, choose_style_albums(listener.songs, one, pictures)) for one in options]


@cache
def _heard(listener: DemoTaste) -> tuple[TasteProfile, dict[str, Image.Image]]:
    pictures = read_artwork(listener.songs, listener.stored)
    return build_taste_profile(
        listener.songs, listener.title, seen_on(listener), find_dominant_colors(pictures.values())
    ), pictures


def page() -> str:
    return "\n".join([_INTRODUCTION, *(line for listener in tastes() for line in _section(listener))]) + "\n"


def _section(listener: DemoTaste) -> Iterator[str]:
    (prompt,) = prompts_of(listener, CoverOptions())
    yield f"## {listener.name.capitalize()}: “{listener.title}”\n"
    for song in listener.songs:
        yield f"- {song.artist}, “{song.track}” ({song.album}, {song.year}): {', '.join(song.genres)}"
    yield f"\n> {prompt.text}\n"
    yield "| part | phrase | from | which |\n| --- | --- | --- | --- |"
    for phrase in prompt.phrases:
        yield f"| {phrase.part} | {phrase.text} | {phrase.source} | {phrase.detail} |"
    yield (
        f"\nFor the painter: mood {prompt.mood}, energy {prompt.energy:.2f}, composition {prompt.composition}, "
        f"subjects {', '.join(prompt.subjects) or 'none'}, palette {' '.join(prompt.palette)}.\n"
    )


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
