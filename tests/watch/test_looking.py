from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coverart.accept import new_cover_id
from coverart.budget import Budget
from coverart.errors import DailyLimitError, ListenerNotFoundError, SpotifyCoolingDownError
from coverart.history import Entry
from coverart.listeners import ListenerSettings
from coverart.newcomers import baseline
from coverart.spotify import spotify_of
from scripts.standins.serving import Fault
from tests.watch.conftest import LIMIT, SONGS

AGES_AGO = timedelta(hours=2)


def asked(robin):
    return [request["path"] for request in robin.state.recorder.requests]


def test_a_new_playlist_is_announced_and_remembered(robin, bus):
    playlist = robin.add()
    at = datetime.now(UTC)
    assert robin.look(at).announced == 1
    assert bus.announced == [playlist]
    known = robin.known(playlist)
    assert (known.standing, known.announced_at, known.name) == ("announced", at, "Fresh Paint")
    assert known.snapshot_id


def test_what_was_announced_is_not_announced_at_the_next_look(robin, bus):
    playlist = robin.add()
    robin.look()
    robin.look()
    assert bus.announced == [playlist]


def test_what_was_there_before_automatic_covers_were_switched_on_is_not_new(robin, bus, playlists):
    old = robin.add("Old Paint")
    baseline(robin.id, spotify_of(robin.id), playlists)
    new = robin.add()
    robin.look()
    assert bus.announced == [new]
    assert robin.known(old).standing == "known"


def test_a_playlist_of_three_songs_waits_until_it_has_four(robin, bus):
    playlist = robin.add(songs=3)
    robin.look()
    assert (bus.announced, robin.known(playlist).standing) == ([], "waiting")
    robin.state.add_songs(playlist, SONGS[:1])
    robin.look()
    assert (bus.announced, robin.known(playlist).standing) == ([playlist], "announced")


def test_somebody_elses_playlist_is_left_alone(robin, bus):
    theirs = robin.add(owner="somebody")
    robin.state.followed.add(("demo", theirs))
    robin.watcher.playlists.set_auto(robin.id, theirs, True)
    robin.look()
    assert (bus.announced, robin.known(theirs).standing) == ([], None)


def test_a_name_that_does_not_match_is_decided_anew_when_the_rule_changes(robin, bus):
    robin.settings(auto_cover_pattern="Sun*")
    playlist = robin.add("Rain in May")
    robin.look()
    assert (bus.announced, robin.known(playlist)) == ([], None)
    robin.settings(auto_cover_pattern="rain*")
    robin.look()
    assert bus.announced == [playlist]


def test_the_listeners_no_holds_until_it_is_taken_back(robin, bus, playlists):
    playlist = robin.add()
    playlists.set_auto(robin.id, playlist, False)
    robin.look()
    assert bus.announced == []
    playlists.set_auto(robin.id, playlist, None)
    robin.look()
    assert bus.announced == [playlist]


def test_the_listeners_yes_is_for_known_ones_and_whatever_pattern_too(robin, bus, playlists):
    playlist = robin.add("Rain")
    robin.remember(playlist, "known")
    robin.settings(auto_cover_pattern="Sun*")
    playlists.set_auto(robin.id, playlist, True)
    robin.look()
    assert bus.announced == [playlist]
    assert (robin.known(playlist).standing, robin.known(playlist).auto) == ("announced", True)


def test_a_known_playlist_that_is_too_small_stays_known_whatever_the_listener_says(robin, bus, playlists):
    playlist = robin.add(songs=2)
    robin.remember(playlist, "known")
    playlists.set_auto(robin.id, playlist, True)
    robin.look()
    assert (bus.announced, robin.known(playlist).standing) == ([], "known")


def entry(playlist, status):
    return Entry(
        playlist_id=playlist,
        entry_id=new_cover_id(datetime.now(UTC)),
        playlist_name="",
        cover_id=None,
        picture="key",
        status=status,
        asked_at=datetime.now(UTC),
    )


@pytest.mark.parametrize(
    ("status", "standing"), [("set", "covered"), ("confirming", "covered"), ("not_set", "announced")]
)
def test_a_cover_that_the_listener_set_is_not_replaced_by_an_automatic_one(robin, bus, status, standing):
    playlist = robin.add()
    robin.watcher.history.add(robin.id, entry(playlist, status))
    robin.look()
    assert (robin.known(playlist).standing, bool(bus.announced)) == (standing, standing == "announced")


