import numpy as np
import pytest
from PIL import Image, ImageColor, ImageDraw, ImageOps

from coverart.models import CutOut, DetectedObject
from stylize import contact_sheet
from stylize.contact_sheet import ContactSheetData, draw_contact_sheet
from tests.unit.stylize.conftest import count_occurrences, count_texts

PICTURE = "20261201T000000000-0123456789"
PAPER, PANEL, INK, GRAY = "#faf8f4", "#efebe3", "#1d1b19", "#6f6a62"


@pytest.fixture
def make_data(load_photo, prompt, make_song):
    def make(count=1, artist="The Nobodies", **changes):
        songs = [make_song(number, artist=artist) for number in range(1, count + 1)]
        cat = DetectedObject(label="cat", score=0.93, box=(0.01, 0.02, 0.8, 0.97))
        fields = {
            "songs": songs,
            "artworks": {song.album_id: load_photo("chelsea") for song in songs[:12]},
            "objects": {song.album_id: [cat] for song in songs},
            "prompt": prompt,
            "painting": load_photo("coffee"),
            "painting_description": "by the built-in painter",
            "style_titles": {"album1": "First"},
            "style_description": "in the style of 1 album, strength 70%",
            "cover": Image.new("RGB", (1024, 1024), "#225577"),
        }
        return ContactSheetData(**(fields | changes))

    return make


def test_artwork_is_shown_whole_unaltered_and_not_enlarged(make_data, load_photo):
    artwork = load_photo("chelsea")
    reduced, small = artwork.resize((166, 110), Image.Resampling.LANCZOS), artwork.resize((64, 64))
    assert contact_sheet.fit_artwork(artwork, 166).size == reduced.size
    artworks = {"album1": artwork, "album2": artwork, "album3": small}
    sheet = draw_contact_sheet(make_data(3, artworks=artworks, style_titles={}))
    assert (count_occurrences(sheet, reduced), count_occurrences(sheet, small)) == (2, 1)


def test_boxes_are_drawn_beside_artwork_in_its_proportions(make_data, load_photo):
    square = load_photo("retina").resize((640, 640))
    clock = DetectedObject(label="clock", score=0.9, box=(0.5, 0.5, 1, 1))
    data = make_data(1, artworks={"album1": square}, objects={"album1": [clock]}, style_titles={})
    sheet = np.asarray(draw_contact_sheet(data))
    panel = np.argwhere((sheet[:700, :700] == (0xEF, 0xEB, 0xE3)).all(axis=-1))
    (top, left), (bottom, _) = panel.min(axis=0), panel.max(axis=0)
    red = np.argwhere((sheet[top : bottom + 1, left : left + 166] == (0xB3, 0x26, 0x1E)).all(axis=-1))
    np.testing.assert_allclose(red.min(axis=0), (82, 78), atol=8)
    np.testing.assert_allclose(red.max(axis=0), (165, 165), atol=3)


SHEET_TEXTS = [
    ("From the artwork to the cover", 46, INK),
    ("Objects on the artwork", 30, INK),
    ("and 2 more albums", 20, GRAY),
    ("The prompt", 30, INK),
    ("A cat beside a motorcycle, on a road through open country.", 25, INK),
    ("#b5651d", 16, GRAY),
    ("A cat", 19, INK),
    ("subject · objects · cat on “Nine Lives”", 16, GRAY),
    ("Painting and cover", 30, INK),
    ("The painting", 21, INK),
    ("by the built-in painter", 18, GRAY),
    ("The cover", 21, INK),
    ("in the style of 1 album, strength 70%", 18, GRAY),
    ("Artwork from Spotify, shown whole and unaltered, scaled down only.", 20, GRAY),
]


