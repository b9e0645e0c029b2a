from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from scripts.local import startup
from scripts.local.startup import run_stack


def test_stack_with_own_app_redirects_to_real_spotify():
    secrets = {"spotify_client_id": "id-of-the-app", "spotify_client_secret": "its-secret"}
    with run_stack(mode=None, secrets=secrets) as local:
        assert local.spotify is None
        address = requests.get(f"{local.url}/login", allow_redirects=False, timeout=30).headers["Location"]
        assert address.startswith("https://accounts.spotify.com/authorize?")
        query = parse_qs(urlsplit(address).query)
        assert query["client_id"] == ["id-of-the-app"]
        assert query["redirect_uri"] == [f"{local.url}/callback"]
        functions = local.client("lambda").get_paginator("list_functions").paginate()
        for function in (function for page in functions for function in page["Functions"]):
            variables = function["Environment"]["Variables"]
            assert variables.get("SPOTIFY_API_URL", "https://api.spotify.com/v1/") == "https://api.spotify.com/v1/"
            assert variables.get("ARTWORK_ORIGINS", "https://i.scdn.co").startswith("https://i.scdn.co")


def test_state_is_private_and_of_one_stack(tmp_path):
    with startup._lock_state(tmp_path / "state"):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
        with pytest.raises(RuntimeError, match="already running"), startup._lock_state(tmp_path / "state"):
            pass
    with startup._lock_state(tmp_path / "state"):
        assert (tmp_path / "state" / "lock").is_file()