def test_where_the_listener_says_yes_a_cover_that_is_set_makes_room(robin, bus, playlists):
    playlist = robin.add()
    robin.watcher.history.add(robin.id, entry(playlist, "set"))
    playlists.set_auto(robin.id, playlist, True)
    robin.look()
    assert bus.announced == [playlist]


# What became of an announced playlist


@pytest.mark.parametrize(
    ("status", "code", "standing"),
    [
        ("done", "", "covered"),
        ("running", "", "announced"),
        ("accepted", "", "announced"),
        ("failed", "playlist_empty", "given_up"),
        ("failed", "spotify_cooling_down", "announced"),
        (None, "", "given_up"),
    ],
    ids=["done", "running", "accepted", "failed for good", "failed for what passes", "deleted"],
)
def test_an_announced_playlist_becomes_what_its_cover_became(robin, bus, status, code, standing):
    playlist = robin.add()
    robin.look()
    robin.claim(playlist, status, code)
    robin.look()
    assert robin.known(playlist).standing == standing
    assert bus.announced == [playlist]


@pytest.mark.parametrize(
    ("status", "code"),
    [("failed", "spotify_cooling_down"), ("accepted", ""), (None, None)],
    ids=["failed for what passes", "never started", "event lost"],
)
def test_what_may_help_is_announced_again_an_hour_later(robin, bus, status, code):
    playlist = robin.add()
    robin.remember(playlist, "announced", datetime.now(UTC) - AGES_AGO)
    if code is not None:
        robin.claim(playlist, status, code)
    robin.look()
    assert bus.announced == [playlist]
    assert robin.known(playlist).announced_at > datetime.now(UTC) - timedelta(minutes=1)


def test_the_second_try_decides_and_after_the_third_nothing_is_tried(robin, bus):
    again, over, made = (robin.add(name) for name in ("Again", "Over", "Made"))
    for playlist, tries in ((again, 2), (over, 3), (made, 2)):
        robin.remember(playlist, "announced", datetime.now(UTC) - AGES_AGO)
        for number in range(tries):
            robin.claim(playlist, "failed", "spotify_cooling_down", again=number)
    robin.claim(made, "done", again=1)
    robin.look()
    assert bus.announced == [again]
    assert (robin.known(over).standing, robin.known(made).standing) == ("given_up", "covered")


def test_the_listeners_no_comes_before_another_try(robin, bus, playlists):
    playlist = robin.add()
    robin.remember(playlist, "announced", datetime.now(UTC) - AGES_AGO)
    playlists.set_auto(robin.id, playlist, False)
    robin.look()
    assert (bus.announced, robin.known(playlist).standing) == ([], "announced")


# Not more than accept takes


def count(robin, covers, day=None):
    robin.watcher.listeners.table.update_item(
        Key={"listener_id": robin.id, "item": "profile"},
        UpdateExpression="SET covers_day = :day, covers_count = :count",
        ExpressionAttributeValues={":day": f"{day or datetime.now(UTC):%Y-%m-%d}", ":count": covers},
    )


def test_no_more_are_announced_than_the_day_has_left_and_the_others_follow(robin, bus):
    added = [robin.add(f"Number {n}") for n in range(5)]
    count(robin, LIMIT - 2)
    look = robin.look()
    assert (bus.announced, look.announced) == (added[:2], 2)
    assert isinstance(look.held_back, DailyLimitError)
    assert str(look.held_back).startswith("3 new playlists wait until midnight UTC")
    assert robin.known(added[2]) is None
    count(robin, LIMIT, datetime.now(UTC) - timedelta(days=1))
    for playlist in added[:2]:
        robin.claim(playlist, "done")
    assert robin.look().held_back is None
    assert bus.announced == added


def test_what_is_announced_and_not_yet_taken_counts_too(robin, bus):
    first = [robin.add(f"Number {n}") for n in range(LIMIT - 1)]
    robin.look()
    later = [robin.add(f"Later {n}") for n in range(2)]
    look = robin.look()
    assert bus.announced == [*first, later[0]]
    assert str(look.held_back).startswith("1 new playlist waits until midnight UTC")


