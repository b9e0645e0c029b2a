"""The API behind API Gateway's events, on the template's tables and bucket, with the fake Spotify."""

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock
from urllib.parse import quote, urlencode

import pytest

from api import playlist_listing
from api.app import handler
from convert.app import handler as convert
from coverart.aws import clients
from coverart.aws.dynamodb import to_dynamodb
from coverart.spotify import client, playlists
from coverart.store.covers import new_item
from coverart.store.keys import cover_file_key
from coverart.store.sessions import Sessions
from tests.fake_spotify import fake_spotify, listener_id, listeners, served_spotify
from tests.fake_step_functions import FakeStepFunctions
from tests.profiles import save_profile
from tests.stored_files import put_object

__all__ = ["fake_spotify", "listener_id", "listeners", "served_spotify"]

PAGE = "https://covers.example"
COVER = "20261122T120000000-0123456789"
ALBUM = "6dVIqQ8qmQ5GBnJ9shOYGE"
PLAYLIST = "37i9dQZF1DX0XUsuxWHRQd"
COVER_REQUEST = {"source": {"kind": "top_artists"}}


@dataclass
class ApiResponse:
    status: int
    headers: dict[str, str]
    body: Any
    cookies: Sequence[str] = ()

    @property
    def code(self) -> str:
        """The error's code; the body must have the documented form."""
        assert set(self.body) == {"error"}, self.body
        assert set(self.body["error"]) == {"code", "message"}
        assert self.body["error"]["message"].endswith(".")
        return self.body["error"]["code"]

    @property
    def message(self) -> str:
        return self.body["error"]["message"]


def assert_error(response: ApiResponse, status: int, code: str, request: Any = None) -> None:
    assert (response.status, response.code) == (status, code), request


class ApiClient:
    """Sends what a browser on the page sends. `session_value` and `headers` say who it is."""

    def __init__(self, session_value: str | None = None, **headers: str) -> None:
        self.session_value = session_value
        self.headers = headers

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: dict[str, Any] | None = None,
        stage: str = "$default",
        **headers: str,
    ) -> ApiResponse:
        """Send `body` as JSON, or as it is if it is text. An underscore in a header's name becomes a hyphen."""
        headers = {"origin": PAGE} | {name.replace("_", "-"): value for name, value in (self.headers | headers).items()}
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        parameters = {name: str(value) for name, value in (query or {}).items()}
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": ("" if stage == "$default" else f"/{stage}") + quote(path, safe="/%"),
            "rawQueryString": urlencode(parameters),
            "queryStringParameters": parameters or None,
            "headers": headers if text is None else {"content-type": "application/json", **headers},
            "cookies": [f"__Host-session={self.session_value}"] if self.session_value else [],
            "requestContext": {"domainName": "api.example", "stage": stage, "http": {"method": method, "path": path}},
            "isBase64Encoded": False,
            "body": text,
        }
        response = handler(event, None)
        json.dumps(response)
        assert isinstance(response["body"], str)
        is_json = response["headers"].get("Content-Type") == "application/json"
        response_body = json.loads(response["body"]) if is_json else response["body"]
        if response.get("isBase64Encoded"):
            response_body = base64.b64decode(response_body)
        return ApiResponse(response["statusCode"], response["headers"], response_body, response.get("cookies", ()))


def request_cover(client: ApiClient, source: Any = None, key: str | None = None, **options: Any) -> ApiResponse:
    """Request a cover, of the top artists unless another `source` is named."""
    headers = {} if key is None else {"idempotency_key": key}
    body = {"source": source or COVER_REQUEST["source"], "options": options}
    return client.call("POST", "/api/covers", body, **headers)


@pytest.fixture
def step_functions(stack, monkeypatch):
    """The stack with all settings of the API, and a fake of Step Functions."""
    for name, value in {
        "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:covers",
        "APPLY_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:apply",
        "WATCH_FUNCTION": "watch",
        "CONVERT_FUNCTION": "convert",
        "ALLOW_DEMO": "false",
        "ALLOW_SENDING_PICTURES": "no",
        "DAILY_COVER_LIMIT": "3",
        "MONTHLY_BUDGET_USD": "5",
        "IMAGE_BACKEND": "painter",
        "IMAGE_QUALITY": "low",
        "FALLBACK_TO_PAINTER": "true",
        "ARTWORK_ORIGINS": "https://i.scdn.co, https://mosaic.scdn.co",
        "SPOTIFY_ACCOUNTS_URL": "https://accounts.spotify.com",
        "PUBLIC_URL": PAGE,
        "SECRETS_PATH": "/cover-art",
    }.items():
        monkeypatch.setenv(name, value)
    fake, get_client = FakeStepFunctions(), clients.get_client
    monkeypatch.setattr(clients, "get_client", lambda name: fake if name == "stepfunctions" else get_client(name))
    return fake


