"""Keeps a picture to the hues of its palette."""

import numpy as np
from PIL import Image, ImageFilter

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.inks import Inks

_TABLE_SIZE = 33
# Palette colors with less chroma have no hue.
_MIN_CHROMA = 0.02
# Degrees from the nearest hue of the palette at which a color begins to lose chroma, and has lost most of it.
_NEAR, _FAR = 26.0, 42.0
_REST = 0.12


def keep_hues(image: Image.Image, inks: Inks) -> Image.Image:
    """Return the RGB image with colors of foreign hues nearly gray; all of it is gray where the palette is.

    Where inks or lights overlap, hues appear that no color of the artwork has. Pillow looks every pixel up in a table
    of 33 x 33 x 33 colors, with linear interpolation.
    """
    return image.filter(ImageFilter.Color3DLUT(_TABLE_SIZE, _make_table(inks), channels=3))


def _make_table(inks: Inks) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    levels = np.linspace(0, 1, _TABLE_SIZE)
    # Red changes fastest.
    blue, green, red = np.meshgrid(levels, levels, levels, indexing="ij")
    lab = to_oklab(np.stack([red, green, blue], axis=-1))
    own = to_oklab(np.stack(inks.palette))
    hues = np.degrees(np.arctan2(own[:, 2], own[:, 1]))[np.hypot(own[:, 1], own[:, 2]) > _MIN_CHROMA]
    if len(hues):
        hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
        distance = np.abs((hue[..., None] - hues + 180) % 360 - 180).min(-1)
        foreignness = np.clip((distance - _NEAR) / (_FAR - _NEAR), 0, 1)
        lab[..., 1:] *= (1 - (1 - _REST) * foreignness)[..., None]
    else:
        lab[..., 1:] = 0
    return np.clip(from_oklab(lab), 0, 1).astype(np.float32).ravel()
