from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from coverart.spotify.models import PlaylistSummary
from coverart.store.listeners import ListenerSettings
from coverart.store.playlists import AutomationState, PlaylistRecord
from coverart.store.publish_history import HistoryEntry
from watch.rules import (
    AutomaticCover,
    Remember,
    RequestCover,
    SetAgain,
    find_unset_image,
    is_eligible,
    matches_pattern,
    next_action,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATE = AutomationState


def new_record(state=None, auto=None, minutes_ago=None):
    at = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    return PlaylistRecord(playlist_id="p", standing=state, auto=auto, announced_at=at)


def test_pattern_matches_names_as_a_listener_reads_it():
    matches = (
        *(("Rain", ""), ("", ""), ("Rain", "*"), ("Rain in May", "rain*"), ("RAIN", "rain"), ("Mix 7", "mix ?")),
        *(("[2026] Rain", "[2026]*"), ("Straße", "STRASSE"), ("Regen\nim Mai", "regen*")),
        *(("cafe\u0301 mix", "caf\u00e9*"), ("caf\u00e9 mix", "CAFE\u0301 MI?"), ("e\u0301", "?")),
    )
    for name, pattern in matches:
        assert matches_pattern(name, pattern), pattern
    for name, pattern in (("Rain in May", "rain"), ("The Rain", "rain*"), ("Mix 17", "mix ?"), ("2 Rains", "[2026]*")):
        assert not matches_pattern(name, pattern), pattern


def test_owner_decides_before_setting_and_setting_before_rule():
    for owner, auto, pattern, expected in (
        ("robin", None, "", True),
        ("robin", None, "Rain*", True),
        ("robin", None, "Sun*", False),
        ("robin", True, "Sun*", True),
        ("robin", False, "", False),
        ("somebody", None, "", False),
        ("somebody", True, "", False),
    ):
        playlist = PlaylistSummary.model_validate({"id": "p", "name": "Rain", "owner": {"id": owner}})
        settings = ListenerSettings(auto_cover=True, auto_cover_pattern=pattern)
        assert is_eligible(playlist, new_record(auto=auto), settings, "robin") is expected
        assert not is_eligible(playlist, new_record(auto=auto), settings, "")


REQUEST, SET_AGAIN = RequestCover(), SetAgain()
FAILED_TRANSIENTLY = AutomaticCover("failed", may_retry=True)
UNSET = AutomaticCover("done", is_image_unset=True)


def decide_for(record, cover, songs=4, eligible=True, covered=False):
    has_cover = Mock(return_value=covered)
    action = next_action(record, cover, NOW, songs, eligible, has_cover)
    is_history_read = action in (REQUEST, Remember(STATE.DONE)) and record.auto is None
    assert not has_cover.called or (is_history_read and cover != AutomaticCover("done")), "reads where it matters"
    return action


# The columns: a playlist of three songs; of four; of four with `auto` on; of four that is not eligible; of four with a
# cover that the listener has set.
@pytest.mark.parametrize(
    ("state", "small", "large", "auto", "ineligible", "covered"),
    [
        (None, Remember(STATE.TOO_FEW_SONGS), REQUEST, REQUEST, None, Remember(STATE.DONE)),
        (STATE.TOO_FEW_SONGS, Remember(STATE.TOO_FEW_SONGS), REQUEST, REQUEST, None, Remember(STATE.DONE)),
        (STATE.PREEXISTING, None, None, REQUEST, None, None),
        (STATE.DONE, None, None, None, None, None),
        (STATE.FAILED, None, None, None, None, None),
    ],
)
def test_action_before_a_request_and_after_the_end(state, small, large, auto, ineligible, covered):
    def decide(songs=4, auto=None, **circumstances):
        return decide_for(new_record(state, auto), None, songs, **circumstances)

    assert decide(songs=3) == decide(songs=3, auto=True) == small
    assert decide() == large
    assert decide(auto=True) == decide(auto=True, covered=True) == auto
    assert decide(eligible=False) == ineligible
    assert decide(covered=True) == covered


# The columns: overdue; overdue with another cover set; not overdue; not eligible.
@pytest.mark.parametrize("state", [STATE.REQUESTED, STATE.COVER_DONE])
@pytest.mark.parametrize(
    ("cover", "overdue", "covered", "early", "ineligible"),
    [
        (None, REQUEST, Remember(STATE.DONE), None, None),
        (AutomaticCover("accepted"), REQUEST, Remember(STATE.DONE), None, None),
        (FAILED_TRANSIENTLY, REQUEST, Remember(STATE.DONE), None, None),
        (AutomaticCover("running"), None, None, None, None),
        (UNSET, SET_AGAIN, SET_AGAIN, Remember(STATE.COVER_DONE), Remember(STATE.COVER_DONE)),
        (AutomaticCover("done"), *[Remember(STATE.DONE)] * 4),
        (AutomaticCover("failed"), *[Remember(STATE.FAILED)] * 4),
        (AutomaticCover(None), *[Remember(STATE.FAILED)] * 4),
    ],
)
def test_action_after_a_request(state, cover, overdue, covered, early, ineligible):
    def decide(minutes_ago=61, auto=None, **circumstances):
        return decide_for(new_record(state, auto, minutes_ago), cover, **circumstances)

    assert decide() == decide(minutes_ago=None) == decide(auto=True, covered=True) == overdue
    assert decide(covered=True) == covered
    assert decide(minutes_ago=60) == early
    assert decide(eligible=False) == ineligible


def new_entry(status, minute=0, **details):
    entry_id = f"20261122T12{minute:02d}00000-0123456789"
    defaults = {"playlist_id": "p", "playlist_name": "", "cover_id": entry_id, "picture": "key"}
    at = NOW + timedelta(minutes=minute)
    return HistoryEntry(entry_id=entry_id, status=status, asked_at=at, **defaults, **details)


def test_image_is_unset_while_an_attempt_may_succeed():
    for status, details, is_unset in (
        ("not_set", {"code": "spotify_cooling_down"}, True),
        ("not_set", {"code": "reconnect_needed", "tries": 2}, True),
        ("not_set", {"code": "spotify_unavailable", "tries": 3}, False),
        ("not_set", {"code": "playlist_image_is_own"}, False),
        ("asked", {"tries": 3}, True),
        ("confirming", {}, False),
        ("set", {}, False),
    ):
        entry = new_entry(status, minute=1, **details)
        assert find_unset_image([entry, new_entry("set")], entry.entry_id) == (entry if is_unset else None)


def test_later_image_takes_precedence_over_an_automatic_cover():
    unset = new_entry("not_set", code="spotify_cooling_down")
    for status, is_unset in (("set", False), ("confirming", False), ("asked", False), ("not_set", True)):
        entries = [new_entry(status, minute=1), unset]
        assert (find_unset_image(entries, unset.entry_id) is not None) is is_unset
        assert find_unset_image(entries, "20261122T130000000-0123456789") is None
