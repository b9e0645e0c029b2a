from functools import cache

import pytest
from PIL import Image

from coverart.models import Painting, Phrase, Prompt, Song
from scripts import assets
from stylize import contact_sheet, finishing, render, style_transfer

run_network = style_transfer._run_network


@pytest.fixture(scope="session")
def load_photo():
    """Return photographs, which no test may change."""
    return cache(lambda name: Image.open(assets.fetch_photos()[name]).convert("RGB"))


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


@pytest.fixture
def small_sheet(monkeypatch):
    """Let contact sheets and stories have 8 x 8 pixels, where only the cover counts."""
    for module, name in ((contact_sheet, "draw_contact_sheet"), (render, "draw_story")):
        monkeypatch.setattr(module, name, lambda *_: Image.new("RGB", (8, 8)))


@pytest.fixture(scope="session", autouse=True)
def one_run_per_input():
    """Let the style networks run once for each input: a run takes as long as all else."""
    outputs = {}

    def run(name, *inputs):
        key = hash((name, *(values.tobytes() for values in inputs)))
        if key not in outputs:
            outputs[key] = run_network(name, *inputs)
        return outputs[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style_transfer, "_run_network", run)
        yield


@pytest.fixture
def every_run(monkeypatch):
    """Let the style networks run each time."""
    monkeypatch.setattr(style_transfer, "_run_network", run_network)
