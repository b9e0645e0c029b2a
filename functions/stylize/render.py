"""From a painting to the four files of a cover."""

import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from PIL import Image

from coverart.aws.telemetry import logger
from coverart.errors import ModelError
from coverart.images.jpeg import encode_cover_jpeg
from coverart.images.metadata import ImageMetadata, SourceType
from coverart.models import CoverOptions, DetectedObject, Painting, Prompt, Song
from coverart.techniques import Surface, load_techniques
from stylize import contact_sheet, finishing, style_transfer

# Of prompts of earlier versions.
_DEFAULT_STYLE: tuple[float, Surface] = (0.4, "depth")
_STYLE_FAILED_NOTE = "The style could not be applied. The cover is the unstyled painting."


class Master(NamedTuple):
    """`image`: RGB, 1024x1024 pixels. `description`: of its style. `is_styled`: the style networks changed it."""

    image: Image.Image
    description: str
    is_styled: bool


def render_cover_files(
    songs: Sequence[Song],
    artworks: Mapping[str, Image.Image],
    objects: Mapping[str, Sequence[DetectedObject]],
    prompt: Prompt,
    painting: Painting,
    painting_image: Image.Image,
    options: CoverOptions,
    apply_style: bool = True,
) -> tuple[dict[str, bytes], str | None]:
    """Return master.png, cover.jpg, thumbnail.jpg and steps.jpg by name, and a note for the listener or None.

    `artworks` and `objects` are by album id. A cover without a style is better than none: where the networks fail, or
    `apply_style` is False because they failed before, the cover is the painting, and the note says so.
    """
    note = None
    try:
        if not apply_style:
            raise ModelError("The style networks failed before.")
        master = render_master(painting_image, artworks, prompt, options)
    except ModelError as error:
        logger.exception("style could not be applied", reason=str(error))
        note = _STYLE_FAILED_NOTE
        master = Master(finishing.fit_to_master(painting_image), "unstyled: the style could not be applied", False)
    data = contact_sheet.ContactSheetData(
        songs=songs,
        artworks=artworks,
        objects=objects,
        prompt=prompt.for_backend(painting.backend),
        painting=painting_image,
        painting_description=_describe_painting(painting),
        style_albums=prompt.style_albums,
        style_description=master.description,
        cover=master.image,
        credit=painting.credit,
    )
    encoders = {
        "master.png": finishing.encode_master,
        "cover.jpg": encode_cover_jpeg,
        "thumbnail.jpg": finishing.encode_thumbnail,
    }
    metadata = ImageMetadata(_get_source_type(painting, master), painting.credit)
    # Pillow releases the global interpreter lock, and the contact sheet takes about as long as the three files.
    with ThreadPoolExecutor(1) as executor:
        futures = {name: executor.submit(encode, master.image, metadata) for name, encode in encoders.items()}
        sheet = finishing.encode_contact_sheet(contact_sheet.draw_contact_sheet(data), metadata)
    return {name: future.result() for name, future in futures.items()} | {"steps.jpg": sheet}, note


def render_master(
    painting: Image.Image, artworks: Mapping[str, Image.Image], prompt: Prompt, options: CoverOptions
) -> Master:
    """Return the master.

    Style albums whose artwork is not in `artworks` are skipped: it is stored for seven days only. Where none is left,
    or the strength is 0, the master is the painting. Raises ModelError.
    """
    image = finishing.fit_to_master(painting)
    strength, surface = _choose_strength(prompt, options)
    if strength == 0:
        return Master(image, "unstyled: the strength is 0", False)
    style_images = [artworks[album_id] for album_id in prompt.style_albums if album_id in artworks]
    if style_images:
        style_vector = style_transfer.predict_common_style_vector(style_images)
        count = len(style_images)
        source = "in the style of 1 album" if count == 1 else f"in the style of {count} albums"
    elif prompt.bundled_style:
        # The palette chooses: it differs between variations, and covers that share a look share it.
        number = zlib.crc32(",".join(prompt.palette).encode())
        name, style_vector = style_transfer.choose_bundled_style(number)
        source = f"in a bundled style ({name})"
    else:
        reason = ": the style albums' artwork is no longer stored" if prompt.style_albums else ""
        return Master(image, f"unstyled{reason}", False)
    styled = style_transfer.stylize(image, style_vector, strength, surface)
    description = f"{source}, strength {strength:.0%}"
    if options.keep_colours:
        styled, description = style_transfer.keep_colors(styled, image), f"{description}, in the painting's colors"
    return Master(styled, description, True)


def _choose_strength(prompt: Prompt, options: CoverOptions) -> tuple[float, Surface]:
    """Return strength and surface: the listener's choice, or what suits the medium or an image model's painting."""
    technique = load_techniques().get(prompt.technique)
    default, surface = (technique.style_strength, technique.surface) if technique else _DEFAULT_STYLE
    return (default if options.style_strength is None else options.style_strength), surface


def _get_source_type(painting: Painting, master: Master) -> SourceType:
    if painting.backend == "openai":
        return "trainedAlgorithmicMedia"
    return "algorithmicallyEnhanced" if master.is_styled else "algorithmicMedia"


def _describe_painting(painting: Painting) -> str:
    author = "by the built-in painter" if painting.backend == "painter" else f"by {painting.model}"
    return f"{author}. {painting.note}" if painting.note else author
