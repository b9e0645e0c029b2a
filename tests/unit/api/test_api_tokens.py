import json
from datetime import UTC, datetime, timedelta

import pytest

from api.api_tokens import ApiTokens
from coverart.aws import clients
from coverart.errors import TooManyTokensError
from tests.unit.api.conftest import ApiClient

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def tokens(stack):
    return ApiTokens(clients.get_table("KeysTable"), clients.get_table("ListenersTable"))


def create_token(client):
    response = client.call("POST", "/api/tokens", {"name": "player"})
    assert response.status == 201
    return response.body


def get_status(token):
    """Return the status of a request with this token."""
    return ApiClient(authorization=f"Bearer {token['token']}").call("GET", "/api/me").status


def test_value_is_random_returned_once_and_not_stored(ada):
    token, other = create_token(ada), create_token(ada)
    assert token["token"] != other["token"]
    listed = ada.call("GET", "/api/tokens").body["items"]
    assert {item["id"]: item["name"] for item in listed} == {token["id"]: "player", other["id"]: "player"}
    assert set(listed[0]) == {"id", "name", "created_at", "expires_at", "last_used_on"}
    items = json.dumps(
        [clients.get_table(name).scan()["Items"] for name in ("KeysTable", "ListenersTable")], default=str
    )
    for value in (token["token"], other["token"]):
        assert value.startswith("cvr_")
        assert len(value) == 47
        assert value.removeprefix("cvr_") not in items


def test_revoked_token_no_longer_works(ada):
    token, other = create_token(ada), create_token(ada)
    assert ada.call("DELETE", f"/api/tokens/{token['id']}").status == 204
    assert (get_status(token), get_status(other)) == (401, 200)
    assert [item["id"] for item in ada.call("GET", "/api/tokens").body["items"]] == [other["id"]]
    assert ada.call("DELETE", f"/api/tokens/{token['id']}").code == "not_found"


@pytest.mark.parametrize("value", ["", "cvr_", "cvr_" + "a" * 43, "x" * 10_000, "cvr_" + "ü" * 43, "cvr_\ud800"])
def test_unknown_value_finds_no_listener(tokens, value):
    tokens.create("ada", "player", NOW)
    assert tokens.find_listener(value, NOW) is None


def test_token_expires_and_makes_room(tokens):
    (token, value), *_ = [
        tokens.create("ada", "player", NOW, timedelta(days=30 if number == 0 else 60)) for number in range(20)
    ]
    assert token.expires_at == NOW + timedelta(days=30)
    before, after = NOW + timedelta(days=30, seconds=-1), NOW + timedelta(days=30)
    assert [tokens.find_listener(value, now) for now in (before, after)] == ["ada", None]
    with pytest.raises(TooManyTokensError):
        tokens.create("ada", "another", before)
    another, _ = tokens.create("ada", "another", after)
    listed = tokens.list_tokens("ada")
    assert (len(listed), listed[-1]) == (20, another)
    assert token.id not in {entry.id for entry in listed}


def test_day_of_the_last_use_is_listed(tokens):
    _, value = tokens.create("ada", "player", NOW)
    for now in (NOW, NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1)):
        assert tokens.find_listener(value, now) == "ada"
    [token] = tokens.list_tokens("ada")
    assert token.last_used_on == NOW.date() + timedelta(days=1)
    assert tokens.revoke("ada", token.id)
    assert tokens.find_listener(value, NOW + timedelta(days=2)) is None
    assert tokens.list_tokens("ada") == []


def test_tokens_are_listed_oldest_first_without_values(tokens):
    later, _ = tokens.create("ada", "later", NOW + timedelta(days=1))
    first, _ = tokens.create("ada", "first", NOW)
    tokens.create("bob", "his", NOW)
    assert tokens.list_tokens("ada") == [first, later]
