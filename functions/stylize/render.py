"""From a painting to the four files of a cover."""

import zlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple

from PIL import Image

from coverart.aws.telemetry import logger
from coverart.errors import ModelError
from coverart.images.jpeg import encode_cover_jpeg
from coverart.images.metadata import ImageMetadata, SourceType
from coverart.models import CoverOptions, DetectedObject, Painting, Prompt, Song
from coverart.techniques import load_techniques
from stylize import color_map, contact_sheet, finishing, style_transfer
from stylize.story import draw_story

# Of an image model's paintings and of prompts of earlier versions: strength, and amplitude of strokes.
_DEFAULT_STYLE = (0.5, 0.015)
_STYLE_FAILED_NOTE = "The style could not be applied. The cover is the unstyled painting."
_STYLE_REFUSED_NOTE = "This style would hide the painting's shapes. The cover is the unstyled painting."
_NO_TITLE_NOTE = "There is no playlist whose name could be set, so the cover has no lettering."
_PICTURE_GONE_NOTE = "A picture of your own that was to provide the style no longer exists."
_NO_STYLE_NOTE = "What provides the style has hardly more than one color. The cover is the unstyled painting."


class Master(NamedTuple):
    """`image`: RGB, 1024x1024 pixels. `description`: of its style. `is_styled`: the style networks changed it.

    `note`: for the listener, why it has no style or not the whole one, or None.
    """

    image: Image.Image
    description: str
    is_styled: bool
    note: str | None = None


class RenderedCover(NamedTuple):
    """`files`: master.png, cover.jpg, thumbnail.jpg, steps.jpg and story.jpg.

    `note`, `lettering_note`: for the listener, about style and lettering, or None. `cap_height`: of the title's
    capitals, as a share of the side, or None.
    """

    files: dict[str, bytes]
    note: str | None
    lettering_note: str | None
    cap_height: float | None


