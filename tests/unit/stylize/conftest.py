from collections.abc import Callable

import pytest
from PIL import Image

from coverart.models import Painting, Phrase, Prompt, Song
from scripts import assets


@pytest.fixture(scope="session")
def load_photo() -> Callable[[str], Image.Image]:
    return lambda name: Image.open(assets.fetch_photos()[name]).convert("RGB")


@pytest.fixture
def prompt() -> Prompt:
    return Prompt(
        text="A cat beside a motorcycle, on a road through open country.",
        phrases=[Phrase(part="subject", text="A cat", source="objects", detail="cat on “Nine Lives”")],
        subjects=["cat"],
        mood="warm",
        energy=0.5,
        era="1990s",
        palette=["#b5651d", "#1f3352", "#e0c097"],
        style_albums=["album1"],
        seed=1,
    )


@pytest.fixture
def painting() -> Painting:
    return Painting(key="painting", backend="painter", model=None, usage=None, cost_usd=0, note=None)


@pytest.fixture
def make_song() -> Callable[..., Song]:
    def make(number: int, artist: str = "The Nobodies", album: str = "First") -> Song:
        return Song(
            rank=number,
            artist=artist,
            genres=["pop"],
            track="One",
            album=album,
            album_id=f"album{number}",
            album_url=f"https://open.spotify.com/album/album{number}",
            year=1998,
            artwork=f"artwork/ada/album{number}.jpg",
        )

    return make
