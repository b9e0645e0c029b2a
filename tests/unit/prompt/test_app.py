import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.errors import InvalidRequestError, NoArtworkError
from coverart.looks import load_looks
from coverart.store.covers import Covers
from tests.images import encode
from tests.unit.prompt.conftest import create_objects, create_song, invoke, put_cover, store_artwork

SECRET = "Xylophonia"


@pytest.fixture
def event(settings):
    """Three songs, of which one has usable artwork."""
    put_cover("c1")
    noise = np.random.default_rng(1).integers(0, 256, (300, 300))
    pixels = np.stack([noise, noise * 0.3, noise * 0.1], axis=-1).astype(np.uint8)
    store_artwork("album1", encode(Image.fromarray(pixels)))
    store_artwork("album2", b"no image")
    songs = [create_song(rank, genres=["disco"], track=f"{SECRET} moon", album=SECRET, year=1977) for rank in (1, 2, 3)]
    return {
        "listener_id": "ada",
        "cover_id": "c1",
        "songs": [song.to_json() for song in songs],
        "title": SECRET,
        "artworks": [create_objects(1, "cat").to_json()],
        "options": {},
    }


def test_artwork_gives_palette_and_style(event):
    [prompt] = invoke(event)
    assert prompt.brief is None
    assert prompt.era == "1970s"
    assert len(prompt.palette) >= 5
    assert prompt.style_albums == ["album1"]
    assert Covers(clients.get_table("CoversTable")).get("ada", "c1")["prompt"]["text"] == prompt.text
    for style_albums in ([], ["album3"], ["album2", "album1"]):
        [prompt] = invoke(event, options={"style_albums": style_albums})
        assert prompt.style_albums == style_albums


def test_foreign_style_album_and_unreadable_artwork_are_errors(event):
    with pytest.raises(InvalidRequestError, match="style album"):
        invoke(event, options={"style_albums": ["elsewhere"]})
    store_artwork("album1", b"no image")
    with pytest.raises(NoArtworkError):
        invoke(event)


def test_words_only_uses_nothing_from_spotify(event, monkeypatch):
    monkeypatch.setenv("DATA_MODE", "words_only")
    [prompt] = invoke(event, options={"style_albums": ["album1"]})
    assert prompt.style_albums == []
    assert SECRET.lower() not in prompt.model_dump_json().lower()
    assert invoke(event, songs=[], title="", artworks=[]) == invoke(event)


@pytest.mark.parametrize("data_mode", ["full", "words_only"])
def test_candidates_differ_in_seed_and_technique(event, monkeypatch, data_mode):
    monkeypatch.setenv("DATA_MODE", data_mode)
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    prompts = invoke(event, options={"candidates": 4, "variation": 2**31 - 2})
    assert all(prompt.brief for prompt in prompts)
    assert [prompt.seed for prompt in prompts] == [2**31 - 2, 2**31 - 1, 0, 1]
    assert len({prompt.technique for prompt in prompts}) > 1
    assert len({(prompt.technique, prompt.composition, prompt.motif) for prompt in prompts}) == 4


@pytest.mark.parametrize("data_mode", ["full", "words_only"])
def test_built_in_look_decides_technique_colors_and_style(event, monkeypatch, data_mode):
    monkeypatch.setenv("DATA_MODE", data_mode)
    [prompt] = invoke(event, options={"look": "block-print", "position": 1})
    assert (prompt.technique, tuple(prompt.palette)) == ("linocut", load_looks()["block-print"].palettes[1])
    assert (prompt.style_albums, prompt.bundled_style) == ([], False)


def test_like_shares_the_look_of_that_candidate(event):
    cover_id = "20261122T120000000-0123456789"
    put_cover(cover_id, {"options": {"candidates": 4}})
    liked = invoke(event, cover_id=cover_id, options={"candidates": 4})[2]
    [prompt] = invoke(event, options={"like": {"cover_id": cover_id, "candidate": 2}, "variation": 4})
    assert (prompt.technique, prompt.palette) == (liked.technique, liked.palette)
    assert (prompt.composition, prompt.seed) != (liked.composition, liked.seed)
