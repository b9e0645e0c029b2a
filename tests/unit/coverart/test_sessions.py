from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws import clients
from coverart.store.sessions import SESSION_LIFETIME, Sessions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def sessions(stack):
    return Sessions(clients.get_table("KeysTable"))


def test_session_belongs_to_its_listener_for_seven_days(sessions):
    value = sessions.create("ada", NOW)
    assert sessions.find_listener(value, NOW + timedelta(days=7, seconds=-1)) == "ada"
    assert sessions.find_listener(value, NOW + SESSION_LIFETIME) is None


def test_deleted_or_unknown_session_has_no_listener(sessions):
    value = sessions.create("ada", NOW)
    sessions.delete(value)
    for unknown in (value, "", "guess"):
        assert sessions.find_listener(unknown, NOW) is None


def test_session_value_is_random_and_not_stored(sessions):
    first, second = sessions.create("ada", NOW), sessions.create("ada", NOW)
    assert first != second
    items = str(sessions.keys_table.scan()["Items"])
    assert "session#" in items
    assert first not in items
    assert second not in items
