"""A cover that shares the look of an earlier one."""

import json
from typing import Any

import pytest

from coverart.aws import clients
from coverart.aws.dynamodb import to_dynamodb
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError
from coverart.models import CoverOptions, Phrase, Prompt
from coverart.store.covers import Covers
from coverart.store.keys import artwork_key
from prompt.app import handler
from prompt.shared_style import SharedStyle, read_shared_style
from scripts import assets
from tests.prompt.conftest import MakeSong, Seen

FIRST, SECOND, THIRD = (f"20261122T18041502{n}-f147d8be9c" for n in (1, 2, 3))
FRAME = {"mood", "medium", "era", "light", "colours"}


@pytest.fixture
def event(stack: None, song: MakeSong, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Of a taste that is the opposite of the look's."""
    monkeypatch.setenv("DATA_MODE", "full")
    keep("one", "coffee")
    for cover_id in (FIRST, SECOND, THIRD):
        begin(cover_id)
    songs = [song(1, album_id="one", genres=["black metal"], track="Funeral", year=1991, artwork="artwork/ada/one.jpg")]
    return {
        "listener_id": "ada",
        "cover_id": SECOND,
        "songs": [one.to_json() for one in songs],
        "title": "Grave Matters",
        "artworks": [seen(1, "horse").model_copy(update={"album_id": "one"}).to_json()],
        "options": {"look": FIRST},
    }


@pytest.fixture
def first(event: dict[str, Any], song: MakeSong, seen: Seen) -> Prompt:
    """The prompt of a disco cover, whose style album's artwork is stored."""
    keep("two", "motorcycle_left")
    told = {"album_id": "two", "genres": ["disco"], "track": "Dance", "year": 1977, "artwork": "artwork/ada/two.jpg"}
    artworks = [seen(1, "cat").model_copy(update={"album_id": "two"}).to_json()]
    songs = [song(1, **told).to_json()]
    begin(FIRST, fetched={"title": "Mirrors", "songs": [], "left_out": []})
    return write({**event, "cover_id": FIRST, "songs": songs, "title": "Mirrors", "artworks": artworks, "options": {}})


def begin(cover_id: str, **told: Any) -> None:
    item = {"listener_id": "ada", "cover_id": cover_id, "status": "accepted", "timings": {}, **told}
    clients.get_table("CoversTable").put_item(Item=to_dynamodb({**item, "created_at": "2026-11-22T18:04:15+00:00"}))


def keep(album_id: str, name: str) -> None:
    body = assets.pictures()[name].read_bytes()
    Bucket(clients.get_client("s3"), "bucket").put(artwork_key("ada", album_id), body, "image/jpeg")


def write(event: dict[str, Any]) -> Prompt:
    return Prompt.model_validate(handler(event, None))


def parts(prompt: Prompt, wanted: set[str]) -> dict[str, str]:
    return {phrase.part: phrase.text for phrase in prompt.phrases if phrase.part in wanted}


def test_the_frame_is_the_looks_and_the_scene_is_its_own(event: dict[str, Any], first: Prompt) -> None:
    alone, shared = write({**event, "options": {}}), write(event)
    assert parts(shared, FRAME) == parts(first, FRAME)
    assert set(parts(first, FRAME)) == FRAME
    assert parts(shared, {"subject"}) == parts(alone, {"subject"}) != parts(first, {"subject"})
    assert shared.subjects == ["horse"]
    assert {p.detail for p in shared.phrases if p.source == "look"} == {"the look of “Mirrors”, 2026-11-22"}
    assert {p.part for p in shared.phrases if p.source == "look"} >= FRAME
    for phrase in shared.phrases:
        assert phrase.text in shared.text


def test_the_painter_is_told_the_same(event: dict[str, Any], first: Prompt) -> None:
    shared = write(event)
    assert (shared.mood, shared.energy, shared.era) == (first.mood, first.energy, first.era) != ("dark", 0.8, "1990s")
    assert shared.palette == first.palette
    assert shared.style_albums == first.style_albums == ["two"]


def test_a_look_can_be_taken_from_a_cover_that_shares_one(event: dict[str, Any], first: Prompt) -> None:
    second = write(event)
    third = write({**event, "cover_id": THIRD, "options": {"look": SECOND}})
    assert parts(third, FRAME) == parts(second, FRAME) == parts(first, FRAME)


def test_expired_artwork_of_the_look_is_passed_over(event: dict[str, Any], first: Prompt) -> None:
    clients.get_client("s3").delete_object(Bucket="bucket", Key=artwork_key("ada", "two"))
    assert write(event).style_albums == ["one"]


def test_a_look_without_style_is_shared_without_style(event: dict[str, Any], first: Prompt) -> None:
    begin(FIRST, prompt={**first.to_json(), "style_albums": []})
    assert write(event).style_albums == []


def test_the_listeners_own_choice_of_style_albums_leads(event: dict[str, Any], first: Prompt) -> None:
    assert write({**event, "options": {"look": FIRST, "style_albums": ["one"]}}).style_albums == ["one"]


def test_a_look_whose_prompt_the_listener_wrote_gives_its_mood_and_colours(
    event: dict[str, Any], first: Prompt
) -> None:
    own = Phrase(part="direction", text="Two swans", source="listener", detail="your own prompt")
    begin(FIRST, prompt={**first.to_json(), "text": "Two swans", "phrases": [own.to_json()]})
    shared = write(event)
    assert (shared.mood, shared.palette, shared.style_albums) == (first.mood, first.palette, ["two"])
    assert "swans" not in shared.text
    assert {p.source for p in shared.phrases if p.part == "colours"} == {"look"}


def test_the_listeners_own_prompt_stands_and_the_painter_shares_the_look(event: dict[str, Any], first: Prompt) -> None:
    shared = write({**event, "options": {"look": FIRST, "prompt": "Two swans"}})
    assert (shared.text, shared.mood, shared.palette) == ("Two swans", first.mood, first.palette)


def test_a_prompt_of_before_compositions_had_names_can_be_a_look(event: dict[str, Any], first: Prompt) -> None:
    told = first.to_json()
    del told["composition"]
    begin(FIRST, prompt=told)
    assert parts(write(event), FRAME) == parts(first, FRAME)


def test_a_look_that_is_gone_or_another_listeners_is_refused(event: dict[str, Any], first: Prompt) -> None:
    begin("20261122T180415029-f147d8be9c", listener_id="eve", prompt=first.to_json())
    for cover_id in ("20261122T180415028-f147d8be9c", "20261122T180415029-f147d8be9c"):
        with pytest.raises(InvalidRequestError, match="not there any more"):
            write({**event, "options": {"look": cover_id}})


def test_a_look_without_a_prompt_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="has no prompt"):
        write(event)


