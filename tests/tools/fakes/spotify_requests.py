"""Requests to the fake Spotify, and their check against the specification."""

from typing import Any

import requests

from scripts.fakes.catalog import spotify_id
from scripts.fakes.contract import spotify_contract
from scripts.fakes.spotify import FakeSpotify

ARTIST = spotify_id("artist", "Silver Bridle")
MIXED = spotify_id("playlist", "everything-at-once")


def ask(fake: FakeSpotify, path: str, listener: str = "demo", method: str = "GET", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {fake.state.tokens(listener)['access_token']}", **more.pop("headers", {})}
    return requests.request(method, fake.api_url.rstrip("/") + path, headers=headers, timeout=60, **more)


def problems(path: str, answer: requests.Response) -> list[str]:
    bare = path.partition("?")[0]
    return spotify_contract().find_response_problems("GET", bare, answer.status_code, answer.content)
