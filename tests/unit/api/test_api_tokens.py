import json
from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from coverart.aws import clients
from coverart.errors import TooManyTokensError
from tests.unit.api.conftest import ApiClient, assert_error

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


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
