"""The fake Spotify's login: consent, codes and tokens."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from scripts.fakes import tokens
from scripts.fakes.spotify import FakeSpotify

BACK = "http://127.0.0.1:8000/callback"


def agree(fake: FakeSpotify, choice: str = "demo", **changes: str) -> requests.Response:
    query = {
        "client_id": tokens.CLIENT_ID,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "user-top-read",
        "state": "a&b",
        "fake_listener": choice,
        **changes,
    }
    return requests.get(f"{fake.url}/authorize", params=query, timeout=60, allow_redirects=False)


def exchange(fake: FakeSpotify, secret: str = tokens.CLIENT_SECRET, **form: str) -> requests.Response:
    return requests.post(f"{fake.url}/api/token", data=form, auth=(tokens.CLIENT_ID, secret), timeout=60)


def test_code_is_exchanged_once_for_valid_tokens(fake_spotify):
    back = agree(fake_spotify)
    answer = parse_qs(urlsplit(back.headers["Location"]).query)
    assert back.headers["Location"].startswith(f"{BACK}?")
    assert answer["state"] == ["a&b"]
    form = {"grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": BACK}
    granted = exchange(fake_spotify, **form).json()
    assert (granted["token_type"], granted["scope"], granted["expires_in"]) == ("Bearer", "user-top-read", 3600)
    top = f"{fake_spotify.api_url}me/top/artists"
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    assert requests.get(top, headers=bearer, timeout=60).status_code == 200
    assert exchange(fake_spotify, **form).json()["error"] == "invalid_grant"
    renewed = exchange(fake_spotify, grant_type="refresh_token", refresh_token=granted["refresh_token"]).json()
    assert "refresh_token" not in renewed


def test_code_belongs_to_its_redirect_uri(fake_spotify):
    code = parse_qs(urlsplit(agree(fake_spotify).headers["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:9/callback"}
    assert exchange(fake_spotify, **form).json()["error"] == "invalid_grant"


def test_token_endpoint_checks_client_and_grant(fake_spotify):
    assert exchange(fake_spotify, secret="wrong", grant_type="refresh_token").json()["error"] == "invalid_client"
    assert exchange(fake_spotify, secret="wrong", grant_type="client_credentials").json() == {
        "error": "invalid_client",
        "error_description": "Invalid client secret",
    }
    assert exchange(fake_spotify, grant_type="password").json()["error"] == "unsupported_grant_type"
    assert exchange(fake_spotify, grant_type="refresh_token", refresh_token="x").json()["error"] == "invalid_grant"


def test_app_token_gives_no_access_to_listeners(fake_spotify):
    granted = exchange(fake_spotify, grant_type="client_credentials").json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    assert requests.get(f"{fake_spotify.api_url}me", headers=bearer, timeout=60).status_code == 401


def test_consent_can_be_denied(fake_spotify):
    assert "error=access_denied" in agree(fake_spotify, choice="").headers["Location"]


def test_consent_page_escapes_its_parameters(fake_spotify):
    query = {"client_id": tokens.CLIENT_ID, "response_type": "code", "redirect_uri": BACK, "scope": "<script>"}
    page = requests.get(f"{fake_spotify.url}/authorize", params=query, timeout=60)
    assert page.status_code == 200
    assert "Robin Aldermoor" in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"response_type": "token"},
        {"redirect_uri": "http://localhost:8000/callback"},
        {"redirect_uri": "http://example.com/callback"},
        {"redirect_uri": ""},
    ],
    ids=["client", "response type", "localhost", "http", "none"],
)
def test_invalid_authorization_request_is_refused(fake_spotify, changes):
    assert agree(fake_spotify, **changes).status_code == 400
