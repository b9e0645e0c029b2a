"""The masks of the motifs in coverart.motifs: `masks.zip`, which scripts/build_models.py puts beside this file."""

import io
import zipfile
from functools import cache, lru_cache
from importlib.resources import files

from PIL import Image

ARCHIVE = "masks.zip"
# Of 0.2 MB each; a layout shows one motif.
_MASKS_IN_MEMORY = 8


@lru_cache(_MASKS_IN_MEMORY)
def load_mask(name: str) -> Image.Image:
    """Return a motif's mask: mode L, 480 pixels along the longer side, cropped to its ink, 255 for ink and 0 around it.

    The image is shared: copy it before you change it. Raises KeyError for an unknown name.
    """
    with Image.open(io.BytesIO(_open_archive().read(f"{name}.png"))) as image:
        return image.convert("L")


def list_masks() -> list[str]:
    """Return the names of all masks."""
    return [name.removesuffix(".png") for name in _open_archive().namelist()]


@cache
def _open_archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO((files("pictograms") / ARCHIVE).read_bytes()))
