"""A cover in the shape of a phone's screen, to share as a story.

Beside the cover it has the title and, in words, what the cover came from. It shows no album artwork.
"""

from PIL import Image, ImageDraw

from coverart.models import Prompt
from stylize.typesetting import get_font, transliterate, wrap

# Lengths are in pixels. Apps cover about 250 pixels at the top and the bottom with buttons of their own.
WIDTH, HEIGHT = 1080, 1920
_MARGIN, _TOP = 80, 290
_SIDE = WIDTH - 2 * _MARGIN
_TITLE_SIZE, _TEXT_SIZE, _CREDIT_SIZE = 68, 36, 22
_LINE_SPACING = 1.25
# White letters on it have a contrast of more than 4.5:1 whatever the cover's colors (WCAG 2.2, 1.4.3).
_DARKENING = 0.62
_BLUR_PIXELS = 6
_NO_TITLE = "My top artists"
_SOURCES = {"objects": "the {}", "titles": "{}", "genres": "{}", "era": "the {}"}


def draw_story(cover: Image.Image, title: str, prompt: Prompt, credit: str | None) -> Image.Image:
    """Return an RGB image of WIDTH x HEIGHT. `credit`: whom the pictogram is by, or None."""
    story = _draw_background(cover)
    story.paste(cover.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), (_MARGIN, _TOP))
    draw, y = ImageDraw.Draw(story), _TOP + _SIDE + 56
    texts = ((transliterate(title, _NO_TITLE), _TITLE_SIZE, 2), (describe_origin(prompt), _TEXT_SIZE, 4))
    for text, size, max_lines in texts:
        for line in wrap(transliterate(text), size, _SIDE, max_lines):
            draw.text((_MARGIN, y), line, fill="white", font=get_font(size))
            y += round(size * _LINE_SPACING)
        y += 28
    if credit:
        draw.text((_MARGIN, y), transliterate(f"Pictogram: {credit}."), fill="white", font=get_font(_CREDIT_SIZE))
    return story


def describe_origin(prompt: Prompt) -> str:
    """Return a sentence that says what led to the cover: objects, titles, genres and era, each once; "" for none."""
    details = {phrase.source: phrase.detail for phrase in reversed(prompt.phrases)} | {"era": prompt.era}
    origins = [form.format(details[source]) for source, form in _SOURCES.items() if details.get(source)]
    if not origins:
        return ""
    *others, last = origins
    return f"Out of {', '.join(others)} and {last}." if others else f"Out of {last}."


def _draw_background(cover: Image.Image) -> Image.Image:
    """Return the cover's colors, blurred and dark."""
    blurred = cover.resize((_BLUR_PIXELS, _BLUR_PIXELS), Image.Resampling.BOX)
    large = blurred.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return Image.blend(large, Image.new("RGB", large.size), _DARKENING)
