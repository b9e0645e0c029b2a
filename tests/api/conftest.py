"""The API behind API Gateway's events, on the template's tables and bucket, with Spotify's stand-in."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.exceptions import ClientError

from api.app import handler
from coverart.aws import clients
from coverart.pipeline import start_cover
from coverart.store.covers import Covers, new_item
from coverart.store.listeners import Listeners, OAuthTokens
from coverart.store.sessions import Sessions
from tests.spotify_standin import listener_id, listeners, served_spotify, spotify_standin

__all__ = ["listener_id", "listeners", "served_spotify", "spotify_standin"]

PAGE = "https://covers.example"
COVER = "20261122T120000000-0123456789"
ALBUM = "6dVIqQ8qmQ5GBnJ9shOYGE"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        assert set(self.body) == {"error"}, self.body
        assert set(self.body["error"]) == {"code", "message"}
        assert self.body["error"]["message"].endswith(".")
        return self.body["error"]["code"]


class Browser:
    """Sends what a browser on the page sends; `cookie` and `headers` say who it is."""

    def __init__(self, cookie: str | None = None, **headers: str) -> None:
        self.cookie = cookie
        self.headers = headers

    def ask(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None, **headers: str):
        sent = {"origin": PAGE, **self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        if text is not None:
            sent.setdefault("content-type", "application/json")
        parameters = {name: str(value) for name, value in (query or {}).items()}
        event = {
            "version": "2.0",
            "routeKey": f"{method} {path}",
            "rawPath": quote(path, safe="/%"),
            "rawQueryString": urlencode(parameters),
            "headers": sent,
            "cookies": [f"__Host-session={self.cookie}"] if self.cookie else [],
            "requestContext": {
                "domainName": "api.example",
                "stage": "$default",
                "http": {"method": method, "path": path, "sourceIp": "203.0.113.1"},
            },
            "isBase64Encoded": False,
        }
        if parameters:
            event["queryStringParameters"] = parameters
        if text is not None:
            event["body"] = text
        given = handler(event, None)
        json.dumps(given)
        is_json = given["headers"].get("Content-Type") == "application/json"
        return Answer(given["statusCode"], given["headers"], json.loads(given["body"]) if is_json else given["body"])


class Machine:
    """Step Functions, as far as the API uses it. `refusing`: the machine that takes nothing."""

    class exceptions:  # noqa: N801  # boto3's name
        class ExecutionAlreadyExists(Exception):  # noqa: N818  # Step Functions' name
            pass

    def __init__(self):
        self.started, self.stopped, self.refusing = {}, [], None

    def start_execution(self, *, stateMachineArn, name, input):  # noqa: A002, N803  # boto3's names
        if stateMachineArn.endswith(f":{self.refusing}"):
            answer = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(answer, "StartExecution")
        if name in self.started:
            raise self.exceptions.ExecutionAlreadyExists
        self.started[name] = json.loads(input)

    def stop_execution(self, *, executionArn):  # noqa: N803  # boto3's name
        self.stopped.append(executionArn)
        if executionArn.rsplit(":", 1)[1] not in self.started:
            raise ClientError({"Error": {"Code": "ExecutionDoesNotExist"}}, "StopExecution")


@pytest.fixture
def machine(stack, monkeypatch):
    for name, value in {
        "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:covers",
        "APPLY_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:apply",
        "DAILY_COVER_LIMIT": "3",
        "MONTHLY_BUDGET_USD": "5",
        "IMAGE_BACKEND": "auto",
        "IMAGE_QUALITY": "low",
        "FALLBACK_TO_PAINTER": "true",
        "ARTWORK_ORIGINS": "https://i.scdn.co, https://mosaic.scdn.co",
        "SPOTIFY_ACCOUNTS_URL": "https://accounts.spotify.com",
        "PUBLIC_URL": PAGE,
        "SECRETS_PATH": "/cover-art",
    }.items():
        monkeypatch.setenv(name, value)
    machine = Machine()
    real = clients.get_client
    start_cover.create_cover_starter.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "get_client", lambda service: machine if service == "stepfunctions" else real(service))
        yield machine
    start_cover.create_cover_starter.cache_clear()


def log_in(listener_id: str, now: datetime | None = None) -> Browser:
    return Browser(Sessions(clients.get_table("KeysTable")).create(listener_id, now or datetime.now(UTC)))


def known(listener_id: str, name: str = "Ada") -> str:
    tokens = OAuthTokens(access_token="a", refresh_token="r", expires_at=2**31, scope="")
    Listeners(clients.get_table("ListenersTable")).save_login(listener_id, listener_id, name, tokens, datetime.now(UTC))
    return listener_id


@pytest.fixture
def ada(machine) -> Browser:
    return log_in(known("ada"))


@pytest.fixture
def bob(machine) -> Browser:
    return log_in(known("bob", "Bob"))


@pytest.fixture
def listening(machine, listener_id, spotify_standin, monkeypatch):
    monkeypatch.setenv("ARTWORK_ORIGINS", ", ".join(spotify_standin.picture_urls))
    monkeypatch.setenv("SPOTIFY_ACCOUNTS_URL", spotify_standin.url)
    return log_in(listener_id)


def put_cover(
    listener_id: str, cover_id: str = COVER, done: bool = True, playlist_id: str | None = None, **published: str
) -> str:
    """A cover's item, and with `done` its results and pictures; `published` is what became of the playlist image."""
    source: dict[str, Any] = {"kind": "top_artists", "time_range": "medium_term", "count": 10}
    if playlist_id is not None:
        source = {"kind": "playlist", "playlist_id": playlist_id, "count": 20}
    request = {"source": source, "options": {}}
    item = new_item(listener_id, cover_id, request, datetime.now(UTC))
    covers = Covers(clients.get_table("CoversTable"))
    covers.table.put_item(Item=item)
    if not done:
        return cover_id
    base = f"covers/{listener_id}/{cover_id}"
    artwork = f"artwork/{listener_id}/{ALBUM}.jpg"
    song = {"rank": 1, "artist": "Stray", "genres": ["dub"], "track": "Purr", "album": "Nine Lives", "album_id": ALBUM}
    song |= {"album_url": f"https://open.spotify.com/album/{ALBUM}", "year": 1999, "artwork": artwork}
    seen = {"label": "cat", "score": 0.9, "box": [0.1, 0.1, 0.5, 0.75]}
    phrase = {"part": "subject", "text": "a cat", "source": "objects", "detail": "cat on 'Nine Lives'"}
    prompt = {"text": "A cat", "phrases": [phrase], "subjects": ["cat"], "mood": "calm", "energy": 0.5, "era": "1990s"}
    prompt |= {"palette": ["#aabbcc"], "style_albums": [ALBUM], "seed": 0}
    painting = {"key": f"{base}/painting.png", "backend": "openai", "model": "m", "usage": {"total_tokens": 7}}
    pictures = {"master": "master.png", "cover": "cover.jpg", "thumbnail": "thumbnail.jpg", "steps": "steps.jpg"}
    results = {
        "fetch": (
            "fetched",
            {
                "songs": [song],
                "title": "Night bus" if playlist_id else "",
                "left_out": [{"album": "Sleeve", "reason": "Torn."}],
            },
        ),
        "detect": ("detected", {"artworks": [{"album_id": ALBUM, "objects": [seen]}]}),
        "prompt": ("prompt", prompt),
        "generate": ("painting", {**painting, "cost_usd": 0.006, "note": None}),
        "stylize": ("pictures", {kind: f"{base}/{name}" for kind, name in pictures.items()}),
        "publish": ("published", {"playlist_image": "not_asked_for", **published}),
    }
    for step, (keeps, result) in results.items():
        covers.begin_step(listener_id, cover_id, step)
        covers.end_step(listener_id, cover_id, step, datetime.now(UTC), 0.5, keeps, result)
    for key in (artwork, f"{base}/painting.png", *(f"{base}/{name}" for name in pictures.values())):
        clients.get_client("s3").put_object(Bucket="bucket", Key=key, Body=key.encode())
    return cover_id


def kept(prefix: str = "") -> list[str]:
    listed = clients.get_client("s3").list_objects_v2(Bucket="bucket", Prefix=prefix)
    return [entry["Key"] for entry in listed.get("Contents", [])]
