import pytest

from api import dependencies
from coverart.aws import clients
from scripts.standins.catalogue import spotify_id
from tests.api.conftest import log_in


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_a_listeners_playlists_are_listed_with_what_is_needed_to_choose(listening, spotify_standin, mode):
    spotify_standin.state.mode = mode
    answer = listening.ask("GET", "/api/playlists")
    assert answer.status == 200
    assert answer.body["next"] is None
    listed = {playlist["id"]: playlist for playlist in answer.body["items"]}
    everything = listed[spotify_id("playlist", "everything-at-once")]
    assert everything["owned"] is True
    assert everything["items"] > 0
    assert everything["image"].startswith(f"{spotify_standin.picture_urls[1]}/300/")
    assert everything["url"].startswith("https://open.spotify.com/playlist/")
    assert {playlist["owned"] for playlist in listed.values()} == {True}


def test_an_image_that_the_page_may_not_show_is_none(listening, monkeypatch):
    monkeypatch.setenv("ARTWORK_ORIGINS", "https://i.scdn.co")
    assert {playlist["image"] for playlist in listening.ask("GET", "/api/playlists").body["items"]} == {None}


def test_many_playlists_come_in_pages(listening, spotify_standin):
    for n in range(60):
        spotify_standin.state.add_playlist(f"List {n}", ["Purr"])
    first = listening.ask("GET", "/api/playlists")
    assert (len(first.body["items"]), first.body["next"]) == (50, "50")
    second = listening.ask("GET", "/api/playlists", query={"cursor": first.body["next"]})
    assert second.body["next"] is None
    ids = {playlist["id"] for page in (first, second) for playlist in page.body["items"]}
    assert len(ids) == len(first.body["items"]) + len(second.body["items"])


@pytest.mark.parametrize("cursor", ["-1", "x", "", "100000", "٣"])
def test_a_cursor_that_cannot_be_is_refused(listening, cursor):
    answer = listening.ask("GET", "/api/playlists", query={"cursor": cursor})
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_a_cool_down_is_told_with_its_end(listening, spotify_standin):
    from scripts.standins.serving import Fault

    spotify_standin.state.recorder.faults.append(Fault("/v1/me", 429, 9, {"Retry-After": "3600"}, {}))
    answer = listening.ask("GET", "/api/playlists")
    assert (answer.status, answer.code) == (429, "spotify_cooling_down")
    assert 3590 <= int(answer.headers["Retry-After"]) <= 3600
    assert listening.ask("GET", "/api/me").body["cool_down_until"] is not None


def test_a_login_that_spotify_no_longer_takes_is_a_conflict(listening, listener_id):
    table = clients.get_table("ListenersTable")
    profile = {"listener_id": listener_id, "item": "profile"}
    table.update_item(
        Key=profile,
        UpdateExpression="SET #state = :reconnect",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":reconnect": "reconnect"},
    )
    answer = listening.ask("GET", "/api/playlists")
    assert (answer.status, answer.code) == (409, "reconnect_needed")


def test_a_spotify_that_does_not_answer_is_unavailable(listening, monkeypatch):
    monkeypatch.setenv("SPOTIFY_API_URL", "http://127.0.0.1:9/v1/")
    answer = listening.ask("GET", "/api/playlists")
    assert (answer.status, answer.code) == (503, "spotify_unavailable")


def test_another_listener_sees_their_own(listening, listeners, spotify_standin):
    from tests.spotify_standin import log_in as spotify_log_in

    newcomer = log_in(spotify_log_in(listeners, spotify_standin, "newcomer"))
    assert newcomer.ask("GET", "/api/playlists").body == {"items": [], "next": None}


def test_a_listener_says_which_playlists_get_a_cover_by_themselves(listening):
    everything = spotify_id("playlist", "everything-at-once")
    for auto in (False, True, None):
        told = {"id": everything, "auto": auto, "standing": None}
        answer = listening.ask("PUT", f"/api/playlists/{everything}", {"auto": auto})
        assert (answer.status, answer.body) == (200, told)
        [listed] = [item for item in listening.ask("GET", "/api/playlists").body["items"] if item["id"] == everything]
        assert {name: listed[name] for name in told} == told


def test_a_listeners_word_on_a_playlist_stays_when_its_standing_changes(listening):
    everything = spotify_id("playlist", "everything-at-once")
    listening.ask("PUT", f"/api/playlists/{everything}", {"auto": False})
    listening.ask("PUT", "/api/settings", {"auto_cover": True})
    [listed] = [item for item in listening.ask("GET", "/api/playlists").body["items"] if item["id"] == everything]
    assert (listed["auto"], listed["standing"]) == (False, "known")


@pytest.mark.parametrize(
    ("playlist_id", "body"),
    [("no-id", {"auto": True}), ("x" * 65, {"auto": True}), ("x1", {}), ("x1", {"auto": "often"})],
)
def test_a_word_that_cannot_be_is_refused(ada, playlist_id, body):
    answer = ada.ask("PUT", f"/api/playlists/{playlist_id}", body)
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_a_listeners_word_is_about_their_own_automatic_covers(ada, bob):
    ada.ask("PUT", "/api/playlists/x1", {"auto": False})
    assert dependencies.get_playlists().get_all("bob") == {}
