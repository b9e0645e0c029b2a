"""The artwork behind a prompt: it has the palette and provides the style."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from coverart.errors import InvalidRequestError, NoArtworkError, PictureError
from coverart.images.decode import decode_image
from coverart.models import CoverOptions, Song
from prompt.palette import rank_strongest_artwork

# More than palette and texture need. Fifty images of full size would not fit into the function's memory.
_MAX_SIDE_PIXELS = 192
_MAX_PARALLEL_READS = 4


def read_artwork(songs: Sequence[Song], get: Callable[[str], bytes]) -> dict[str, Image.Image]:
    """Return small images of the artwork by album id, in the order of the songs.

    `get`: returns the object at an S3 key, or raises KeyError. Leaves out artwork that is missing or unreadable. Raises
    NoArtworkError where nothing remains.
    """

    def read(song: Song) -> Image.Image | None:
        try:
            image = decode_image(get(song.artwork))
        except (KeyError, PictureError):
            return None
        image.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS))
        return image

    with ThreadPoolExecutor(_MAX_PARALLEL_READS) as executor:
        images = list(executor.map(read, songs))
    images_by_album = {song.album_id: image for song, image in zip(songs, images, strict=True) if image is not None}
    if not images_by_album:
        raise NoArtworkError("The artwork has expired or is unreadable. Please create a new cover.")
    return images_by_album


def choose_style_albums(songs: Sequence[Song], options: CoverOptions, images: Mapping[str, Image.Image]) -> list[str]:
    """Return the ids of the albums whose artwork provides the style: the listener's choice, else the strongest artwork.

    `images`: by album id. Raises InvalidRequestError where the listener chose an album that none of the songs is from.
    """
    if options.style_albums is None:
        return rank_strongest_artwork(images)
    if not {song.album_id for song in songs}.issuperset(options.style_albums):
        raise InvalidRequestError("A style album is not among this cover's albums. Please choose again.")
    return list(options.style_albums)
