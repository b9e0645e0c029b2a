"""Lambda handler: turn the painting and the listener's artwork into the finished cover."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple

from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger
from coverart.errors import CoverDeletedError, PictureError
from coverart.images.decode import decode_image
from coverart.images.jpeg import resize_to_fit
from coverart.models import ArtworkObjects, CoverImages, CoverOptions, Painting, Song
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.step import PaintInput, step
from coverart.store.keys import artwork_key, cover_file_key, picture_file_key
from stylize.contact_sheet import MAX_ARTWORKS, PICTURE_PIXELS, TILE_PIXELS
from stylize.render import render_cover_files
from stylize.style_transfer import load_networks

_MAX_PARALLEL_TRANSFERS = 4
# The longer side of artwork that provides the style; ten images of 16 megapixels would take 0.6 GB.
_MAX_STYLE_PIXELS = 1024
_CONTENT_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}


class StylizeInput(PaintInput):
    """`title`: the playlist's name, or empty.

    `failure`: the last error of the attempts. If they crashed, the painting stays unstyled.
    """

    songs: list[Song]
    title: str = ""
    artworks: list[ArtworkObjects]
    painting: Painting
    options: CoverOptions
    failure: TaskError | None = None


@step("stylize", input_model=StylizeInput, result_attribute="pictures", writes_images=True, warm_up=load_networks)
def handler(event: StylizeInput) -> CoverImages:
    """Store the candidate's files after all are rendered. The same event stores the same bytes."""
    bucket = Bucket(clients.get_client("s3"), StepSettings.load().bucket_name)
    with ThreadPoolExecutor(1) as executor:
        painting_future = executor.submit(lambda: decode_image(bucket.get(event.painting.key)))
        artworks = load_artworks(event.cover_id, _list_artworks(event), bucket)
    try:
        painting_image = painting_future.result()
    except KeyError:
        raise CoverDeletedError("This cover was deleted while it was being made.") from None
    cover = render_cover_files(
        event.title,
        event.songs,
        artworks,
        {artwork.album_id: artwork.objects for artwork in event.artworks},
        event.prompt,
        event.painting,
        painting_image,
        event.options,
        apply_style=event.failure is None or event.failure.find_error_of_ours() is not None,
    )
    keys = {name: cover_file_key(event.listener_id, event.cover_id, name, event.candidate) for name in cover.files}
    with ThreadPoolExecutor(_MAX_PARALLEL_TRANSFERS) as executor:
        list(executor.map(lambda name: bucket.put(keys[name], cover.files[name], _CONTENT_TYPES[name[-4:]]), keys))
    values: dict[str, Any] = {name[:-4]: key for name, key in keys.items()}
    values |= {"note": cover.note, "lettering_note": cover.lettering_note, "cap_height": cover.cap_height}
    return CoverImages.model_validate(values)


class StoredArtwork(NamedTuple):
    """An album's artwork, or a picture of the listener's own.

    `name`: the id of the album or picture, or the key of a mask. `max_pixels`: the longer side to which it is reduced.
    """

    name: str
    key: str
    max_pixels: int


def _list_artworks(event: StylizeInput) -> tuple[StoredArtwork, ...]:
    """Return the artwork and the pictures for the contact sheet and the style."""
    style_pictures, cut_out = event.options.style_pictures or [], event.prompt.cut_out
    pictures = [
        StoredArtwork(picture_id, picture_file_key(event.listener_id, picture_id, "picture.jpg"), _MAX_STYLE_PIXELS)
        for picture_id in style_pictures
    ]
    if cut_out is not None and cut_out.picture_id not in style_pictures:
        pictures.append(StoredArtwork(cut_out.picture_id, cut_out.key, PICTURE_PIXELS))
    if cut_out is not None and cut_out.mask is not None:
        pictures.append(StoredArtwork(cut_out.mask, cut_out.mask, PICTURE_PIXELS))
    stored_keys = {song.album_id: song.artwork for song in event.songs}
    sheet_albums = [song.album_id for song in event.songs[:MAX_ARTWORKS]]
    artworks = (
        StoredArtwork(
            album_id,
            stored_keys.get(album_id) or artwork_key(event.listener_id, album_id),
            _MAX_STYLE_PIXELS if album_id in event.prompt.style_albums else TILE_PIXELS,
        )
        for album_id in dict.fromkeys(sheet_albums + event.prompt.style_albums)
    )
    return *artworks, *pictures


@lru_cache(maxsize=1)
def load_artworks(_cover_id: str, artworks: tuple[StoredArtwork, ...], bucket: Bucket) -> dict[str, Image.Image]:
    """Return the reduced artwork and pictures by name. What is missing or cannot be decoded is left out.

    A warm function makes several candidates of a cover, which have the same artwork, so that of the last cover is kept.
    """

    def load(artwork: StoredArtwork) -> Image.Image | None:
        try:
            return resize_to_fit(decode_image(bucket.get(artwork.key)), artwork.max_pixels)
        except (KeyError, PictureError) as error:
            logger.warning("artwork left out", artwork=artwork.name, reason=str(error))
            return None

    with ThreadPoolExecutor(_MAX_PARALLEL_TRANSFERS) as executor:
        images = zip(artworks, executor.map(load, artworks), strict=True)
        return {artwork.name: image for artwork, image in images if image is not None}
