import re

from coverart.models import CoverOptions
from prompt.compose import compose
from prompt.lexicon import load_genres
from prompt.taste_profile import TasteProfile
from tests.unit.prompt.conftest import CreateObjects, CreateSong, compose_from, texts_by_part


def test_every_phrase_is_in_the_prompt_with_its_source(disco_profile: TasteProfile) -> None:
    for variation in range(8):
        prompt = compose(disco_profile, CoverOptions(variation=variation), [])
        parts = [phrase.part for phrase in prompt.phrases]
        scene = [part for part in parts if part in {"subject", "composition", "setting"}]
        assert scene[0] in {"subject", "composition"}
        assert [part for part in parts if part not in scene] == ["mood", "medium", "era", "colours", "avoid"]
        for phrase in prompt.phrases:
            assert phrase.text in prompt.text
            assert phrase.source in {"objects", "genres", "titles", "era", "palette", "built_in"}
            assert phrase.detail


def test_prompt_consists_of_its_phrases(disco_profile: TasteProfile) -> None:
    prompt = compose(disco_profile, CoverOptions(direction="An owl reading the news"), [])
    rest = prompt.text
    for phrase in prompt.phrases:
        rest = rest.replace(phrase.text, "", 1)
    for heading in ("Mood", "Colours"):
        rest = rest.replace(heading, "", 1)
    assert set(rest) <= set(" .,:")


def test_prompt_names_no_artist_track_or_album(disco_profile: TasteProfile) -> None:
    text = compose(disco_profile, CoverOptions(), []).text.lower()
    for name in ("velvet orbit", "cold harbour", "saturday galaxy", "nine lives", "mirrorball", "dance all night"):
        assert name not in text


def test_object_in_a_title_is_a_motif_without_detected_object(create_song: CreateSong) -> None:
    song = create_song(1, track="Paper Kites", genres=["indie"])
    prompts = [compose_from(song, options=CoverOptions(variation=variation)) for variation in range(16)]
    subjects = [phrase for prompt in prompts for phrase in prompt.phrases if prompt.subjects == ["kite"]]
    assert ("titles", "kite in “Paper Kites”") in {(phrase.source, phrase.detail) for phrase in subjects}


def test_artists_names_and_ambiguous_words_are_no_objects(create_song: CreateSong) -> None:
    songs = [
        create_song(1, track="Broken Clocks"),
        create_song(2, track="Bear with Me, Boy", artist="The Clocks of Kite"),
    ]
    assert compose_from(*songs).subjects == []


def test_prompt_has_one_phrase_for_each_part(create_song: CreateSong, create_objects: CreateObjects) -> None:
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
        assert len(prompt.subjects) <= 1
        assert texts["mood"].startswith(f"{prompt.mood}, ")
        adjectives = {word for word in re.split(", | and ", texts["mood"]) if word != prompt.mood}
        genres = [genre for genre in load_genres().values() if genre.mood == prompt.mood]
        assert adjectives <= {adjective for genre in genres for adjective in genre.adjectives}


def test_genre_without_era_gives_no_era(create_song: CreateSong) -> None:
    prompt = compose_from(create_song(1, genres=["baroque"], year=1984))
    assert prompt.era == ""
    assert "era" not in [phrase.part for phrase in prompt.phrases]


def test_era_is_that_of_the_median_release_year(disco_profile: TasteProfile, create_song: CreateSong) -> None:
    assert compose(disco_profile, CoverOptions(), []).era == "1970s"
    assert compose_from(create_song(1)).era == ""


def test_mood_comes_from_genres_then_titles_then_colors(create_song: CreateSong) -> None:
    assert compose_from(create_song(1, genres=["ambient"], track="Funeral")).mood == "serene"
    assert compose_from(create_song(1, track="Funeral")).mood == "dark"
    assert compose_from(create_song(1), palette=["#101010", "#1a1520"]).mood == "dark"
    assert compose_from(create_song(1), palette=["#ff2e88", "#00d5ff", "#ffe600"]).mood == "energetic"


def test_energy_comes_from_the_genres(create_song: CreateSong) -> None:
    calm = compose_from(create_song(1, genres=["drone"])).energy
    wild = compose_from(create_song(1, genres=["thrash metal"])).energy
    assert calm < 0.2 < 0.85 < wild


def test_black_and_white_palette_is_in_words_and_colors(disco_profile: TasteProfile) -> None:
    prompt = compose(disco_profile, CoverOptions(palette="black_and_white"), [])
    assert all(color[1:3] == color[3:5] == color[5:7] for color in prompt.palette)
    names = set(re.findall(r"[a-z]+", texts_by_part(prompt)["colours"]))
    assert names & {"black", "white", "gray", "grey", "silver", "charcoal"}
