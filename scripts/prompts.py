"""`make prompts`: writes the prompts of the sixteen tastes, with the source of each phrase, into docs/prompts.md.

Detection, palette and the choice of style albums are those of the steps; there is only no bucket.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image

from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, CoverOptions, Prompt
from detect.sight import look
from prompt.artwork import choose_style_albums, read_artwork
from prompt.compose import compose
from prompt.palette import find_dominant_colors
from prompt.taste_profile import TasteProfile, build_taste_profile
from scripts.local.paths import ROOT
from scripts.tastes import DemoTaste, load_tastes

PAGE = ROOT / "docs" / "prompts.md"
_INTRODUCTION = Path(__file__).with_suffix(".md")


@cache
def detect_objects(listener: DemoTaste) -> list[ArtworkObjects]:
    """Return what the detect step returns."""
    return [
        ArtworkObjects(
            album_id=song.album_id,
            objects=look(decode_image(listener.render_artwork(song.album_id)), f"{song.track} {song.album}"),
        )
        for song in listener.songs
    ]


def compose_prompts(listener: DemoTaste, *options: CoverOptions) -> list[Prompt]:
    """Return what the prompt step returns for each of the options."""
    profile, images = read_taste(listener)
    style_albums = choose_style_albums(listener.songs, options[0], images)
    return [compose(profile, choice, style_albums) for choice in options]


@cache
def read_taste(listener: DemoTaste) -> tuple[TasteProfile, dict[str, Image.Image]]:
    """Return the profile, and the artwork by album id."""
    images = read_artwork(listener.songs, listener.get_artwork)
    palette = find_dominant_colors(images.values())
    return build_taste_profile(listener.songs, listener.title, detect_objects(listener), palette), images


def render_page() -> str:
    """Return the page in Markdown."""
    sections = (line for listener in load_tastes() for line in _render_section(listener))
    return "\n".join([_INTRODUCTION.read_text(encoding="utf-8"), *sections]) + "\n"


def _render_section(listener: DemoTaste) -> Iterator[str]:
    (prompt,) = compose_prompts(listener, CoverOptions())
    yield f"## {listener.name.capitalize()}: “{listener.title}”\n"
    for song, artwork in zip(listener.songs, detect_objects(listener), strict=True):
        objects = "".join(f"; {detected.label} {detected.score}" for detected in artwork.objects)
        yield f"- {song.artist}, “{song.track}” ({song.album}, {song.year}): {', '.join(song.genres)}{objects}"
    brief = prompt.for_backend("openai")
    yield f"\n> {brief.text}\n"
    yield "| part | phrase | from | which |\n| --- | --- | --- | --- |"
    for phrase in brief.phrases:
        yield f"| {phrase.part} | {phrase.text} | {phrase.source} | {phrase.detail} |"
    yield (
        f"\nThe painter's: {prompt.text}\n\n"
        f"It receives technique {prompt.technique}, layout {prompt.composition}, motif {prompt.motif or 'none'}, "
        f"mood {prompt.mood}, energy {prompt.energy:.2f}, palette {' '.join(prompt.palette)}.\n"
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(render_page(), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
