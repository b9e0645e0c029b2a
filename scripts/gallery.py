"""`make gallery`: covers of sixteen tastes, four variations each, beside the mosaics of the same artwork.

The steps' own modules make paintings and covers, from the detector to the finished cover, without a stack. Files in
out/gallery: a sheet of each taste at 640 and 64 pixels, and one of all; the figures of the paintings are printed. With
`--docs`, docs/gallery.jpg, docs/covers.jpg and the pictures of the landing page are written as well, in small.
With `--lettered`, covers with the titles of titles.toml are drawn instead: out/gallery/lettered.jpg, docs/lettered.jpg.
"""

import argparse
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from coverart.images.decode import decode_image
from coverart.models import CoverOptions, Prompt
from generate.painter import paint_scene
from generate.painter.scene import Scene
from scripts import landing
from scripts.benchmark import styles
from scripts.benchmark.pictures import measure_jpeg, measure_manner, measure_motif, measure_palette, measure_skeleton
from scripts.local.paths import ROOT
from scripts.prompts import compose_prompts
from scripts.tastes import DemoTaste, load_tastes
from stylize import render
from stylize.lettering import Lettered, letter_cover
from stylize.typesetting import get_font

OUT = ROOT / "out" / "gallery"
DOCS_SHEET, DOCS_COVERS = ROOT / "docs" / "gallery.jpg", ROOT / "docs" / "covers.jpg"
MAX_DOCS_BYTES = 580_000
VARIATIONS = 4
PAINTING_PIXELS = 1024
DOCS_PIXELS = 150
DOCS_LETTERED = ROOT / "docs" / "lettered.jpg"
LETTERED_COLUMNS = 8
# Taste and variation, for the README: nine that show the range.
BEST = (
    ("folk", 2), ("ambient", 2), ("classical", 1), ("hip-hop", 3), ("bossa", 1), ("bossa", 3), ("k-pop", 3),
    ("bollywood", 0), ("classical", 3),
)  # fmt: skip
_PAPER, _INK = "#faf8f4", "#1d1b19"
# Pixels.
GAP, _LABEL_HEIGHT, _THUMBNAIL = 12, 34, 64


@dataclass(frozen=True, eq=False)
class Variation:
    """One cover of a taste."""

    taste: DemoTaste
    prompt: Prompt

    @cached_property
    def painted_scene(self) -> tuple[Image.Image, Scene]:
        """The painting, 1024 x 1024 pixels, and its scene."""
        return paint_scene(self.prompt, PAINTING_PIXELS)

    @property
    def painting(self) -> Image.Image:
        """The painting, 1024 x 1024 pixels."""
        return self.painted_scene[0]

    @cached_property
    def cover(self) -> Image.Image:
        """The finished cover, 1024 x 1024 pixels."""
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
        """Technique, layout and motif."""
        return f"{self.prompt.technique}, {self.prompt.composition}, {self.prompt.motif or 'no motif'}"

    @property
    def styled_pair(self) -> styles.StyledPair:
        """Painting and cover."""
        masks = self.painted_scene[1].motif_masks
        motif = np.maximum.reduce(masks) if masks else None
        name = f"{self.taste.name}: {self.caption}"
        return styles.StyledPair(name, self.painting, self.cover, self.prompt.style_albums, motif)

    def measure_motif(self) -> float | None:
        """Return how well the motif stands out (scripts.benchmark.pictures), or None where there is none."""
        pair = self.styled_pair
        return None if pair.motif is None else measure_motif(pair.painting, pair.motif)


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


