from datetime import UTC, datetime, timedelta

import pytest

from api.api_tokens import ApiTokens
from coverart.aws import clients

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def tokens(stack):
    return ApiTokens(clients.get_table("KeysTable"), clients.get_table("ListenersTable"))


def test_a_value_says_whose_it_is_until_it_is_revoked(tokens):
    token, value = tokens.create("ada", "player", NOW)
    assert tokens.find_listener(value) == "ada"
    assert tokens.revoke("ada", token.id)
    assert tokens.find_listener(value) is None
    assert not tokens.revoke("ada", token.id)


def test_a_value_is_unguessable_and_stored_as_its_hash_alone(tokens):
    values = [tokens.create("ada", "player", NOW)[1] for _ in range(3)]
    assert len(set(values)) == 3
    assert all(value.startswith("cvr_") and len(value) == 47 for value in values)
    stored = str(tokens.keys_table.scan()["Items"]) + str(tokens.listeners_table.scan()["Items"])
    assert not any(value in stored or value.removeprefix("cvr_") in stored for value in values)


@pytest.mark.parametrize("value", ["", "cvr_", "cvr_" + "a" * 43, "x" * 10_000, "cvr_" + "ü" * 43, "cvr_\ud800"])
def test_what_is_no_token_is_nobodys(tokens, value):
    tokens.create("ada", "player", NOW)
    assert tokens.find_listener(value) is None


def test_nobody_revokes_the_token_of_somebody_else(tokens):
    token, value = tokens.create("ada", "player", NOW)
    assert not tokens.revoke("bob", token.id)
    assert tokens.find_listener(value) == "ada"


def test_tokens_are_listed_by_age_without_their_values(tokens):
    later, _ = tokens.create("ada", "later", NOW + timedelta(days=1))
    first, _ = tokens.create("ada", "first", NOW)
    tokens.create("bob", "his", NOW)
    assert tokens.list_tokens("ada") == [first, later]
