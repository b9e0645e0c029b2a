"""The artwork that a prompt looks at: its palette's source and its lenders of style."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from coverart.errors import InvalidRequestError, NoArtworkError, PictureError
from coverart.images.decode import decode_image
from coverart.models import CoverOptions, Song
from prompt.palette import rank_strongest_artwork

# Palette and texture are read from less than this; fifty full pictures would fill a function's memory.
_SIDE = 192


def read_artwork(songs: Sequence[Song], get: Callable[[str], bytes]) -> dict[str, Image.Image]:
    """Album id -> picture, small, the most important first. `get` gives the bytes of a key or raises KeyError.

    What expired or cannot be read is left out. Raises NoArtworkError where nothing is left.
    """

    def read(song: Song) -> Image.Image | None:
        try:
            picture = decode_image(get(song.artwork))
        except (KeyError, PictureError):
            return None
        picture.thumbnail((_SIDE, _SIDE))
        return picture

    with ThreadPoolExecutor(4) as readers:
        pictures = list(readers.map(read, songs))
    found = {song.album_id: picture for song, picture in zip(songs, pictures, strict=True) if picture is not None}
    if not found:
        raise NoArtworkError("None of the artwork is readable any more. Please make the cover anew.")
    return found


def choose_style_albums(songs: Sequence[Song], options: CoverOptions, pictures: Mapping[str, Image.Image]) -> list[str]:
    """The album ids whose artwork lends the style: the listener's choice, else the strongest.

    Raises InvalidRequestError where the choice is not among the songs.
    """
    if options.style_albums is None:
        return rank_strongest_artwork(pictures)
    if not {song.album_id for song in songs}.issuperset(options.style_albums):
        raise InvalidRequestError("A chosen style album is not among this cover's albums. Please choose again.")
    return list(options.style_albums)
