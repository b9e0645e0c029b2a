"""Automatic covers on the deployed stack. Most tests invoke watch, one runs the real schedule."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coverart.store.keys import playlist_key
from coverart.store.listeners import Listeners, ListenerSettings, OAuthTokens, WatchStatus
from coverart.store.playlists import Playlists
from scripts.fakes.server import Fault
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from tests.stack import stack_state
from tests.stack.stack_state import OWN_IMAGE, SONGS, invoke_watch, put_cover_event, wait_for

PLAYLISTS_PATH = "/v1/me/playlists"


@dataclass
class WatchedListener:
    """Automatic covers are on, and no playlist is known yet. `name`: a listener of the fake Spotify."""

    local: LocalStack
    name: str
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.local.connect(self.name)
        self.listeners = Listeners(self.local.table("Listeners"))
        self.playlists = Playlists(self.listeners.table)
        for playlist_id in self.playlists.get_all(self.id):
            self.listeners.table.delete_item(Key=playlist_key(self.id, playlist_id))
        self.save_settings()

    def save_settings(self, auto_cover: bool = True, **settings: Any) -> None:
        """Save the settings, without the style's work."""
        self.listeners.save_settings(self.id, ListenerSettings(auto_cover=auto_cover, style_strength=0, **settings))

    def add_playlist(self, name: str = "Fresh Paint", songs: int = 4) -> str:
        """Add a playlist of the listener's own at Spotify. Return its id."""
        return self.local.spotify.state.add_playlist(f"{name} {uuid.uuid4()}", SONGS[:songs], owner=self.name)

    def check(self) -> int:
        """Run watch. Return how many covers it requested."""
        return invoke_watch(self.local)["covers_requested"]

    def get_state(self, playlist_id: str) -> str | None:
        """Return the automation state of a playlist."""
        record = self.playlists.get_all(self.id).get(playlist_id)
        return record and record.standing

    @property
    def problem(self) -> str | None:
        """The code of what kept watch from checking the listener."""
        return self.listeners.get(self.id).watched.code

    def move_announcement_back(self, playlist_id: str) -> None:
        """Pretend that watch last acted on the playlist more than an hour ago."""
        record = self.playlists.get_all(self.id)[playlist_id]
        an_hour_ago = record.announced_at - timedelta(hours=1, seconds=1)
        self.playlists.save(self.id, [record.model_copy(update={"announced_at": an_hour_ago})])

    def list_covers(self, playlist_id: str) -> list[dict[str, Any]]:
        """Return `cover_id` and `status` of the playlist's covers, oldest first."""
        return self.local.covers.list_by_playlist(self.id).get(playlist_id, [])

    def wait_for_cover(self, playlist_id: str, count: int = 1) -> dict[str, Any]:
        """Wait until the playlist has `count` covers. Return the newest one once it has ended."""
        covers = wait_for(lambda: (covers := self.list_covers(playlist_id))[count - 1 :] and covers)
        assert len(covers) == count
        return self.local.wait_for_cover(self.id, covers[-1]["cover_id"])


@pytest.fixture
def listener(local):
    local.spotify.state.playlists = {}
    listener = WatchedListener(local, "demo")
    yield listener
    listener.save_settings(auto_cover=False)


@pytest.fixture
def other_listener(listener):
    other_listener = WatchedListener(listener.local, "newcomer")
    yield other_listener
    other_listener.save_settings(auto_cover=False)


def test_new_playlists_get_exactly_one_cover_by_the_rules(local, listener):
    """Two runs of watch overlap, events are repeated before and after the covers, and one playlist has an own image."""
    listener.save_settings(auto_cover_pattern="fresh*", keep_colours=True)
    new, small, other_name, switched_on = (
        listener.add_playlist(name, songs)
        for name, songs in (("Fresh", 4), ("Fresh and small", 3), ("Stale", 4), ("Stale and switched on", 4))
    )
    listener.playlists.set_auto(listener.id, switched_on, True)
    local.spotify.state.set_image(new, OWN_IMAGE)
    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(lambda _: invoke_watch(local), range(2)))
    assert {summary["listeners_checked"] for summary in summaries} == {1}
    assert sum(summary["covers_requested"] for summary in summaries) >= 2
    event = {"listener_id": listener.id, "playlist_id": new}
    put_cover_event(local, event)
    covers = {playlist: listener.wait_for_cover(playlist) for playlist in (new, switched_on)}
    for item in covers.values():
        assert item["status"] == "done", item.get("error")
        assert (item["request"]["automatic"], item["request"]["replace_own"]) == (True, False)
        assert item["request"]["options"]["keep_colours"] is True
    cover_image = local.bucket.get(covers[switched_on]["pictures"]["cover"])
    assert local.spotify.state.uploads == {switched_on: [cover_image]}
    assert local.spotify.state.images == {switched_on: cover_image, new: OWN_IMAGE}
    assert covers[new]["published"]["code"] == "playlist_image_is_own"
    assert local.list_keys(f"kept/{listener.id}/{new}/") == []

    assert stack_state.accept_event_again(local, event) == covers[new]["cover_id"]
    assert [listener.check() for _ in range(2)] == [0, 0]
    states = {new: "covered", switched_on: "covered", small: "waiting", other_name: None}
    assert {playlist: listener.get_state(playlist) for playlist in states} == states
    assert [len(listener.list_covers(playlist)) for playlist in states] == [1, 1, 0, 0]
    # A dead letter names the event's playlist or the cover of the execution.
    names = (*covers, *(item["cover_id"] for item in covers.values()))
    assert stack_state.take_dead_letters(local, lambda letter: any(name in json.dumps(letter) for name in names)) == []


