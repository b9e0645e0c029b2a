"""Views of a picture. A network that sees something in all of them does not see it by chance."""

from PIL import Image, ImageFilter, ImageOps

# Of each side, cut off the closer view.
_MARGIN = 0.06


def mirror(image: Image.Image) -> Image.Image:
    """Return the mirror image."""
    return ImageOps.mirror(image)


def move_closer(image: Image.Image) -> Image.Image:
    """Return the picture without its margins."""
    width, height = image.size
    return image.crop(
        (
            int(width * _MARGIN),
            int(height * _MARGIN),
            int(width * (1 - _MARGIN)),
            int(height * (1 - _MARGIN)),
        )
    )


def remove_color(image: Image.Image) -> Image.Image:
    """Return the picture in gray."""
    return image.convert("L").convert("RGB")


def soften(image: Image.Image) -> Image.Image:
    """Return the picture blurred, at half its size."""
    return image.reduce(2).filter(ImageFilter.GaussianBlur(1))


# Beside the picture itself. The cheapest ones come first, because drawing ends once everything has its confirmation.
OTHER_VIEWS = (mirror, move_closer, remove_color, soften)