def test_words_only_uses_no_look_that_came_from_spotify(
    event: dict[str, Any], first: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = write(event)
    own = Phrase(part="direction", text="Two swans", source="listener", detail="your own prompt")
    monkeypatch.setenv("DATA_MODE", "words_only")
    for looked_at in (first, second, first.model_copy(update={"phrases": [own]})):
        begin(FIRST, prompt=looked_at.to_json(), fetched={"title": "Mirrors", "songs": [], "left_out": []})
        prompt = write(event)
        assert prompt == write({**event, "options": {}})
        assert {phrase.source for phrase in prompt.phrases} == {"built_in"}
        assert prompt.style_albums == []


def test_words_only_shares_the_look_of_a_cover_of_words_only(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_MODE", "words_only")
    first = write({**event, "cover_id": FIRST, "options": {"variation": 3}})
    second = write({**event, "options": {"look": FIRST, "variation": 8}})
    third = write({**event, "cover_id": THIRD, "options": {"look": SECOND, "direction": "a cat at sea"}})
    assert parts(first, FRAME) == parts(second, FRAME) == parts(third, FRAME)
    assert first.palette == second.palette == third.palette
    assert {first.bundled_style, second.bundled_style, third.bundled_style} == {True}
    monkeypatch.setenv("DATA_MODE", "full")
    assert (write(event).style_albums, write(event).bundled_style) == ([], True)
    assert not write({**event, "options": {"look": FIRST, "style_albums": ["one"]}}).bundled_style
    assert first.text != second.text
    assert third.text.startswith("A cat at sea. ")


def test_a_prompt_read_back_from_the_table_is_the_prompt_that_was_written(event: dict[str, Any], first: Prompt) -> None:
    item = Covers(clients.get_table("CoversTable")).get("ada", FIRST)
    assert read_shared_style(item) == SharedStyle("the look of “Mirrors”, 2026-11-22", first)
    assert json.loads(json.dumps(item["prompt"])) == first.to_json()
    assert CoverOptions(look=FIRST).look == FIRST
