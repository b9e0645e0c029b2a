"""A cover that shares the style of an earlier one: its option `look`."""

import pytest

from coverart.aws import clients
from coverart.errors import InvalidRequestError
from coverart.models import WHOLE_PICTURE, CutOut, Phrase
from coverart.store.covers import Covers
from coverart.store.keys import artwork_key
from prompt.shared_style import SharedStyle, read_shared_style
from scripts import assets
from tests.unit.prompt import conftest
from tests.unit.prompt.conftest import create_objects, create_song, put_cover, store_artwork, texts_by_part

FIRST, SECOND, THIRD, FOURTH, FOREIGN = (f"20261122T18041502{n}-f147d8be9c" for n in range(5))
SHARED_PARTS = {"mood", "medium", "era", "colours"}
OWN_PROMPT = Phrase(part="direction", text="Two swans", source="listener", detail="your own prompt")
FETCHED = {"title": "Mirrors", "songs": [], "left_out": []}


def invoke(event, **changes):
    [prompt] = conftest.invoke(event, **changes)
    return prompt


@pytest.fixture
def event(settings):
    """The second cover, which shares the style of the first one. Its taste is the opposite."""
    store_artwork("album1", assets.fetch_photos()["coffee"].read_bytes())
    for cover_id in (FIRST, SECOND, THIRD):
        put_cover(cover_id)
    return {
        "listener_id": "ada",
        "cover_id": SECOND,
        "songs": [create_song(1, genres=["black metal"], track="Funeral", year=1991).to_json()],
        "title": "Grave Matters",
        "artworks": [create_objects(1, "horse").to_json()],
        "options": {"look": FIRST},
    }


@pytest.fixture
def first_prompt(event):
    """The prompt of a disco cover, whose style album's artwork is stored."""
    store_artwork("album2", assets.fetch_photos()["motorcycle_left"].read_bytes())
    songs = [create_song(2, genres=["disco"], track="Dance", year=1977).to_json()]
    put_cover(FIRST, fetched=FETCHED)
    artworks = [create_objects(2, "cat").to_json()]
    return invoke(event, cover_id=FIRST, songs=songs, title="Mirrors", artworks=artworks, options={})


def select(prompt, parts=SHARED_PARTS):
    return {part: text for part, text in texts_by_part(prompt).items() if part in parts}


def test_style_is_shared_and_scene_is_not(event, first_prompt):
    prompt_alone, prompt = invoke(event, options={}), invoke(event)
    assert select(prompt) == select(first_prompt)
    assert set(select(first_prompt)) == SHARED_PARTS
    assert prompt.technique == first_prompt.technique != prompt_alone.technique
    assert {p.detail for p in prompt.phrases if p.source == "look"} == {"the look of “Mirrors”, 2026-11-22"}
    assert {p.part for p in prompt.phrases if p.source == "look"} >= SHARED_PARTS
    assert all(phrase.text in prompt.text for phrase in prompt.phrases)
    # The painter's part of it.
    for name in ("mood", "energy", "era", "palette", "style_albums"):
        assert getattr(prompt, name) == getattr(first_prompt, name) != getattr(prompt_alone, name), name
    # It can be shared again.
    assert select(invoke(event, cover_id=THIRD, options={"look": SECOND})) == select(first_prompt)


def test_style_albums_are_shared_unless_chosen_or_expired(event, first_prompt):
    assert invoke(event, options={"look": FIRST, "style_albums": ["album1"]}).style_albums == ["album1"]
    clients.get_client("s3").delete_object(Bucket="bucket", Key=artwork_key("ada", "album2"))
    assert invoke(event).style_albums == ["album1"]
    put_cover(FIRST, prompt={**first_prompt.to_json(), "style_albums": []})
    assert invoke(event).style_albums == []


def test_own_prompts_share_mood_and_colors(event, first_prompt):
    prompt = invoke(event, options={"look": FIRST, "prompt": "Two swans"})
    assert (prompt.text, prompt.mood, prompt.palette) == ("Two swans", first_prompt.mood, first_prompt.palette)
    put_cover(FIRST, prompt={**first_prompt.to_json(), "text": "Two swans", "phrases": [OWN_PROMPT.to_json()]})
    prompt = invoke(event)
    assert (prompt.mood, prompt.palette, prompt.style_albums) == (first_prompt.mood, first_prompt.palette, ["album2"])
    assert "swans" not in prompt.text
    assert {p.source for p in prompt.phrases if p.part == "colours"} == {"look"}


