"""Automatic covers on the deployed stack. Most tests invoke watch, one runs the real schedule."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from coverart.store.listeners import OAuthTokens, WatchStatus
from coverart.store.playlists import PlaylistRecord
from scripts.fakes.server import Fault
from scripts.local.startup import run_stack
from tests.stack.stack_state import SONGS, end_cool_down, invoke_watch, put_cover_event, wait_for
from tests.stack.watched_listener import WatchedListener

PLAYLISTS_PATH = "/v1/me/playlists"


@pytest.fixture
def listener(local):
    local.spotify.state.playlists = {}
    listener = WatchedListener(local, "demo")
    yield listener
    listener.save_settings(auto_cover=False)


@pytest.fixture
def other_listener(listener):
    """A listener whom watch checks after `listener`."""
    other_listener = WatchedListener(listener.local, "newcomer")
    now = datetime.now(UTC)
    listener.listeners.save_watch_status(other_listener.id, WatchStatus(at=now))
    listener.listeners.save_watch_status(listener.id, WatchStatus(at=now - timedelta(days=1)))
    yield other_listener
    other_listener.save_settings(auto_cover=False)


def count_requested_covers(local):
    return invoke_watch(local)["covers_requested"]


def test_new_playlists_get_exactly_one_cover_by_the_rules(local, listener):
    """Two runs of watch overlap, and an event is repeated before and after the cover is made."""
    listener.save_settings(style_strength=0.4, auto_cover_pattern="fresh*")
    preexisting, small, other_name, switched_off, switched_on, foreign, new = (
        listener.add_playlist("Fresh but preexisting"),
        listener.add_playlist("Fresh and small", songs=3),
        listener.add_playlist("Stale"),
        listener.add_playlist("Fresh and switched off"),
        listener.add_playlist("Stale and switched on"),
        listener.add_playlist("Fresh and somebody else's", owner="somebody"),
        listener.add_playlist("Fresh"),
    )
    local.spotify.state.followed.add(("demo", foreign))
    records = [PlaylistRecord(playlist_id=id_, standing="known") for id_ in (preexisting, switched_on)]
    listener.playlists.save(listener.id, records)
    listener.playlists.set_auto(listener.id, switched_off, False)
    listener.playlists.set_auto(listener.id, switched_on, True)
    detail = {"listener_id": listener.id, "playlist_id": new}
    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(lambda _: invoke_watch(local), range(2)))
    assert {summary["listeners_checked"] for summary in summaries} == {1}
    assert sum(summary["covers_requested"] for summary in summaries) >= 2
    put_cover_event(local, detail)
    for playlist in (switched_on, new):
        item = listener.wait_for_cover(playlist)
        assert item["status"] == "done", item.get("error")
        assert (item["request"]["automatic"], item["request"]["replace_own"]) == (True, False)
        assert item["request"]["options"]["style_strength"] == 0.4
        cover_image = local.bucket.get(item["pictures"]["cover"])
        assert local.spotify.state.uploads[playlist] == [cover_image]
        assert local.spotify.state.images[playlist] == cover_image
    put_cover_event(local, detail)
    assert count_requested_covers(local) == 0
    assert [listener.get_state(playlist) for playlist in (switched_on, new)] == ["covered"] * 2
    assert (count_requested_covers(local), len(listener.list_covers(new))) == (0, 1)
    without_cover = (preexisting, small, other_name, switched_off, foreign)
    assert [listener.list_covers(playlist) for playlist in without_cover] == [[]] * 5
    assert [listener.get_state(playlist) for playlist in without_cover] == ["known", "waiting", None, None, None]
    assert set(local.spotify.state.uploads) == {switched_on, new}


def revoke_login(listener):
    state = listener.local.spotify.state
    tokens = state.tokens("demo", age=4000)
    state.revoked.add(tokens["refresh_token"])
    oauth_tokens = OAuthTokens.model_validate(tokens)
    listener.listeners.save_login(listener.id, "demo", "Robin", oauth_tokens, datetime.now(UTC))


def limit_rate(listener):
    fault = Fault(f"^{PLAYLISTS_PATH}$", 429, headers={"Retry-After": "86400"}, body={}, listener=listener.name)
    listener.local.spotify.state.recorder.faults.append(fault)


@pytest.mark.parametrize(
    ("cause_problem", "code", "paths", "cool_down"),
    [
        (revoke_login, "reconnect_needed", ["/api/token"], None),
        (limit_rate, "spotify_cooling_down", [PLAYLISTS_PATH], timedelta(hours=23)),
    ],
    ids=["invalid_grant", "Retry-After"],
)
def test_listener_with_a_problem_is_skipped(local, listener, other_listener, cause_problem, code, paths, cool_down):
    """The listener reads the reason, and the other listener is checked."""
    playlist, other_playlist = listener.add_playlist(), other_listener.add_playlist(songs=3)
    cause_problem(listener)
    summary = invoke_watch(local)
    assert (summary["listeners_checked"], summary["listeners_skipped"], summary["covers_requested"]) == (1, 1, 0)
    assert listener.list_request_paths()[: len(paths) + 1] == [*paths, PLAYLISTS_PATH]
    assert (listener.watch_status.code, listener.watch_status.message.endswith(".")) == (code, True)
    assert (other_listener.watch_status.code, other_listener.get_state(other_playlist)) == (None, "waiting")
    profile = listener.listeners.get(listener.id)
    if cool_down is None:
        assert profile.state == "reconnect"
    else:
        assert profile.cool_down_until > datetime.now(UTC) + cool_down
    local.spotify.state.recorder.requests.clear()
    invoke_watch(local)
    assert listener.list_request_paths() == [PLAYLISTS_PATH]  # the other listener's
    assert (listener.get_state(playlist), listener.list_covers(playlist)) == (None, [])
    # After the problem:
    end_cool_down(local, listener.id)
    local.connect()
    assert (count_requested_covers(local), listener.get_state(playlist)) == (1, "announced")
    assert listener.watch_status.code is None


def test_listener_deleted_during_a_run_stays_deleted(local, listener, other_listener):
    playlist, other_playlist = listener.add_playlist(), other_listener.add_playlist(songs=3)
    browser = local.log_in()
    local.spotify.state.recorder.clear()
    fault = Fault(f"^{PLAYLISTS_PATH}$", delay=60, listener=listener.name)
    local.spotify.state.recorder.faults.append(fault)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(invoke_watch, local)
        wait_for(lambda: fault.times == 0)
        assert browser.delete(f"{local.url}/api/me", timeout=60).status_code == 204
        fault.released.set()
        summary = run.result()
    assert (summary["listeners_checked"], summary["covers_requested"]) == (1, 0)
    assert other_listener.get_state(other_playlist) == "waiting"
    assert listener.playlists.get_all(listener.id) == {}
    assert not listener.listeners.exists(listener.id, datetime.now(UTC))
    assert listener.list_covers(playlist) == []


def test_transient_failure_is_retried_an_hour_later(local, listener):
    playlist = listener.add_playlist()
    local.spotify.state.recorder.faults.append(Fault(f"^/v1/playlists/{playlist}/items$", 503, times=50, body={}))
    invoke_watch(local)
    failed_cover = listener.wait_for_cover(playlist)
    assert (failed_cover["status"], failed_cover["error"]["code"]) == ("failed", "spotify_unavailable")
    local.spotify.state.recorder.faults.clear()
    assert (count_requested_covers(local), listener.get_state(playlist)) == (0, "announced")
    listener.move_announcement_back(playlist)
    assert count_requested_covers(local) == 1
    assert listener.wait_for_cover(playlist, count=2)["status"] == "done"
    assert (count_requested_covers(local), listener.get_state(playlist)) == (0, "covered")


def test_image_that_was_not_set_is_set_once_by_a_later_run(local, listener, make_cover):
    playlist = listener.add_playlist()
    path = f"^/v1/playlists/{playlist}/images$"
    fault = Fault(path, 429, method="PUT", headers={"Retry-After": "86400"}, body={})
    local.spotify.state.recorder.faults.append(fault)
    invoke_watch(local)
    item = listener.wait_for_cover(playlist)
    assert (item["status"], item["published"]["code"]) == ("done", "spotify_cooling_down")
    assert (invoke_watch(local)["listeners_skipped"], listener.watch_status.code) == (1, "spotify_cooling_down")
    # Meanwhile, no cover calls Spotify.
    request_count = len(local.spotify.state.recorder.requests)
    failed_cover = make_cover({"kind": "playlist", "playlist_id": playlist, "count": 2})
    assert (failed_cover["status"], failed_cover["error"]["code"]) == ("failed", "spotify_cooling_down")
    assert "UTC" in failed_cover["error"]["message"]
    assert len(local.spotify.state.recorder.requests) == request_count
    end_cool_down(local, listener.id)
    invoke_watch(local)
    assert (listener.get_state(playlist), playlist in local.spotify.state.uploads) == ("made", False)
    listener.move_announcement_back(playlist)
    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(lambda _: invoke_watch(local), range(2)))
    assert [summary["covers_requested"] for summary in summaries] == [0, 0]
    wait_for(lambda: local.history.get(listener.id, playlist, item["cover_id"]).status == "set")
    entry = local.history.get(listener.id, playlist, item["cover_id"])
    assert (entry.code, entry.message, entry.tries) == (None, None, 1)
    assert (count_requested_covers(local), listener.get_state(playlist)) == (0, "covered")
    assert local.spotify.state.uploads[playlist] == [local.bucket.get(item["pictures"]["cover"])]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_schedule_covers_a_new_playlist_by_itself():
    """From the switch on the page to the playlist's image at Spotify, without a call of the test's own."""
    with run_stack(WatchSchedule="rate(1 minute)", ImageBackend="painter") as local:
        state, browser = local.spotify.state, local.log_in()
        playlists_before = set(state.playlists)
        settings = browser.get(f"{local.url}/api/me", timeout=60).json()["settings"]
        response = browser.put(f"{local.url}/api/settings", json={**settings, "auto_cover": True}, timeout=60)
        assert response.status_code == 200, response.text
        playlist = state.add_playlist("Fresh Paint", SONGS)
        image = wait_for(lambda: state.images.get(playlist), timeout_seconds=240)
        [cover] = browser.get(f"{local.url}/api/covers", timeout=60).json()["items"]
        item = local.wait_for_cover("DemoListener1", cover["cover_id"])
        assert image == local.bucket.get(item["pictures"]["cover"])
        assert set(state.images) & playlists_before == set()
        assert state.recorder.violations == []