def log_in(listener_id: str, now: datetime | None = None) -> ApiClient:
    return ApiClient(Sessions(clients.get_table("KeysTable")).create(listener_id, now or datetime.now(UTC)))


@pytest.fixture
def convert_function(step_functions, monkeypatch):
    """ConvertFunction in this process, behind a client whose `invoke` can be given other effects."""

    def invoke(*, FunctionName, Payload):  # noqa: N803  # boto3's names
        assert FunctionName == "convert"
        return {"Payload": io.BytesIO(json.dumps(convert(json.loads(Payload), None)).encode())}

    function = Mock(invoke=Mock(side_effect=invoke))
    monkeypatch.setattr(clients, "get_waiting_client", lambda *_: function)
    return function


@pytest.fixture
def ada(step_functions) -> ApiClient:
    """A listener who is logged in. Spotify is not there."""
    return log_in(save_profile("ada"))


@pytest.fixture
def bob(step_functions) -> ApiClient:
    """Another listener who is logged in."""
    return log_in(save_profile("bob", "Bob"))


@pytest.fixture
def demo_listener(step_functions, listener_id, fake_spotify, monkeypatch) -> ApiClient:
    """The demo listener of the fake Spotify, who is logged in."""
    monkeypatch.setenv("ARTWORK_ORIGINS", ", ".join(fake_spotify.picture_urls))
    monkeypatch.setenv("SPOTIFY_ACCOUNTS_URL", fake_spotify.url)
    return log_in(listener_id)


@pytest.fixture
def small_pages(monkeypatch) -> int:
    """The size of Spotify's pages of playlists, smaller than they are."""
    for module in (client, playlists, playlist_listing):
        monkeypatch.setattr(module, "PAGE_SIZE", 5)
    return 5


def put_cover(
    listener_id: str,
    cover_id: str = COVER,
    done: bool = True,
    playlist_id: str | None = None,
    finished: Sequence[int] = (0,),
    title: str = "Night bus",
    picture: str | None = None,
    **published: str,
) -> str:
    """Store a cover and return its id.

    `done`: with the results of all steps, and with the images of its `finished` candidates; the others up to the last
    of them have failed. `title`: of its playlist. `published`: fields of the result of publish.
    """
    source = {"kind": "playlist", "playlist_id": playlist_id, "count": 20}
    if playlist_id is None:
        source = {"kind": "top_artists", "time_range": "medium_term", "count": 10}
    request = {"source": source, "options": {"candidates": max(finished) + 1, "picture": picture}}
    item = new_item(listener_id, cover_id, request, datetime.now(UTC))
    if done:
        artwork = put_object(f"artwork/{listener_id}/{ALBUM}.jpg")
        song = {"rank": 1, "artist": "Stray", "genres": ["dub"], "track": "Purr", "album": "Nine Lives", "year": 1999}
        song |= {"album_id": ALBUM, "album_url": f"https://open.spotify.com/album/{ALBUM}", "artwork": artwork}
        cat = {"label": "cat", "score": 0.9, "box": [0.1, 0.1, 0.5, 0.75]}
        phrase = {"part": "subject", "text": "a cat", "source": "objects", "detail": "cat on 'Nine Lives'"}
        prompt = {"text": "A cat", "phrases": [phrase], "mood": "calm", "palette": ["#aabbcc"], "style_albums": [ALBUM]}
        left_out = [{"album": "Sleeve", "reason": "Torn."}]
        item |= {
            "status": "done",
            "timings": {step: _new_timing() for step in ("fetch", "detect", "prompt", "publish")},
            "fetched": {"songs": [song], "title": title if playlist_id else "", "left_out": left_out},
            "detected": {"artworks": [{"album_id": ALBUM, "objects": [cat]}]},
            "prompted": {"prompts": [prompt] * (max(finished) + 1)},
            "published": {"playlist_image": "not_asked_for", **published},
        }
        item["candidates"] |= {str(index): _put_candidate(listener_id, cover_id, index) for index in finished}
    clients.get_table("CoversTable").put_item(Item=to_dynamodb(item))
    return cover_id


def _put_candidate(listener_id: str, cover_id: str, candidate: int) -> dict[str, Any]:
    """Store the images of a finished candidate, and return its results."""
    files = {"painting": "painting.png", "master": "master.png"}
    files |= {kind: f"{kind}.jpg" for kind in ("cover", "thumbnail", "steps", "story")}
    keys = {kind: put_object(cover_file_key(listener_id, cover_id, name, candidate)) for kind, name in files.items()}
    painting = {"key": keys.pop("painting"), "backend": "openai", "model": "m", "cost_usd": 0.006, "note": None}
    timings = {"generate": _new_timing(), "stylize": _new_timing()}
    return {"step": "stylize", "timings": timings, "painting": painting, "pictures": keys}


def _new_timing() -> dict[str, Any]:
    return {"began_at": datetime.now(UTC).isoformat(), "seconds": 0.5}