def test_sheet_has_headings_captions_pictures_and_prompt(make_data, load_photo):
    one, twelve, sheet = (draw_contact_sheet(make_data(count)) for count in (1, 12, 14))
    counts = {text: count_texts(sheet, text, size, color) for text, size, color in SHEET_TEXTS}
    assert counts == dict.fromkeys(counts, 1)
    painting = ImageOps.fit(load_photo("coffee"), (600, 600), Image.Resampling.LANCZOS)
    assert count_occurrences(one, painting) == 1
    assert (836 * 836, ImageColor.getrgb("#225577")) in one.getcolors(1 << 24)
    assert one.width == twelve.width == 1600
    assert 1200 < one.height < 2600
    assert one.height < twelve.height < 3000
    assert sheet.size == twelve.size
    # Each artwork has a caption and a labeled box.
    for text, size, color, ground in (
        ("The Nobodies", 20, INK, PAPER),
        ("First, 1998", 17, GRAY, PAPER),
        ("cat 93%", 15, "white", "#b3261e"),
    ):
        assert count_texts(sheet, text, size, color, ground) == 12


def test_caption_in_any_script_is_drawn(make_data, make_song):
    captions = {"宇多田ヒカル": "YuDuoTianhikaru", "🎵🔥": "(cannot be displayed)", "W" * 900: "W" * 15 + "..."}
    songs = [make_song(number, artist) for number, artist in enumerate([*captions, ""], start=1)]
    sheet = draw_contact_sheet(make_data(4, songs=songs))
    assert sheet.height == draw_contact_sheet(make_data(4)).height
    counts = {caption: count_texts(sheet, caption, 20, INK) for caption in captions.values()}
    assert counts == dict.fromkeys(counts, 1) | {"(cannot be displayed)": 2}


def test_missing_artwork_and_objects_are_mentioned(make_data):
    complete = draw_contact_sheet(make_data(2))
    sheet = draw_contact_sheet(make_data(2, artworks={}, objects={"album1": []}, style_titles={}))
    assert sheet.height == complete.height
    assert count_texts(sheet, "no longer stored", 16, GRAY, ground=PANEL) == 2
    assert count_texts(sheet, "no objects detected", 16, GRAY, ground=PANEL) == 1
    assert count_texts(sheet, "not analyzed", 16, GRAY, ground=PANEL) == 1


def test_own_picture_is_shown_with_its_subject_and_faces(make_data, load_photo, prompt):
    """The picture that lends the style has a title, and no picture that was deleted is missed."""
    astronaut, mask = load_photo("astronaut"), Image.linear_gradient("L").resize((512, 512))
    cut_out = {"picture_id": PICTURE, "key": "k", "mask": "m", "box": (0, 0, 1, 1), "label": "portrait"}
    cut_out = CutOut(**cut_out, faces=[(0.34, 0.13, 0.55, 0.34)])
    prompt = prompt.model_copy(update={"cut_out": cut_out})
    artworks = {PICTURE: astronaut, "m": mask}
    titles = {PICTURE: "your own picture"}
    sheet = draw_contact_sheet(make_data(1, artworks=artworks, prompt=prompt, style_titles=titles))
    reduced = contact_sheet.fit_artwork(astronaut, contact_sheet.PICTURE_PIXELS)
    assert count_occurrences(sheet, reduced) == 1
    assert count_texts(sheet, "Your own picture", 30, INK) == 1
    assert count_texts(sheet, "portrait, 1 face", 20, GRAY) == 1
    assert count_texts(sheet, "your own picture", 16, GRAY) == 1
    assert count_occurrences(sheet, contact_sheet.fit_artwork(astronaut, 141)) == 1
    subject = Image.new("RGB", reduced.size, PANEL)
    subject.paste(reduced, mask=mask.resize(reduced.size))
    face = [share * side for share, side in zip(cut_out.faces[0], reduced.size * 2, strict=True)]
    ImageDraw.Draw(subject).rectangle(face, outline="#b3261e", width=3)
    assert count_occurrences(sheet, subject) == 1
    whole = prompt.model_copy(update={"cut_out": cut_out.model_copy(update={"mask": None})})
    assert count_texts(draw_contact_sheet(make_data(1, artworks=artworks, prompt=whole)), "used whole", 16, GRAY, PANEL)
    without = draw_contact_sheet(make_data(1, artworks={}, prompt=prompt, style_titles=titles))
    assert count_texts(without, "no longer stored", 16, GRAY, PANEL) == 2
