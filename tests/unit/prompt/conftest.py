"""Tastes and prompts, and what the handler needs: covers in the table, and artwork in the bucket."""

from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.aws.dynamodb import to_dynamodb
from coverart.models import ArtworkObjects, CoverOptions, DetectedObject, Prompt, Song
from coverart.store.covers import new_item
from coverart.store.keys import artwork_key
from prompt.app import handler
from prompt.compose import compose
from prompt.taste_profile import build_taste_profile
from tests.stored_files import put_object

PALETTE = ["#23304d", "#c05a28", "#d8d4cf", "#8a2f2b", "#e2a46e"]


def create_song(rank=1, **fields):
    defaults = {"artist": "Velvet Orbit", "genres": [], "track": "", "album": f"Album {rank}", "year": None}
    names = {"album_id": f"album{rank}", "album_url": "", "artwork": artwork_key("ada", f"album{rank}")}
    return Song(rank=rank, **{**defaults, **names, **fields})


def create_objects(rank, *labels, score=0.8):
    """Return what was detected on the artwork of the song with this rank."""
    objects = [DetectedObject(label=label, score=score, box=(0, 0, 1, 1)) for label in labels]
    return ArtworkObjects(album_id=f"album{rank}", objects=objects)


def create_taste(*genres, year=None):
    """Return the taste of one song with these genres."""
    return build_taste_profile([create_song(genres=genres, year=year)], "", [], PALETTE)


@pytest.fixture(scope="session")
def disco_profile():
    songs = [
        create_song(1, genres=["norwegian space disco"], track="Saturday Galaxy", album="Mirrorball", year=1978),
        create_song(2, genres=["italo disco"], track="Cold Sea", album="Nine Lives", year=1983, artist="Cold Harbour"),
        create_song(3, genres=["soul"], track="Tomorrow", album="Ones and Twos", year=1974),
    ]
    artworks = [create_objects(1, "person"), create_objects(2, "cat", "person"), create_objects(3, "person")]
    return build_taste_profile(songs, "dance all night", artworks, PALETTE)


def compose_from(*songs, title="", artworks=(), palette=PALETTE, options=None):
    profile = build_taste_profile(songs, title, artworks, palette)
    return compose(profile, options or CoverOptions(), [])


def texts_by_part(prompt):
    return {phrase.part: phrase.text for phrase in prompt.phrases}


@pytest.fixture
def settings(stack, monkeypatch):
    """Those of the function: with music from Spotify, and with the painter."""
    monkeypatch.setenv("DATA_MODE", "full")
    monkeypatch.setenv("IMAGE_BACKEND", "painter")


def put_cover(cover_id, request=(), **attributes):
    item = {**new_item("ada", cover_id, dict(request), datetime(2026, 11, 22, 18, 4, tzinfo=UTC)), **attributes}
    if "prompt" in attributes:  # as an earlier version stored a cover
        del item["candidates"]
    clients.get_table("CoversTable").put_item(Item=to_dynamodb(item))


def store_artwork(album_id, content):
    put_object(artwork_key("ada", album_id), content)


def invoke(event, **changes):
    """Return the prompts of an event with these changes."""
    return [Prompt.model_validate(prompt) for prompt in handler({**event, **changes}, None)["prompts"]]
