"""From a painting to the four files of a cover."""

import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from coverart.aws.telemetry import logger
from coverart.errors import ModelError
from coverart.images.jpeg import encode_cover_jpeg
from coverart.models import CoverOptions, DetectedObject, Painting, Prompt, Song
from stylize import contact_sheet, finishing, style_transfer

_NOT_STYLED = "The style could not be applied, so this cover is the painting as it was painted."


def render_cover_files(
    songs: Sequence[Song],
    artworks: Mapping[str, Image.Image],
    objects: Mapping[str, Sequence[DetectedObject]],
    prompt: Prompt,
    painted: Painting,
    painting: Image.Image,
    options: CoverOptions,
    styled: bool = True,
) -> tuple[dict[str, bytes], str | None]:
    """master.png, cover.jpg, thumbnail.jpg and steps.jpg, by name. `artworks` and `objects` are by album id.

    Style albums whose artwork is not there (it is kept for seven days) are passed over. Where none is left, as where
    none was wanted, the cover is the painting as it is: a cover without a style is worth more than none, and the
    contact sheet says so; the same holds where the networks fail, or may not be `styled` any more, and then there is a
    note for the listener too.
    """
    note = None
    try:
        if not styled:
            raise ModelError("The style networks failed before.")
        master, manner = finished(painting, artworks, prompt, options)
    except ModelError as error:
        logger.exception("the style could not be applied", reason=str(error))
        master, manner, note = finishing.fit(painting), "as painted: the style could not be applied", _NOT_STYLED
    way = contact_sheet.ContactSheetData(
        songs=songs,
        artworks=artworks,
        objects=objects,
        prompt=prompt,
        painting=painting,
        painter=_painter(painted),
        style_albums=prompt.style_albums,
        manner=manner,
        cover=master,
    )
    makers = {
        "master.png": finishing.master_png,
        "cover.jpg": encode_cover_jpeg,
        "thumbnail.jpg": finishing.thumbnail_jpeg,
    }
    # Pillow works without Python's lock, and the sheet takes about as long as the others together.
    with ThreadPoolExecutor(1) as aside:
        making = {name: aside.submit(maker, master) for name, maker in makers.items()}
        sheet = finishing.sheet_jpeg(contact_sheet.draw_contact_sheet(way))
    return {name: made.result() for name, made in making.items()} | {"steps.jpg": sheet}, note


def finished(
    painting: Image.Image, artworks: Mapping[str, Image.Image], prompt: Prompt, options: CoverOptions
) -> tuple[Image.Image, str]:
    """The master, and how its style was applied, in words. Raises ModelError."""
    styles = [artworks[album] for album in prompt.style_albums if album in artworks]
    if styles:
        manner, whose = style_transfer.manner_of(styles), "1 album" if len(styles) == 1 else f"{len(styles)} albums"
    elif prompt.bundled_style:
        # By the palette: it differs between variations, and covers that share a look share it.
        name, manner = style_transfer.bundled_manner(zlib.crc32(",".join(prompt.palette).encode()))
        whose = f"a painter's picture ({name})"
    else:
        gone = ": the style albums' artwork is no longer stored" if prompt.style_albums else ""
        return finishing.fit(painting), f"as painted{gone}"
    styled = style_transfer.stylize(painting, manner, options.style_strength)
    kept = ", in the painting's colours" if options.keep_colours else ""
    master = finishing.finish(style_transfer.keep_colours(styled, painting) if options.keep_colours else styled)
    return master, f"in the style of {whose}, strength {options.style_strength:.0%}{kept}"


def _painter(painted: Painting) -> str:
    by = "by the built-in painter" if painted.backend == "painter" else f"by {painted.model}"
    return f"{by}. {painted.note}" if painted.note else by
