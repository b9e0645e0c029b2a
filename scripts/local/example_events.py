"""The example events in events/, and the data that they are about: a listener, a cover, and its pictures."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from coverart.aws.dynamodb import to_dynamodb
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.covers import new_item
from coverart.store.keys import cover_prefix, upload_key
from coverart.store.listeners import Listeners, ListenerSettings
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.fakes import artwork, openai
from scripts.fakes.catalog import Artwork, load_catalog
from scripts.local.paths import ROOT
from scripts.local.stack import LocalStack

EVENTS_DIR = ROOT / "events"


def load_event(name: str) -> Any:
    """Load the event in the file with this name, without its extension."""
    return json.loads((EVENTS_DIR / f"{name}.json").read_text(encoding="utf-8"))


def list_functions() -> list[str]:
    """Return the logical ids of all functions."""
    return sorted({function_name(path) for path in EVENTS_DIR.glob("*.json")})


def event_path(function: str) -> Path:
    """Return the example event of a function with this logical id, such as DetectFunction."""
    return EVENTS_DIR / f"{function.removesuffix('Function').lower()}.json"


def function_name(event: Path) -> str:
    """Return the logical id of the function that an event is for: AcceptFunction for `accept-request.json`."""
    return f"{event.stem.split('-')[0].capitalize()}Function"


def event_name(event: Path) -> str:
    """Return a name such as `detect` or `bad/detect`."""
    return event.relative_to(EVENTS_DIR).with_suffix("").as_posix()


def prepare_data(local: LocalStack) -> None:
    """Create or reset everything that the events need.

    The listener is connected, the cover is accepted, its artwork and pictures are in the bucket, an entry of the
    playlist's history is pending, the playlist has a custom image, and it is new to watch.
    """
    now = datetime.now(UTC)
    stylize_event, publish_event = load_event("stylize"), load_event("publish")
    pictures = publish_event["candidates"][0]["pictures"]
    listener_id, cover_id = stylize_event["listener_id"], stylize_event["cover_id"]
    playlist_id, title = publish_event["source"]["playlist_id"], publish_event["title"]
    local.connect()
    listeners, bucket = local.table("Listeners"), local.bucket
    settings = ListenerSettings(auto_cover=True, auto_cover_pattern=title)
    Listeners(listeners).save_settings(listener_id, settings)
    listeners.delete_item(Key={"listener_id": listener_id, "item": f"playlist#{playlist_id}"})
    request = CoverRequest.model_validate(load_event("accept-request")).to_json()
    local.table("Covers").put_item(Item=to_dynamodb(new_item(listener_id, cover_id, request, now)))
    bucket.delete_prefix(cover_prefix(listener_id, cover_id))  # generate would not repeat an existing painting
    for song in stylize_event["songs"]:
        style = load_catalog().albums[song["album_id"]].artwork
        if isinstance(style, Artwork):
            bucket.put(song["artwork"], artwork.render_jpeg(style, 640), "image/jpeg")
    bucket.put(stylize_event["painting"]["key"], _render_picture(1024, "png"), "image/png")
    bucket.put(pictures["master"], _render_picture(1024, "png"), "image/png")
    for name, pixels in {"cover": 640, "thumbnail": 300, "steps": 1200, "story": 1080}.items():
        bucket.put(pictures[name], _render_picture(pixels, "jpeg"), "image/jpeg")
    bucket.put(upload_key(**load_event("convert")), _render_picture(640, "jpeg"), "image/jpeg")
    entry = HistoryEntry(
        playlist_id=playlist_id,
        entry_id=cover_id,
        playlist_name=title,
        cover_id=cover_id,
        picture=pictures["cover"],
        asked_at=now,
    )
    history = PublishHistory(listeners)
    history.clear(listener_id, playlist_id, now + timedelta(days=1))
    history.add(listener_id, entry)
    local.fake_spotify.state.set_image(playlist_id, artwork.render_jpeg(Artwork("rocket"), 640))
    # The example's token is public, so it must never be valid anywhere but on a local stack.
    token = load_event("api")["headers"]["authorization"].removeprefix("Bearer ")
    digest = hashlib.sha256(token.encode()).hexdigest()
    local.table("Keys").put_item(Item={"key": f"token#{digest}", "listener_id": listener_id, "token_id": "example"})


@cache
def _render_picture(pixels: int, image_format: str) -> bytes:
    with Image.open(io.BytesIO(openai.paint(load_event("generate")["prompt"]["text"], "jpeg"))) as painting:
        return artwork.encode(painting.resize((pixels, pixels)), image_format)
