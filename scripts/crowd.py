"""What soak and load share: playlists to be covered, patience with a busy stack, what the tables say, the report."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from math import ceil
from typing import Any

import requests
from boto3.dynamodb.conditions import Key

from coverart.aws.dynamodb import from_dynamodb, paginate
from scripts.local import stack
from scripts.local.paths import ROOT
from scripts.standins.catalogue import Artwork

OUT = ROOT / "out"
# A young account's.
CONCURRENCY = 10
SONGS = 6
# What API Gateway says where Lambda has no room, or no answer came; the API itself has a sentence in its answers.
_BUSY = {429, 500, 502, 503, 504}
ANSWERED_WITHIN = 40  # seconds; the front door gives up before
# Some four minutes: a program waits longer than a person who looks at a page.
_ASKED_AT_MOST = 60
_LONGEST_PAUSE = 8.0  # seconds
_SHOWN = 20


class TooBusyError(RuntimeError):
    """The stack had no room, as often as it was asked."""


def add_playlists(local: stack.LocalStack, listener: str, count: int) -> list[str]:
    """Gives their ids."""
    if local.spotify is None:
        raise RuntimeError("Never with the real Spotify.")
    state = local.spotify.state
    songs = [song for song in state.music.songs.values() if isinstance(song.album.artwork, Artwork)]
    titles = sorted({song.name for song in songs})
    return [
        state.add_playlist(f"Shelf {n}", [titles[(n * SONGS + song) % len(titles)] for song in range(SONGS)], listener)
        for n in range(count)
    ]


def is_busy(answer: requests.Response) -> bool:
    """Whether the stack had no room, or a fault that passes. A limit of the API's own is neither."""
    return answer.status_code in _BUSY and not (answer.status_code == 429 and '"error"' in answer.text)


def pauses() -> Iterator[float]:
    """Seconds before each further try, with full jitter: many who wait do not come back at once."""
    for tries in range(_ASKED_AT_MOST - 1):
        yield random.uniform(0, min(_LONGEST_PAUSE, 2.0**tries))  # noqa: S311  # jitter, no secret


def asked(
    browser: requests.Session,
    method: str,
    url: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    heard: Callable[[requests.Response], None] = lambda _: None,
) -> dict[str, Any]:
    """Asks again where the stack is too busy. `heard` gets every answer.

    Raises TooBusyError, and HTTPError where it refused.
    """
    waits = pauses()
    while True:
        answer = browser.request(method, url, json=body, headers=headers, timeout=ANSWERED_WITHIN)
        heard(answer)
        if not is_busy(answer):
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
            return told
        if (pause := next(waits, None)) is None:
            raise TooBusyError(f"The stack is too busy for {method} {url}: {answer.status_code} {answer.text[:200]}")
        time.sleep(pause)


def covers_of(local: stack.LocalStack, listener_id: str) -> list[dict[str, Any]]:
    """Their items."""
    mine = Key("listener_id").eq(listener_id)
    return [from_dynamodb(item) for item in paginate(local.table("Covers").query, KeyConditionExpression=mine)]


def playlist_of(cover: dict[str, Any]) -> str:
    return str(cover["request"]["source"]["playlist_id"])


def without_one_cover(playlists: Iterable[str], covers: Sequence[dict[str, Any]]) -> Iterator[str]:
    """In words: lost, or doubled."""
    made = Counter(playlist_of(cover) for cover in covers)
    yield from (f"{playlist} has {made[playlist]} covers" for playlist in playlists if made[playlist] != 1)


def not_done(local: stack.LocalStack, covers: Sequence[dict[str, Any]]) -> Iterator[str]:
    """In words, of those that have ended: which failed, and which were not set, once, where that was asked for."""
    uploads = local.spotify.state.uploads if local.spotify else {}
    for cover in covers:
        name, playlist = cover["cover_id"], playlist_of(cover)
        if cover["status"] == "failed":
            yield f"{name} is failed: {cover.get('error')}"
        elif cover["status"] == "done" and cover["request"]["options"]["publish"]:
            published = cover["published"]
            if published["playlist_image"] != "set":
                yield f"{name} is {published['playlist_image']}: {published.get('message')}"
            if (sent := len(uploads.get(playlist, []))) != 1:
                yield f"{playlist} was sent {sent} images"


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: the smallest value that this share (0 to 1) of them does not exceed."""
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


def reported(name: str, result: Any, say: Callable[[str], None]) -> int:
    """Writes a dataclass of figures into out/ and says them as they are `told()`; 1 where there are `problems`."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")
    say(result.told())
    for problem in result.problems[:_SHOWN]:
        say(f"Problem: {problem}")
    if len(result.problems) > _SHOWN:
        say(f"... and {len(result.problems) - _SHOWN} more; see out/{name}.json")
    return 1 if result.problems else 0
