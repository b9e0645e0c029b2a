import pytest

from stylize import typesetting


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Beyoncé – Déjà Vu", "Beyonce - Deja Vu"),
        ("Sigur Rós & Mø", "Sigur Ros & Mo"),
        ("Кино", "Kino"),
        ("Ελένη", "Eleni"),
        ("방탄", "BangTan"),
        ("ヒカル", "hikaru"),
        ("东京 2020", "DongJing 2020"),
        ("أم كلثوم", "'m klthwm"),
        ("AC/DC 1979", "AC/DC 1979"),
        ("cat on “Nine Lives” · it’s…", "cat on “Nine Lives” · it’s…"),
        ("one\n\u202etwo\0", "one two"),
        ("fire 🔥", "fire"),
        pytest.param("\u1107\u1161\u11bc\u1110\u1161\u11ab", "BangTan", id="decomposed Hangul"),
        *((text, "(fallback)") for text in ("🎵", "♥ ★", "¡!", "\0", "")),
    ],
)
def test_text_is_transliterated_to_one_latin_line(text, line):
    assert typesetting.transliterate(text, "(fallback)") == line


@pytest.mark.parametrize("character", typesetting.FONT_PUNCTUATION)
def test_font_has_the_punctuation_that_is_not_transliterated(character):
    font = typesetting.get_font(20)
    assert bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def test_wrapped_lines_fit_and_the_last_ends_with_dots():
    text = "a long sentence about cats and motorcycles " * 20 + "W" * 300
    lines = typesetting.wrap(text, 25, 400, 4)
    assert len(lines) == 4
    assert all(typesetting.get_font(25).getlength(line) <= 400 for line in lines)
    assert lines[-1].endswith("...")
    assert typesetting.wrap("short", 25, 400, 4) == ["short"]
