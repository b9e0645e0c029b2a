import pytest
from PIL import Image

from coverart.models import Brief, CoverOptions
from coverart.techniques import load_techniques
from stylize import contact_sheet, render
from stylize.finishing import fit_to_master

pytestmark = pytest.mark.usefixtures("small_master")
PICTURE = "20261201T000000000-0123456789"


@pytest.fixture
def sheet_data(monkeypatch):
    """Return the data of the contact sheets that are drawn."""
    drawn_data = []

    def draw(data):
        drawn_data.append(data)
        return Image.new("RGB", (8, 8))

    monkeypatch.setattr(contact_sheet, "draw_contact_sheet", draw)
    return drawn_data


@pytest.fixture
def black_style(monkeypatch):
    """Let every style make the painting black: only the networks' own tests have to run them. Return the strokes."""
    amplitudes = []

    def stylize(image, _vector, strength, *_, strokes, **_options):
        amplitudes.append(strokes)
        return Image.new("RGB", image.size), strength

    monkeypatch.setattr(render.style_transfer, "stylize", stylize)
    return amplitudes


@pytest.mark.parametrize(
    ("changes", "description"),
    [
        ({}, "by the built-in painter"),
        ({"note": "The image model is busy."}, "by the built-in painter. The image model is busy."),
        ({"backend": "openai", "model": "gpt-image-2.6-flare"}, "by gpt-image-2.6-flare"),
    ],
)
def test_contact_sheet_says_who_painted_and_why(load_photo, prompt, painting, sheet_data, changes, description):
    painting = painting.model_copy(update=changes)
    unstyled = prompt.model_copy(update={"style_albums": [], "brief": Brief(text="A brief", phrases=[])})
    render.render_cover_files("", [], {}, {}, unstyled, painting, load_photo("coffee"), CoverOptions())
    assert [data.painting_description for data in sheet_data] == [description]
    assert (sheet_data[0].prompt.text == "A brief") == (painting.backend == "openai")


def test_cover_whose_style_is_refused_says_so(load_photo, prompt, painting, sheet_data, monkeypatch):
    monkeypatch.setattr(render.style_transfer, "stylize", lambda *_, **__: None)
    for artwork, reason in ((load_photo("ihc"), "hide"), (Image.new("RGB", (99, 99), "red"), "one color")):
        cover = render.render_cover_files(
            "", [], {"album1": artwork}, {}, prompt, painting, load_photo("coffee"), CoverOptions()
        )
        assert reason in cover.note
        assert sheet_data[-1].style_description.startswith("unstyled: ")


@pytest.mark.usefixtures("black_style")
@pytest.mark.parametrize(
    ("changes", "options", "description"),
    [
        ({}, {}, "in the style of 1 album, strength 50%"),
        ({}, {"keep_colours": True}, "in the style of 1 album, strength 50%, in the painting's colors"),
        ({}, {"palette": "warmer"}, "in the style of 1 album, strength 50%, in the painting's colors"),
        ({"style_albums": ["expired"]}, {}, "unstyled: what provides the style is no longer stored"),
        ({"style_albums": []}, {}, "unstyled"),
        ({"style_albums": []}, {"style_pictures": [PICTURE]}, "in the style of 1 picture of your own, strength 50%"),
        ({}, {"style_pictures": [PICTURE]}, "in the style of 1 picture of your own and 1 album, strength 50%"),
    ],
)
def test_master_comes_with_a_description_of_its_style(load_photo, prompt, changes, options, description):
    artworks = {"album1": load_photo("ihc"), PICTURE: load_photo("retina")}
    styled_prompt = prompt.model_copy(update=changes)
    result = render.render_master(load_photo("coffee"), artworks, styled_prompt, CoverOptions(**options))
    assert (result.description, result.note) == (description, None)
    assert result.is_styled == description.startswith("in ")


@pytest.mark.usefixtures("black_style")
def test_deleted_style_picture_is_skipped_and_noted(load_photo, prompt, painting, sheet_data):
    for artworks in ({"album1": load_photo("ihc")}, {}):
        options = CoverOptions(style_pictures=[PICTURE])
        cover = render.render_cover_files("", [], artworks, {}, prompt, painting, load_photo("coffee"), options)
        assert cover.note == "A picture of your own that was to provide the style no longer exists."
        assert "picture" not in sheet_data[-1].style_description


def test_strength_belongs_to_the_technique_unless_requested(load_photo, prompt, black_style):
    artworks, painting = {"album1": load_photo("ihc")}, fit_to_master(load_photo("coffee"))
    oil = prompt.model_copy(update={"technique": "impasto"})
    technique = load_techniques()["impasto"]
    for strength, expected in ((None, technique.style_strength), (0.9, 0.9)):
        master = render.render_master(painting, artworks, oil, CoverOptions(style_strength=strength))
        assert master.description.endswith(f"strength {expected:.0%}")
    assert set(black_style) == {technique.strokes}
    master = render.render_master(painting, artworks, oil, CoverOptions(style_strength=0))
    assert (master.image.tobytes() == painting.tobytes(), master.is_styled) == (True, False)


def test_bundled_style_depends_on_the_palette_only(load_photo, prompt):
    def make(**changes):
        bundled_prompt = prompt.model_copy(update={"style_albums": [], "bundled_style": True, **changes})
        return render.render_master(load_photo("coffee"), {}, bundled_prompt, CoverOptions(style_strength=0.5))

    first = make()
    assert first.description.startswith("in a bundled style (")
    assert first.description.endswith("), strength 50%")
    assert make(text="Another scene", seed=8).image.tobytes() == first.image.tobytes()
    assert make(palette=["#12162b", "#3b3b8f", "#e86a92"]).image.tobytes() != first.image.tobytes()
