"""The fake Spotify's login: consent, codes and tokens."""

from urllib.parse import parse_qs, urlsplit

import requests

from scripts.fakes import tokens
from scripts.fakes.spotify import FakeSpotify

BACK = "http://127.0.0.1:8000/callback"
QUERY = {"client_id": tokens.CLIENT_ID, "response_type": "code", "redirect_uri": BACK, "scope": "user-top-read"}


def agree(fake: FakeSpotify, choice: str = "demo", **changes: str) -> requests.Response:
    query = {**QUERY, "state": "a&b", "fake_listener": choice, **changes}
    return requests.get(f"{fake.url}/authorize", params=query, timeout=60, allow_redirects=False)


def exchange(fake: FakeSpotify, secret: str = tokens.CLIENT_SECRET, **form: str) -> dict[str, str]:
    """Return the body of the response."""
    return requests.post(f"{fake.url}/api/token", data=form, auth=(tokens.CLIENT_ID, secret), timeout=60).json()


def get_status(fake: FakeSpotify, path: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{fake.api_url}{path}", headers=headers, timeout=60).status_code


def test_code_is_exchanged_once_for_valid_tokens(fake_spotify):
    location = agree(fake_spotify).headers["Location"]
    answer = parse_qs(urlsplit(location).query)
    assert location.startswith(f"{BACK}?")
    assert answer["state"] == ["a&b"]
    form = {"grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": BACK}
    response = exchange(fake_spotify, **form)
    assert (response["token_type"], response["scope"], response["expires_in"]) == ("Bearer", "user-top-read", 3600)
    assert get_status(fake_spotify, "me/top/artists", response["access_token"]) == 200
    assert exchange(fake_spotify, **form)["error"] == "invalid_grant"
    renewal = exchange(fake_spotify, grant_type="refresh_token", refresh_token=response["refresh_token"])
    assert "refresh_token" not in renewal


def test_token_endpoint_checks_client_grant_and_redirect_uri(fake_spotify):
    code = parse_qs(urlsplit(agree(fake_spotify).headers["Location"]).query)["code"][0]
    for error, form in (
        ("invalid_grant", {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:9/"}),
        ("invalid_client", {"secret": "wrong", "grant_type": "refresh_token"}),
        ("invalid_client", {"secret": "wrong", "grant_type": "client_credentials"}),
        ("unsupported_grant_type", {"grant_type": "password"}),
        ("invalid_grant", {"grant_type": "refresh_token", "refresh_token": "x"}),
    ):
        response = exchange(fake_spotify, **form)
        assert response["error"] == error, form
        assert error != "invalid_client" or response["error_description"] == "Invalid client secret"


def test_app_token_gives_no_access_to_listeners(fake_spotify):
    response = exchange(fake_spotify, grant_type="client_credentials")
    assert (response["token_type"], response["expires_in"]) == ("Bearer", 3600)
    assert get_status(fake_spotify, "me", response["access_token"]) == 401


def test_consent_can_be_denied_and_its_page_escapes_parameters(fake_spotify):
    assert "error=access_denied" in agree(fake_spotify, choice="").headers["Location"]
    page = requests.get(f"{fake_spotify.url}/authorize", params={**QUERY, "scope": "<script>"}, timeout=60)
    assert (page.status_code, "Robin Aldermoor" in page.text, "<script>" in page.text) == (200, True, False)


def test_invalid_authorization_request_is_refused(fake_spotify):
    addresses = ("http://localhost:8000/callback", "http://example.com/callback", "")
    redirects = [{"redirect_uri": address} for address in addresses]
    for changes in ({"client_id": "another"}, {"response_type": "token"}, *redirects):
        assert agree(fake_spotify, **changes).status_code == 400, changes
