"""Every key of DynamoDB and S3: the data model.

| table          | key                              | one item for each                                             |
| -------------- | -------------------------------- | ------------------------------------------------------------- |
| ListenersTable | listener, `profile`              | listener: tokens, consent, settings; a demo listener's expires |
| ListenersTable | listener, `playlist#<id>`        | playlist that automatic covers know or the listener has set   |
| ListenersTable | listener, `applied#<id>#<entry>` | image that was to be set on the playlist (publish history)    |
| ListenersTable | listener, `token#<id>`           | API token, as the listener sees it                            |
| ListenersTable | listener, `variation#<source>`   | playlist or time range of covers: the next seed               |
| ListenersTable | listener, `picture#<id>`         | picture of the listener's own: when it was uploaded, its size |
| ListenersTable | listener, `pictures`             | listener: number of pictures                                  |
| CoversTable    | listener, cover                  | cover: request, status, results, payments; may expire         |
| KeysTable      | `session#<sha256>`               | browser session; expires                                      |
| KeysTable      | `state#<sha256>`                 | unused OAuth state; expires                                   |
| KeysTable      | `token#<sha256>`                 | API token: whose it is                                        |
| KeysTable      | `shared#<sha256>`                | public page of a cover: whose it is                           |
| KeysTable      | `idempotency#<listener>#<key>`   | cover that this idempotency key started; may expire           |
| KeysTable      | `covers#<sha256>#<day>`          | listener and day: number of covers requested; expires         |
| KeysTable      | `demo#<day>`                     | day: number of requests by demo listeners; expires            |
| KeysTable      | `budget#<month>`                 | month: US dollars spent or reserved; expires                  |
| KeysTable      | `warm-up`                        | until when the steps' functions need no warming; expires      |
| KeysTable      | `genre#<artist>`                 | artist whose genres MusicBrainz was asked for; expires        |

Items expire by their attribute `expires_at`, in seconds since 1970. DynamoDB deletes them up to days later, so readers
compare it with the time.

| object in S3                                   | content                                                         |
| ---------------------------------------------- | --------------------------------------------------------------- |
| `artwork/<listener>/<album>.jpg`               | album artwork as Spotify serves it; expires after seven days    |
| `covers/<listener>/<cover>/<file>`             | painting and finished files of a cover's first candidate        |
| `covers/<listener>/<cover>/<candidate>/<file>` | the same of its other candidates, 1 to 3                        |
| `kept/<listener>/<playlist>/<entry>.jpg`       | JPEG that an entry of the publish history sets                  |
| `kept/<listener>/<playlist>/own-<image>.jpg`   | the listener's own playlist image, byte for byte                |
| `uploads/<listener>/<picture>`                 | picture as it was uploaded; deleted at once, or after a day     |
| `pictures/<listener>/<picture>/<file>`         | picture of the listener's own without metadata, and thumbnail   |
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:  # the release bundle's installer, which has no pydantic, imports this module, with Python 3.9
    from coverart.models import Source

# ListenersTable, range key `item`.
PROFILE = "profile"
PLAYLIST_PREFIX = "playlist#"
HISTORY_PREFIX = "applied#"
PICTURE_PREFIX = "picture#"
API_TOKEN_PREFIX = "token#"  # noqa: S105  # a key's prefix, no secret

# KeysTable.
SESSION_PREFIX = "session#"
WARM_UP_KEY = "warm-up"


def profile_key(listener_id: str) -> dict[str, str]:
    """Return the listener's profile in ListenersTable."""
    return {"listener_id": listener_id, "item": PROFILE}


def playlist_key(listener_id: str, playlist_id: str) -> dict[str, str]:
    """Return the record of a playlist in ListenersTable."""
    return {"listener_id": listener_id, "item": f"{PLAYLIST_PREFIX}{playlist_id}"}


def history_prefix(playlist_id: str) -> str:
    """Return how the range keys of a playlist's history begin in ListenersTable."""
    return f"{HISTORY_PREFIX}{playlist_id}#"


def history_key(listener_id: str, playlist_id: str, entry_id: str) -> dict[str, str]:
    """Return an entry of a playlist's history in ListenersTable."""
    return {"listener_id": listener_id, "item": f"{history_prefix(playlist_id)}{entry_id}"}


def api_token_listing_key(listener_id: str, token_id: str) -> dict[str, str]:
    """Return the listener's view of an API token in ListenersTable."""
    return {"listener_id": listener_id, "item": f"{API_TOKEN_PREFIX}{token_id}"}


def picture_key(listener_id: str, picture_id: str) -> dict[str, str]:
    """Return a picture of the listener's own in ListenersTable."""
    return {"listener_id": listener_id, "item": f"{PICTURE_PREFIX}{picture_id}"}


def picture_count_key(listener_id: str) -> dict[str, str]:
    """Return the number of the listener's pictures in ListenersTable."""
    return {"listener_id": listener_id, "item": "pictures"}


def variation_key(listener_id: str, source: Source) -> dict[str, str]:
    """Return the next seed of a source of covers in ListenersTable."""
    name = "#".join(str(part) for field, part in source if field != "count")
    return {"listener_id": listener_id, "item": f"variation#{name}"}


