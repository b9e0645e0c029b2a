import re

from coverart.models import CoverOptions
from prompt.compose import compose
from prompt.lexicon import load_genres, load_words
from tests.unit.prompt.conftest import compose_from, texts_by_part


def test_prompt_of_disco_is_the_expected_text(disco_profile):
    assert compose(disco_profile, CoverOptions(), []).text == (
        "A cat with a small figure beside it on a dance floor of coloured squares. Composition: broad stripes "
        "sweep in from one edge and turn around the subject. Mood: energetic, moonlit, velvety and glossy. "
        "Airbrush painting with mirror-ball facets, a nod to the 1970s in rounded forms and concentric stripes. "
        "Light: hard strobing side light. Colours: glossy navy, silver and brick red, terracotta as the accent. "
        "One clear focal point, bold shapes that read at thumbnail size; no text, no lettering, no border."
    )


def test_every_phrase_is_in_the_prompt_with_its_source(disco_profile):
    for variation in range(8):
        prompt = compose(disco_profile, CoverOptions(variation=variation), [])
        parts = [phrase.part for phrase in prompt.phrases]
        assert parts == ["subject", "setting", "composition", "mood", "medium", "era", "light", "colours", "avoid"]
        for phrase in prompt.phrases:
            assert phrase.text in prompt.text
            assert phrase.source in {"objects", "genres", "titles", "era", "palette", "built_in"}
            assert phrase.detail


def test_prompt_consists_of_its_phrases(disco_profile):
    prompt = compose(disco_profile, CoverOptions(direction="An owl reading the news"), [])
    rest = prompt.text
    for phrase in prompt.phrases:
        rest = rest.replace(phrase.text, "", 1)
    for heading in ("Composition", "Mood", "Light", "Colours"):
        rest = rest.replace(heading, "", 1)
    assert set(rest) <= set(" .,:")


def test_successive_variations_differ_in_composition(disco_profile):
    for first in range(8):
        prompts = [compose(disco_profile, CoverOptions(variation=first + offset), []) for offset in range(5)]
        assert len({prompt.composition for prompt in prompts}) == 5
        for prompt in prompts:
            (text,) = [phrase.text for phrase in prompt.phrases if phrase.part == "composition"]
            assert text == load_words()["compositions"][prompt.composition]["text"]


def test_heavy_objects_lead_variations_in_turn(create_song, create_objects):
    songs = [create_song(1), create_song(2), create_song(50)]
    artworks = [create_objects(1, "cat"), create_objects(2, "horse"), create_objects(50, "cup")]
    prompts = [
        compose_from(*songs, artworks=artworks, options=CoverOptions(variation=variation)) for variation in range(4)
    ]
    assert [prompt.subjects for prompt in prompts] == [["cat", "horse"], ["horse", "cat"]] * 2
    assert re.match("A horse with a small cat (beside|behind) it ", prompts[1].text)


def test_object_in_a_title_leads_without_detected_object(create_song):
    prompt = compose_from(create_song(1, track="Broken Clocks"))
    assert prompt.phrases[0].model_dump() == {
        "part": "subject", "text": "A clock", "source": "titles", "detail": "clock in “Broken Clocks”"
    }  # fmt: skip


def test_object_in_a_title_follows_detected_object(create_song, create_objects):
    prompt = compose_from(create_song(1, track="Paper Kites"), artworks=[create_objects(1, "cat")])
    assert (prompt.subjects, prompt.phrases[0].source) == (["cat", "kite"], "objects")
    assert prompt.phrases[0].detail == "cat on “Album 1”; kite in “Paper Kites”"


def test_artists_names_and_ambiguous_words_are_no_objects(create_song):
    songs = [
        create_song(1, track="Broken Clocks"),
        create_song(2, track="Bear with Me, Boy", artist="The Clocks of Kite"),
    ]
    assert compose_from(*songs).subjects == []


def test_prompt_has_one_phrase_for_each_part(create_song, create_objects):
    songs = [
        create_song(rank, genres=list(load_genres())[rank::9], track="Night Sea Fire", year=1987)
        for rank in range(1, 9)
    ]
    artworks = [create_objects(rank, "cat", "horse", "cup", "person") for rank in range(1, 9)]
    for variation in range(12):
        prompt = compose_from(*songs, artworks=artworks, options=CoverOptions(variation=variation))
        parts = [phrase.part for phrase in prompt.phrases]
        assert len(parts) == len(set(parts))
        texts = texts_by_part(prompt)
        assert len(prompt.subjects) == 2
        assert texts["mood"].startswith(f"{prompt.mood}, ")
        adjectives = {word for word in re.split(", | and ", texts["mood"]) if word != prompt.mood}
        genres = [genre for genre in load_genres().values() if genre.mood == prompt.mood]
        assert adjectives <= {adjective for genre in genres for adjective in genre.adjectives}
        assert texts["setting"] in {
            setting for theme in load_words()["themes"].values() for setting in theme["settings"]
        }


def test_theme_in_the_mood_of_the_music_gives_the_setting(create_song):
    def find_setting_detail(genre):
        prompt = compose_from(create_song(1, genres=[genre], track="Kiss the Grave"))
        return next(phrase.detail for phrase in prompt.phrases if phrase.part == "setting")

    assert find_setting_detail("doom metal") == "grave in “Kiss the Grave”"
    assert find_setting_detail("soul") == "kiss in “Kiss the Grave”"


def test_light_suits_the_settings_time_of_day(create_song):
    song = create_song(1, genres=["ska"], track="Midnight")
    for variation in range(9):
        texts = texts_by_part(compose_from(song, options=CoverOptions(variation=variation)))
        assert re.search("night|sleep", texts["setting"])
        assert not re.search("noon|daylight|sun", texts["light"])


def test_broad_genre_gives_the_medium_only_without_another(create_song):
    def list_medium_details(*tags):
        song = create_song(1, genres=list(tags))
        prompts = [compose_from(song, options=CoverOptions(variation=variation)) for variation in range(6)]
        return {phrase.detail for prompt in prompts for phrase in prompt.phrases if phrase.part == "medium"}

    assert list_medium_details("dream pop", "pop") == {"dream"}
    assert list_medium_details("pop") == {"pop"}


def test_genre_without_era_gives_no_era(create_song):
    prompt = compose_from(create_song(1, genres=["baroque"], year=1984))
    assert prompt.era == ""
    assert "era" not in [phrase.part for phrase in prompt.phrases]


def test_era_is_that_of_the_median_release_year(disco_profile, create_song):
    assert compose(disco_profile, CoverOptions(), []).era == "1970s"
    assert compose_from(create_song(1)).era == ""


def test_mood_comes_from_genres_then_titles_then_colors(create_song):
    assert compose_from(create_song(1, genres=["ambient"], track="Funeral")).mood == "serene"
    assert compose_from(create_song(1, track="Funeral")).mood == "dark"
    assert compose_from(create_song(1), palette=["#101010", "#1a1520"]).mood == "dark"
    assert compose_from(create_song(1), palette=["#ff2e88", "#00d5ff", "#ffe600"]).mood == "energetic"


def test_energy_comes_from_the_genres(create_song):
    calm = compose_from(create_song(1, genres=["drone"])).energy
    wild = compose_from(create_song(1, genres=["thrash metal"])).energy
    assert calm < 0.2 < 0.85 < wild
