from prompt.taste_profile import build_taste_profile
from tests.unit.prompt.conftest import PALETTE


def test_unknown_genres_take_no_weight_from_known_ones(create_song):
    songs = [create_song(1, genres=["disco", "seen live", "british"]), create_song(2, genres=["metal"])]
    assert list(build_taste_profile(songs, "", [], PALETTE).genres) == ["disco", "metal"]


def test_many_portraits_do_not_outweigh_one_cat(create_song, create_objects):
    songs = [create_song(rank) for rank in range(1, 21)]
    artworks = [create_objects(rank, *["person"] * 6) for rank in range(1, 20)]
    profile = build_taste_profile(songs, "", [*artworks, create_objects(1, "cat", "person")], PALETTE)
    assert list(profile.objects) == ["cat", "person"]


def test_rank_and_score_weigh_an_object(create_song, create_objects):
    songs = [create_song(1), create_song(9)]
    equal_scores = [create_objects(1, "cat"), create_objects(9, "horse")]
    assert list(build_taste_profile(songs, "", equal_scores, PALETTE).objects) == ["cat", "horse"]
    different_scores = [create_objects(1, "cat", score=0.3), create_objects(9, "horse", score=0.95)]
    assert list(build_taste_profile(songs, "", different_scores, PALETTE).objects) == ["horse", "cat"]


def test_words_of_an_artists_name_are_no_themes(create_song):
    song = create_song(1, artist="The Ocean Roses", track="Ocean Roses")
    assert build_taste_profile([song], "", [], PALETTE).themes == {}
