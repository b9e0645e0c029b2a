from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import Stubber

from coverart.errors import DailyLimitError, ListenerNotFoundError, SpotifyCoolingDownError, StorageUnavailableError
from coverart.pipeline.start_cover import new_cover_id
from coverart.spotify.client import create_spotify_client
from coverart.spotify.playlists import mark_existing_as_known
from coverart.store.budget import Budget
from coverart.store.listeners import ListenerSettings
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.standins.serving import Fault
from tests.spending import spend
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
    mark_existing_as_known(robin.id, create_spotify_client(robin.id), playlists)
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


def entry(playlist, status, **more):
    told = {"entry_id": new_cover_id(datetime.now(UTC)), "asked_at": datetime.now(UTC), **more}
    return HistoryEntry(playlist_id=playlist, playlist_name="", cover_id=None, picture="key", status=status, **told)


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


# What is made and could not be set at Spotify


@pytest.fixture
def made(robin):
    """A playlist whose automatic cover is done and was not set: its entry as it is when it is asked for."""
    playlist = robin.add()

    def made(status="not_set", code="spotify_cooling_down", **more):
        robin.remember(playlist, "announced", datetime.now(UTC) - AGES_AGO)
        cover_id = robin.claim(playlist, "done")
        robin.watcher.history.add(robin.id, entry(playlist, status, entry_id=cover_id, code=code, **more))
        return lambda: robin.watcher.history.get(robin.id, playlist, cover_id)

    return made


def test_what_was_not_set_for_what_passes_is_asked_for_again_an_hour_later(robin, bus, made, started):
    entry, now = made(message="Spotify asks to wait."), datetime.now(UTC)
    before = entry()
    robin.remember(before.playlist_id, "announced", now - timedelta(minutes=59))
    assert robin.look(now).announced == 0
    assert (robin.known(before.playlist_id).standing, started()) == ("made", {})
    later = now + timedelta(minutes=2)
    robin.look(later)
    assert entry() == before.model_copy(update={"status": "asked", "code": None, "message": None, "tries": 1})
    asked = {"listener_id": robin.id, "playlist_id": before.playlist_id, "entry_id": before.entry_id}
    assert started() == {f"{before.entry_id}-1": {**asked, "replace_own": False}}
    robin.look(later)
    known = robin.known(before.playlist_id)
    assert (known.standing, known.announced_at, len(started()), bus.announced) == ("made", later, 1, [])
    robin.watcher.history.update(robin.id, entry(), status="set")
    robin.look()
    assert robin.known(before.playlist_id).standing == "covered"


def test_after_three_tries_nothing_is_tried(robin, made, started):
    entry, at = made(), datetime.now(UTC)
    for tries in range(1, 5):
        at += AGES_AGO
        robin.look(at)
        failed = entry().model_copy(update={"status": "not_set", "code": "spotify_unavailable"})
        robin.watcher.history.update(robin.id, failed, status=failed.status, code=failed.code)
        assert len(started()) == min(tries, 3)
    assert robin.known(entry().playlist_id).standing == "covered"


def test_two_looks_at_once_ask_once(robin, made, started, monkeypatch):
    entry, ask_again = made(), PublishHistory.retry

    def late(history, listener_id, entry):
        with monkeypatch.context() as other:
            other.setattr(PublishHistory, "retry", ask_again)
            robin.look(datetime.now(UTC) + AGES_AGO)
        return ask_again(history, listener_id, entry)

    monkeypatch.setattr(PublishHistory, "retry", late)
    robin.look()
    assert (entry().status, entry().tries, len(started())) == ("asked", 1, 1)


def test_what_was_asked_for_and_never_started_is_started_an_hour_later_and_once(robin, made, started):
    entry = made("asked", code=None, tries=1)
    for later in range(3):
        robin.look(datetime.now(UTC) + later * AGES_AGO)
    assert (entry().status, entry().tries, list(started())) == ("asked", 1, [f"{entry().entry_id}-1"])


def test_an_entry_whose_execution_cannot_be_started_does_not_hang_and_has_another_try(robin, made, started):
    entry = made()
    with Stubber(robin.watcher.executions.step_functions) as refusing:
        refusing.add_client_error("start_execution", "ThrottlingException", http_status_code=400)
        with pytest.raises(StorageUnavailableError):
            robin.look()
    assert (entry().status, entry().code, entry().tries) == ("not_set", "storage_unavailable", 1)
    robin.look(datetime.now(UTC) + AGES_AGO)
    assert list(started()) == [f"{entry().entry_id}-2"]


def test_the_listeners_no_comes_before_another_try_to_set_it(robin, made, started, playlists):
    playlist = made()().playlist_id
    playlists.set_auto(robin.id, playlist, False)
    robin.look()
    assert (robin.known(playlist).standing, started()) == ("made", {})
    playlists.set_auto(robin.id, playlist, None)
    robin.look()
    assert len(started()) == 1


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
    spend(budget, 1.0)
    look = strict.look()
    assert (bus.announced, look.announced, look.held_back.code) == ([], 0, "budget_spent")
    assert (robin.known(playlist), robin.known(small).standing) == (None, "waiting")
    spend(budget, -0.5)
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
    robin.watcher.listeners.save_user_id(robin.id, "")
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
        type(robin.watcher.playlists), "save", lambda _self, _listener, playlists: written.extend(playlists)
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
        broken.setattr(type(robin.watcher.playlists), "save", crash)
        with pytest.raises(ConnectionError):
            robin.look()
    assert robin.known(playlist) is None
    robin.look()
    assert bus.announced == [playlist, playlist]


def test_a_listener_who_is_forgotten_in_the_middle_stays_forgotten(robin, bus, monkeypatch):
    robin.add()
    put = bus.put_events

    def forget_then_put(**entries):
        robin.watcher.listeners.delete(robin.id)
        return put(**entries)

    monkeypatch.setattr(bus, "put_events", forget_then_put)
    with pytest.raises(ListenerNotFoundError):
        robin.look()
    assert robin.watcher.playlists.get_all(robin.id) == {}


@pytest.mark.parametrize("forgets", [True, False], ids=["forgotten", "switched off"])
def test_who_changes_their_mind_while_spotify_answers_is_not_announced_for(robin, bus, monkeypatch, forgets):
    robin.add()
    listeners = robin.watcher.listeners

    def slow(_):
        spotify = create_spotify_client(robin.id)
        if forgets:
            listeners.delete(robin.id)
        else:
            listeners.save_settings(robin.id, ListenerSettings(auto_cover=False))
        return spotify

    with pytest.raises(ListenerNotFoundError) if forgets else nullcontext():
        replace(robin.watcher, spotify_of=slow).look(robin.id, datetime.now(UTC))
    assert (bus.announced, robin.watcher.playlists.get_all(robin.id)) == ([], {})


def test_in_a_cool_down_spotify_is_not_asked(robin, bus):
    robin.add()
    robin.state.recorder.faults.append(Fault("/me/playlists", 429, headers={"Retry-After": "86400"}, body={}))
    for _ in range(2):
        with pytest.raises(SpotifyCoolingDownError):
            robin.look()
    assert (asked(robin), bus.announced) == (["/v1/me/playlists"], [])
