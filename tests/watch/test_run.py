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
class Looks:
    """Each listener's look, or the error it ends with."""

    ends: dict = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def look(self, listener_id, _now):
        self.seen.append(listener_id)
        end = self.ends.get(listener_id, CheckResult(0))
        if isinstance(end, Exception):
            raise end
        return end


@pytest.fixture
def looks():
    return Looks()


@pytest.fixture
def rounds(listeners, looks):
    return WatchRun(listeners, looks)


def connect(listeners, listener_id, auto_cover=True, watched_ago=None):
    listeners.save_login(listener_id, listener_id, listener_id, TOKENS, NOW)
    listeners.save_settings(listener_id, ListenerSettings(auto_cover=auto_cover))
    if watched_ago is not None:
        listeners.save_watch_status(listener_id, WatchStatus(at=NOW - timedelta(minutes=watched_ago)))


def plenty():
    return 300


def test_only_who_switched_automatic_covers_on_is_looked_at(listeners, rounds, looks):
    connect(listeners, "on")
    connect(listeners, "off", auto_cover=False)
    listeners.save_login("never asked", "never asked", "", TOKENS, NOW)
    listeners.table.put_item(Item={"listener_id": "counted", "item": "profile", "settings": {"auto_cover": True}})
    outcome = rounds.make(plenty)
    assert (looks.seen, outcome.looked_at) == (["on"], 1)


def test_those_looked_at_longest_ago_come_first(listeners, rounds, looks):
    for listener_id, ago in (("recent", 5), ("never", None), ("long ago", 90), ("a while ago", 30)):
        connect(listeners, listener_id, watched_ago=ago)
    rounds.make(plenty)
    assert looks.seen == ["never", "long ago", "a while ago", "recent"]


def test_a_table_of_many_pages_is_read_to_its_end(listeners, rounds, looks):
    with listeners.table.batch_writer() as batch:
        for number in range(8):
            batch.put_item(Item={"listener_id": f"filler {number}", "item": "x", "filler": "x" * 390_000})
    assert "LastEvaluatedKey" in listeners.table.scan()
    for number in range(5):
        connect(listeners, f"listener {number}")
    rounds.make(plenty)
    assert sorted(looks.seen) == [f"listener {number}" for number in range(5)]


def test_nobody_is_begun_when_the_time_is_short_and_those_come_first_the_next_time(listeners, rounds, looks):
    for listener_id, ago in (("first", 30), ("second", 20), ("third", 10)):
        connect(listeners, listener_id, watched_ago=ago)
    left = iter([200, 30])
    outcome = rounds.make(lambda: next(left))
    assert (looks.seen, outcome.looked_at, outcome.not_reached) == (["first"], 1, 2)
    rounds.make(plenty)
    assert looks.seen == ["first", "second", "third", "first"]


def test_a_look_leaves_its_time_on_the_profile(listeners, rounds):
    connect(listeners, "ada", watched_ago=30)
    rounds.make(plenty)
    watched = listeners.get("ada").watched
    assert NOW <= watched.at <= datetime.now(UTC)
    assert (watched.code, watched.message) == (None, None)


def test_what_is_in_the_way_of_one_is_on_their_profile_and_the_others_have_their_turn(listeners, rounds, looks):
    looks.ends = {
        "bob": ReconnectNeededError("Please log in with Spotify again."),
        "cy": CheckResult(2, DailyLimitError("1 new playlist waits until midnight UTC.")),
        "dee": CheckResult(3),
    }
    for listener_id in ("bob", "cy", "dee"):
        connect(listeners, listener_id)
    outcome = rounds.make(plenty)
    said = {name: (listeners.get(name).watched.code, listeners.get(name).watched.message) for name in looks.ends}
    assert said == {
        "bob": ("reconnect_needed", "Please log in with Spotify again."),
        "cy": ("daily_limit_reached", "1 new playlist waits until midnight UTC."),
        "dee": (None, None),
    }
    assert (outcome.looked_at, outcome.announced, outcome.passed_over) == (2, 5, ["reconnect_needed"])


def test_a_listener_who_was_forgotten_meanwhile_stays_forgotten(listeners, rounds, looks):
    looks.ends = {"gone": ListenerNotFoundError("Nobody.")}
    connect(listeners, "gone")
    connect(listeners, "here")
    outcome = rounds.make(plenty)
    assert (outcome.looked_at, outcome.passed_over, outcome.unforeseen) == (1, [], [])


def test_what_nobody_foresaw_is_logged_and_told_and_the_others_have_their_turn(listeners, rounds, looks, caplog):
    looks.ends = {"bob": ZeroDivisionError("surprise")}
    for listener_id, ago in (("bob", 30), ("cy", 10)):
        connect(listeners, listener_id, watched_ago=ago)
    outcome = rounds.make(plenty)
    assert (looks.seen, outcome.looked_at) == (["bob", "cy"], 1)
    assert [type(error) for error in outcome.unforeseen] == [ZeroDivisionError]
    watched = listeners.get("bob").watched
    assert (watched.code, watched.at >= NOW) == ("internal", True)
    assert "ZeroDivisionError" in caplog.text
