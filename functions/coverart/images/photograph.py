"""The listener's own picture as detect and the painter read it."""

from PIL import Image

from coverart.aws.s3 import Bucket
from coverart.images.decode import decode_image
from coverart.store.pictures import picture_not_found

# More than the painter prints. The mask has the same size.
MAX_SIDE_PIXELS = 1280


def read_photograph(key: str, bucket: Bucket) -> Image.Image:
    """Return the picture at an S3 key, reduced to MAX_SIDE_PIXELS. Raises PictureNotFoundError where it was deleted."""
    try:
        image = decode_image(bucket.get(key))
    except KeyError:
        raise picture_not_found() from None
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return image
