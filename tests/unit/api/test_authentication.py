from datetime import UTC, datetime, timedelta

from coverart.store.sessions import SESSION_LIFETIME
from tests.unit.api.conftest import COVER, ApiClient, assert_error, log_in, put_cover, save_listener

TOKEN_ROUTES = [
    ("GET", "/api/tokens", None),
    ("POST", "/api/tokens", {"name": "player"}),
    ("DELETE", "/api/tokens/0123456789abcdef", None),
]


def create_program(client, **headers):
    """Return a program that has a token of the client's listener."""
    value = client.call("POST", "/api/tokens", {"name": "player"}).body["token"]
    return ApiClient(authorization=f"Bearer {value}", **headers)


def test_missing_login_is_reported_before_anything_else(step_functions):
    authorizations = ("Bearer cvr_" + "a" * 43, "Basic YTpi", "Bearer")
    for client in (ApiClient(), ApiClient("unknown"), *(ApiClient(authorization=value) for value in authorizations)):
        for method, path in (("GET", "/api/me"), ("POST", "/api/covers"), ("DELETE", f"/api/covers/{COVER}")):
            response = client.call(method, path, "{not json" if method == "POST" else None)
            assert_error(response, 401, "not_logged_in", (client.headers, path))
            assert response.headers["WWW-Authenticate"] == "Bearer"


def test_caller_is_never_that_of_the_request_before(ada):
    for stage in ("$default", "prod"):
        assert ada.call("GET", "/api/me", stage=stage).status == 200
        refused = ada.call("POST", "/api/covers", "{}", stage=stage, content_type="text/plain")
        assert_error(refused, 422, "invalid_request")
        assert_error(ApiClient().call("GET", "/api/me", stage=stage), 401, "not_logged_in")


def test_session_that_expired_or_has_no_profile_is_invalid(step_functions):
    # The item of an expired session may still exist.
    expired = log_in(save_listener("ada"), datetime.now(UTC) - SESSION_LIFETIME - timedelta(seconds=1))
    for client in (expired, log_in("nobody")):
        assert_error(client.call("GET", "/api/covers"), 401, "not_logged_in")


def test_token_works_from_any_origin(ada):
    program = create_program(ada, origin="https://elsewhere.example")
    assert program.call("GET", "/api/me").body["listener_id"] == "ada"
    assert program.call("PUT", "/api/settings", {"keep_colours": True}).status == 200
    assert program.call("DELETE", f"/api/covers/{put_cover('ada')}").status == 204
    assert program.call("DELETE", "/api/me").status == 204


def test_token_cannot_create_list_or_revoke_tokens(ada):
    program = create_program(ada)
    for method, path, body in TOKEN_ROUTES:
        assert_error(program.call(method, path, body), 403, "session_needed", method)


def test_invalid_token_with_a_valid_session_is_refused(ada):
    assert ada.call("GET", "/api/me", authorization="Bearer wrong").status == 401
