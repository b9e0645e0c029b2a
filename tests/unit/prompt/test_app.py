import io
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError, NoArtworkError
from coverart.store.covers import Covers, new_item
from coverart.store.keys import artwork_key
from prompt.app import handler

SECRET = "Xylophonia"


@pytest.fixture
def covers(stack, monkeypatch):
    monkeypatch.setenv("DATA_MODE", "full")
    monkeypatch.setenv("IMAGE_BACKEND", "painter")
    clients.get_table("CoversTable").put_item(Item=new_item("ada", "c1", {}, datetime.now(UTC)))
    return Covers(clients.get_table("CoversTable"))


@pytest.fixture
def event(create_song, create_objects):
    songs = [create_song(rank, genres=["disco"], track=f"{SECRET} moon", album=SECRET, year=1977) for rank in (1, 2, 3)]
    return {
        "listener_id": "ada",
        "cover_id": "c1",
        "songs": [song.to_json() for song in songs],
        "title": SECRET,
        "artworks": [create_objects(1, "cat").to_json()],
        "options": {},
    }


def render_artwork():
    noise = np.random.default_rng(1).integers(0, 256, (300, 300))
    buffer = io.BytesIO()
    Image.fromarray(np.stack([noise, noise * 0.3, noise * 0.1], axis=-1).astype(np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


def store_artwork(rank, content):
    bucket = Bucket(clients.get_client("s3"), "bucket")
    bucket.put(artwork_key("ada", f"album{rank}"), content, "image/jpeg")


def test_artwork_gives_palette_and_style(covers, event):
    store_artwork(1, render_artwork())
    store_artwork(2, b"no image")
    [prompt] = handler(event, None)["prompts"]
    assert prompt["technique"]
    assert prompt["era"] == "1970s"
    assert len(prompt["palette"]) >= 5
    assert prompt["style_albums"] == ["album1"]
    assert covers.get("ada", "c1")["prompt"]["text"] == prompt["text"]


@pytest.mark.parametrize("style_albums", [[], ["album3"], ["album2", "album1"]])
def test_listener_chooses_style_albums(covers, event, style_albums):
    store_artwork(1, render_artwork())
    [prompt] = handler({**event, "options": {"style_albums": style_albums}}, None)["prompts"]
    assert prompt["style_albums"] == style_albums


def test_style_album_of_another_cover_is_rejected(covers, event):
    store_artwork(1, render_artwork())
    with pytest.raises(InvalidRequestError, match="style album"):
        handler({**event, "options": {"style_albums": ["elsewhere"]}}, None)


def test_no_readable_artwork_is_an_error(covers, event):
    store_artwork(1, b"no image")
    with pytest.raises(NoArtworkError):
        handler(event, None)


def test_words_only_uses_nothing_from_spotify(covers, event, monkeypatch):
    monkeypatch.setenv("DATA_MODE", "words_only")
    [prompt] = handler({**event, "options": {"style_albums": ["album1"]}}, None)["prompts"]
    assert prompt["style_albums"] == []
    assert SECRET.lower() not in str(prompt).lower()
    event_without_music = {**event, "songs": [], "title": "", "artworks": []}
    assert handler(event_without_music, None) == handler({**event, "options": {}}, None)


@pytest.mark.parametrize("data_mode", ["full", "words_only"])
def test_candidates_differ_in_seed_and_technique(covers, event, monkeypatch, data_mode):
    monkeypatch.setenv("DATA_MODE", data_mode)
    store_artwork(1, render_artwork())
    prompts = handler({**event, "options": {"candidates": 4, "variation": 2**31 - 2}}, None)["prompts"]
    assert [prompt["seed"] for prompt in prompts] == [2**31 - 2, 2**31 - 1, 0, 1]
    assert len({prompt["technique"] for prompt in prompts}) > 1
    assert len({(prompt["technique"], prompt["composition"], prompt["motif"]) for prompt in prompts}) == 4


def test_like_shares_the_look_of_that_candidate(covers, event):
    store_artwork(1, render_artwork())
    cover_id = "20261122T120000000-0123456789"
    clients.get_table("CoversTable").put_item(
        Item=new_item("ada", cover_id, {"options": {"candidates": 4}}, datetime.now(UTC))
    )
    liked = handler({**event, "cover_id": cover_id, "options": {"candidates": 4}}, None)["prompts"][2]
    options = {"like": {"cover_id": cover_id, "candidate": 2}, "variation": 4}
    [prompt] = handler({**event, "options": options}, None)["prompts"]
    assert (prompt["technique"], prompt["palette"]) == (liked["technique"], liked["palette"])
    assert (prompt["composition"], prompt["seed"]) != (liked["composition"], liked["seed"])
