import pytest

from stylize import typesetting


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Beyoncé – Déjà Vu", "Beyonce - Deja Vu"),
        ("Sigur Rós & Mø", "Sigur Ros & Mo"),
        ("Кино", "Kino"),
        ("Ελένη", "Eleni"),
        ("방탄", "bangtan"),
        ("ヒカル", "hikaru"),
        ("AC/DC 1979", "AC/DC 1979"),
        ("東京 2020", "2020"),
        ("東京", "(another)"),
        ("🎵", "(another)"),
        ("", "(another)"),
        ("one\n\u202etwo", "one two"),
    ],
)
def test_other_letters_are_put_into_latin_ones(text, written):
    assert typesetting.legible(text, "(another)") == written


def test_lines_fit_the_width_and_the_last_is_cut_with_dots():
    text = "a long sentence about cats and motorcycles " * 20 + "W" * 300
    lines = typesetting.wrap(text, 25, 400, 4)
    assert len(lines) == 4
    assert all(typesetting.font(25).getlength(line) <= 400 for line in lines)
    assert lines[-1].endswith("...")
    assert typesetting.wrap("short", 25, 400, 4) == ["short"]
