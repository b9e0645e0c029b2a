"""One picture that shows the way from the artwork to the cover.

Artwork is shown whole and as it is, scaled down only; what was seen on it is drawn on a plain panel beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from PIL import Image, ImageDraw, ImageOps

from coverart.images.jpeg import resize_to_fit
from coverart.models import DetectedObject, Prompt, Song
from stylize.typesetting import font, legible, shorten, wrap

MAX_ARTWORKS = 12
WIDTH = 1600

_MARGIN = 64
_INNER = WIDTH - 2 * _MARGIN
_PAPER, _PANEL, _LINE, _INK, _GREY = "#faf8f4", "#efebe3", "#d9d3c7", "#1d1b19", "#6f6a62"
# Of the boxes, in the order of their certainty: dark enough for white letters on them (WCAG 2.2, 4.5:1).
_BOXES = ("#b3261e", "#0b57a4", "#22683a", "#7b3f9d", "#8a5000", "#00696d")
_GAP, _IN_ROW = 36, 4
# The most that an artwork is wide or high on it, but for the style's.
TILE = ((_INNER + _GAP) // _IN_ROW - _GAP - 8) // 2
_SOURCES = {"built_in": "built in"}
_OTHER_SCRIPT = "(in another script)"


@dataclass(frozen=True)
class ContactSheetData:
    """What the sheet tells. Pictures by album id: an artwork that is no longer stored is missing, and so are objects
    where nothing was looked for. `painter` says who painted, `manner` how the style was applied.
    """

    songs: Sequence[Song]
    artworks: Mapping[str, Image.Image]
    objects: Mapping[str, Sequence[DetectedObject]]
    prompt: Prompt
    painting: Image.Image
    painter: str
    style_albums: Sequence[str]
    manner: str
    cover: Image.Image


def draw_contact_sheet(way: ContactSheetData) -> Image.Image:
    """RGB, 1600 wide and as high as it takes; at most the first 12 artworks are shown."""
    # Drawn once on a sheet that is surely high enough, then cut.
    page = _Page(Image.new("RGB", (WIDTH, 4000), _PAPER))
    page.text(_MARGIN, "From the artwork to the cover", 46)
    page.down(84)
    _artworks(page, way)
    _words(page, way.prompt)
    _pictures(page, way)
    page.line()
    page.text(_MARGIN, "Artwork from Spotify. Shown whole and unaltered, scaled down.", 20, _GREY)
    return page.sheet.crop((0, 0, WIDTH, page.y + 20 + _MARGIN))


class _Page:
    """A sheet and the height down to which it is filled."""

    def __init__(self, sheet: Image.Image) -> None:
        self.sheet, self.pen, self.y = sheet, ImageDraw.Draw(sheet), _MARGIN

    def down(self, pixels: int) -> None:
        self.y += pixels

    def text(self, x: int, text: str, size: int, colour: str = _INK, below: int = 0) -> None:
        self.pen.text((x, self.y + below), text, fill=colour, font=font(size))

    def line(self) -> None:
        self.pen.line((_MARGIN, self.y, WIDTH - _MARGIN, self.y), fill=_LINE, width=2)
        self.down(30)

    def heading(self, number: int, title: str, beside: str) -> None:
        self.line()
        self.text(_MARGIN, f"{number}", 30, _BOXES[0])
        self.text(_MARGIN + 34, title, 30)
        start = _MARGIN + 34 + int(font(30).getlength(title)) + 20
        self.text(start, shorten(legible(beside), 20, WIDTH - _MARGIN - start), 20, _GREY, below=10)
        self.down(64)

    def caption(self, x: int, name: str, more: str, width: int, below: int) -> None:
        self.text(x, name, 21, below=below)
        start = int(font(21).getlength(name)) + 14
        self.text(x + start, shorten(legible(more), 18, width - start), 18, _GREY, below=below + 3)

    def picture(self, x: int, picture: Image.Image, below: int = 0) -> None:
        self.sheet.paste(picture, (x, self.y + below))


def shown(artwork: Image.Image, side: int) -> Image.Image:
    """The artwork, whole, at most `side` wide and high."""
    return artwork if max(artwork.size) <= side else resize_to_fit(artwork, side)


def _artworks(page: _Page, way: ContactSheetData) -> None:
    more = len(way.songs) - MAX_ARTWORKS
    page.heading(1, "What is on the artwork", f"and {more} more" if more > 0 else "")
    songs = way.songs[:MAX_ARTWORKS]
    for start in range(0, len(songs), _IN_ROW):
        for column, song in enumerate(songs[start : start + _IN_ROW]):
            _artwork(page, _MARGIN + column * (_INNER + _GAP) // _IN_ROW, song, way)
        page.down(TILE + 78)


def _artwork(page: _Page, x: int, song: Song, way: ContactSheetData) -> None:
    artwork, objects = way.artworks.get(song.album_id), way.objects.get(song.album_id)
    size = (TILE, TILE)
    if artwork is None:
        _panel(page, x, size, "no longer stored")
    else:
        small = shown(artwork, TILE)
        page.picture(x, small)
        size = small.size
    said = "not looked at" if objects is None else "" if objects else "nothing recognized"
    beside = x + size[0] + 8
    _panel(page, beside, size, said)
    _boxes(page, beside, size, objects or ())
    width = 2 * TILE + 8
    page.text(x, shorten(legible(song.artist, _OTHER_SCRIPT), 20, width), 20, below=TILE + 9)
    album = legible(song.album, _OTHER_SCRIPT)
    page.text(x, shorten(f"{album}, {song.year}" if song.year else album, 17, width), 17, _GREY, below=TILE + 34)


def _panel(page: _Page, x: int, size: tuple[int, int], said: str) -> None:
    page.pen.rectangle((x, page.y, x + size[0] - 1, page.y + size[1] - 1), fill=_PANEL)
    page.pen.text((x + size[0] / 2, page.y + size[1] / 2), said, fill=_GREY, font=font(16), anchor="mm")


def _boxes(page: _Page, x: int, size: tuple[int, int], objects: Sequence[DetectedObject]) -> None:
    """The boxes on a panel; each label in the first corner of its box that no more certain one has taken."""
    right, bottom = size[0] - 1, size[1] - 1
    labels: list[tuple[float, float, float, float]] = []
    for thing, colour in zip(objects, cycle(_BOXES), strict=False):
        x0, y0, x1, y1 = (edge * end for edge, end in zip(thing.box, (right, bottom, right, bottom), strict=True))
        page.pen.rectangle((x + x0, page.y + y0, x + x1, page.y + y1), outline=colour, width=3)
        text = shorten(f"{thing.label} {thing.score:.0%}", 15, right - 10)
        wide, high = font(15).getlength(text) + 10, 21.0
        lefts, tops = (min(x0, right - wide), max(x1 - wide, 0.0)), (min(y0, bottom - high), max(y1 - high, 0.0))
        corners = [(left, top, left + wide, top + high) for top in tops for left in lefts]
        label = next((corner for corner in corners if not any(_overlap(corner, taken) for taken in labels)), corners[0])
        labels.append(label)
        page.pen.rectangle((x + label[0], page.y + label[1], x + label[2], page.y + label[3]), fill=colour)
        page.pen.text((x + label[0] + 5, page.y + label[1] + 11), text, fill="white", font=font(15), anchor="lm")


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _words(page: _Page, prompt: Prompt) -> None:
    page.heading(2, "What was written", "")
    top, column = page.y, 836
    for line in wrap(legible(prompt.text, _OTHER_SCRIPT), 25, column, 16):
        page.text(_MARGIN, line, 25)
        page.down(37)
    page.down(14)
    swatch = min(104, (column + 8) // max(len(prompt.palette), 1) - 8)
    for rank, colour in enumerate(prompt.palette):
        x = _MARGIN + rank * (swatch + 8)
        page.pen.rectangle((x, page.y, x + swatch - 1, page.y + 47), fill=colour)
        if swatch >= 80:
            page.text(x, colour, 16, _GREY, below=54)
    bottom = page.y + (90 if prompt.palette else 0)
    page.y, x = top, _MARGIN + column + 64
    width = WIDTH - _MARGIN - x
    for phrase in prompt.phrases[:14]:
        page.text(x, shorten(legible(phrase.text, _OTHER_SCRIPT), 19, width), 19)
        origin = " · ".join((phrase.part, _SOURCES.get(phrase.source, phrase.source), phrase.detail))
        page.text(x, shorten(legible(origin), 16, width), 16, _GREY, below=25)
        page.down(56)
    page.y = max(page.y, bottom) + 20


def _pictures(page: _Page, way: ContactSheetData) -> None:
    page.heading(3, "What was painted", "")
    large = 836
    small = _INNER - _GAP - large
    page.picture(_MARGIN, ImageOps.fit(way.painting, (small, small), Image.Resampling.LANCZOS))
    page.caption(_MARGIN, "The painting", way.painter, small, below=small + 10)
    page.picture(WIDTH - _MARGIN - large, way.cover.resize((large, large), Image.Resampling.LANCZOS))
    page.caption(WIDTH - _MARGIN - large, "The cover", way.manner, large, below=large + 10)

    side, gap = (small - 36) // 4, 12
    by_id = {song.album_id: song for song in way.songs}
    for place, album_id in enumerate([album for album in way.style_albums if album in way.artworks][:4]):
        x, below = _MARGIN + place * (side + gap), small + 60
        artwork = shown(way.artworks[album_id], side)
        page.picture(x, artwork, below)
        album = legible(by_id[album_id].album, _OTHER_SCRIPT) if album_id in by_id else ""
        page.text(x, shorten(album, 16, side), 16, _GREY, below=below + artwork.height + 8)
    page.down(large + 62)
