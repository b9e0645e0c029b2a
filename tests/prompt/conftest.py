from collections.abc import Callable

import pytest

from coverart.models import ArtworkObjects, DetectedObject, Song

MakeSong = Callable[..., Song]
Seen = Callable[..., ArtworkObjects]


@pytest.fixture
def song() -> MakeSong:
    def make(rank: int = 1, **told: object) -> Song:
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
                **told,
            }
        )

    return make


@pytest.fixture
def seen() -> Seen:
    def make(rank: int, *labels: str, score: float = 0.8) -> ArtworkObjects:
        things = [DetectedObject(label=label, score=score, box=(0, 0, 1, 1)) for label in labels]
        return ArtworkObjects(album_id=f"album{rank}", objects=things)

    return make