def test_what_the_bus_does_not_take_is_announced_at_the_next_look(robin, bus):
    added = [robin.add(f"Number {n}") for n in range(3)]
    bus.refuses = 3 * 4 - 1
    assert robin.look().announced == 1
    assert [robin.known(playlist) is None for playlist in added].count(True) == 2
    assert robin.look().announced == 2
    assert sorted(bus.announced) == sorted(added)


def test_where_only_the_image_model_paints_a_spent_budget_holds_all_back(robin, bus):
    playlist, small = robin.add(), robin.add(songs=3)
    budget = Budget(robin.watcher.keys, 1.0)
    strict = replace(robin, watcher=replace(robin.watcher, budget=budget))
    reservation = budget.reserve(1.0)
    look = strict.look()
    assert (bus.announced, look.announced, look.held_back.code) == ([], 0, "budget_spent")
    assert (robin.known(playlist), robin.known(small).standing) == (None, "waiting")
    reservation.settle(0.5)
    assert strict.look().held_back is None
    assert bus.announced == [playlist]


# Calls and writes


def test_a_look_is_one_call_for_fifty_playlists_and_nothing_else(robin, bus):
    for number in range(120):
        robin.add(f"Number {number}")
    for _ in range(2):
        robin.state.recorder.clear()
        robin.look()
        assert asked(robin) == ["/v1/me/playlists"] * 3


def test_who_logged_in_before_the_user_id_was_kept_is_asked_for_it_once(robin, bus):
    robin.watcher.listeners.remember_user_id(robin.id, "")
    playlist = robin.add()
    robin.look()
    robin.look()
    assert bus.announced == [playlist]
    assert asked(robin) == ["/v1/me/playlists", "/v1/me/", "/v1/me/playlists"]


def test_what_has_not_changed_is_not_written(robin, monkeypatch):
    for name in ("Known", "Waiting", "Covered"):
        robin.remember(robin.add(name, songs=3), name.lower())
    robin.look()
    written = []
    monkeypatch.setattr(
        type(robin.watcher.playlists), "remember", lambda _self, _listener, playlists: written.extend(playlists)
    )
    robin.look()
    assert written == []
    grown = robin.add("Another", songs=2)
    robin.look()
    assert [playlist.playlist_id for playlist in written] == [grown]


def test_an_event_is_put_before_it_is_remembered(robin, bus, monkeypatch):
    playlist = robin.add()

    def crash(*_):
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(type(robin.watcher.playlists), "remember", crash)
        with pytest.raises(ConnectionError):
            robin.look()
    assert robin.known(playlist) is None
    robin.look()
    assert bus.announced == [playlist, playlist]


def test_a_listener_who_is_forgotten_in_the_middle_stays_forgotten(robin, bus, monkeypatch):
    robin.add()
    put = bus.put_events

    def forget_then_put(**entries):
        robin.watcher.listeners.forget(robin.id)
        return put(**entries)

    monkeypatch.setattr(bus, "put_events", forget_then_put)
    with pytest.raises(ListenerNotFoundError):
        robin.look()
    assert robin.watcher.playlists.of(robin.id) == {}


@pytest.mark.parametrize("forgets", [True, False], ids=["forgotten", "switched off"])
def test_who_changes_their_mind_while_spotify_answers_is_not_announced_for(robin, bus, monkeypatch, forgets):
    robin.add()
    listeners = robin.watcher.listeners

    def slow(_):
        spotify = spotify_of(robin.id)
        if forgets:
            listeners.forget(robin.id)
        else:
            listeners.save_settings(robin.id, ListenerSettings(auto_cover=False))
        return spotify

    with pytest.raises(ListenerNotFoundError) if forgets else nullcontext():
        replace(robin.watcher, spotify_of=slow).look(robin.id, datetime.now(UTC))
    assert (bus.announced, robin.watcher.playlists.of(robin.id)) == ([], {})


def test_in_a_cool_down_spotify_is_not_asked(robin, bus):
    robin.add()
    robin.state.recorder.faults.append(Fault("/me/playlists", 429, headers={"Retry-After": "86400"}, body={}))
    for _ in range(2):
        with pytest.raises(SpotifyCoolingDownError):
            robin.look()
    assert (asked(robin), bus.announced) == (["/v1/me/playlists"], [])
