"""Logins that are refused: by the state, the listener, the code, Spotify or the stack's configuration."""

import time

from itsdangerous import URLSafeTimedSerializer

from coverart.aws import clients, secrets
from tests.spotify_requests import add_fault
from tests.stored_secrets import SECRETS_PATH, store_secret
from tests.unit.auth.conftest import (
    PAGE,
    SESSION_KEY,
    call_back,
    consent,
    log_in,
    read_cookies,
    request,
    start_and_consent,
    start_login,
)


def read_error_code(response):
    """Return the code that the page gets, after checking that nobody is logged in."""
    assert response["statusCode"] == 302
    assert "session" not in read_cookies(response)
    assert clients.get_table("ListenersTable").scan()["Items"] == []
    items = clients.get_table("KeysTable").scan()["Items"]
    assert not [item for item in items if item["key"].startswith("session#")]
    page, _, code = response["headers"]["Location"].partition("/?login=")
    assert page == PAGE
    return code


# The state


def test_missing_or_repeated_state_is_refused():
    _, state_cookie = start_login()
    for query in ("code=abc", "code=abc&state="):
        assert read_error_code(request("GET /callback", query, state=state_cookie)) == "state_missing"
    assert read_error_code(call_back(("code", "abc"), ("state", "another"))) == "state_repeated"


def test_forged_state_is_refused_and_ends_no_login():
    authorize_url, state_cookie = start_login()
    for state in (
        "nonsense",
        "日本",
        URLSafeTimedSerializer("another key", salt="log in with Spotify").dumps({"browser": "b"}),
        URLSafeTimedSerializer(SESSION_KEY, salt="another purpose").dumps({"browser": "b"}),
    ):
        response = request("GET /callback", {"code": "abc", "state": state}, state=state_cookie)
        assert read_error_code(response) == "state_foreign", state
    query = consent(authorize_url)
    # Neither another browser nor one without a cookie may use the state.
    for cookies in ({"state": start_login()[1]}, {}):
        assert read_error_code(request("GET /callback", query, **cookies)) == "state_foreign"
    assert request("GET /callback", query, state=state_cookie)["headers"]["Location"] == f"{PAGE}/"


def test_state_older_than_ten_minutes_is_refused(monkeypatch):
    issued_at = int(time.time() - 660)
    with monkeypatch.context() as patch:
        patch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: issued_at)
        query, state_cookie = start_and_consent()
    assert read_error_code(request("GET /callback", query, state=state_cookie)) == "state_expired"
    [item] = clients.get_table("KeysTable").scan()["Items"]
    assert item["expires_at"] >= issued_at + 660 + 600, "DynamoDB deletes an item from then on"


def test_used_state_is_refused():
    query, state_cookie = start_and_consent()
    assert request("GET /callback", query, state=state_cookie)["headers"]["Location"] == f"{PAGE}/"
    response = request("GET /callback", query, state=state_cookie)
    assert response["headers"]["Location"] == f"{PAGE}/?login=state_used"
    assert "session" not in read_cookies(response)


# The listener and the code


def test_listener_who_declines_or_is_not_listed_is_refused():
    assert read_error_code(log_in("")) == "access_denied"
    assert read_error_code(log_in("stranger")) == "not_allow_listed"


def test_callback_without_a_valid_code_is_refused():
    for parameters, code in (
        ([], "code_missing"),
        ([("code", "")], "code_missing"),
        ([("code", "abc"), ("code", "abc")], "code_repeated"),
        ([("code", "nonsense")], "code_refused"),
        ([("error", "server_error")], "spotify_unavailable"),
        ([("error", "invalid_scope")], "not_configured"),
    ):
        assert read_error_code(call_back(*parameters)) == code, parameters


# Spotify and the stack

PATHS = ("/api/token", "/v1/me")
NO_PREMIUM = "Active premium subscription required for the owner of the app."
UNREADABLE = ("{}", "[]", "null", "<html>")
RESPONSES = [
    *((path, 403, NO_PREMIUM, "owner_without_premium") for path in PATHS),
    ("/api/token", 403, {"error": "internal_error", "error_description": NO_PREMIUM}, "owner_without_premium"),
    *((path, status, "<html>", "spotify_unavailable") for path in PATHS for status in (500, 503)),
    *(("/api/token", 200, body, "spotify_unavailable") for body in (*UNREADABLE, '{"access_token": "a"}')),
    *(("/v1/me", 200, body, "spotify_unavailable") for body in (*UNREADABLE, '{"id": null}')),
    ("/v1/me", 401, {"error": {"status": 401, "message": "Revoked"}}, "spotify_unavailable"),
    ("/v1/me", 429, {}, "spotify_cooling_down"),
]


def test_error_or_invalid_response_logs_nobody_in(fake_spotify):
    for path, status, body, code in RESPONSES:
        add_fault(fake_spotify, path, status, body, headers={"Retry-After": "3600"})
        assert read_error_code(log_in()) == code, (path, status, body)


def test_missing_or_wrong_configuration_is_reported(monkeypatch):
    store_secret("spotify_client_secret", "wrong")
    assert read_error_code(log_in()) == "not_configured"
    for name in ("session_key", "spotify_client_id", "spotify_client_secret"):
        clients.get_client("ssm").delete_parameter(Name=f"{SECRETS_PATH}/{name}")
        secrets._get_provider.cache_clear()
        assert read_error_code(request("GET /login")) == "not_configured"
        store_secret(name)
    monkeypatch.setenv("KEYS_TABLE", "no-such-table")
    assert request("GET /login")["headers"]["Location"] == f"{PAGE}/?login=not_configured"
