from datetime import UTC, datetime, timedelta

import pytest

from api.api_tokens import ApiTokens
from coverart.aws import clients

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def tokens(stack):
    return ApiTokens(clients.get_table("KeysTable"), clients.get_table("ListenersTable"))


def test_value_finds_the_listener_until_it_is_revoked(tokens):
    token, value = tokens.create("ada", "player", NOW)
    assert tokens.find_listener(value) == "ada"
    assert tokens.revoke("ada", token.id)
    assert tokens.find_listener(value) is None
    assert not tokens.revoke("ada", token.id)


def test_value_is_random_and_stored_only_as_a_hash(tokens):
    values = [tokens.create("ada", "player", NOW)[1] for _ in range(3)]
    assert len(set(values)) == 3
    assert all(value.startswith("cvr_") and len(value) == 47 for value in values)
    items = str(tokens.keys_table.scan()["Items"]) + str(tokens.listeners_table.scan()["Items"])
    assert not any(value in items or value.removeprefix("cvr_") in items for value in values)


@pytest.mark.parametrize("value", ["", "cvr_", "cvr_" + "a" * 43, "x" * 10_000, "cvr_" + "ü" * 43, "cvr_\ud800"])
def test_unknown_value_finds_no_listener(tokens, value):
    tokens.create("ada", "player", NOW)
    assert tokens.find_listener(value) is None


def test_another_listener_cannot_revoke_a_token(tokens):
    token, value = tokens.create("ada", "player", NOW)
    assert not tokens.revoke("bob", token.id)
    assert tokens.find_listener(value) == "ada"


def test_tokens_are_listed_oldest_first_without_values(tokens):
    later, _ = tokens.create("ada", "later", NOW + timedelta(days=1))
    first, _ = tokens.create("ada", "first", NOW)
    tokens.create("bob", "his", NOW)
    assert tokens.list_tokens("ada") == [first, later]