def render_cover_files(
    title: str,
    songs: Sequence[Song],
    artworks: Mapping[str, Image.Image],
    objects: Mapping[str, Sequence[DetectedObject]],
    prompt: Prompt,
    painting: Painting,
    painting_image: Image.Image,
    options: CoverOptions,
    apply_style: bool = True,
) -> RenderedCover:
    """Style the painting, set its title and return the cover's files.

    `artworks` and `objects` are by album id; `artworks` also has the listener's own pictures by id, and the mask of the
    one that the cover shows by its key. A cover without a style is better than none: where the networks fail, or
    `apply_style` is False because they failed before, the cover is the painting, and the note says so.
    """
    try:
        if not apply_style:
            raise ModelError("The style networks failed before.")
        master = render_master(painting_image, artworks, prompt, options, painting.backend)
    except ModelError as error:
        logger.exception("style could not be applied", reason=str(error))
        image = finishing.fit_to_master(painting_image)
        master = Master(image, "unstyled: the style could not be applied", False, _STYLE_FAILED_NOTE)
    image, lettering_note, cap_height = set_title(master.image, prompt, options, painting.backend)
    master = master._replace(image=image)
    data = contact_sheet.ContactSheetData(
        songs=songs,
        artworks=artworks,
        objects=objects,
        prompt=prompt.for_backend(painting.backend),
        painting=painting_image,
        painting_description=_describe_painting(painting),
        style_titles=_list_style_titles(prompt, options, songs),
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
        story = finishing.encode_story(draw_story(master.image, title, prompt, painting.credit), metadata)
    files = {name: future.result() for name, future in futures.items()}
    return RenderedCover(files | {"steps.jpg": sheet, "story.jpg": story}, master.note, lettering_note, cap_height)


def _list_style_titles(prompt: Prompt, options: CoverOptions, songs: Sequence[Song] = ()) -> dict[str, str]:
    """Return the titles of what provides the style by id, the most important first: the listener's pictures, albums."""
    titles = {song.album_id: song.album for song in songs}
    pictures = dict.fromkeys(options.style_pictures or [], "your own picture")
    return pictures | {album_id: titles.get(album_id, "") for album_id in prompt.style_albums}


def set_title(
    image: Image.Image, prompt: Prompt, options: CoverOptions, backend: Literal["openai", "painter"] = "painter"
) -> tuple[Image.Image, str | None, float | None]:
    """Return the master with its lettering, a note for the listener or None, and the height of the capitals."""
    if prompt.lettering is None:
        return image, _NO_TITLE_NOTE if options.lettering == "title" else None, None
    # Only covers with lettering load HarfBuzz and the typefaces.
    from stylize.lettering import TitleNotSetError, letter_cover

    try:
        lettered = letter_cover(image, prompt, prompt.lettering, is_painter=backend == "painter")
    except TitleNotSetError as error:
        return image, str(error), None
    return lettered.image, lettered.note, lettered.cap


def render_master(
    painting: Image.Image,
    artworks: Mapping[str, Image.Image],
    prompt: Prompt,
    options: CoverOptions,
    backend: Literal["openai", "painter"] = "painter",
) -> Master:
    """Return the master. `backend`: who painted.

    Style albums whose artwork is not in `artworks` are skipped: it is stored for seven days only. So are pictures that
    were deleted, and what is nearly flat. Where none remains, the strength is 0, or even a weak style would hide the
    painting's shapes, the master is the painting. Raises ModelError.
    """
    image = finishing.fit_to_master(painting)
    strength, strokes, keep_skin = _choose_strength(prompt, options, backend)
    if strength == 0:
        return Master(image, "unstyled: the strength is 0", False)
    names, pictures = _list_style_titles(prompt, options), set(options.style_pictures or [])
    stored = {name: artworks[name] for name in names if name in artworks}
    note = None if pictures <= stored.keys() else _PICTURE_GONE_NOTE
    style_images = {name: artwork for name, artwork in stored.items() if not color_map.is_nearly_flat(artwork)}
    images = [*style_images.values()]
    if images:
        style_vector = style_transfer.predict_common_style_vector(images)
        source = f"in the style of {_count_sources(style_images.keys() & pictures, style_images.keys() - pictures)}"
    elif prompt.bundled_style:
        # The palette chooses: it differs between variations, and covers that share a look share it.
        number = zlib.crc32(",".join(prompt.palette).encode())
        name, style_vector = style_transfer.choose_bundled_style(number)
        source = f"in a bundled style ({name})"
    elif stored:
        return Master(image, "unstyled: what provides the style is nearly flat", False, _NO_STYLE_NOTE)
    else:
        reason = ": what provides the style is no longer stored" if names else ""
        return Master(image, f"unstyled{reason}", False, note)
    result = style_transfer.stylize(image, style_vector, strength, images, strokes=strokes, keep_skin=keep_skin)
    if result is None:
        return Master(image, "unstyled: the style would hide the painting's shapes", False, _STYLE_REFUSED_NOTE)
    styled, used_strength = result
    reason = f" ({strength:.0%} would hide shapes)" if used_strength < strength else ""
    description = f"{source}, strength {used_strength:.0%}{reason}"
    if options.keep_colours or options.palette != "keep":
        styled, description = style_transfer.keep_colors(styled, image), f"{description}, in the painting's colors"
    return Master(styled, description, True, note)


def _count_sources(pictures: AbstractSet[str], albums: AbstractSet[str]) -> str:
    """Return what provides the style, in words."""
    counts = (("picture of your own", "pictures of your own", len(pictures)), ("album", "albums", len(albums)))
    return " and ".join(f"{count} {one if count == 1 else many}" for one, many, count in counts if count)


def _choose_strength(prompt: Prompt, options: CoverOptions, backend: str) -> tuple[float, float, bool]:
    """Return strength, strokes, and whether the painting may show faces.

    The strength is the listener's choice, or what suits the medium or an image model's painting.
    """
    technique = load_techniques().get(prompt.technique) if backend == "painter" else None
    default, strokes = (technique.style_strength, technique.strokes) if technique else _DEFAULT_STYLE
    return (default if options.style_strength is None else options.style_strength), strokes, technique is None


def _get_source_type(painting: Painting, master: Master) -> SourceType:
    if painting.backend == "openai":
        return "trainedAlgorithmicMedia"
    return "algorithmicallyEnhanced" if master.is_styled else "algorithmicMedia"


def _describe_painting(painting: Painting) -> str:
    author = "by the built-in painter" if painting.backend == "painter" else f"by {painting.model}"
    return f"{author}. {painting.note}" if painting.note else author
