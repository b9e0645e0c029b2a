"""Stylize: a painting and artwork -> the finished cover."""

from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger
from coverart.errors import CoverDeletedError, PictureError
from coverart.images.decode import decode_image
from coverart.images.jpeg import resize_to_fit
from coverart.models import ArtworkObjects, CoverImages, CoverOptions, Painting, Prompt, Song
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.step import StepInput, step
from coverart.store.keys import artwork_key, cover_file_key
from stylize.contact_sheet import MAX_ARTWORKS, TILE
from stylize.render import render_cover_files

_AT_ONCE = 4
# Of artwork that lends its style; ten pictures of 16 megapixels would take 0.6 GB.
_LARGEST_SIDE = 1024
_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}


class StylizeInput(StepInput):
    """`failure`: the last try to style it, of those that there are; the painting stays as it is."""

    songs: list[Song]
    artworks: list[ArtworkObjects]
    prompt: Prompt
    painting: Painting
    options: CoverOptions
    failure: TaskError | None = None


@step("stylize", input_model=StylizeInput, result_attribute="pictures", writes_images=True)
def handler(event: StylizeInput) -> CoverImages:
    """Nothing is put before everything is made; the same event puts the same bytes under the same keys."""
    bucket = Bucket(clients.get_client("s3"), StepSettings.load().bucket_name)
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        reading = readers.submit(lambda: decode_image(bucket.get(event.painting.key)))
        artworks = _artworks(bucket, event, readers)
    try:
        painting = reading.result()
    except KeyError:
        raise CoverDeletedError("This cover was deleted while it was being made.") from None
    files, note = render_cover_files(
        event.songs,
        artworks,
        {artwork.album_id: artwork.objects for artwork in event.artworks},
        event.prompt,
        event.painting,
        painting,
        event.options,
        styled=event.failure is None,
    )
    keys = {name: cover_file_key(event.listener_id, event.cover_id, name) for name in files}
    with ThreadPoolExecutor(_AT_ONCE) as writers:
        list(writers.map(lambda name: bucket.put(keys[name], files[name], _TYPES[name[-4:]]), files))
    return CoverImages(**{name[:-4]: key for name, key in keys.items()}, note=note)


def _artworks(bucket: Bucket, event: StylizeInput, readers: ThreadPoolExecutor) -> dict[str, Image.Image]:
    """By album id, those that the contact sheet shows or the style comes from, as far as they can be had, and no larger
    than that takes.
    """
    stored = {song.album_id: song.artwork for song in event.songs}
    shown = [song.album_id for song in event.songs[:MAX_ARTWORKS]]
    albums = list(dict.fromkeys(shown + event.prompt.style_albums))

    def read(album_id: str) -> Image.Image | None:
        try:
            body = bucket.get(stored.get(album_id) or artwork_key(event.listener_id, album_id))
            return resize_to_fit(decode_image(body), _LARGEST_SIDE if album_id in event.prompt.style_albums else TILE)
        except (KeyError, PictureError) as error:
            logger.warning("artwork left out", album_id=album_id, reason=str(error))
            return None

    pictures = dict(zip(albums, readers.map(read, albums), strict=True))
    return {album_id: picture for album_id, picture in pictures.items() if picture is not None}
