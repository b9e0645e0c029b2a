import re

from coverart.models import CoverOptions
from prompt.compose import compose
from prompt.lexicon import load_genres
from tests.unit.prompt.conftest import compose_from, create_objects, create_song, texts_by_part


def test_prompt_consists_of_phrases_with_sources(disco_profile):
    for variation in range(8):
        options = CoverOptions(variation=variation, direction="An owl reading the news" if variation else None)
        prompt = compose(disco_profile, options, [])
        parts = [phrase.part for phrase in prompt.phrases]
        scene = [part for part in parts if part in {"subject", "composition", "setting"}]
        assert scene[0] in {"subject", "composition"}
        own_parts = [part for part in parts if part not in {*scene, "direction"}]
        assert own_parts == ["mood", "medium", "era", "colours", "avoid"]
        for phrase in prompt.phrases:
            assert phrase.source in {"objects", "genres", "titles", "era", "palette", "built_in", "listener"}
            assert phrase.detail
        rest = prompt.text
        for text in (*(phrase.text for phrase in prompt.phrases), "Mood", "Colours"):
            assert text in prompt.text
            rest = rest.replace(text, "", 1)
        assert set(rest) <= set(" .,:")
        for name in ("velvet orbit", "cold harbour", "saturday galaxy", "nine lives", "mirrorball", "dance all night"):
            assert name not in prompt.text.lower()


def test_object_in_a_title_is_a_motif_without_detected_object():
    song = create_song(1, track="Paper Kites", genres=["indie"])
    prompts = [compose_from(song, options=CoverOptions(variation=variation)) for variation in range(16)]
    subjects = [phrase for prompt in prompts for phrase in prompt.phrases if prompt.subjects == ["kite"]]
    assert ("titles", "kite in “Paper Kites”") in {(phrase.source, phrase.detail) for phrase in subjects}
    # Artists' names and ambiguous words are no objects.
    ambiguous = create_song(2, track="Bear with Me, Boy", artist="The Clocks of Kite")
    assert compose_from(create_song(1, track="Broken Clocks"), ambiguous).subjects == []


def test_prompt_has_one_phrase_for_each_part():
    genres, ranks = list(load_genres()), range(1, 9)
    songs = [create_song(rank, genres=genres[rank::9], track="Night Sea Fire", year=1987) for rank in ranks]
    artworks = [create_objects(rank, "cat", "horse", "cup", "person") for rank in ranks]
    for variation in range(12):
        prompt = compose_from(*songs, artworks=artworks, options=CoverOptions(variation=variation))
        parts = [phrase.part for phrase in prompt.phrases]
        assert len(parts) == len(set(parts))
        texts = texts_by_part(prompt)
        assert texts["mood"].startswith(f"{prompt.mood}, ")
        adjectives = {word for word in re.split(", | and ", texts["mood"]) if word != prompt.mood}
        genres = [genre for genre in load_genres().values() if genre.mood == prompt.mood]
        assert adjectives <= {adjective for genre in genres for adjective in genre.adjectives}


def test_era_is_that_of_the_median_release_year(disco_profile):
    assert compose(disco_profile, CoverOptions(), []).era == "1970s"
    for song in (create_song(1), create_song(1, genres=["baroque"], year=1984)):
        assert compose_from(song).era == ""
        assert "era" not in texts_by_part(compose_from(song))


def test_mood_comes_from_genres_then_titles_then_colors():
    assert compose_from(create_song(1, genres=["ambient"], track="Funeral")).mood == "serene"
    assert compose_from(create_song(1, track="Funeral")).mood == "dark"
    assert compose_from(create_song(1), palette=["#101010", "#1a1520"]).mood == "dark"
    assert compose_from(create_song(1), palette=["#ff2e88", "#00d5ff", "#ffe600"]).mood == "energetic"
    calm, wild = (compose_from(create_song(1, genres=[genre])).energy for genre in ("drone", "thrash metal"))
    assert calm < 0.2 < 0.85 < wild


def test_black_and_white_palette_is_in_words_and_colors(disco_profile):
    prompt = compose(disco_profile, CoverOptions(palette="black_and_white"), [])
    assert all(color[1:3] == color[3:5] == color[5:7] for color in prompt.palette)
    names = set(re.findall(r"[a-z]+", texts_by_part(prompt)["colours"]))
    assert names & {"black", "white", "gray", "grey", "silver", "charcoal"}
