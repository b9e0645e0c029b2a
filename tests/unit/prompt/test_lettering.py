"""Titles in type: typefaces and places, and the looks whose covers share them."""

import pytest
from pydantic import ValidationError

from coverart.looks import load_looks
from coverart.models import CoverOptions
from coverart.techniques import load_techniques
from coverart.typefaces import load_typefaces
from prompt.compose import compose
from prompt.lettering import _choose_place, choose_lettering
from prompt.lexicon import load_genres, load_words
from prompt.looks import plan_series_part
from prompt.shared_style import SharedStyle
from tests.unit.prompt.conftest import create_taste


def test_tables_of_typefaces_and_places_are_complete():
    words, typefaces = load_words(), load_typefaces()
    rows = words["typography"]
    families = [family for row in rows if "eras" not in row for family in row["families"].split()]
    assert set(families) == {genre.family for genre in load_genres().values()} == set(words["families"])
    names = {row[line] for row in rows for line in ("title", "second")}
    names |= {name for line in words["technique_typefaces"].values() for name in line.split()}
    assert names <= set(typefaces)
    assert {*words["technique_typefaces"], *words["title_places"]} <= set(load_techniques())
    places = {place for line in words["title_places"].values() for place in line.split()}
    assert places <= set(words["title_room"])


def test_title_is_never_in_the_middle_of_a_motif():
    layouts = [(name, layout) for name, kind in load_techniques().items() for layout in kind.layouts.values()]
    places = {(name, bool(layout.motif)): _choose_place(name, layout) for name, layout in layouts}
    assert places["op_art", False] == "middle"
    assert "middle" not in {place for (_, has_motif), place in places.items() if has_motif}


def test_looks_name_what_exists_and_rotate_palettes():
    assert len(load_looks()) == 12
    for look_id, look in load_looks().items():
        CoverOptions(look=look_id)
        techniques = [load_techniques()[name] for name in look.techniques]
        assert look.layouts <= {layout for technique in techniques for layout in technique.layouts}
        assert len({palette[0] for palette in look.palettes}) == len(look.palettes) >= 8
        typeface = load_typefaces()[look.typeface]
        assert typeface.min_cap <= look.cap_height <= 0.15
        assert look.second_typeface in load_typefaces()


def test_typeface_follows_genre_and_decade():
    carried = load_words()["technique_typefaces"]
    for genre, year, typeface in (
        ("black metal", None, "blackletter"),
        ("synthwave", None, "neon"),
        ("country", None, "slab"),
        ("opera", None, "didone"),
        ("soul", 1965, "archivo"),
        ("soul", 1975, "righteous"),
        ("unheard-of", None, "grotesk"),
    ):
        taste = create_taste(genre, year=year)
        prompts = [compose(taste, CoverOptions(lettering="title", variation=n), [], title="Rain") for n in range(12)]
        assert typeface in {prompt.lettering.typeface for prompt in prompts if prompt.technique not in carried}
        for prompt in prompts:
            assert prompt.lettering.typeface in carried.get(prompt.technique, typeface).split()
        for technique, possible in carried.items():
            lettering = choose_lettering(CoverOptions(lettering="title"), "Rain", taste, technique, None, None)
            assert lettering.typeface in possible.split()
            assert lettering.second_typeface in load_typefaces()


def test_lettering_is_what_the_options_say(disco_profile):
    for options, title, expected in (
        ({}, "Rain", None),
        ({"lettering": "title"}, "Rain", ("Rain", "")),
        ({"lettering": "title"}, " ", None),
        ({"lettering": "title", "second_line": " vol. 2 "}, "Rain", ("Rain", "vol. 2")),
        ({"lettering": "text", "lettering_text": "Hail"}, "Rain", ("Hail", "")),
    ):
        prompt = compose(disco_profile, CoverOptions(**options), [], title=title)
        lettering = prompt.lettering
        assert (lettering and (lettering.title, lettering.second_line)) == expected
        assert ("room" in {phrase.part for phrase in prompt.brief.phrases}) == (lettering is not None)
        # No model sees the words.
        assert "Rain" not in prompt.text + prompt.brief.text


def test_series_shares_all_but_colors_and_motif():
    prompts = []
    for position, genre in enumerate(("folk", "black metal", "bossa nova", "techno")):
        options = CoverOptions(look="block-print", position=position, lettering="title")
        part = plan_series_part(options, [])
        prompts.append(compose(create_taste(genre), options, [], title="Rain", series_part=part))
    [lettering] = {prompt.lettering for prompt in prompts}
    assert (lettering.typeface, lettering.place, lettering.series) == ("fraunces", "foot", True)
    assert {prompt.technique for prompt in prompts} == {"linocut"}
    assert {prompt.composition for prompt in prompts} <= load_looks()["block-print"].layouts
    assert len({prompt.palette[0] for prompt in prompts}) == 4
    phrases = [phrase for prompt in prompts for phrase in prompt.phrases]
    assert {phrase.source for phrase in phrases if phrase.part in {"medium", "colours"}} == {"look"}


def create_design(playlist, look="poster", position=None):
    return {"request": {"source": {"playlist_id": playlist}, "options": {"look": look, "position": position}}}


@pytest.mark.parametrize(
    ("earlier", "position"),
    [
        ([], 0),
        ([create_design("a"), create_design("b"), create_design("c", "brush"), create_design("d", None)], 2),
        ([create_design("a"), create_design("b"), create_design("a")], 2),
        ([create_design("a"), create_design("own"), create_design("b")], 1),
        ([create_design("a"), create_design("own", position=7)], 7),
    ],
)
def test_playlist_keeps_its_position_and_a_new_one_follows(earlier, position):
    options = CoverOptions(look="poster")
    part = plan_series_part(options, [create_design("own"), *reversed(earlier)])
    assert part == plan_series_part(options.model_copy(update={"position": position}), [])


def test_pair_of_techniques_takes_turns():
    with pytest.raises(ValidationError):
        CoverOptions(position=-1)
    parts = [plan_series_part(CoverOptions(look="long-exposure", position=n), []) for n in range(4)]
    assert [part.technique for part in parts if part] == ["film", "light"] * 2


def test_shared_look_shares_lettering_with_the_size_that_was_set(disco_profile):
    first = compose(disco_profile, CoverOptions(lettering="title", second_line="x"), [], title="Rain")
    options = CoverOptions(lettering="title")
    second = compose(disco_profile, options, [], SharedStyle("it", first, 0.11), title="Hail").lettering
    changes = {"title": "Hail", "second_line": "", "cap_height": 0.11, "series": True}
    assert second == first.lettering.model_copy(update=changes)
