import json

import pytest

from coverart.aws import clients
from tests.api.conftest import Browser


def test_a_tokens_value_is_shown_once_and_stored_nowhere(ada):
    made = ada.ask("POST", "/api/tokens", {"name": "player"})
    assert made.status == 201
    value = made.body["token"]
    assert value.startswith("cvr_")
    [listed] = ada.ask("GET", "/api/tokens").body["items"]
    assert set(listed) == {"id", "name", "created_at"}
    assert (listed["id"], listed["name"]) == (made.body["id"], "player")
    for name in ("KeysTable", "ListenersTable"):
        assert value not in json.dumps(clients.get_table(name).scan()["Items"], default=str)


def test_a_revoked_token_no_longer_works(ada):
    made = ada.ask("POST", "/api/tokens", {"name": "player"}).body
    other = ada.ask("POST", "/api/tokens", {"name": "other"}).body
    assert ada.ask("DELETE", f"/api/tokens/{made['id']}").status == 204
    assert Browser(authorization=f"Bearer {made['token']}").ask("GET", "/api/me").status == 401
    assert Browser(authorization=f"Bearer {other['token']}").ask("GET", "/api/me").status == 200
    assert [token["name"] for token in ada.ask("GET", "/api/tokens").body["items"]] == ["other"]
    assert ada.ask("DELETE", f"/api/tokens/{made['id']}").code == "not_found"


def test_another_listeners_token_cannot_be_revoked_or_seen(ada, bob):
    made = ada.ask("POST", "/api/tokens", {"name": "player"}).body
    theirs, nobodys = (bob.ask("DELETE", f"/api/tokens/{token}") for token in (made["id"], "0" * 16))
    assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body) == (404, nobodys.body)
    assert bob.ask("GET", "/api/tokens").body == {"items": []}
    assert Browser(authorization=f"Bearer {made['token']}").ask("GET", "/api/me").status == 200


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": 7}, {"name": "a", "b": 1}, [], None])
def test_a_token_needs_a_name(ada, body):
    answer = ada.ask("POST", "/api/tokens", body)
    assert (answer.status, answer.code) == (422, "invalid_request")
