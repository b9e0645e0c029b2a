"""Recognize an image after another encoding."""

from PIL import Image, ImageChops, ImageStat

from coverart.images.decode import decode_image

_COMPARED_SIDE_PIXELS = 32
# Mean absolute difference (0 to 255) of two images, each reduced to 32x32 RGB. Measured on artwork, covers, mosaics and
# noise: at most 1.5 between an image and its JPEG of 300 pixels or more at quality 40 or better; at least 12 between
# different images.
MAX_DIFFERENCE = 4.0


def are_same_image(first: bytes, second: bytes) -> bool:
    """Return whether both files show the same image, in any size and encoding. Raises PictureError."""
    size = (_COMPARED_SIDE_PIXELS, _COMPARED_SIDE_PIXELS)
    first_image, second_image = (decode_image(data).resize(size, Image.Resampling.LANCZOS) for data in (first, second))
    channel_means = ImageStat.Stat(ImageChops.difference(first_image, second_image)).mean
    return sum(channel_means) / len(channel_means) < MAX_DIFFERENCE
