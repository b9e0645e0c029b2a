from prompt.taste_profile import build_taste_profile
from tests.unit.prompt.conftest import PALETTE, create_objects, create_song


def test_unknown_genres_take_no_weight_from_known_ones():
    songs = [create_song(1, genres=["disco", "seen live", "british"]), create_song(2, genres=["metal"])]
    assert list(build_taste_profile(songs, "", [], PALETTE).genres) == ["disco", "metal"]


def test_objects_weigh_by_rank_and_score_and_not_by_portraits():
    songs = [create_song(rank) for rank in range(1, 21)]

    def list_objects(*artworks):
        return list(build_taste_profile(songs, "", artworks, PALETTE).objects)

    portraits = [create_objects(rank, *["person"] * 6) for rank in range(1, 20)]
    assert list_objects(*portraits, create_objects(1, "cat", "person")) == ["cat", "person"]
    assert list_objects(create_objects(1, "cat"), create_objects(9, "horse")) == ["cat", "horse"]
    scores = (create_objects(1, "cat", score=0.3), create_objects(9, "horse", score=0.95))
    assert list_objects(*scores) == ["horse", "cat"]


def test_words_of_an_artists_name_are_no_themes():
    song = create_song(1, artist="The Ocean Roses", track="Ocean Roses")
    assert build_taste_profile([song], "", [], PALETTE).themes == {}


def test_name_of_the_playlist_weighs_as_much_as_two_songs():
    songs = [create_song(rank, track="Night") for rank in (1, 2)]
    assert list(build_taste_profile(songs, "Snow", [], PALETTE).themes) == ["winter", "night"]
