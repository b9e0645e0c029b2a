"""One image that shows all steps of a cover, from the artwork to the result.

Artwork is shown whole and unaltered, scaled down only: what was detected on it is drawn on an empty panel beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from PIL import Image, ImageDraw, ImageOps

from coverart.images.jpeg import resize_to_fit
from coverart.models import CutOut, DetectedObject, Prompt, Song
from stylize.typesetting import get_font, shorten, transliterate, wrap

# Lengths are in pixels.
MAX_ARTWORKS = 12
WIDTH = 1600
_MAX_HEIGHT = 4000
_MARGIN = 64
_CONTENT_WIDTH = WIDTH - 2 * _MARGIN
_ARTWORK_GAP, _ARTWORKS_IN_ROW = 36, 4
# The largest width and height of the listener's own picture.
PICTURE_PIXELS = 420
# The largest width and height of an artwork; artwork that provides the style may be larger.
TILE_PIXELS = ((_CONTENT_WIDTH + _ARTWORK_GAP) // _ARTWORKS_IN_ROW - _ARTWORK_GAP - 8) // 2
_LARGE = 836  # width of the prompt's text, and side of the cover
_MAX_PHRASES = 16
_MAX_STYLE_ARTWORKS = 4

_PAPER, _PANEL, _LINE, _INK, _GRAY = "#faf8f4", "#efebe3", "#d9d3c7", "#1d1b19", "#6f6a62"
# Of the boxes by descending score, dark enough for white letters (contrast of 4.5:1; WCAG 2.2, 1.4.3).
_BOX_COLORS = ("#b3261e", "#0b57a4", "#22683a", "#7b3f9d", "#8a5000", "#00696d")
_DISPLAY_NAMES = {"built_in": "built in", "colours": "colors"}
_NOT_DISPLAYABLE = "(cannot be displayed)"

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class ContactSheetData:
    """The content of a contact sheet. `artworks` and `objects` are by album id.

    `artworks` also has pictures of the listener's own by id, and by its key the mask of the one that the cover shows.
    What is no longer stored is missing in it; artwork that was not analyzed is missing in `objects`. `style_titles`: of
    albums and pictures that provide the style, by id. `painting_description` and `style_description` are the captions
    of `painting` and `cover`. `credit`: whom the painting's pictogram is by, or None.
    """

    songs: Sequence[Song]
    artworks: Mapping[str, Image.Image]
    objects: Mapping[str, Sequence[DetectedObject]]
    prompt: Prompt
    painting: Image.Image
    painting_description: str
    style_titles: Mapping[str, str]
    style_description: str
    cover: Image.Image
    credit: str | None = None


def draw_contact_sheet(data: ContactSheetData) -> Image.Image:
    """Return an RGB image, 1600 pixels wide and as high as needed. It shows at most the first 12 artworks."""
    page = _Page()
    page.draw_text(_MARGIN, "From the artwork to the cover", 46)
    page.y += 84
    _draw_artworks(page, data)
    if data.prompt.cut_out is not None:
        _draw_own_picture(page, data.prompt.cut_out, data.artworks)
    _draw_prompt(page, data.prompt)
    _draw_painting_and_cover(page, data)
    page.draw_line()
    page.draw_text(_MARGIN, "Artwork from Spotify, shown whole and unaltered, scaled down only.", 20, _GRAY)
    if data.credit:
        page.y += 32
        page.draw_text(_MARGIN, transliterate(f"Pictogram: {data.credit}."), 20, _GRAY)
    return page.image.crop((0, 0, WIDTH, page.y + 20 + _MARGIN))


class _Page:
    """An image that is surely high enough, and the y coordinate at which the next part begins.

    Offsets are added to `y`.
    """

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, _MAX_HEIGHT), _PAPER)
        self.draw, self.y = ImageDraw.Draw(self.image), _MARGIN
        self.headings = 0

    def draw_text(self, x: int, text: str, size: int, color: str = _INK, offset: int = 0) -> None:
        self.draw.text((x, self.y + offset), text, fill=color, font=get_font(size))

    def draw_line(self) -> None:
        self.draw.line((_MARGIN, self.y, WIDTH - _MARGIN, self.y), fill=_LINE, width=2)
        self.y += 30

    def draw_heading(self, title: str, details: str = "") -> None:
        self.headings += 1
        self.draw_line()
        self.draw_text(_MARGIN, f"{self.headings}", 30, _BOX_COLORS[0])
        self.draw_text(_MARGIN + 34, title, 30)
        x = _MARGIN + 34 + int(get_font(30).getlength(title)) + 20
        self.draw_text(x, shorten(transliterate(details), 20, WIDTH - _MARGIN - x), 20, _GRAY, offset=10)
        self.y += 64

    def draw_caption(self, x: int, title: str, description: str, width: int, offset: int) -> None:
        self.draw_text(x, title, 21, offset=offset)
        title_width = int(get_font(21).getlength(title)) + 14
        text = shorten(transliterate(description), 18, width - title_width)
        self.draw_text(x + title_width, text, 18, _GRAY, offset=offset + 3)

    def paste(self, x: int, image: Image.Image, offset: int = 0) -> None:
        self.image.paste(image, (x, self.y + offset))


def fit_artwork(artwork: Image.Image, side: int) -> Image.Image:
    """Return the whole artwork, at most `side` pixels wide and high. It is never enlarged."""
    return artwork if max(artwork.size) <= side else resize_to_fit(artwork, side)


def _draw_artworks(page: _Page, data: ContactSheetData) -> None:
    hidden_count = len(data.songs) - MAX_ARTWORKS
    page.draw_heading("Objects on the artwork", f"and {hidden_count} more albums" if hidden_count > 0 else "")
    songs = data.songs[:MAX_ARTWORKS]
    for start in range(0, len(songs), _ARTWORKS_IN_ROW):
        for column, song in enumerate(songs[start : start + _ARTWORKS_IN_ROW]):
            x = _MARGIN + column * (_CONTENT_WIDTH + _ARTWORK_GAP) // _ARTWORKS_IN_ROW
            _draw_artwork(page, x, song, data)
        page.y += TILE_PIXELS + 78


def _draw_artwork(page: _Page, x: int, song: Song, data: ContactSheetData) -> None:
    artwork, objects = data.artworks.get(song.album_id), data.objects.get(song.album_id)
    size = (TILE_PIXELS, TILE_PIXELS)
    if artwork is None:
        _draw_panel(page, x, size, "no longer stored")
    else:
        tile = fit_artwork(artwork, TILE_PIXELS)
        page.paste(x, tile)
        size = tile.size
    message = "not analyzed" if objects is None else "" if objects else "no objects detected"
    panel_x = x + size[0] + 8
    _draw_panel(page, panel_x, size, message)
    _draw_boxes(page, panel_x, size, objects or ())
    width = 2 * TILE_PIXELS + 8
    artist, album = (transliterate(name, _NOT_DISPLAYABLE) for name in (song.artist, song.album))
    page.draw_text(x, shorten(artist, 20, width), 20, offset=TILE_PIXELS + 9)
    album_and_year = f"{album}, {song.year}" if song.year else album
    page.draw_text(x, shorten(album_and_year, 17, width), 17, _GRAY, offset=TILE_PIXELS + 34)


def _draw_own_picture(page: _Page, cut_out: CutOut, artworks: Mapping[str, Image.Image]) -> None:
    """Draw the picture, and its subject with the boxes of the faces."""
    faces = "1 face" if len(cut_out.faces) == 1 else f"{len(cut_out.faces)} faces" if cut_out.faces else ""
    page.draw_heading("Your own picture", ", ".join(text for text in (cut_out.label, faces) if text))
    picture = artworks.get(cut_out.picture_id)
    if picture is None:
        _draw_panel(page, _MARGIN, (PICTURE_PIXELS, PICTURE_PIXELS), "no longer stored")
        page.y += PICTURE_PIXELS + 40
        return
    picture = fit_artwork(picture, PICTURE_PIXELS)
    page.paste(_MARGIN, picture)
    x = _MARGIN + picture.width + 8
    mask = artworks.get(cut_out.mask or "")
    _draw_panel(page, x, picture.size, "" if mask else "used whole")
    if mask is not None:
        page.image.paste(picture, (x, page.y), mask.convert("L").resize(picture.size))
    for x0, y0, x1, y1 in cut_out.faces:
        box = (
            x + x0 * picture.width,
            page.y + y0 * picture.height,
            x + x1 * picture.width,
            page.y + y1 * picture.height,
        )
        page.draw.rectangle(box, outline=_BOX_COLORS[0], width=3)
    page.y += picture.height + 40


def _draw_panel(page: _Page, x: int, size: tuple[int, int], message: str) -> None:
    page.draw.rectangle((x, page.y, x + size[0] - 1, page.y + size[1] - 1), fill=_PANEL)
    center = (x + size[0] / 2, page.y + size[1] / 2)
    page.draw.text(center, message, fill=_GRAY, font=get_font(16), anchor="mm")


def _draw_boxes(page: _Page, x: int, size: tuple[int, int], objects: Sequence[DetectedObject]) -> None:
    """Draw bounding boxes on a panel, each with its label in the first free corner."""
    right, bottom = size[0] - 1, size[1] - 1
    labels: list[Rectangle] = []
    for detected, color in zip(objects, cycle(_BOX_COLORS), strict=False):
        x0, y0, x1, y1 = (edge * end for edge, end in zip(detected.box, (right, bottom, right, bottom), strict=True))
        page.draw.rectangle((x + x0, page.y + y0, x + x1, page.y + y1), outline=color, width=3)
        text = shorten(f"{detected.label} {detected.score:.0%}", 15, right - 10)
        width, height = get_font(15).getlength(text) + 10, 21.0
        lefts, tops = (min(x0, right - width), max(x1 - width, 0.0)), (min(y0, bottom - height), max(y1 - height, 0.0))
        corners = [(left, top, left + width, top + height) for top in tops for left in lefts]
        label = next((corner for corner in corners if not any(_overlap(corner, other) for other in labels)), corners[0])
        labels.append(label)
        page.draw.rectangle((x + label[0], page.y + label[1], x + label[2], page.y + label[3]), fill=color)
        page.draw.text((x + label[0] + 5, page.y + label[1] + 11), text, fill="white", font=get_font(15), anchor="lm")


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _draw_prompt(page: _Page, prompt: Prompt) -> None:
    page.draw_heading("The prompt")
    top = page.y
    _draw_prompt_text(page, prompt)
    bottom = page.y
    page.y = top
    _draw_phrases(page, prompt)
    page.y = max(page.y, bottom) + 20


def _draw_prompt_text(page: _Page, prompt: Prompt) -> None:
    for line in wrap(transliterate(prompt.text, _NOT_DISPLAYABLE), 25, _LARGE, 16):
        page.draw_text(_MARGIN, line, 25)
        page.y += 37
    page.y += 14
    swatch = min(104, (_LARGE + 8) // max(len(prompt.palette), 1) - 8)
    for index, color in enumerate(prompt.palette):
        x = _MARGIN + index * (swatch + 8)
        page.draw.rectangle((x, page.y, x + swatch - 1, page.y + 47), fill=color)
        if swatch >= 80:
            page.draw_text(x, color, 16, _GRAY, offset=54)
    page.y += 90 if prompt.palette else 0


def _draw_phrases(page: _Page, prompt: Prompt) -> None:
    x = _MARGIN + _LARGE + 64
    width = WIDTH - _MARGIN - x
    for phrase in prompt.phrases[:_MAX_PHRASES]:
        page.draw_text(x, shorten(transliterate(phrase.text, _NOT_DISPLAYABLE), 19, width), 19)
        part, source = (_DISPLAY_NAMES.get(name, name) for name in (phrase.part, phrase.source))
        origin = " · ".join((part, source, phrase.detail))
        page.draw_text(x, shorten(transliterate(origin), 16, width), 16, _GRAY, offset=25)
        page.y += 56


def _draw_painting_and_cover(page: _Page, data: ContactSheetData) -> None:
    page.draw_heading("Painting and cover")
    small = _CONTENT_WIDTH - _ARTWORK_GAP - _LARGE
    page.paste(_MARGIN, ImageOps.fit(data.painting, (small, small), Image.Resampling.LANCZOS))
    page.draw_caption(_MARGIN, "The painting", data.painting_description, small, offset=small + 10)
    cover_x = WIDTH - _MARGIN - _LARGE
    page.paste(cover_x, data.cover.resize((_LARGE, _LARGE), Image.Resampling.LANCZOS))
    page.draw_caption(cover_x, "The cover", data.style_description, _LARGE, offset=_LARGE + 10)
    _draw_style_sources(page, data, (small - 36) // 4, small + 60)
    page.y += _LARGE + 62


def _draw_style_sources(page: _Page, data: ContactSheetData, side: int, offset: int) -> None:
    names = [name for name in data.style_titles if name in data.artworks]
    for index, name in enumerate(names[:_MAX_STYLE_ARTWORKS]):
        x = _MARGIN + index * (side + 12)
        artwork = fit_artwork(data.artworks[name], side)
        page.paste(x, artwork, offset)
        title = transliterate(data.style_titles[name], _NOT_DISPLAYABLE)
        page.draw_text(x, shorten(title, 16, side), 16, _GRAY, offset=offset + artwork.height + 8)
