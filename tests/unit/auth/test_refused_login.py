"""Logins that are refused: by the state, the listener, the code, Spotify or the stack's configuration."""

import time

import pytest
from itsdangerous import URLSafeTimedSerializer

from coverart.aws import clients, secrets
from tests.fake_spotify import SECRETS_PATH
from tests.spotify_requests import add_fault
from tests.unit.auth.browser import (
    PAGE,
    SESSION_KEY,
    call_back,
    consent,
    log_in,
    read_cookies,
    read_error_code,
    read_state,
    request,
    save_secret,
    start_and_consent,
    start_login,
)

# The state


def test_missing_or_repeated_state_is_refused():
    authorize_url, state_cookie = start_login()
    for query in ("code=abc", "code=abc&state="):
        assert read_error_code(request("GET /callback", query, state=state_cookie)) == "state_missing"
    assert read_error_code(call_back(("code", "abc"), ("state", read_state(authorize_url)))) == "state_repeated"


@pytest.mark.parametrize(
    "state",
    [
        "nonsense",
        "日本",
        URLSafeTimedSerializer("another key", salt="log in with Spotify").dumps({"browser": "b"}),
        URLSafeTimedSerializer(SESSION_KEY, salt="another purpose").dumps({"browser": "b"}),
    ],
    ids=["nonsense", "not ascii", "another key", "another purpose"],
)
def test_forged_state_is_refused_and_ends_no_login(state):
    authorize_url, state_cookie = start_login()
    response = request("GET /callback", {"code": "abc", "state": state}, state=state_cookie)
    assert read_error_code(response) == "state_foreign"
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


def test_used_state_is_refused():
    query, state_cookie = start_and_consent()
    assert request("GET /callback", query, state=state_cookie)["headers"]["Location"] == f"{PAGE}/"
    response = request("GET /callback", query, state=state_cookie)
    assert response["headers"]["Location"] == f"{PAGE}/?login=state_used"
    assert "session" not in read_cookies(response)


# The listener and the code


@pytest.mark.parametrize(
    ("listener", "code"),
    [("", "access_denied"), ("stranger", "not_allow_listed")],
    ids=["declines", "is not on the list"],
)
def test_refused_listener_is_not_logged_in(listener, code):
    assert read_error_code(log_in(listener)) == code


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ([], "code_missing"),
        ([("code", "")], "code_missing"),
        ([("code", "abc"), ("code", "abc")], "code_repeated"),
        ([("code", "nonsense")], "code_refused"),
        ([("error", "server_error")], "spotify_unavailable"),
        ([("error", "invalid_scope")], "not_configured"),
    ],
)
def test_callback_without_a_valid_code_is_refused(parameters, code):
    assert read_error_code(call_back(*parameters)) == code


# Spotify


@pytest.mark.parametrize("path", ["/api/token", "/v1/me"])
@pytest.mark.parametrize("as_json", [False, True])
def test_owner_without_premium_is_said_at_login(fake_spotify, path, as_json):
    sentence = "Active premium subscription required for the owner of the app."
    body = {"error": "internal_error", "error_description": sentence} if as_json and "token" in path else sentence
    add_fault(fake_spotify, path, 403, body)
    assert read_error_code(log_in("demo")) == "owner_without_premium"


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        *((path, status, "<html>") for path in ("/api/token", "/v1/me") for status in (500, 503)),
        *(("/api/token", 200, body) for body in ("{}", "[]", "null", "<html>", '{"access_token": "a"}')),
        *(("/v1/me", 200, body) for body in ("{}", "[]", "null", "<html>", '{"id": null}')),
        ("/v1/me", 401, {"error": {"status": 401, "message": "Revoked"}}),
        ("/v1/me", 429, {}),
    ],
)
def test_error_or_invalid_response_logs_nobody_in(fake_spotify, path, status, body):
    add_fault(fake_spotify, path, status, body, headers={"Retry-After": "3600"})
    assert read_error_code(log_in()) == ("spotify_cooling_down" if status == 429 else "spotify_unavailable")


# The stack


@pytest.mark.parametrize("name", ["session_key", "spotify_client_id", "spotify_client_secret"])
def test_missing_secret_is_not_configured(name):
    clients.get_client("ssm").delete_parameter(Name=f"{SECRETS_PATH}/{name}")
    secrets._get_provider.cache_clear()
    assert read_error_code(request("GET /login")) == "not_configured"


def test_wrong_secret_or_missing_table_is_not_configured(monkeypatch):
    save_secret("spotify_client_secret", "wrong")
    assert read_error_code(log_in()) == "not_configured"
    monkeypatch.setenv("KEYS_TABLE", "no-such-table")
    assert request("GET /login")["headers"]["Location"] == f"{PAGE}/?login=not_configured"
