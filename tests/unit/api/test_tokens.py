import json

import pytest

from coverart.aws import clients
from tests.unit.api.conftest import ApiClient, assert_error


def test_value_is_returned_once_and_not_stored(ada):
    response = ada.call("POST", "/api/tokens", {"name": "player"})
    assert response.status == 201
    value = response.body["token"]
    assert value.startswith("cvr_")
    [token] = ada.call("GET", "/api/tokens").body["items"]
    assert set(token) == {"id", "name", "created_at"}
    assert (token["id"], token["name"]) == (response.body["id"], "player")
    for name in ("KeysTable", "ListenersTable"):
        assert value not in json.dumps(clients.get_table(name).scan()["Items"], default=str)


def test_revoked_token_no_longer_works(ada):
    token = ada.call("POST", "/api/tokens", {"name": "player"}).body
    other = ada.call("POST", "/api/tokens", {"name": "other"}).body
    assert ada.call("DELETE", f"/api/tokens/{token['id']}").status == 204
    assert ApiClient(authorization=f"Bearer {token['token']}").call("GET", "/api/me").status == 401
    assert ApiClient(authorization=f"Bearer {other['token']}").call("GET", "/api/me").status == 200
    assert [item["name"] for item in ada.call("GET", "/api/tokens").body["items"]] == ["other"]
    assert ada.call("DELETE", f"/api/tokens/{token['id']}").code == "not_found"


def test_another_listener_neither_sees_nor_revokes_a_token(ada, bob):
    token = ada.call("POST", "/api/tokens", {"name": "player"}).body
    adas, unknown = (bob.call("DELETE", f"/api/tokens/{token_id}") for token_id in (token["id"], "0" * 16))
    assert (adas.status, adas.body) == (unknown.status, unknown.body) == (404, unknown.body)
    assert bob.call("GET", "/api/tokens").body == {"items": []}
    assert ApiClient(authorization=f"Bearer {token['token']}").call("GET", "/api/me").status == 200


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": 7}, {"name": "a", "b": 1}, [], None])
def test_token_without_a_valid_name_is_invalid(ada, body):
    assert_error(ada.call("POST", "/api/tokens", body), 422, "invalid_request")
