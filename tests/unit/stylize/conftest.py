from functools import cache

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageDraw

from coverart.models import Painting, Phrase, Prompt, Song
from scripts import assets
from stylize import contact_sheet, finishing, render, style_transfer
from stylize.typesetting import get_font

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


def to_numbers(image):
    """Return a number for each pixel, (height, width)."""
    return np.asarray(image.convert("RGBA")).view(np.uint32)[..., 0]


def count_occurrences(sheet, part):
    """Return how often an image is in the sheet, pixel for pixel."""
    part_pixels = to_numbers(part)
    windows = sliding_window_view(to_numbers(sheet), part_pixels.shape)
    # The colors that are rarest in the part leave few windows to compare.
    _, places, counts = np.unique(part_pixels, return_index=True, return_counts=True)
    (y, x), *others = zip(*np.unravel_index(places[counts.argsort()[:8]], part_pixels.shape), strict=True)
    starts = np.argwhere(windows[:, :, y, x] == part_pixels[y, x])
    for y, x in others:
        starts = starts[windows[*starts.T, y, x] == part_pixels[y, x]]
    return sum(np.array_equal(windows[*start], part_pixels) for start in starts)


def count_texts(sheet, text, size, color, ground="#faf8f4"):
    font = get_font(size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
    part = Image.new("RGB", (right - left, bottom - top), ground)
    ImageDraw.Draw(part).text((-left, -top), text, fill=color, font=font)
    return count_occurrences(sheet, part)


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
