from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from pydantic import SecretStr

from coverart.errors import DailyLimitError, ListenerNotFoundError, ReconnectNeededError
from coverart.store.listeners import ListenerSettings, OAuthTokens, WatchStatus
from watch.check_listener import CheckResult
from watch.run import WatchRun

NOW = datetime.now(UTC)
TOKENS = OAuthTokens(access_token=SecretStr("a"), refresh_token=SecretStr("r"), expires_at=0, scope="")


@pytest.fixture
def checker():
    """`results`: by listener, the result of a check or the error that it raises."""
    checker = Mock(results={}, listener_ids=[])

    def check(listener_id, _now, _has_time):
        checker.listener_ids.append(listener_id)
        result = checker.results.get(listener_id, CheckResult(0))
        if isinstance(result, BaseException):
            raise result
        return result

    checker.check = check
    return checker


@pytest.fixture
def run_all(listeners, checker):
    return lambda seconds_left=lambda: 300: WatchRun(listeners, checker).run_all(seconds_left)


@pytest.fixture
def add_listeners(listeners):
    """Add listeners with automatic covers. `minutes_ago`: when the last check of each was, or None."""

    def add(**minutes_ago):
        for listener_id, minutes in minutes_ago.items():
            listeners.save_login(listener_id, listener_id, listener_id, TOKENS, NOW)
            listeners.save_settings(listener_id, ListenerSettings(auto_cover=True))
            if minutes is not None:
                listeners.save_watch_status(listener_id, WatchStatus(at=NOW - timedelta(minutes=minutes)))

    return add


def test_only_listeners_with_automatic_covers_are_checked(listeners, run_all, add_listeners, checker):
    add_listeners(on=None, off=None)
    listeners.save_settings("off", ListenerSettings(auto_cover=False))
    listeners.save_login("default", "default", "", TOKENS, NOW)
    listeners.table.put_item(Item={"listener_id": "counted", "item": "profile", "settings": {"auto_cover": True}})
    outcome = run_all()
    assert (checker.listener_ids, outcome.listeners_checked) == (["on"], 1)


def test_listener_whose_check_ends_the_process_starves_nobody(run_all, add_listeners, checker):
    add_listeners(poison=30, other=20)
    checker.results = {"poison": SystemExit("Task timed out")}
    with pytest.raises(SystemExit):
        run_all()
    with pytest.raises(SystemExit):
        run_all()
    assert checker.listener_ids == ["poison", "other", "poison"]


def test_reading_ends_after_half_a_minute(listeners, add_listeners, checker):
    add_listeners(ada=None)
    seconds, answers = iter([200, 171, 170]), []
    checker.check = lambda _id, _now, has_time: answers.extend([has_time(), has_time()]) or CheckResult(0)
    WatchRun(listeners, checker).run_all(lambda: next(seconds))
    assert answers == [True, False]


def test_all_pages_of_the_table_are_read(listeners, run_all, add_listeners, checker):
    with listeners.table.batch_writer() as batch:
        for number in range(3):
            batch.put_item(Item={"listener_id": f"filler {number}", "item": "x", "filler": "x" * 390_000})
    assert "LastEvaluatedKey" in listeners.table.scan()
    names = [f"listener{number}" for number in range(5)]
    add_listeners(**dict.fromkeys(names))
    run_all()
    assert sorted(checker.listener_ids) == names


def test_listener_checked_longest_ago_comes_first(run_all, add_listeners, checker):
    add_listeners(recent=5, never=None, long_ago=90, a_while_ago=30)
    seconds = iter([200, 80])
    outcome = run_all(lambda: next(seconds))
    assert checker.listener_ids == ["never"]
    assert (outcome.listeners_checked, outcome.listeners_not_reached) == (1, 3)
    # Those who were not reached come first in the next run.
    run_all()
    assert checker.listener_ids == ["never", "long_ago", "a_while_ago", "recent", "never"]


def test_outcome_is_stored_on_the_profile_and_stops_nobody_else(listeners, run_all, add_listeners, checker, caplog):
    checker.results = {
        "bob": ReconnectNeededError("Please log in with Spotify again."),
        "cy": CheckResult(2, DailyLimitError("1 new playlist waits until midnight UTC.")),
        "deleted": ListenerNotFoundError("Nobody."),
        "eve": ZeroDivisionError("surprise"),
        "fay": CheckResult(3),
    }
    add_listeners(**{name: 30 - number for number, name in enumerate(checker.results)})
    outcome = run_all()
    statuses = {name: listeners.get(name).watched for name in checker.results.keys() - {"deleted"}}
    assert {name: (status.code, status.message) for name, status in statuses.items()} == {
        "bob": ("reconnect_needed", "Please log in with Spotify again."),
        "cy": ("daily_limit_reached", "1 new playlist waits until midnight UTC."),
        "eve": ("internal", "Something unexpected went wrong. Your new playlists will be checked again soon."),
        "fay": (None, None),
    }
    assert all(NOW <= status.at <= datetime.now(UTC) for status in statuses.values())
    assert (outcome.listeners_checked, outcome.covers_requested) == (2, 5)
    assert outcome.skip_codes == {"reconnect_needed": 1}
    assert [type(error) for error in outcome.unexpected_errors] == [ZeroDivisionError]
    assert "ZeroDivisionError" in caplog.text