def cover_item_key(listener_id: str, cover_id: str) -> dict[str, str]:
    """Return a cover in CoversTable."""
    return {"listener_id": listener_id, "cover_id": cover_id}


def session_key(cookie_value: str) -> dict[str, str]:
    """Return a browser's session in KeysTable, which holds no cookie values."""
    return {"key": f"{SESSION_PREFIX}{sha256(cookie_value)}"}


def oauth_state_key(state: str) -> dict[str, str]:
    """Return an unused OAuth state in KeysTable."""
    return {"key": f"state#{sha256(state)}"}


def api_token_key(token_sha256: str) -> dict[str, str]:
    """Return an API token in KeysTable, which holds no token values."""
    return {"key": f"{API_TOKEN_PREFIX}{token_sha256}"}


def shared_cover_key(share_id: str) -> dict[str, str]:
    """Return a cover's public page in KeysTable, which does not hold the page's address."""
    return {"key": f"shared#{sha256(share_id)}"}


def idempotency_record_key(listener_id: str, idempotency_key: str) -> str:
    """Return the partition key of an idempotency record in KeysTable.

    A listener's id comes from Spotify. Keys have it percent-encoded, so that one with a "#" cannot match another
    listener's keys.
    """
    return f"idempotency#{quote(listener_id, safe='')}#{idempotency_key}"


def daily_count_key(listener_id: str, now: datetime) -> dict[str, str]:
    """Return how many covers a listener has requested on a UTC day in KeysTable.

    It outlives the listener, so it holds a hash of their id.
    """
    return {"key": f"covers#{sha256(listener_id)}#{now:%Y-%m-%d}"}


def demo_requests_key(now: datetime) -> dict[str, str]:
    """Return how many requests all demo listeners have sent on a UTC day in KeysTable."""
    return {"key": f"demo#{now.date()}"}


def budget_key(now: datetime) -> str:
    """Return the partition key of a month's budget in KeysTable."""
    return f"budget#{now:%Y-%m}"


def genre_key(artist_id: str) -> dict[str, str]:
    """Return an artist's cached genres in KeysTable."""
    return {"key": f"genre#{artist_id}"}


def sha256(text: str) -> str:
    """Return the hex digest. A lone surrogate, which a request may contain, counts as a question mark."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def artwork_key(listener_id: str, album_id: str) -> str:
    """Return the S3 key of an album's artwork."""
    return f"{artwork_prefix(listener_id)}{_quote(album_id)}.jpg"


def cover_file_key(listener_id: str, cover_id: str, name: str, candidate: int = 0) -> str:
    """Return the S3 key of a candidate's file. Those of the first are where earlier versions stored a cover's files.

    `name`: painting.jpg (by the image model), painting.png (by the painter), master.png, cover.jpg, thumbnail.jpg,
    steps.jpg or story.jpg; mask.png, of the listener's picture, has no candidate.
    """
    folder = f"{candidate}/" if candidate else ""
    return f"{cover_prefix(listener_id, cover_id)}{folder}{name}"


def backup_key(listener_id: str, playlist_id: str, name: str) -> str:
    """Return the S3 key of an image that the publish history refers to.

    `name`: an entry's id, or `own-` and Spotify's id of the listener's own image.
    """
    return f"{backup_prefix(listener_id, playlist_id)}{_quote(name)}.jpg"


def upload_key(listener_id: str, picture_id: str) -> str:
    """Return the S3 key of a picture as the listener uploaded it."""
    return f"uploads/{_quote(listener_id)}/{_quote(picture_id)}"


def picture_file_key(listener_id: str, picture_id: str, name: str) -> str:
    """Return the S3 key of a picture of the listener's own. `name`: picture.jpg or thumbnail.jpg."""
    return f"{picture_prefix(listener_id, picture_id)}{name}"


def picture_prefix(listener_id: str, picture_id: str) -> str:
    """Return how the S3 keys of a picture of the listener's own begin."""
    return f"pictures/{_quote(listener_id)}/{_quote(picture_id)}/"


def artwork_prefix(listener_id: str) -> str:
    """Return how the S3 keys of a listener's artwork begin."""
    return f"artwork/{_quote(listener_id)}/"


def cover_prefix(listener_id: str, cover_id: str) -> str:
    """Return how the S3 keys of a cover's files begin."""
    return f"covers/{_quote(listener_id)}/{_quote(cover_id)}/"


def backup_prefix(listener_id: str, playlist_id: str) -> str:
    """Return how the S3 keys of the images of a playlist's history begin."""
    return f"kept/{_quote(listener_id)}/{_quote(playlist_id)}/"


def listener_prefixes(listener_id: str) -> tuple[str, ...]:
    """Return how the S3 keys of everything that belongs to a listener begin."""
    return tuple(f"{kind}/{_quote(listener_id)}/" for kind in ("artwork", "covers", "kept", "uploads", "pictures"))


def _quote(text: str) -> str:
    # A listener's id may hold any character; it must stay one part of the key.
    return quote(text, safe="").replace(".", "%2E")
