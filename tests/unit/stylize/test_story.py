import pytest
from PIL import Image

from coverart.models import Phrase
from stylize.story import describe_origin, draw_story
from tests.unit.stylize.conftest import count_texts

COVER = Image.new("RGB", (64, 64), "#225577")
PHRASES = [
    Phrase(part="subject", text="A cat", source="objects", detail="cat on “Nine Lives”"),
    Phrase(part="mood", text="warm", source="genres", detail="soul, pop"),
]


@pytest.mark.parametrize(
    ("phrases", "era", "sentence"),
    [
        (PHRASES, "1990s", "Out of the cat on “Nine Lives”, soul, pop and the 1990s."),
        (PHRASES[:1], None, "Out of the cat on “Nine Lives”."),
        ([], None, ""),
    ],
)
def test_origin_names_each_source_once(prompt, phrases, era, sentence):
    assert describe_origin(prompt.model_copy(update={"phrases": phrases, "era": era})) == sentence


def test_story_shows_cover_title_origin_and_credit(prompt):
    story = draw_story(COVER, "Night bus", prompt, "Noto Emoji")
    assert story.size == (1080, 1920)
    ground = story.getpixel((5, 5))
    texts = [("Night bus", 68), ("Out of the cat on “Nine Lives” and the 1990s.", 36), ("Pictogram: Noto Emoji.", 22)]
    for text, size in texts:
        assert count_texts(story, text, size, "white", ground) == 1, text
    assert (920 * 920, COVER.getpixel((0, 0))) in story.getcolors(1 << 16)
    assert count_texts(draw_story(COVER, "", prompt, None), "My top artists", 68, "white", ground) == 1
