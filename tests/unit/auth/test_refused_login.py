"""Logins that are refused: by the state, the listener, the code, Spotify or the stack's configuration."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from itsdangerous import URLSafeTimedSerializer

from coverart.aws import clients, secrets
from scripts.fakes.server import Fault
from tests.fake_spotify import SECRETS_PATH
from tests.unit.auth.browser import (
    PAGE,
    SESSION_KEY,
    consent,
    log_in,
    read_cookies,
    read_error_code,
    read_state,
    request,
    save_secret,
    send_codes,
    start_login,
)


def add_fault(fake, path, status, **fields):
    fake.state.recorder.faults.append(Fault(path, status, **fields))


# The state


def test_missing_state_is_refused():
    _, state_cookie = start_login()
    assert read_error_code(request("GET /callback", "code=abc", state=state_cookie)) == "state_missing"
    assert read_error_code(request("GET /callback", "code=abc&state=", state=state_cookie)) == "state_missing"


def test_repeated_state_is_refused():
    authorize_url, state_cookie = start_login()
    query = consent(authorize_url)
    repeated = f"{query}&{urlencode({'state': read_state(query)})}"
    assert read_error_code(request("GET /callback", repeated, state=state_cookie)) == "state_repeated"


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
def test_forged_state_is_refused(state):
    _, state_cookie = start_login()
    response = request("GET /callback", {"code": "abc", "state": state}, state=state_cookie)
    assert read_error_code(response) == "state_foreign"


def test_state_of_another_browser_is_refused():
    authorize_url, _ = start_login()
    query = consent(authorize_url)
    _, other_state_cookie = start_login()
    assert read_error_code(request("GET /callback", query, state=other_state_cookie)) == "state_foreign"
    assert read_error_code(request("GET /callback", query)) == "state_foreign"


def test_state_older_than_ten_minutes_is_refused(monkeypatch):
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: int(now - 660))
        authorize_url, state_cookie = start_login()
    response = request("GET /callback", consent(authorize_url), state=state_cookie)
    assert read_error_code(response) == "state_expired"


def test_used_state_is_refused():
    authorize_url, state_cookie = start_login()
    query = consent(authorize_url)
    assert request("GET /callback", query, state=state_cookie)["headers"]["Location"] == f"{PAGE}/"
    response = request("GET /callback", query, state=state_cookie)
    assert response["headers"]["Location"] == f"{PAGE}/?login=state_used"
    assert "session" not in read_cookies(response)


def test_refused_state_does_not_end_a_login_in_progress():
    authorize_url, state_cookie = start_login()
    request("GET /callback", "code=abc&state=nonsense", state=state_cookie)
    response = request("GET /callback", consent(authorize_url), state=state_cookie)
    assert response["headers"]["Location"] == f"{PAGE}/"


# The listener and the code


def test_listener_who_declines_is_not_logged_in():
    authorize_url, state_cookie = start_login()
    response = request("GET /callback", consent(authorize_url, listener=""), state=state_cookie)
    assert read_error_code(response) == "access_denied"


@pytest.mark.parametrize(
    ("error", "code"), [("server_error", "spotify_unavailable"), ("invalid_scope", "not_configured")]
)
def test_other_oauth_errors_have_their_codes(error, code):
    authorize_url, state_cookie = start_login()
    state = parse_qs(urlsplit(authorize_url).query)["state"][0]
    response = request("GET /callback", {"error": error, "state": state}, state=state_cookie)
    assert read_error_code(response) == code


def test_missing_code_is_refused():
    assert read_error_code(send_codes()) == "code_missing"
    assert read_error_code(send_codes("")) == "code_missing"


def test_repeated_code_is_refused():
    assert read_error_code(send_codes("abc", "abc")) == "code_repeated"


def test_invalid_code_is_refused():
    assert read_error_code(send_codes("nonsense")) == "code_refused"


# Spotify


def test_listener_who_is_not_on_the_list_is_refused():
    assert read_error_code(log_in("stranger")) == "not_allow_listed"


@pytest.mark.parametrize("path", ["/api/token", "/v1/me"])
@pytest.mark.parametrize("status", [500, 503])
def test_spotify_error_logs_nobody_in(fake_spotify, path, status):
    add_fault(fake_spotify, path, status, body="<html>")
    assert read_error_code(log_in()) == "spotify_unavailable"


@pytest.mark.parametrize("body", ["{}", "[]", "null", "<html>", '{"access_token": "a"}'])
def test_invalid_token_response_logs_nobody_in(fake_spotify, body):
    add_fault(fake_spotify, "/api/token", 200, body=body)
    assert read_error_code(log_in()) == "spotify_unavailable"


@pytest.mark.parametrize("body", ["{}", "[]", "null", "<html>", '{"id": null}'])
def test_user_without_id_is_not_logged_in(fake_spotify, body):
    add_fault(fake_spotify, "/v1/me", 200, body=body)
    assert read_error_code(log_in()) == "spotify_unavailable"


def test_revoked_new_token_logs_nobody_in(fake_spotify):
    add_fault(fake_spotify, "/v1/me", 401, body={"error": {"status": 401, "message": "Revoked"}})
    assert read_error_code(log_in()) == "spotify_unavailable"


def test_rate_limit_logs_nobody_in(fake_spotify):
    add_fault(fake_spotify, "/v1/me", 429, headers={"Retry-After": "3600"}, body={"error": {"status": 429}})
    assert read_error_code(log_in()) == "spotify_cooling_down"


# The stack


@pytest.mark.parametrize("name", ["session_key", "spotify_client_id", "spotify_client_secret"])
def test_missing_secret_is_not_configured(name):
    clients.get_client("ssm").delete_parameter(Name=f"{SECRETS_PATH}/{name}")
    secrets._get_provider.cache_clear()
    assert read_error_code(request("GET /login")) == "not_configured"


def test_wrong_client_secret_is_not_configured():
    save_secret("spotify_client_secret", "wrong")
    assert read_error_code(log_in()) == "not_configured"


def test_missing_table_is_not_configured(monkeypatch):
    monkeypatch.setenv("KEYS_TABLE", "no-such-table")
    assert request("GET /login")["headers"]["Location"] == f"{PAGE}/?login=not_configured"
