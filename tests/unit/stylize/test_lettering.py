"""The typesetter, on pictures that are drawn here; scripts.recognizer reads the titles back."""

import numpy as np
import pytest
from PIL import Image

from coverart.lettering_room import MARGIN, estimate_room
from coverart.models import CoverOptions, Lettering
from coverart.techniques import load_techniques
from coverart.typefaces import load_typefaces
from scripts.recognizer import measure_likeness, read_lines
from stylize import render
from stylize.lettering import letter_cover
from stylize.lettering.contrast import LEAST_CONTRAST
from stylize.lettering.grounds import find_area
from stylize.lettering.manners import load_manners
from stylize.lettering.places import SPOTS, set_lettering
from stylize.lettering.shaping import load_face
from stylize.lettering.text import apply_case, clean_title, is_right_to_left, order_runs

LATIN = [key for key, typeface in load_typefaces().items() if "latin" in typeface.scripts]


# Whose grounds are too coarse for pictures of half a cover's size.
COARSE = ("mosaic", "scratchboard")


def draw_busy_picture(size):
    """Large and small shapes of all colors, in which no place is calm."""
    rng = np.random.default_rng(1)
    layers = [Image.fromarray(rng.integers(0, 256, (n, n, 3), np.uint8)).resize((size, size)) for n in (7, 90)]
    return Image.blend(*layers, 0.5)


@pytest.fixture(scope="module")
def busy_picture():
    return draw_busy_picture(512)


@pytest.fixture
def letter(prompt, busy_picture):
    def apply(title, technique="film", picture=busy_picture, is_painter=True, **changes):
        values = {"typeface": "archivo", "second_typeface": "oswald", "place": "foot"} | changes
        request = Lettering(title=title, **values)
        return letter_cover(picture, prompt.model_copy(update={"technique": technique}), request, is_painter=is_painter)

    return apply


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("  Cafe\u0301   del\tMar ", "Café del Mar"),
        ("Rock 'n' \"Roll\" - '90s...", "Rock ’n’ “Roll” – ’90s…"),
        ("ﬁre and ﬂood", "fire and flood"),
        ("🎸 Old 🏔️ Hills 1️⃣", "Old Hills 1"),
        ("👩‍👩‍👧 🎉🔥", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_title_is_cleaned(title, text):
    assert clean_title(title) == text


def test_title_is_set_in_the_case_of_its_typeface():
    texts = {
        "anton": ("Straße", "STRAẞE"),
        "oswald": ("Νύχτα", "ΝΥΧΤΑ"),
        "syne": ("Heart BEAT", "heart beat"),
        "blackletter": ("IRON Liturgy", "Iron Liturgy"),
        "archivo": ("LoFi", "LoFi"),
    }
    for key, (title, text) in texts.items():
        assert apply_case(title, load_typefaces()[key]) == text


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("Old Hills", ["Old Hills"]),
        ("أغاني 2024 ليل", [" ليل", "2024", "أغاني "]),
        ("Tel Aviv תל אביב 24", ["Tel Aviv ", "24", "תל אביב "]),
        ("שיר Love Song שני", [" שני", "Love Song", "שיר "]),
    ],
)
def test_runs_are_ordered_as_they_are_read(line, runs):
    assert [run.text for run in order_runs(line, is_right_to_left(line))] == runs


@pytest.mark.parametrize(
    ("title", "face"),
    [
        ("X", "archivo"),
        ("ÉTOILE À ÄLVSJÖ, ÅNGSTRÖM & ŁÓDŹ", "archivo"),
        ("Everything I played on repeat this autumn", "archivo"),
        ("a " * 50 + "b", "archivo"),
        ("Nhạc Việt đêm khuya", "manrope"),
        ("Ρεμπέτικα της νύχτας", "manrope"),
        ("Ночной поезд", "manrope"),
        ("أغاني الليل 2024", "arabic"),
        ("שירי לילה Vol. 2", "hebrew"),
        ("夜のドライブ", "japanese"),
        ("深夜音乐", "chinese"),
        ("밤의 노래", "korean"),
        ("เพลงยามค่ำคืน", "thai"),
        ("रात के गाने", "devanagari"),
    ],
)
def test_hard_title_is_set(letter, title, face):
    result = letter(title, second_line="vol. 2")
    assert result.face == face
    assert result.contrast >= LEAST_CONTRAST
    left, _, right, bottom = result.box
    assert MARGIN / 2 < left < right < 1 - MARGIN / 2
    assert bottom < 1 - MARGIN / 3


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("🎉🔥", "no letters"),
        ("ራስ ዳሽን", "none of the typefaces"),
        ("שיר夜", "none of the typefaces"),
        ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "too long"),
    ],
)
def test_title_that_cannot_be_set_is_left_out_with_a_note(prompt, busy_picture, title, reason):
    request = Lettering(title=title, typeface="archivo", second_typeface="oswald", place="foot")
    image, note, cap_height = render.set_title(
        busy_picture, prompt.model_copy(update={"lettering": request}), CoverOptions()
    )
    assert reason in note
    assert image is busy_picture
    assert cap_height is None


