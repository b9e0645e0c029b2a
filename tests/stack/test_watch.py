"""Automatic covers on the deployed stack: watch is invoked here, and in one test ticked by the real schedule."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coverart.store.listeners import Listeners, ListenerSettings, OAuthTokens, WatchStatus
from coverart.store.playlists import PlaylistRecord, Playlists
from coverart.store.publish_history import PublishHistory
from scripts.local import stack
from scripts.standins.serving import Fault
from tests.stack.api_client import until

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]
READS = "/v1/me/playlists"


@dataclass
class Person:
    """A listener whose automatic covers are on, and whose playlists are those that a test adds."""

    local: stack.LocalStack
    name: str
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.local.connect(self.name)
        table = self.local.table("Listeners")
        for playlist_id in self.playlists.get_all(self.id):
            table.delete_item(Key={"listener_id": self.id, "item": f"playlist#{playlist_id}"})
        self.settings()

    @property
    def listeners(self) -> Listeners:
        return Listeners(self.local.table("Listeners"))

    @property
    def playlists(self) -> Playlists:
        return Playlists(self.local.table("Listeners"))

    @property
    def watched(self) -> WatchStatus:
        watched = self.listeners.get(self.id).watched
        assert watched is not None
        return watched

    def settings(self, auto_cover: bool = True, **changed: Any) -> None:
        self.listeners.save_settings(self.id, ListenerSettings(auto_cover=auto_cover, **changed))

    def add(self, name: str = "Fresh Paint", songs: int = 4, owner: str | None = None) -> str:
        return self.local.spotify.state.add_playlist(f"{name} {uuid.uuid4()}", SONGS[:songs], owner=owner or self.name)

    def standing(self, playlist: str) -> str | None:
        known = self.playlists.get_all(self.id).get(playlist)
        return known and known.standing

    def covers(self, playlist: str) -> list[dict[str, Any]]:
        items, _ = self.local.covers.list_page(self.id, None, 50, datetime.now(UTC))
        return [item for item in items if item["request"]["source"].get("playlist_id") == playlist]

    def made(self, playlist: str, number: int = 1) -> dict[str, Any]:
        """The newest of its covers, when there are so many and that one has ended."""
        covers = until(lambda: found if len(found := self.covers(playlist)) >= number else None)
        assert len(covers) == number
        return self.local.wait(self.id, covers[0]["cover_id"])

    def calls(self) -> list[str]:
        return [request["path"] for request in self.local.spotify.state.recorder.requests]


def tick(local):
    answer = local.client("lambda").invoke(FunctionName=local.outputs["WatchFunctionName"], Payload="{}")
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    return said


def put_event(local, listener_id, playlist):
    detail = json.dumps({"listener_id": listener_id, "playlist_id": playlist})
    entry = {"Source": "coverart", "DetailType": "PlaylistCoverRequested", "EventBusName": local.outputs["BusName"]}
    assert local.client("events").put_events(Entries=[{**entry, "Detail": detail}])["FailedEntryCount"] == 0


@pytest.fixture
def robin(local):
    local.spotify.state.playlists = {}
    robin = Person(local, "demo")
    yield robin
    robin.settings(auto_cover=False)


@pytest.fixture
def kit(robin):
    """Another listener, who is looked at after Robin."""
    kit = Person(robin.local, "newcomer")
    kit.listeners.save_watch_status(kit.id, WatchStatus(at=datetime.now(UTC)))
    robin.listeners.save_watch_status(robin.id, WatchStatus(at=datetime.now(UTC) - timedelta(days=1)))
    yield kit
    kit.settings(auto_cover=False)


def test_a_new_playlist_gets_one_cover_however_often_it_is_told_of(local, robin):
    """Watch runs twice at once, and the event comes once more before and after its cover is made."""
    robin.settings(style_strength=0.4)
    playlist = robin.add()
    with ThreadPoolExecutor(2) as pool:
        ticks = list(pool.map(lambda _: tick(local), range(2)))
    assert {told["looked_at"] for told in ticks} == {1}
    assert sum(told["announced"] for told in ticks) >= 1
    put_event(local, robin.id, playlist)
    item = robin.made(playlist)
    assert item["status"] == "done", item.get("error")
    assert (item["request"]["automatic"], item["request"]["replace_own"]) == (True, False)
    assert item["request"]["options"]["style_strength"] == 0.4
    [upload] = local.spotify.state.uploads[playlist]
    assert upload == local.bucket.get(item["pictures"]["cover"])
    assert local.spotify.state.images[playlist] == upload
    put_event(local, robin.id, playlist)
    assert tick(local)["announced"] == 0
    assert robin.standing(playlist) == "covered"
    assert tick(local)["announced"] == 0
    assert len(robin.covers(playlist)) == 1
    assert local.spotify.state.uploads[playlist] == [upload]


def test_the_rules_say_which_playlists_get_a_cover(local, robin):
    robin.settings(auto_cover_pattern="fresh*")
    old, small, unlike, refused, wished, theirs, new = (
        robin.add("Fresh but there before"),
        robin.add("Fresh and small", songs=3),
        robin.add("Stale"),
        robin.add("Fresh and refused"),
        robin.add("Stale and wished for"),
        robin.add("Fresh and somebody else's", owner="somebody"),
        robin.add("Fresh"),
    )
    local.spotify.state.followed.add(("demo", theirs))
    robin.playlists.save(robin.id, [PlaylistRecord(playlist_id=known, standing="known") for known in (old, wished)])
    robin.playlists.set_auto(robin.id, refused, False)
    robin.playlists.set_auto(robin.id, wished, True)
    assert tick(local)["announced"] == 2
    for playlist in (wished, new):
        assert robin.made(playlist)["status"] == "done"
    local.spotify.state.add_songs(small, SONGS[:1])
    assert tick(local)["announced"] == 1
    assert robin.made(small)["status"] == "done"
    for playlist in (old, unlike, refused, theirs):
        assert robin.covers(playlist) == []
    assert [robin.standing(playlist) for playlist in (old, unlike, refused, theirs)] == ["known", None, None, None]
    assert set(local.spotify.state.uploads) == {wished, new, small}


def test_a_tick_is_three_calls_for_120_playlists(local, robin):
    added = [robin.add() for _ in range(120)]
    known = [PlaylistRecord(playlist_id=playlist, standing="known") for playlist in added]
    robin.playlists.save(robin.id, known)
    assert tick(local)["announced"] == 0
    assert robin.calls() == [READS] * 3
    assert robin.watched.code is None


def dead_login(robin):
    state = robin.local.spotify.state
    tokens = state.tokens("demo", age=4000)
    state.revoked.add(tokens["refresh_token"])
    robin.listeners.save_login(robin.id, "demo", "Robin", OAuthTokens.model_validate(tokens), datetime.now(UTC))


def reconnect(robin):
    assert robin.listeners.mark_reconnect(robin.id, robin.listeners.get(robin.id).tokens)


def busy(headers, body):
    def fail(robin):
        robin.local.spotify.state.recorder.faults.append(Fault(READS, 429, headers=headers, body=body))

    return fail


QUOTA = {"error": {"status": 429, "message": "API rate limit exceeded", "reason": "QUOTA_EXCEEDED"}}


@pytest.mark.parametrize(
    ("trouble", "code", "asked", "cools_down"),
    [
        pytest.param(dead_login, "reconnect_needed", ["/api/token"], None, id="invalid_grant"),
        # Which the first look of the case before leaves, and its second look meets.
        pytest.param(reconnect, "reconnect_needed", [], None, id="reconnect", marks=pytest.mark.long),
        pytest.param(
            busy({"Retry-After": "86400"}, {}), "spotify_cooling_down", [READS], timedelta(hours=23), id="Retry-After"
        ),
        # As the case before; how long it lasts is told in tests/common/test_spotify.py.
        pytest.param(
            busy({"Retry-After": "1"}, QUOTA),
            "spotify_cooling_down",
            [READS],
            timedelta(minutes=59),
            id="QUOTA_EXCEEDED",
            marks=pytest.mark.long,
        ),
    ],
)
def test_who_is_in_trouble_is_passed_over_with_the_reason_and_the_others_are_served(
    local, robin, kit, trouble, code, asked, cools_down
):
    robins, kits = robin.add(), kit.add()
    trouble(robin)
    told = tick(local)
    assert (told["looked_at"], told["passed_over"], told["announced"]) == (1, 1, 1)
    assert robin.calls()[: len(asked) + 1] == [*asked, READS]
    assert (robin.watched.code, robin.watched.message.endswith(".")) == (code, True)
    assert (kit.watched.code, kit.standing(kits)) == (None, "announced")
    assert kit.made(kits)["status"] == "done"
    profile = robin.listeners.get(robin.id)
    if cools_down is None:
        assert profile.state == "reconnect"
    else:
        assert profile.cool_down_until > datetime.now(UTC) + cools_down
    local.spotify.state.recorder.requests.clear()
    tick(local)
    assert robin.calls() == [READS]  # Kit's
    assert (robin.standing(robins), robin.covers(robins)) == (None, [])
    # And when it is over:
    robin.listeners.table.update_item(
        Key={"listener_id": robin.id, "item": "profile"}, UpdateExpression="REMOVE cool_down_until"
    )
    robin.local.connect()
    assert tick(local)["announced"] == 1
    assert robin.made(robins)["status"] == "done"
    assert robin.watched.code is None


def test_a_listener_who_is_forgotten_in_the_middle_stays_forgotten(local, robin, kit):
    robins, kits = robin.add(), kit.add()
    browser = local.log_in()
    local.spotify.state.recorder.clear()
    local.spotify.state.recorder.faults.append(Fault(READS, delay=3))
    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(tick, local)
        until(robin.calls)
        assert browser.delete(f"{local.url}/api/me", timeout=30).status_code == 204
        told = ticking.result()
    assert (told["looked_at"], told["announced"]) == (1, 1)
    assert kit.made(kits)["status"] == "done"
    assert robin.playlists.get_all(robin.id) == {}
    assert not robin.listeners.exists(robin.id)
    assert robin.covers(robins) == []


def test_a_cover_that_failed_for_what_passes_is_made_again_an_hour_later(local, robin):
    playlist = robin.add()
    local.spotify.state.recorder.faults.append(Fault(f"/playlists/{playlist}/items", 503, times=50, body={}))
    tick(local)
    failed = robin.made(playlist)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "spotify_unavailable")
    local.spotify.state.recorder.faults.clear()
    assert (tick(local)["announced"], robin.standing(playlist)) == (0, "announced")
    announced = robin.playlists.get_all(robin.id)[playlist]
    an_hour_ago = announced.announced_at - timedelta(hours=1, seconds=1)
    robin.playlists.save(robin.id, [announced.model_copy(update={"announced_at": an_hour_ago})])
    assert tick(local)["announced"] == 1
    assert robin.made(playlist, number=2)["status"] == "done"
    assert (tick(local)["announced"], robin.standing(playlist)) == (0, "covered")


def test_a_cover_that_could_not_be_set_for_what_passes_is_set_at_a_later_tick_and_once(local, robin):
    playlist = robin.add()
    history = PublishHistory(local.table("Listeners"))
    fault = Fault(f"/playlists/{playlist}/images", 429, method="PUT", headers={"Retry-After": "86400"}, body={})
    local.spotify.state.recorder.faults.append(fault)
    tick(local)
    item = robin.made(playlist)
    assert (item["status"], item["published"]["code"]) == ("done", "spotify_cooling_down")
    assert (tick(local)["passed_over"], robin.watched.code) == (1, "spotify_cooling_down")
    robin.listeners.table.update_item(
        Key={"listener_id": robin.id, "item": "profile"}, UpdateExpression="REMOVE cool_down_until"
    )
    tick(local)
    assert (robin.standing(playlist), playlist in local.spotify.state.uploads) == ("made", False)
    made = robin.playlists.get_all(robin.id)[playlist]
    an_hour_ago = made.announced_at - timedelta(hours=1, seconds=1)
    robin.playlists.save(robin.id, [made.model_copy(update={"announced_at": an_hour_ago})])
    with ThreadPoolExecutor(2) as pool:
        ticks = list(pool.map(lambda _: tick(local), range(2)))
    assert [told["announced"] for told in ticks] == [0, 0]
    until(lambda: history.get(robin.id, playlist, item["cover_id"]).status == "set")
    entry = history.get(robin.id, playlist, item["cover_id"])
    assert (entry.code, entry.message, entry.tries) == (None, None, 1)
    assert tick(local)["announced"] == 0
    assert robin.standing(playlist) == "covered"
    assert local.spotify.state.uploads[playlist] == [local.bucket.get(item["pictures"]["cover"])]
    assert len(robin.covers(playlist)) == 1


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_schedule_ticks_by_itself():
    """From the switch on the page to the playlist's image at Spotify, and nobody lends a hand."""
    with stack.running(WatchSchedule="rate(1 minute)", ImageBackend="painter") as local:
        state, browser = local.spotify.state, local.log_in()
        before = set(state.playlists)
        settings = browser.get(f"{local.url}/api/me", timeout=30).json()["settings"]
        switched = browser.put(f"{local.url}/api/settings", json={**settings, "auto_cover": True}, timeout=30)
        assert switched.status_code == 200, switched.text
        playlist = state.add_playlist("Fresh Paint", SONGS)
        image = until(lambda: state.images.get(playlist), seconds=240)
        [cover] = browser.get(f"{local.url}/api/covers", timeout=30).json()["items"]
        item = local.wait("DemoListener1", cover["cover_id"])
        assert image == local.bucket.get(item["pictures"]["cover"])
        assert set(state.images) & before == set()
        assert state.recorder.violations == []
