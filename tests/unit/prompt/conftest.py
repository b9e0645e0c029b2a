from collections.abc import Callable

import pytest

from coverart.models import ArtworkObjects, CoverOptions, DetectedObject, Song
from prompt.compose import compose
from prompt.taste_profile import build_taste_profile

CreateSong = Callable[..., Song]
CreateObjects = Callable[..., ArtworkObjects]

PALETTE = ["#23304d", "#c05a28", "#d8d4cf", "#8a2f2b", "#e2a46e"]


@pytest.fixture(scope="session")
def create_song():
    def create(rank=1, **fields):
        return Song(
            **{
                "rank": rank,
                "artist": "Velvet Orbit",
                "genres": [],
                "track": "",
                "album": f"Album {rank}",
                "album_id": f"album{rank}",
                "album_url": "https://open.spotify.com/album/1",
                "year": None,
                "artwork": f"artwork/ada/album{rank}.jpg",
                **fields,
            }
        )

    return create


@pytest.fixture
def create_objects():
    """Creates what was detected on the artwork of the song with this rank."""

    def create(rank, *labels, score=0.8):
        objects = [DetectedObject(label=label, score=score, box=(0, 0, 1, 1)) for label in labels]
        return ArtworkObjects(album_id=f"album{rank}", objects=objects)

    return create


@pytest.fixture
def disco_profile(create_song, create_objects):
    songs = [
        create_song(1, genres=["norwegian space disco"], track="Saturday Galaxy", album="Mirrorball", year=1978),
        create_song(2, genres=["italo disco"], track="Cold Sea", album="Nine Lives", year=1983, artist="Cold Harbour"),
        create_song(3, genres=["soul"], track="Tomorrow", album="Ones and Twos", year=1974),
    ]
    artworks = [create_objects(1, "person"), create_objects(2, "cat", "person"), create_objects(3, "person")]
    return build_taste_profile(songs, "dance all night", artworks, PALETTE)


def compose_from(*songs, title="", artworks=(), palette=PALETTE, options=None):
    profile = build_taste_profile(songs, title, artworks, palette)
    return compose(profile, options or CoverOptions(), [])


def texts_by_part(prompt):
    return {phrase.part: phrase.text for phrase in prompt.phrases}