def test_cover_without_prompt_or_of_another_listener_is_rejected(event, first_prompt):
    put_cover(FOREIGN, listener_id="eve", prompt=first_prompt.to_json())
    for cover_id, reason in ((FOURTH, "no longer exists"), (FOREIGN, "no longer exists"), (THIRD, "has no prompt")):
        with pytest.raises(InvalidRequestError, match=reason):
            invoke(event, options={"look": cover_id})


def test_words_only_ignores_style_from_spotify(event, first_prompt, monkeypatch):
    second_prompt = invoke(event)
    monkeypatch.setenv("DATA_MODE", "words_only")
    for shared_prompt in (first_prompt, second_prompt, first_prompt.model_copy(update={"phrases": [OWN_PROMPT]})):
        put_cover(FIRST, prompt=shared_prompt.to_json(), fetched=FETCHED)
        prompt = invoke(event)
        assert prompt == invoke(event, options={})
        assert {phrase.source for phrase in prompt.phrases} == {"built_in"}
        assert prompt.style_albums == []


def test_words_only_shares_style_of_words_only(event, monkeypatch):
    monkeypatch.setenv("DATA_MODE", "words_only")
    first = invoke(event, cover_id=FIRST, options={"variation": 3})
    second = invoke(event, options={"look": FIRST, "variation": 8})
    third = invoke(event, cover_id=THIRD, options={"look": SECOND, "direction": "a cat at sea"})
    assert select(first) == select(second) == select(third)
    assert first.palette == second.palette == third.palette
    assert {first.bundled_style, second.bundled_style, third.bundled_style} == {True}
    monkeypatch.setenv("DATA_MODE", "full")
    prompt = invoke(event)
    assert (prompt.style_albums, prompt.bundled_style) == ([], True)
    assert not invoke(event, options={"look": FIRST, "style_albums": ["album1"]}).bundled_style
    assert first.text != second.text
    assert third.text.startswith("A cat at sea. ")


def test_stored_prompt_is_read_back_unchanged(event, first_prompt):
    item = Covers(clients.get_table("CoversTable")).get("ada", FIRST)
    assert read_shared_style(item) == SharedStyle("the look of “Mirrors”, 2026-11-22", first_prompt)
    stored_prompt = first_prompt.to_json()
    del stored_prompt["composition"]  # as an earlier version stored it
    put_cover(FIRST, prompt=stored_prompt)
    assert select(invoke(event)) == select(first_prompt)


def test_other_title_keeps_picture_and_typeface(event, first_prompt):
    first = invoke(event, options={"lettering": "title", "variation": 3})
    key = "covers/ada/x/painting.jpg"
    put_cover(FIRST, prompt=first.to_json(), painting={"backend": "openai", "key": key})
    options = {"lettering": "text", "lettering_text": "Hail", "retitle": {"cover_id": FIRST}}
    cut_out = CutOut(picture_id=FIRST, key="picture.jpg", mask=None, box=WHOLE_PICTURE, label="", faces=[])
    songs = [create_song(1, genres=["synthwave"]).to_json()]
    prompt = invoke(event, options=options, songs=songs, cut_out=cut_out.to_json())
    assert prompt.lettering == first.lettering.model_copy(update={"title": "Hail"})
    assert prompt == first.model_copy(update={"lettering": prompt.lettering, "painting": key, "cut_out": cut_out})
    bare = invoke(event, options={"retitle": {"cover_id": FIRST}})
    assert bare == first.model_copy(update={"lettering": None, "painting": key})
    put_cover(FIRST, prompt=bare.to_json(), painting={"backend": "openai", "key": key})
    assert invoke(event, options=options).lettering == prompt.lettering
    with pytest.raises(InvalidRequestError, match="no longer exists"):
        invoke(event, options={**options, "retitle": {"cover_id": THIRD}})
