"""Watch requests no more covers than accept would start."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from coverart.errors import DailyLimitError
from coverart.store.budget import Budget
from coverart.store.keys import daily_count_key
from tests.spending import spend
from tests.unit.watch.conftest import DAILY_LIMIT


def set_cover_count(listener, count, day=None):
    item = {**daily_count_key(listener.id, day or datetime.now(UTC)), "covers": count}
    listener.checker.daily_count.keys_table.put_item(Item=item)


def test_daily_limit_postpones_the_remaining_playlists(listener, events):
    playlist_ids = listener.add_playlists(5)
    set_cover_count(listener, DAILY_LIMIT - 2)
    result = listener.check()
    assert (events.playlist_ids, result.covers_requested) == (playlist_ids[:2], 2)
    assert isinstance(result.blocked_by, DailyLimitError)
    assert str(result.blocked_by).startswith("3 new playlists wait until midnight UTC")
    assert listener.record(playlist_ids[2]) is None
    set_cover_count(listener, DAILY_LIMIT - 3)
    set_cover_count(listener, DAILY_LIMIT, datetime.now(UTC) - timedelta(days=1))
    for playlist in playlist_ids[:2]:
        listener.start_cover(playlist, "done")
    assert listener.check().blocked_by is None
    assert events.playlist_ids == playlist_ids


def test_pending_events_count_against_the_daily_limit(listener, events, monkeypatch):
    first = listener.add_playlists(DAILY_LIMIT - 1)
    listener.check()
    later = listener.add_playlists(2, "Later")
    result = listener.check()
    assert events.playlist_ids == [*first, later[0]]
    assert str(result.blocked_by).startswith("1 new playlist waits until midnight UTC")
    # Those of other pages as well.
    monkeypatch.setattr("coverart.spotify.client.PAGE_SIZE", DAILY_LIMIT)
    listener.checker.listeners.save_watch_offset(listener.id, DAILY_LIMIT)
    result = listener.check()
    assert (result.covers_requested, result.blocked_by.code) == (0, "daily_limit_reached")


def test_rejected_events_are_published_at_the_next_check(listener, events):
    playlist_ids = listener.add_playlists(3)
    events.rejections = 3 * 4 - 1
    assert listener.check().covers_requested == 1
    assert [listener.record(playlist) is None for playlist in playlist_ids].count(True) == 2
    assert listener.check().covers_requested == 2
    assert sorted(events.playlist_ids) == sorted(playlist_ids)


def test_spent_budget_without_painter_blocks_all_requests(listener, events):
    playlist, small = listener.add_playlist(), listener.add_playlist(songs=3)
    budget = Budget(listener.checker.automatic_covers.keys_table, 1.0)
    paid = replace(listener, checker=replace(listener.checker, budget=budget))
    spend(budget, 1.0)
    result = paid.check()
    assert (events.playlist_ids, result.covers_requested, result.blocked_by.code) == ([], 0, "budget_spent")
    assert (listener.record(playlist), listener.states(small)) == (None, ["waiting"])
    spend(budget, -0.5)
    assert paid.check().blocked_by is None
    assert events.playlist_ids == [playlist]
