from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws import clients
from coverart.store.sessions import SESSION_LIFETIME, Sessions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def sessions(stack):
    return Sessions(clients.get_table("KeysTable"))


def test_session_belongs_to_its_listener_for_seven_days(sessions):
    value, other = sessions.create("ada", NOW), sessions.create("ada", NOW)
    assert sessions.find_listener(value, NOW + timedelta(days=7, seconds=-1)) == "ada"
    assert sessions.find_listener(value, NOW + SESSION_LIFETIME) is None
    items = str(sessions.keys_table.scan()["Items"])
    assert ("session#" in items, value in items, other in items, value == other) == (True, False, False, False)
    sessions.delete(value)
    assert [sessions.find_listener(session, NOW) for session in (value, "", "guess", other)] == [None] * 3 + ["ada"]