@pytest.mark.parametrize(("lettering", "says_why"), [("title", True), ("none", False)])
def test_cover_without_a_name_stays_without_type(prompt, busy_picture, lettering, says_why):
    image, note, _ = render.set_title(busy_picture, prompt, CoverOptions(lettering=lettering))
    assert image is busy_picture
    assert (note is not None) == says_why


@pytest.mark.parametrize("technique", [*load_techniques(), "painting"])
def test_technique_sets_title_legibly_on_any_picture(letter, technique):
    assert technique in load_manners()
    changes = {"picture": draw_busy_picture(1024)} if technique in COARSE else {}
    result = letter("Old Hills", technique, is_painter=technique != "painting", second_line="songs", **changes)
    assert result.contrast >= LEAST_CONTRAST
    assert result.ground
    assert measure_likeness(read_lines(result.image.resize((300, 300)), result.lines), "Old Hills") > 0.8


@pytest.mark.parametrize("key", LATIN)
def test_typeface_is_read_back_in_a_small_picture(letter, key):
    result = letter("Night Garden", "swiss", Image.new("RGB", (512, 512), "#f2ead8"), typeface=key)
    assert result.face == key
    assert result.ground == ""
    assert measure_likeness(read_lines(result.image.resize((150, 150)), result.lines), "Night Garden") > 0.8


@pytest.mark.parametrize("place", ["foot", "head", "corner", "middle", "spine"])
def test_picture_changes_only_near_its_title(letter, busy_picture, place):
    result = letter("Old Hills", "memphis", place=place)
    area = find_area(result.box, SPOTS[place].edge, 512, bleeds=False)
    changes = np.abs(np.asarray(result.image, int) - np.asarray(busy_picture, int)).max(axis=2) > 0
    rows, columns = np.flatnonzero(changes.any(axis=1)), np.flatnonzero(changes.any(axis=0))
    assert area.top - 20 < rows[0] < rows[-1] < area.bottom + 20
    assert area.left - 20 < columns[0] < columns[-1] < area.right + 20
    if place == "foot":
        assert letter("Old Hills", "memphis").image.tobytes() == result.image.tobytes()


@pytest.mark.parametrize("title", ["Old Hills", "A Long Walk"])
@pytest.mark.parametrize("second", ["", "vol. 2"])
def test_painter_leaves_about_as_much_room_as_a_title_takes(title, second):
    for place in ("foot", "head", "corner", "spine"):
        values = {"typeface": "archivo", "second_typeface": "oswald", "place": place}
        lettering = Lettering(title=title, second_line=second, **values)
        left, top, _, bottom = set_lettering(lettering, SPOTS[place], 512).box
        taken_share = {"head": bottom, "spine": 1 - left}.get(place, 1 - top)
        assert 0 < estimate_room(lettering).share - taken_share < 0.065, place


def test_series_has_one_size_and_one_baseline():
    titles = ["Harvest", "Gypsy Jig", "Éire", "A Long Walk Home"]
    values = {"typeface": "fraunces", "second_typeface": "oswald", "place": "foot", "cap_height": 0.09, "series": True}
    settings = [
        set_lettering(Lettering(title=title, second_line=second, **values), SPOTS["foot"], 512)
        for title, second in zip(titles, ("folk", "", "2026", ""), strict=True)
    ]
    assert {round(setting.cap, 4) for setting in settings} == {0.09}
    harvest, gypsy_jig, eire, long_walk = (round(setting.lines[-1][3], 2) for setting in settings)
    # Only the letters that go below the baseline differ.
    assert harvest == eire == long_walk < gypsy_jig
    assert [setting.note for setting in settings] == [None] * 4


def test_series_sets_a_long_title_smaller_and_says_so():
    values = {"typeface": "archivo", "second_typeface": "oswald", "place": "foot", "cap_height": 0.12, "series": True}
    title = "Unbelievably Incomprehensible Circumstances"
    setting = set_lettering(Lettering(title=title, **values), SPOTS["foot"], 512)
    assert setting.cap < 0.12
    assert "smaller" in setting.note


def test_image_models_painting_takes_its_calmest_place(letter, busy_picture):
    picture = busy_picture.copy()
    picture.paste("#101820", (170, 0, 512, 165))
    result = letter("Drift", picture=picture, is_painter=False)
    assert (result.spot, result.ground) == ("head-right", "")


def test_typeface_of_another_version_is_replaced(letter):
    assert letter("Old Hills", typeface="comic").face == "manrope"


def test_round_letters_hang_over_the_margin_and_pairs_are_kerned():
    face = load_face("archivo")
    assert face.shape("O", False).hangs[0] > face.shape("H", False).hangs[0] == 0
    assert face.shape("AVA", False).width < sum(face.shape(letter, False).width for letter in "AVA")
