import numpy as np
import pytest
from PIL import Image

from coverart.models import DetectedObject
from stylize import contact_sheet
from stylize.contact_sheet import ContactSheetData


@pytest.fixture
def way(picture, prompt, song):
    def make(count: int = 1, artist: str = "The Nobodies", **changes) -> ContactSheetData:
        songs = [song(number, artist=artist) for number in range(1, count + 1)]
        cat = DetectedObject(label="cat", score=0.93, box=(0.01, 0.02, 0.8, 0.97))
        parts = {
            "songs": songs,
            "artworks": {one.album_id: picture("chelsea") for one in songs[:12]},
            "objects": {one.album_id: [cat] for one in songs},
            "prompt": prompt,
            "painting": picture("coffee"),
            "painter": "by the built-in painter",
            "style_albums": ["album1"],
            "manner": "in the style of 1 album, strength 70%",
            "cover": Image.new("RGB", (1024, 1024), "#225577"),
        }
        return ContactSheetData(**(parts | changes))

    return make


def found_in(sheet: Image.Image, part: Image.Image) -> int:
    """How often a picture is in the sheet, pixel for pixel."""
    pixels, wanted = np.asarray(sheet), np.asarray(part)
    high, wide = wanted.shape[:2]
    starts = np.argwhere((pixels[: len(pixels) - high, :-wide] == wanted[0, 0]).all(axis=-1))
    return sum(np.array_equal(pixels[y : y + high, x : x + wide], wanted) for y, x in starts)


@pytest.mark.parametrize(("count", "tallest"), [(1, 2600), (12, 3000), (50, 3000)])
def test_the_sheet_is_1600_wide_and_never_absurdly_high(way, count, tallest):
    sheet = contact_sheet.draw_contact_sheet(way(count))
    assert sheet.width == 1600
    assert 1200 < sheet.height < tallest


def test_fifty_artworks_are_as_high_as_twelve(way):
    assert contact_sheet.draw_contact_sheet(way(50)).height == contact_sheet.draw_contact_sheet(way(12)).height


def test_artwork_is_shown_whole_and_unaltered(way, picture):
    artwork = picture("chelsea")
    plain = artwork.resize((166, 110), Image.Resampling.LANCZOS)
    assert contact_sheet.shown(artwork, 166).size == plain.size
    assert found_in(contact_sheet.draw_contact_sheet(way(3, style_albums=[])), plain) == 3


def test_small_artwork_is_not_enlarged(way, picture):
    small = picture("chelsea").resize((64, 64))
    assert found_in(contact_sheet.draw_contact_sheet(way(1, artworks={"album1": small}, style_albums=[])), small) == 1


def test_boxes_are_drawn_beside_the_artwork_in_its_own_proportions(way, picture):
    square = picture("retina").resize((640, 640))
    seen = DetectedObject(label="clock", score=0.9, box=(0.5, 0.5, 1, 1))
    sheet = np.asarray(
        contact_sheet.draw_contact_sheet(
            way(1, artworks={"album1": square}, objects={"album1": [seen]}, style_albums=[])
        )
    )
    panel = np.argwhere((sheet[:700, :700] == (0xEF, 0xEB, 0xE3)).all(axis=-1))
    (top, left), (bottom, _) = panel.min(axis=0), panel.max(axis=0)
    red = np.argwhere((sheet[top : bottom + 1, left : left + 166] == (0xB3, 0x26, 0x1E)).all(axis=-1))
    np.testing.assert_allclose(red.min(axis=0), (82, 78), atol=8)
    np.testing.assert_allclose(red.max(axis=0), (165, 165), atol=3)


@pytest.mark.parametrize(
    "artist",
    [
        "宇多田ヒカル",
        "東京事変",
        "방탄소년단",
        "أم كلثوم",
        "עידן רייכל",
        "🎵🔥",
        "Кино",
        "\u202eevil\u0000\n",
        "W" * 900,
        "",
    ],
)
def test_captions_in_any_script_are_drawn(way, artist):
    assert (
        contact_sheet.draw_contact_sheet(way(2, artist=artist)).height
        == contact_sheet.draw_contact_sheet(way(2)).height
    )


def test_what_is_missing_is_said_and_not_left_out(way):
    complete = contact_sheet.draw_contact_sheet(way(2))
    without = contact_sheet.draw_contact_sheet(way(2, artworks={}, objects={}, style_albums=[]))
    assert without.height == complete.height


def test_the_same_way_gives_the_same_sheet(way):
    assert contact_sheet.draw_contact_sheet(way(3)).tobytes() == contact_sheet.draw_contact_sheet(way(3)).tobytes()
