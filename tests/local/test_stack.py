from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from scripts.local import stack


def test_with_an_app_of_ones_own_the_stack_sends_its_listeners_to_spotify_itself():
    secrets = {"spotify_client_id": "id-of-the-app", "spotify_client_secret": "its-secret"}
    with stack.running(mode=None, secrets=secrets) as local:
        assert local.spotify is None
        address = requests.get(f"{local.url}/login", allow_redirects=False, timeout=30).headers["Location"]
        assert address.startswith("https://accounts.spotify.com/authorize?")
        asked = parse_qs(urlsplit(address).query)
        assert asked["client_id"] == ["id-of-the-app"]
        assert asked["redirect_uri"] == [f"{local.url}/callback"]
        functions = local.client("lambda").get_paginator("list_functions").paginate()
        for function in (function for page in functions for function in page["Functions"]):
            variables = function["Environment"]["Variables"]
            assert variables.get("SPOTIFY_API_URL", "https://api.spotify.com/v1/") == "https://api.spotify.com/v1/"
            assert variables.get("ARTWORK_ORIGINS", "https://i.scdn.co").startswith("https://i.scdn.co")


def test_a_folder_of_a_stack_that_is_up_is_no_other_stacks(tmp_path):
    with stack._alone(tmp_path), pytest.raises(RuntimeError, match="already running"), stack._alone(tmp_path):
        pass
    with stack._alone(tmp_path):
        assert (tmp_path / "lock").is_file()


def test_what_is_kept_is_for_the_owners_eyes(tmp_path):
    with stack._alone(tmp_path / "state"):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