def test_listener_whose_login_ended_is_skipped_until_the_next(local, listener, other_listener):
    """The listener reads the reason, and the other listener is checked."""
    playlist, other_playlist = listener.add_playlist(songs=3), other_listener.add_playlist(songs=3)
    now, state = datetime.now(UTC), local.spotify.state
    listener.listeners.save_watch_status(listener.id, WatchStatus(at=now - timedelta(days=1)))  # comes first
    tokens = state.tokens("demo", age=4000)
    state.revoked.add(tokens["refresh_token"])
    listener.listeners.save_login(listener.id, "demo", "Robin", OAuthTokens.model_validate(tokens), now)
    summary = invoke_watch(local)
    assert (summary["listeners_checked"], summary["listeners_skipped"]) == (1, 1)
    assert (listener.problem, listener.get_state(playlist)) == ("reconnect_needed", None)
    assert (other_listener.problem, other_listener.get_state(other_playlist)) == (None, "waiting")
    assert listener.listeners.get(listener.id).state == "reconnect"
    state.recorder.requests.clear()
    invoke_watch(local)
    assert [request["path"] for request in state.recorder.requests] == [PLAYLISTS_PATH]  # the other listener's
    local.connect()
    invoke_watch(local)
    assert (listener.problem, listener.get_state(playlist)) == (None, "waiting")


def test_cover_and_image_that_failed_are_tried_again_later(local, listener, make_cover):
    """The first cover fails, and Spotify takes the image of the second neither at once nor for a day."""
    state, playlist = local.spotify.state, listener.add_playlist()
    state.recorder.faults.append(Fault(f"^/v1/playlists/{playlist}/items$", 503, times=50, body={}))
    assert listener.check() == 1
    assert listener.wait_for_cover(playlist)["error"]["code"] == "spotify_unavailable"
    day = {"Retry-After": "86400"}
    state.recorder.faults[:] = [Fault(f"^/v1/playlists/{playlist}/images$", 429, method="PUT", headers=day, body={})]
    assert (listener.check(), listener.get_state(playlist)) == (0, "announced")
    listener.move_announcement_back(playlist)
    assert listener.check() == 1
    item = listener.wait_for_cover(playlist, count=2)
    assert (item["status"], item["published"]["code"]) == ("done", "spotify_cooling_down")

    # Meanwhile, neither watch nor another cover calls Spotify.
    request_count = len(state.recorder.requests)
    assert (invoke_watch(local)["listeners_skipped"], listener.problem) == (1, "spotify_cooling_down")
    assert listener.listeners.get(listener.id).cool_down_until > datetime.now(UTC) + timedelta(hours=23)
    failed_cover = make_cover({"kind": "playlist", "playlist_id": playlist, "count": 2})
    assert (failed_cover["status"], failed_cover["error"]["code"]) == ("failed", "spotify_cooling_down")
    assert "UTC" in failed_cover["error"]["message"]
    assert len(state.recorder.requests) == request_count

    stack_state.end_cool_down(local, listener.id)
    listener.check()
    assert (listener.get_state(playlist), playlist in state.uploads) == ("made", False)
    listener.move_announcement_back(playlist)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: listener.check(), range(2))) == [0, 0]
    wait_for(lambda: local.history.get(listener.id, playlist, item["cover_id"]).status == "set")
    entry = local.history.get(listener.id, playlist, item["cover_id"])
    assert (entry.code, entry.message, entry.tries) == (None, None, 1)
    assert (listener.check(), listener.get_state(playlist)) == (0, "covered")
    assert state.uploads[playlist] == [local.bucket.get(item["pictures"]["cover"])]


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
