import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError, NoArtworkError
from coverart.store.covers import Covers, new_item
from prompt.app import handler
from tests.prompt.conftest import MakeSong, Seen

SECRET = "Xylophonia"


@pytest.fixture
def covers(stack: None, monkeypatch: pytest.MonkeyPatch) -> Covers:
    monkeypatch.setenv("DATA_MODE", "full")
    clients.get_table("CoversTable").put_item(Item=new_item("ada", "c1", {}, datetime.now(UTC)))
    return Covers(clients.get_table("CoversTable"))


def artwork(level: float) -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (300, 300))
    body = io.BytesIO()
    Image.fromarray(np.stack([noise, noise * level, noise * 0.1], axis=-1).astype(np.uint8)).save(body, "JPEG")
    return body.getvalue()


@pytest.fixture
def event(song: MakeSong, seen: Seen) -> dict[str, Any]:
    songs = [song(rank, genres=["disco"], track=f"{SECRET} moon", album=SECRET, year=1977) for rank in (1, 2, 3)]
    return {
        "listener_id": "ada",
        "cover_id": "c1",
        "songs": [one.to_json() for one in songs],
        "title": SECRET,
        "artworks": [seen(1, "cat").to_json()],
        "options": {},
    }


def keep(rank: int, body: bytes) -> None:
    Bucket(clients.get_client("s3"), "bucket").put(f"artwork/ada/album{rank}.jpg", body, "image/jpeg")


def test_artwork_gives_the_palette_and_lends_its_style(covers: Covers, event: dict[str, Any]) -> None:
    keep(1, artwork(0.3))
    keep(2, b"not a picture")
    prompt = handler(event, None)
    assert prompt["subjects"] == ["cat"]
    assert prompt["era"] == "1970s"
    assert len(prompt["palette"]) >= 5
    assert prompt["style_albums"] == ["album1"]
    assert covers.get("ada", "c1")["prompt"]["text"] == prompt["text"]


@pytest.mark.parametrize("chosen", [[], ["album3"], ["album2", "album1"]])
def test_the_listeners_choice_of_style_albums_stands(covers: Covers, event: dict[str, Any], chosen: list[str]) -> None:
    keep(1, artwork(0.3))
    assert handler({**event, "options": {"style_albums": chosen}}, None)["style_albums"] == chosen


def test_a_style_album_of_another_cover_is_refused(covers: Covers, event: dict[str, Any]) -> None:
    keep(1, artwork(0.3))
    with pytest.raises(InvalidRequestError, match="style album"):
        handler({**event, "options": {"style_albums": ["elsewhere"]}}, None)


def test_without_any_readable_artwork_there_is_no_prompt(covers: Covers, event: dict[str, Any]) -> None:
    keep(1, b"not a picture")
    with pytest.raises(NoArtworkError):
        handler(event, None)


def test_words_only_uses_nothing_from_spotify(
    covers: Covers, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_MODE", "words_only")
    prompt = handler({**event, "options": {"style_albums": ["album1"]}}, None)
    assert prompt["style_albums"] == []
    assert SECRET.lower() not in str(prompt).lower()
    other = {**event, "songs": [], "title": "", "artworks": []}
    assert handler(other, None) == handler({**event, "options": {}}, None)
