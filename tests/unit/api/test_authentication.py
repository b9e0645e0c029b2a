"""Sessions and API tokens: who may call what, and how tokens come and go."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from coverart.aws import clients
from coverart.errors import TooManyTokensError
from coverart.store.sessions import SESSION_LIFETIME
from tests.profiles import save_profile
from tests.unit.api.conftest import COVER, ApiClient, assert_error, log_in, put_cover

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
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
    expired = log_in(save_profile("ada"), datetime.now(UTC) - SESSION_LIFETIME - timedelta(seconds=1))
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


# API tokens.


@pytest.fixture
def tokens(step_functions):
    return dependencies.get_tokens()


def create_token(client):
    response = client.call("POST", "/api/tokens", {"name": "player"})
    assert response.status == 201
    return response.body


def test_value_is_random_returned_once_and_works_until_revoked(ada):
    token, other = create_token(ada), create_token(ada)
    assert token["token"] != other["token"]
    listed = ada.call("GET", "/api/tokens").body["items"]
    assert {item["id"]: item["name"] for item in listed} == {token["id"]: "player", other["id"]: "player"}
    assert set(listed[0]) == {"id", "name", "created_at", "expires_at", "last_used_on"}
    tables = [clients.get_table(name).scan()["Items"] for name in ("KeysTable", "ListenersTable")]
    for value in (token["token"], other["token"]):
        assert value.startswith("cvr_")
        assert len(value) == 47
        assert value.removeprefix("cvr_") not in json.dumps(tables, default=str)
    assert ada.call("DELETE", f"/api/tokens/{token['id']}").status == 204
    programs = [ApiClient(authorization=f"Bearer {each['token']}") for each in (token, other)]
    assert [program.call("GET", "/api/me").status for program in programs] == [401, 200]
    assert [item["id"] for item in ada.call("GET", "/api/tokens").body["items"]] == [other["id"]]
    assert_error(ada.call("DELETE", f"/api/tokens/{token['id']}"), 404, "not_found")


def test_token_lasts_as_long_as_requested(ada):
    for days in (None, 30):
        ada.call("POST", "/api/tokens", {"name": "player", "days": days})
    dates = [
        [token[name] and datetime.fromisoformat(token[name]).date() for name in ("created_at", "expires_at")]
        for token in ada.call("GET", "/api/tokens").body["items"]
    ]
    assert [expires_on and expires_on - created_on for created_on, expires_on in dates] == [None, timedelta(days=30)]


def test_unknown_value_finds_no_listener(tokens):
    tokens.create("ada", "player", NOW)
    for value in ("", "cvr_", "cvr_" + "a" * 43, "x" * 10_000, "cvr_" + "ü" * 43, "cvr_\ud800"):
        assert tokens.find_listener(value, NOW) is None


def test_token_expires_and_makes_room(tokens):
    token, value = tokens.create("ada", "player", NOW, timedelta(days=30))
    for _ in range(19):
        tokens.create("ada", "player", NOW, timedelta(days=60))
    assert token.expires_at == NOW + timedelta(days=30)
    before, after = NOW + timedelta(days=30, seconds=-1), NOW + timedelta(days=30)
    assert [tokens.find_listener(value, now) for now in (before, after)] == ["ada", None]
    with pytest.raises(TooManyTokensError):
        tokens.create("ada", "another", before)
    another, _ = tokens.create("ada", "another", after)
    listed = tokens.list_tokens("ada")
    assert (len(listed), listed[-1]) == (20, another)
    assert token.id not in {entry.id for entry in listed}


def test_tokens_are_listed_oldest_first_with_their_last_use(tokens):
    later, value = tokens.create("ada", "later", NOW + timedelta(days=1))
    first, _ = tokens.create("ada", "first", NOW)
    tokens.create("bob", "his", NOW)
    assert tokens.list_tokens("ada") == [first, later]
    for now in (NOW, NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1)):
        assert tokens.find_listener(value, now) == "ada"
    assert [token.last_used_on for token in tokens.list_tokens("ada")] == [None, NOW.date() + timedelta(days=1)]
    assert tokens.revoke("ada", later.id)
    assert tokens.find_listener(value, NOW + timedelta(days=2)) is None
    assert tokens.list_tokens("ada") == [first]


def test_token_revoked_during_its_use_stays_revoked(tokens, monkeypatch):
    token, value = tokens.create("ada", "player", NOW)
    get_item = tokens.keys_table.get_item

    def get_and_revoke(**key):
        item = get_item(**key)
        tokens.revoke("ada", token.id)
        return item

    with monkeypatch.context() as patch:
        patch.setattr(tokens.keys_table, "get_item", get_and_revoke)
        tokens.find_listener(value, NOW)
    assert (tokens.find_listener(value, NOW), tokens.list_tokens("ada")) == (None, [])
