from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws import clients
from coverart.store.sessions import SESSION_LIFETIME, Sessions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def sessions(stack):
    return Sessions(clients.get_table("KeysTable"))


def test_a_session_is_its_listeners_for_seven_days(sessions):
    value = sessions.create("ada", NOW)
    assert sessions.find_listener(value, NOW + timedelta(days=7, seconds=-1)) == "ada"
    assert sessions.find_listener(value, NOW + SESSION_LIFETIME) is None


def test_an_ended_session_is_nobodys(sessions):
    value = sessions.create("ada", NOW)
    sessions.delete(value)
    assert sessions.find_listener(value, NOW) is None


def test_a_guess_is_nobodys(sessions):
    assert sessions.find_listener("", NOW) is None
    assert sessions.find_listener("guess", NOW) is None


def test_a_sessions_value_is_new_each_time_and_not_what_is_stored(sessions):
    first, second = sessions.create("ada", NOW), sessions.create("ada", NOW)
    assert first != second
    stored = str(sessions.keys_table.scan()["Items"])
    assert "session#" in stored
    assert first not in stored
    assert second not in stored
