from datetime import UTC, datetime, timedelta

import pytest

from coverart.spotify.models import PlaylistSummary
from coverart.store.listeners import ListenerSettings
from coverart.store.playlists import PlaylistRecord
from coverart.store.publish_history import HistoryEntry
from watch.rules import is_due, is_wanted, matches, standing_of, unset

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def playlist(songs=4, name="Rain", owner="robin"):
    return PlaylistSummary.model_validate(
        {"id": "p", "name": name, "owner": {"id": owner}, "items": {"total": songs}, "snapshot_id": "AAA"}
    )


def known(standing=None, auto=None, ago=None):
    return PlaylistRecord(playlist_id="p", standing=standing, auto=auto, announced_at=ago and NOW - ago)


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("Rain", "", True),
        ("", "", True),
        ("Rain", "*", True),
        ("Rain in May", "rain*", True),
        ("RAIN", "rain", True),
        ("Rain in May", "rain", False),
        ("The Rain", "rain*", False),
        ("Mix 7", "mix ?", True),
        ("Mix 17", "mix ?", False),
        ("[2026] Rain", "[2026]*", True),
        ("2 Rains", "[2026]*", False),
        ("Straße", "STRASSE", True),
        ("Regen\nim Mai", "regen*", True),
    ],
)
def test_a_pattern_matches_names_as_a_listener_reads_it(name, pattern, expected):
    assert matches(name, pattern) is expected


@pytest.mark.parametrize(
    ("owner", "auto", "pattern", "expected"),
    [
        ("robin", None, "", True),
        ("robin", None, "Rain*", True),
        ("robin", None, "Sun*", False),
        ("robin", True, "Sun*", True),
        ("robin", False, "", False),
        ("somebody", None, "", False),
        ("somebody", True, "", False),
    ],
)
def test_the_listeners_word_goes_before_the_rule_and_the_owner_before_both(owner, auto, pattern, expected):
    settings = ListenerSettings(auto_cover=True, auto_cover_pattern=pattern)
    assert is_wanted(playlist(owner=owner), known(auto=auto), settings, "robin") is expected


def test_nobodys_playlist_is_nobodys_where_the_listener_has_no_id():
    assert not is_wanted(playlist(), known(), ListenerSettings(auto_cover=True), "")


@pytest.mark.parametrize(
    ("standing", "auto", "songs", "due"),
    [
        (None, None, 4, True),
        (None, None, 3, False),
        (None, True, 3, False),
        ("waiting", None, 4, True),
        ("waiting", None, 3, False),
        ("known", None, 4, False),
        ("known", True, 4, True),
        ("known", True, 3, False),
        ("covered", None, 4, False),
        ("covered", True, 4, False),
        ("given_up", True, 4, False),
    ],
)
def test_a_new_playlist_of_four_songs_is_due_and_what_was_there_before_only_where_the_listener_says_so(
    standing, auto, songs, due
):
    assert is_due(playlist(songs), known(standing, auto), None, NOW) is due


@pytest.mark.parametrize(
    ("fate", "minutes", "due"),
    [
        ("not_taken", 59, False),
        ("not_taken", 61, True),
        ("not_started", 61, True),
        ("failed_for_now", 59, False),
        ("failed_for_now", 61, True),
        ("under_way", 61, False),
        ("made", 61, False),
        ("covered", 61, False),
        ("given_up", 61, False),
    ],
)
def test_what_was_announced_is_announced_again_after_an_hour_where_that_may_help(fate, minutes, due):
    announced = known("announced", ago=timedelta(minutes=minutes))
    assert is_due(playlist(), announced, fate, NOW) is due


@pytest.mark.parametrize(
    ("before", "fate", "wanted", "after"),
    [
        (None, None, True, "waiting"),
        (None, None, False, None),
        ("waiting", None, False, "waiting"),
        ("known", None, True, "known"),
        ("announced", "under_way", True, "announced"),
        ("announced", "failed_for_now", False, "announced"),
        ("announced", "covered", False, "covered"),
        ("announced", "made", True, "made"),
        ("made", "made", False, "made"),
        ("made", "covered", True, "covered"),
        ("announced", "given_up", True, "given_up"),
    ],
)
def test_a_standing_changes_only_with_what_became_of_the_playlist(before, fate, wanted, after):
    assert standing_of(known(before), fate, wanted) == after


def entry(status, minute=0, **more):
    entry_id = f"20261122T12{minute:02d}00000-0123456789"
    told = {"playlist_id": "p", "playlist_name": "", "cover_id": entry_id, "picture": "key"}
    return HistoryEntry(entry_id=entry_id, status=status, asked_at=NOW + timedelta(minutes=minute), **told, **more)


@pytest.mark.parametrize(
    ("status", "more", "is_unset"),
    [
        ("not_set", {"code": "spotify_cooling_down"}, True),
        ("not_set", {"code": "reconnect_needed", "tries": 2}, True),
        ("not_set", {"code": "spotify_unavailable", "tries": 3}, False),
        ("not_set", {"code": "playlist_image_is_own"}, False),
        ("asked", {"tries": 3}, True),
        ("confirming", {}, False),
        ("set", {}, False),
    ],
)
def test_an_image_is_unset_while_what_is_in_the_way_may_pass(status, more, is_unset):
    mine = entry(status, minute=1, **more)
    assert unset([mine, entry("set")], mine.entry_id) == (mine if is_unset else None)


@pytest.mark.parametrize(
    ("status", "is_unset"), [("set", False), ("confirming", False), ("asked", False), ("not_set", True)]
)
def test_what_the_listener_has_set_since_goes_before_an_automatic_cover(status, is_unset):
    mine = entry("not_set", code="spotify_cooling_down")
    assert (unset([entry(status, minute=1), mine], mine.entry_id) is not None) is is_unset


def test_a_cover_whose_entry_was_cleared_or_never_was_is_not_set():
    assert unset([entry("not_set", code="spotify_cooling_down")], "20261122T130000000-0123456789") is None
