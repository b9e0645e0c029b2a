from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from coverart.errors import DailyLimitError, ListenerNotFoundError, ReconnectNeededError
from coverart.store.listeners import ListenerSettings, OAuthTokens, WatchStatus
from watch.check_listener import CheckResult
from watch.run import WatchRun

NOW = datetime.now(UTC)
TOKENS = OAuthTokens(access_token=SecretStr("a"), refresh_token=SecretStr("r"), expires_at=0, scope="")


@dataclass
class FakeChecker:
    """`results`: by listener, the result of a check or the error that it raises."""

    results: dict = field(default_factory=dict)
    listener_ids: list[str] = field(default_factory=list)

    def check(self, listener_id, _now):
        self.listener_ids.append(listener_id)
        result = self.results.get(listener_id, CheckResult(0))
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
def checker():
    return FakeChecker()


@pytest.fixture
def run(listeners, checker):
    return WatchRun(listeners, checker)


def add_listener(listeners, listener_id, auto_cover=True, checked_minutes_ago=None):
    listeners.save_login(listener_id, listener_id, listener_id, TOKENS, NOW)
    listeners.save_settings(listener_id, ListenerSettings(auto_cover=auto_cover))
    if checked_minutes_ago is not None:
        at = NOW - timedelta(minutes=checked_minutes_ago)
        listeners.save_watch_status(listener_id, WatchStatus(at=at))


def enough_seconds():
    return 300


def test_only_listeners_with_automatic_covers_are_checked(listeners, run, checker):
    add_listener(listeners, "on")
    add_listener(listeners, "off", auto_cover=False)
    listeners.save_login("default", "default", "", TOKENS, NOW)
    listeners.table.put_item(Item={"listener_id": "counted", "item": "profile", "settings": {"auto_cover": True}})
    outcome = run.run_all(enough_seconds)
    assert (checker.listener_ids, outcome.listeners_checked) == (["on"], 1)


def test_listener_checked_longest_ago_comes_first(listeners, run, checker):
    for listener_id, minutes in (("recent", 5), ("never", None), ("long ago", 90), ("a while ago", 30)):
        add_listener(listeners, listener_id, checked_minutes_ago=minutes)
    run.run_all(enough_seconds)
    assert checker.listener_ids == ["never", "long ago", "a while ago", "recent"]


def test_all_pages_of_the_table_are_read(listeners, run, checker):
    with listeners.table.batch_writer() as batch:
        for number in range(8):
            batch.put_item(Item={"listener_id": f"filler {number}", "item": "x", "filler": "x" * 390_000})
    assert "LastEvaluatedKey" in listeners.table.scan()
    for number in range(5):
        add_listener(listeners, f"listener {number}")
    run.run_all(enough_seconds)
    assert sorted(checker.listener_ids) == [f"listener {number}" for number in range(5)]


def test_listeners_not_reached_come_first_in_the_next_run(listeners, run, checker):
    for listener_id, minutes in (("first", 30), ("second", 20), ("third", 10)):
        add_listener(listeners, listener_id, checked_minutes_ago=minutes)
    seconds = iter([200, 30])
    outcome = run.run_all(lambda: next(seconds))
    assert checker.listener_ids == ["first"]
    assert (outcome.listeners_checked, outcome.listeners_not_reached) == (1, 2)
    run.run_all(enough_seconds)
    assert checker.listener_ids == ["first", "second", "third", "first"]


def test_check_is_stored_on_the_profile(listeners, run):
    add_listener(listeners, "ada", checked_minutes_ago=30)
    run.run_all(enough_seconds)
    watched = listeners.get("ada").watched
    assert NOW <= watched.at <= datetime.now(UTC)
    assert (watched.code, watched.message) == (None, None)


def test_error_is_stored_on_the_profile_and_stops_nobody_else(listeners, run, checker):
    checker.results = {
        "bob": ReconnectNeededError("Please log in with Spotify again."),
        "cy": CheckResult(2, DailyLimitError("1 new playlist waits until midnight UTC.")),
        "dee": CheckResult(3),
    }
    for listener_id in ("bob", "cy", "dee"):
        add_listener(listeners, listener_id)
    outcome = run.run_all(enough_seconds)
    statuses = {name: listeners.get(name).watched for name in checker.results}
    assert {name: (status.code, status.message) for name, status in statuses.items()} == {
        "bob": ("reconnect_needed", "Please log in with Spotify again."),
        "cy": ("daily_limit_reached", "1 new playlist waits until midnight UTC."),
        "dee": (None, None),
    }
    assert (outcome.listeners_checked, outcome.covers_requested) == (2, 5)
    assert outcome.skip_codes == {"reconnect_needed": 1}


def test_deleted_listener_is_not_skipped_with_an_error(listeners, run, checker):
    checker.results = {"deleted": ListenerNotFoundError("Nobody.")}
    add_listener(listeners, "deleted")
    add_listener(listeners, "here")
    outcome = run.run_all(enough_seconds)
    assert (outcome.listeners_checked, outcome.skip_codes, outcome.unexpected_errors) == (1, {}, [])


def test_unexpected_error_is_logged_and_stops_nobody_else(listeners, run, checker, caplog):
    checker.results = {"bob": ZeroDivisionError("surprise")}
    for listener_id, minutes in (("bob", 30), ("cy", 10)):
        add_listener(listeners, listener_id, checked_minutes_ago=minutes)
    outcome = run.run_all(enough_seconds)
    assert (checker.listener_ids, outcome.listeners_checked) == (["bob", "cy"], 1)
    assert [type(error) for error in outcome.unexpected_errors] == [ZeroDivisionError]
    watched = listeners.get("bob").watched
    assert (watched.code, watched.at >= NOW) == ("internal", True)
    assert "ZeroDivisionError" in caplog.text
