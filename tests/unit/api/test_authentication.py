from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from coverart.store.sessions import SESSION_LIFETIME
from tests.unit.api.conftest import (
    COVER,
    ApiClient,
    assert_error,
    create_program,
    log_in,
    put_cover,
    save_listener,
)

TOKEN_ROUTES = [
    ("GET", "/api/tokens", None),
    ("POST", "/api/tokens", {"name": "player"}),
    ("DELETE", "/api/tokens/0123456789abcdef", None),
]


@pytest.mark.parametrize(
    "client",
    [
        ApiClient(),
        ApiClient("unknown"),
        ApiClient(authorization="Bearer cvr_" + "a" * 43),
        ApiClient(authorization="Basic YTpi"),
        ApiClient(authorization="Bearer"),
    ],
    ids=["nobody", "unknown session", "unknown token", "other scheme", "no token"],
)
def test_missing_login_is_reported_before_anything_else(step_functions, client):
    for method, path in (("GET", "/api/me"), ("POST", "/api/covers"), ("DELETE", f"/api/covers/{COVER}")):
        response = client.call(method, path, "{not json" if method == "POST" else None)
        assert (response.status, response.code) == (401, "not_logged_in"), path
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("stage", ["$default", "prod"])
def test_caller_is_never_that_of_the_request_before(ada, stage):
    assert ada.call("GET", "/api/me", stage=stage).status == 200
    refused = ada.call("POST", "/api/covers", "{}", stage=stage, content_type="text/plain")
    assert_error(refused, 422, "invalid_request")
    assert_error(ApiClient().call("GET", "/api/me", stage=stage), 401, "not_logged_in")


def test_expired_session_whose_item_still_exists_is_invalid(step_functions):
    client = log_in(save_listener("ada"), datetime.now(UTC) - SESSION_LIFETIME - timedelta(seconds=1))
    assert client.call("GET", "/api/me").status == 401


def test_session_of_a_listener_without_profile_is_invalid(ada):
    dependencies.get_listeners().delete("ada")
    assert_error(ada.call("GET", "/api/covers"), 401, "not_logged_in")


def test_token_works_from_any_origin(ada):
    program = create_program(ada, origin="https://elsewhere.example")
    assert program.call("GET", "/api/me").body["listener_id"] == "ada"
    assert program.call("PUT", "/api/settings", {"keep_colours": True}).status == 200
    assert program.call("DELETE", f"/api/covers/{put_cover('ada')}").status == 204
    assert program.call("DELETE", "/api/me").status == 204


def test_token_cannot_create_list_or_revoke_tokens(ada):
    program = create_program(ada)
    for method, path, body in TOKEN_ROUTES:
        response = program.call(method, path, body)
        assert (response.status, response.code) == (403, "session_needed"), method


def test_invalid_token_with_a_valid_session_is_refused(ada):
    assert ada.call("GET", "/api/me", authorization="Bearer wrong").status == 401