def draw_lettered(tastes: Sequence[DemoTaste], side: int) -> Image.Image:
    """Return the lettered covers of the tastes in a grid."""
    images = [variation.lettered.image for taste in tastes for variation in list_lettered(taste)]
    rows = -(-len(images) // LETTERED_COLUMNS)
    sheet = Image.new("RGB", (LETTERED_COLUMNS * (side + GAP) - GAP, rows * (side + GAP) - GAP), _PAPER)
    for place, image in enumerate(images):
        position = (place % LETTERED_COLUMNS * (side + GAP), place // LETTERED_COLUMNS * (side + GAP))
        sheet.paste(_resize(image, side), position)
    return sheet


def draw_rows(
    tastes: Sequence[DemoTaste], side: int, choose: Callable[[Variation], Image.Image], *, captions: bool = True
) -> Image.Image:
    """Return a row for each taste: its mosaic, its variations and these again at 64 pixels."""
    label = _LABEL_HEIGHT if captions else 0
    width = (1 + VARIATIONS) * (side + GAP) + _THUMBNAIL
    sheet = Image.new("RGB", (width, len(tastes) * (side + label + GAP)), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for row, taste in enumerate(tastes):
        y = row * (side + label + GAP)
        images = [taste.render_mosaic(), *(choose(variation) for variation in list_variations(taste))]
        texts = [taste.name, *(variation.caption for variation in list_variations(taste))]
        for column, (image, text) in enumerate(zip(images, texts, strict=True)):
            sheet.paste(_resize(image, side), (column * (side + GAP), y))
            if captions:
                draw.text((column * (side + GAP), y + side + 4), text, fill=_INK, font=get_font(15))
            if column:
                sheet.paste(_resize(image, _THUMBNAIL), ((1 + VARIATIONS) * (side + GAP), y + (column - 1) * 74))
    return sheet


def draw_best(side: int) -> Image.Image:
    """Return the nine covers of BEST, three by three."""
    tastes = {taste.name: taste for taste in load_tastes()}
    sheet = Image.new("RGB", (3 * (side + GAP) - GAP,) * 2, _PAPER)
    for place, (name, number) in enumerate(BEST):
        cover = _resize(list_variations(tastes[name])[number].cover, side)
        sheet.paste(cover, (place % 3 * (side + GAP), place // 3 * (side + GAP)))
    return sheet


def report(variations: Sequence[Variation]) -> list[str]:
    """Return the figures of the paintings, a line each."""
    paintings = [variation.painting for variation in variations]
    jpeg = [measure_jpeg(painting) for painting in paintings]
    palette = [measure_palette(variation.painting, variation.prompt.palette) for variation in variations]
    motifs = [(value, v) for v in variations if (value := v.measure_motif()) is not None]
    weakest = sorted(motifs, key=lambda pair: pair[0])[:5]
    return [
        f"manner    {measure_manner(paintings):.2f}",
        f"skeleton  {measure_skeleton(paintings):.2f}",
        f"palette   mean {np.mean(palette):.2f}, highest {max(palette):.2f} ({_name_extreme(variations, palette)})",
        f"JPEG      median {np.median(jpeg):.1f} dB, lowest {min(jpeg):.1f} dB ({_name_extreme(variations, jpeg, -1)})",
        f"motif     {len(motifs)} of {len(variations)} covers, lowest "
        + ", ".join(f"{value:.2f} ({v.taste.name}: {v.caption})" for value, v in weakest),
    ]


def save_jpeg(sheet: Image.Image, file: Path, max_bytes: int | None = None) -> None:
    """Save the best JPEG of at most `max_bytes`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(90, 40, -2):
        sheet.save(file, "JPEG", quality=quality)
        if max_bytes is None or file.stat().st_size <= max_bytes:
            break
    print(f"{file.relative_to(ROOT)}: {sheet.width}x{sheet.height}, {file.stat().st_size // 1000} KB")


def _name_extreme(variations: Sequence[Variation], values: Sequence[float], sign: int = 1) -> str:
    index = int(np.argmax(sign * np.asarray(values)))
    return f"{variations[index].taste.name}: {variations[index].caption}"


def _resize(image: Image.Image, side: int) -> Image.Image:
    return image.resize((side, side), Image.Resampling.LANCZOS)


def main() -> int:
    """Write the sheets and print the figures."""
    parser = argparse.ArgumentParser(description="Covers of sixteen tastes, side by side.")
    parser.add_argument("--docs", action="store_true", help="also the pictures of the docs and the landing page, small")
    parser.add_argument("--lettered", action="store_true", help="covers with titles instead")
    arguments = parser.parse_args()
    write_docs = arguments.docs
    tastes = load_tastes()
    if arguments.lettered:
        save_jpeg(draw_lettered(tastes, 300), OUT / "lettered.jpg")
        if write_docs:
            save_jpeg(draw_lettered(tastes, DOCS_PIXELS), DOCS_LETTERED, MAX_DOCS_BYTES)
        return 0
    for taste in tastes:
        save_jpeg(draw_rows([taste], 640, lambda variation: variation.cover), OUT / f"{taste.name}.jpg")
    save_jpeg(draw_rows(tastes, 300, lambda variation: variation.painting), OUT / "paintings.jpg")
    save_jpeg(draw_rows(tastes, 300, lambda variation: variation.cover), OUT / "covers.jpg")
    variations = [variation for taste in tastes for variation in list_variations(taste)]
    print("\n".join(report(variations)))
    print("\n".join(styles.report([variation.styled_pair for variation in variations], "gallery")))
    print("\n".join(styles.report(styles.style_photographs(), "photographs")))
    if write_docs:
        sheet = draw_rows(tastes, DOCS_PIXELS, lambda variation: variation.cover, captions=False)
        save_jpeg(sheet, DOCS_SHEET, MAX_DOCS_BYTES)
        save_jpeg(draw_best(240), DOCS_COVERS, MAX_DOCS_BYTES // 2)
        for file, picture in landing.draw_sheets().items():
            save_jpeg(picture, file, landing.MAX_BYTES[file.name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
