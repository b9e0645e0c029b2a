"""The example events in events/, and what they are about: a listener, a cover in the making, and its pictures."""

import hashlib
import io
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from coverart.aws.dynamodb import to_dynamodb
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.covers import new_item
from coverart.store.keys import cover_prefix
from coverart.store.listeners import Listeners, ListenerSettings
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.local.paths import ROOT
from scripts.local.stack import LocalStack
from scripts.standins import artwork, openai
from scripts.standins.catalogue import Artwork, catalogue

EVENTS = ROOT / "events"


def event(name: str) -> Any:
    """The event in the file of this name, without its ending."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def functions() -> list[str]:
    """The names in the template of all functions."""
    return sorted({function_of(path) for path in EVENTS.glob("*.json")})


def event_of(function: str) -> Path:
    """The example event of a function, which has its name in the template: DetectFunction."""
    return EVENTS / f"{function.removesuffix('Function').lower()}.json"


def function_of(event: Path) -> str:
    """The name in the template of the function whose event it is: `accept-request.json` is AcceptFunction's."""
    return f"{event.stem.split('-')[0].capitalize()}Function"


def name_of(event: Path) -> str:
    """`detect`, or `bad/detect`."""
    return event.relative_to(EVENTS).with_suffix("").as_posix()


def lay_out(local: LocalStack) -> None:
    """Makes it all so, anew, that every event can be taken: the listener is connected, the cover accepted, its artwork
    and pictures in the bucket, its entry in the playlist's history asked for, the playlist's image the listener's own,
    and the playlist new to watch.
    """
    now = datetime.now(UTC)
    asked, made = event("stylize"), event("publish")
    listener_id, cover_id, playlist_id = asked["listener_id"], asked["cover_id"], made["source"]["playlist_id"]
    local.connect()
    listeners, bucket = local.table("Listeners"), local.bucket
    watched = ListenerSettings(auto_cover=True, auto_cover_pattern=made["title"])
    Listeners(listeners).save_settings(listener_id, watched)
    listeners.delete_item(Key={"listener_id": listener_id, "item": f"playlist#{playlist_id}"})
    request = CoverRequest.model_validate(event("accept-request")).to_json()
    local.table("Covers").put_item(Item=to_dynamodb(new_item(listener_id, cover_id, request, now)))
    bucket.delete_prefix(cover_prefix(listener_id, cover_id))  # a painting that is there is not made again
    for song in asked["songs"]:
        made_of = catalogue().albums[song["album_id"]].artwork
        bucket.put(song["artwork"], artwork.jpeg(made_of, 640), "image/jpeg")
    bucket.put(asked["painting"]["key"], _picture(1024, "png"), "image/png")
    bucket.put(made["pictures"]["master"], _picture(1024, "png"), "image/png")
    for name, pixels in {"cover": 640, "thumbnail": 300, "steps": 1200}.items():
        bucket.put(made["pictures"][name], _picture(pixels, "jpeg"), "image/jpeg")
    entry = HistoryEntry(
        playlist_id=playlist_id,
        entry_id=cover_id,
        playlist_name=made["title"],
        cover_id=cover_id,
        picture=made["pictures"]["cover"],
        asked_at=now,
    )
    history = PublishHistory(listeners)
    history.clear(listener_id, playlist_id)
    history.add(listener_id, entry)
    local.spotify.state.set_image(playlist_id, artwork.jpeg(Artwork("rocket"), 640))
    _let_in(local, listener_id, event("api")["headers"]["authorization"].removeprefix("Bearer "))


@cache
def _picture(pixels: int, image_format: str) -> bytes:
    body = io.BytesIO()
    with Image.open(io.BytesIO(openai.painted(event("generate")["prompt"]["text"], "jpeg"))) as painted:
        painted.resize((pixels, pixels)).save(body, image_format.upper())
    return body.getvalue()


def _let_in(local: LocalStack, listener_id: str, token: str) -> None:
    """Makes a token work that everybody knows: nobody is to be let in by it but on a stack of one's own machine."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    local.table("Keys").put_item(Item={"key": f"token#{digest}", "listener_id": listener_id, "token_id": "example"})
