import pytest
from PIL import Image

from coverart.models import Painting, Phrase, Prompt, Song
from scripts import assets
from stylize import finishing


@pytest.fixture(scope="session")
def load_photo():
    return lambda name: Image.open(assets.fetch_photos()[name]).convert("RGB")


@pytest.fixture
def prompt():
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
def painting():
    return Painting(key="painting", backend="painter", model=None, usage=None, cost_usd=0, note=None)


@pytest.fixture
def make_song():
    def make(number, artist="The Nobodies"):
        return Song(
            rank=number,
            artist=artist,
            genres=["pop"],
            track="One",
            album="First",
            album_id=f"album{number}",
            album_url=f"https://open.spotify.com/album/album{number}",
            year=1998,
            artwork=f"artwork/ada/album{number}.jpg",
        )

    return make


@pytest.fixture
def small_master(monkeypatch):
    """Let masters have 256 pixels, a sixteenth of the area: most of the time goes into encoding them."""
    monkeypatch.setattr(finishing, "MASTER_PIXELS", 256)
