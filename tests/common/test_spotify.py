"""The seam to Spotify: what its answers mean, and what is kept with the listener."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import SecretStr

from coverart.aws import clients
from coverart.errors import (
    ConfigurationError,
    ConsentNeededError,
    CoverArtError,
    ListenerNotFoundError,
    NotAllowListedError,
    PlaylistForbiddenError,
    PlaylistNotFoundError,
    ReconnectNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.oauth import SpotifyAccounts
from coverart.spotify.settings import SpotifySettings
from coverart.store.listeners import Listeners, OAuthTokens
from scripts.standins import demo, tokens
from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault
from scripts.standins.spotify import Standin
from tests.spotify_standin import SECRETS_PATH, log_in

ERROR: dict[str, Any] = {"error": {"status": 0, "message": "Something"}}


@dataclass
class Sleep:
    slept: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def spotify_that_sleeps(listeners: Listeners, listener_id: str, sleep: Sleep) -> SpotifyClient:
    settings = SpotifySettings.load()
    accounts = SpotifyAccounts(SECRETS_PATH, settings.spotify_accounts_url, settings.spotify_timeout_seconds)
    return SpotifyClient(listeners.get(listener_id), listeners, accounts, settings, sleep)


def fail(standin: Standin, path: str, status: int, times: int = 1, body: Any = ERROR, **headers: str) -> None:
    standin.state.recorder.faults.append(
        Fault(path, status, times, {name.replace("_", "-"): value for name, value in headers.items()}, body)
    )


def calls(standin: Standin, path: str) -> int:
    return sum(request["path"] == path for request in standin.state.recorder.requests)


def store_tokens(listeners: Listeners, listener_id: str, issued: dict[str, Any]) -> OAuthTokens:
    stored = OAuthTokens.model_validate(issued)
    listeners.save_login(listener_id, "robin", "Robin", stored, datetime.now(UTC))
    return stored


def test_me_is_known_by_the_account_id(listener_id: str) -> None:
    me = create_spotify_client(listener_id).me()
    assert (me.listener_id, me.id, me.display_name) == ("DemoListener1", "demo", "Robin Aldermoor")


def test_nobody_is_found_who_never_logged_in(listeners: Listeners) -> None:
    with pytest.raises(ListenerNotFoundError):
        create_spotify_client("nobody")


# Tokens


def test_an_expired_token_is_renewed_before_it_is_used(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    old = store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=3590))
    create_spotify_client(listener_id).me()
    new = listeners.get(listener_id).tokens
    assert new.access_token != old.access_token
    assert (new.refresh_token, new.scope) == (old.refresh_token, old.scope)
    assert calls(spotify_standin, "/v1/me/") == 1


def test_a_token_that_spotify_no_longer_takes_is_renewed_once(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    spotify_standin.state.revoked.add(listeners.get(listener_id).tokens.access_token.get_secret_value())
    assert create_spotify_client(listener_id).me().id == "demo"
    assert calls(spotify_standin, "/api/token") == 1


def test_a_new_token_that_is_refused_too_is_not_renewed_again(spotify_standin: Standin, listener_id: str) -> None:
    fail(spotify_standin, "/v1/me", 401, times=9)
    with pytest.raises(ReconnectNeededError):
        create_spotify_client(listener_id).me()
    assert calls(spotify_standin, "/api/token") == 1


def test_a_new_refresh_token_replaces_the_old_one(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    spotify_standin.state.rotates = True
    old = store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    create_spotify_client(listener_id).me()
    assert listeners.get(listener_id).tokens.refresh_token != old.refresh_token


def test_several_threads_renew_once(spotify_standin: Standin, listeners: Listeners, listener_id: str) -> None:
    store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    spotify = create_spotify_client(listener_id)
    with ThreadPoolExecutor(6) as pool:
        assert [me.id for me in pool.map(lambda _: spotify.me(), range(6))] == ["demo"] * 6
    assert calls(spotify_standin, "/api/token") == 1


def test_tokens_that_another_function_renewed_are_taken(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    spotify = create_spotify_client(listener_id)
    store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo"))
    assert spotify.me().id == "demo"
    assert calls(spotify_standin, "/api/token") == 0


class _Slower(SpotifyAccounts):
    """Another function renews the tokens while this one asks for new ones."""

    listeners: Listeners
    listener_id: str
    meanwhile: OAuthTokens

    def renew(self, tokens: OAuthTokens) -> OAuthTokens:
        self.listeners.replace_tokens(self.listener_id, tokens, self.meanwhile)
        return super().renew(tokens)


@pytest.mark.parametrize("rotates", [False, True], ids=["same refresh token", "refresh token used up"])
def test_of_two_functions_that_renew_at_once_the_first_wins(
    spotify_standin: Standin, listeners: Listeners, listener_id: str, rotates: bool
) -> None:
    old = store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    if rotates:
        spotify_standin.state.revoked.add(old.refresh_token.get_secret_value())
    settings = SpotifySettings.load()
    accounts = _Slower(SECRETS_PATH, settings.spotify_accounts_url, settings.spotify_timeout_seconds)
    meanwhile = OAuthTokens.model_validate(spotify_standin.state.tokens("demo"))
    for name, value in {"listeners": listeners, "listener_id": listener_id, "meanwhile": meanwhile}.items():
        object.__setattr__(accounts, name, value)
    assert SpotifyClient(listeners.get(listener_id), listeners, accounts, settings).me().id == "demo"
    profile = listeners.get(listener_id)
    assert (profile.tokens, profile.state) == (meanwhile, "connected")


def test_a_dead_refresh_token_marks_the_listener_reconnect_and_is_not_tried_again(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    old = store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    spotify_standin.state.revoked.add(old.refresh_token.get_secret_value())
    for _ in range(2):
        with pytest.raises(ReconnectNeededError, match="log in with Spotify again"):
            create_spotify_client(listener_id).me()
    assert listeners.get(listener_id).state == "reconnect"
    assert calls(spotify_standin, "/api/token") == 1
    assert calls(spotify_standin, "/v1/me/") == 0


def test_a_refresh_token_dies_six_months_after_consent(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    issued = spotify_standin.state.tokens("demo", age=4000)
    issued["refresh_token"] = tokens.issue(
        "refresh", "demo", tokens.SCOPE, now=datetime.now(UTC).timestamp() - 183 * 86_400
    )
    store_tokens(listeners, listener_id, issued)
    with pytest.raises(ReconnectNeededError):
        create_spotify_client(listener_id).me()


def test_a_forgotten_listener_is_not_brought_back_by_new_tokens(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    spotify = create_spotify_client(listener_id)
    listeners.table.delete_item(Key={"listener_id": listener_id, "item": "profile"})
    with pytest.raises(ListenerNotFoundError):
        spotify.me()
    assert "Item" not in listeners.table.get_item(Key={"listener_id": listener_id, "item": "profile"})


def test_a_client_that_spotify_does_not_know_is_the_owners_to_set_right(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    clients.get_client("ssm").put_parameter(Name=f"{SECRETS_PATH}/spotify_client_secret", Value="wrong", Overwrite=True)
    store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    with pytest.raises(ConfigurationError, match="client id and secret"):
        create_spotify_client(listener_id).me()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "<html>oops</html>"),
        (503, {"error": "temporarily_unavailable"}),
        (400, ["not", "an", "object"]),
        (200, "<html>hello</html>"),
        (200, {"access_token": "only"}),
        (200, {"access_token": 5, "expires_in": 3600}),
        (200, {"access_token": "t", "expires_in": "soon"}),
        (200, []),
    ],
)
def test_an_accounts_service_that_answers_nonsense_is_unavailable(
    spotify_standin: Standin, listeners: Listeners, listener_id: str, status: int, body: Any
) -> None:
    old = store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    fail(spotify_standin, "/api/token", status, body=body)
    with pytest.raises(SpotifyUnavailableError):
        create_spotify_client(listener_id).me()
    profile = listeners.get(listener_id)
    assert (profile.tokens, profile.state) == (old, "connected")


# Refusals


def test_a_listener_who_is_not_on_the_list_is_told_so(listeners: Listeners, spotify_standin: Standin) -> None:
    stranger = create_spotify_client(log_in(listeners, spotify_standin, "stranger"))
    for ask in (stranger.me, lambda: stranger.playlist("x"), lambda: stranger.artist("x")):
        with pytest.raises(NotAllowListedError, match="five listeners"):
            ask()


def test_a_403_about_the_listener_themselves_is_the_list_too(spotify_standin: Standin, listener_id: str) -> None:
    fail(spotify_standin, "/v1/me", 403)
    with pytest.raises(NotAllowListedError):
        create_spotify_client(listener_id).me()


def test_a_consent_that_lacks_a_scope_is_asked_for_again(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", scope="playlist-read-private"))
    with pytest.raises(ConsentNeededError, match="Log in again to allow it"):
        create_spotify_client(listener_id).top_artists("medium_term", 10)


@pytest.mark.parametrize(
    ("slug", "error"), [("none-such", PlaylistNotFoundError), ("somebody-elses", PlaylistForbiddenError)]
)
def test_a_playlist_out_of_reach_has_its_own_error(listener_id: str, slug: str, error: type[CoverArtError]) -> None:
    with pytest.raises(error):
        create_spotify_client(listener_id).playlist_entries(spotify_id("playlist", slug), 0)


def test_an_id_that_cannot_be_one_is_a_playlist_that_is_not_found(listener_id: str) -> None:
    with pytest.raises(PlaylistNotFoundError):
        create_spotify_client(listener_id).playlist("../me")


def test_an_unknown_artist_is_none(listener_id: str) -> None:
    assert create_spotify_client(listener_id).artist(spotify_id("artist", "Nobody")) is None


# Waiting


def test_a_short_wait_is_waited_out(spotify_standin: Standin, listeners: Listeners, listener_id: str) -> None:
    sleep = Sleep()
    fail(spotify_standin, "/v1/me", 429, times=2, Retry_After="3")
    assert spotify_that_sleeps(listeners, listener_id, sleep).me().id == "demo"
    assert sleep.slept == [3, 3]
    assert listeners.get(listener_id).cool_down_until is None


@pytest.mark.parametrize(
    ("headers", "body", "slept", "seconds"),
    [
        ({"Retry_After": "86400"}, ERROR, [], 86_400),
        ({"Retry_After": "5"}, ERROR, [5, 5], 5),
        ({}, ERROR, [], 30),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "Too many requests", [], 30),
        ({"Retry_After": "9" * 30}, ERROR, [], 7 * 86_400),
        ({}, {"error": {"status": 429, "message": "Quota", "reason": "QUOTA_EXCEEDED"}}, [], 3600),
        ({"Retry_After": "1"}, {"error": {"message": "Quota", "reason": "QUOTA_EXCEEDED"}}, [], 3600),
    ],
    ids=["a day", "again and again", "no header", "a date", "absurd", "quota", "quota with a short wait"],
)
def test_a_long_wait_is_kept_and_nobody_asks_meanwhile(
    spotify_standin: Standin,
    listeners: Listeners,
    listener_id: str,
    headers: dict[str, str],
    body: Any,
    slept: list[float],
    seconds: int,
) -> None:
    sleep = Sleep()
    fail(spotify_standin, "/v1/me", 429, times=9, body=body, **headers)
    spotify = spotify_that_sleeps(listeners, listener_id, sleep)
    with pytest.raises(SpotifyCoolingDownError, match="wait until") as raised:
        spotify.me()
    until = listeners.get(listener_id).cool_down_until
    assert until is not None
    assert timedelta(seconds=seconds - 20) < until - datetime.now(UTC) <= timedelta(seconds=seconds)
    assert f"{until:%Y-%m-%d %H:%M:%S} UTC" in str(raised.value)
    assert sleep.slept == slept
    asked = calls(spotify_standin, "/v1/me/")
    for patient in (spotify, create_spotify_client(listener_id)):
        with pytest.raises(SpotifyCoolingDownError):
            patient.me()
    assert calls(spotify_standin, "/v1/me/") == asked


def test_a_short_wait_after_a_long_one_does_not_end_it(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    asked_before, asked_after = create_spotify_client(listener_id), create_spotify_client(listener_id)
    for spotify, seconds in ((asked_before, "86400"), (asked_after, "6")):
        fail(spotify_standin, "/v1/me", 429, Retry_After=seconds)
        with pytest.raises(SpotifyCoolingDownError):
            spotify.me()
    until = listeners.get(listener_id).cool_down_until
    assert until is not None
    assert until > datetime.now(UTC) + timedelta(hours=23)


@pytest.mark.parametrize(
    "ask",
    [
        lambda spotify: spotify.me(),
        lambda spotify: spotify.top_artists("medium_term", 10),
        lambda spotify: spotify.top_songs("medium_term"),
        lambda spotify: spotify.artist_top_songs("a"),
        lambda spotify: spotify.search_songs("Silver Bridle"),
        lambda spotify: spotify.artist("a"),
        lambda spotify: spotify.playlist("p"),
        lambda spotify: spotify.playlist_images("p"),
        lambda spotify: spotify.set_playlist_image("p", b"jpeg"),
        lambda spotify: spotify.playlists(0),
        lambda spotify: spotify.playlist_entries("p", 0),
    ],
    ids=lambda ask: ask.__code__.co_names[0],
)
def test_no_question_of_any_kind_is_asked_in_a_cool_down(
    spotify_standin: Standin, listeners: Listeners, listener_id: str, ask: Callable[[SpotifyClient], Any]
) -> None:
    listeners.save_cool_down(listener_id, datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(SpotifyCoolingDownError):
        ask(create_spotify_client(listener_id))
    assert spotify_standin.state.recorder.requests == []


def test_every_room_asks_spotify_through_the_seam() -> None:
    rooms = Path(__file__).parents[2] / "functions"
    own = {path.relative_to(rooms).as_posix() for path in rooms.rglob("*.py") if "import spotipy" in path.read_text()}
    # Who logs in is nobody yet whose cool-down could be known.
    assert own == {
        "auth/callback.py",
        "coverart/spotify/client.py",
        "coverart/spotify/oauth.py",
    }


def test_a_cool_down_that_is_over_is_over(listeners: Listeners, listener_id: str) -> None:
    listeners.save_cool_down(listener_id, datetime.now(UTC) - timedelta(seconds=1))
    assert create_spotify_client(listener_id).me().id == "demo"


# Nonsense


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, ERROR),
        (502, "<html>Bad gateway</html>"),
        (500, {"error": "of another shape"}),
        (500, ["of", "another", "shape"]),
        (418, ERROR),
        (200, "<html>hello</html>"),
        (200, "{"),
        (200, None),
        (200, []),
        (200, {"items": "many"}),
        (200, {"items": [{"id": "a", "genres": "rock"}]}),
        (200, {"items": [7]}),
    ],
)
def test_an_answer_that_is_none_is_spotify_unavailable(
    spotify_standin: Standin, listener_id: str, status: int, body: Any
) -> None:
    fail(spotify_standin, "/v1/me/top/artists", status, body=body)
    with pytest.raises(SpotifyUnavailableError, match="try again"):
        create_spotify_client(listener_id).top_artists("medium_term", 10)


def test_no_connection_is_spotify_unavailable(listener_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTIFY_API_URL", "http://127.0.0.1:9/v1/")
    with pytest.raises(SpotifyUnavailableError):
        create_spotify_client(listener_id).me()


def test_no_answer_in_time_is_spotify_unavailable(
    spotify_standin: Standin, listener_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTIFY_TIMEOUT_SECONDS", "0.1")
    spotify_standin.state.recorder.faults.append(Fault("/v1/me", delay=0.5))
    with pytest.raises(SpotifyUnavailableError):
        create_spotify_client(listener_id).me()


# Routes


def test_one_of_many_threads_knocks_on_a_closed_route(
    spotify_standin: Standin, listeners: Listeners, listener_id: str
) -> None:
    spotify, together = create_spotify_client(listener_id), threading.Barrier(6)

    def ask(_: int) -> object:
        together.wait(timeout=60)
        return spotify.artist_top_songs(spotify_id("artist", "Silver Bridle"))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(6))) == [None] * 6
    assert sum("top-tracks" in request["path"] for request in spotify_standin.state.recorder.requests) == 1
    assert listeners.get(listener_id).routes == {"artist_top_tracks": False}


# Secrecy


def test_no_token_and_no_secret_is_ever_logged(
    spotify_standin: Standin,
    listeners: Listeners,
    listener_id: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    # At DEBUG boto logs whole items; no function of ours sets it so.
    for name in ("boto3", "botocore"):
        caplog.set_level(logging.INFO, logger=name)
    old = store_tokens(listeners, listener_id, spotify_standin.state.tokens("demo", age=4000))
    spotify = create_spotify_client(listener_id)
    spotify.me()
    fail(spotify_standin, "/v1/me", 401, times=2, body={"error": {"status": 401, "message": "expired"}})
    with pytest.raises(ReconnectNeededError) as raised:
        spotify.me()
    new = listeners.get(listener_id).tokens
    told = caplog.text + "".join(capsys.readouterr()) + repr([spotify, old, new, listeners.get(listener_id), raised])
    assert "Spotify refused" in told
    for secret in (
        old.access_token,
        old.refresh_token,
        new.access_token,
        SecretStr(demo.SECRETS["spotify_client_secret"]),
    ):
        assert secret.get_secret_value() not in told


def test_what_spotipy_sends_is_in_the_specification(spotify_standin: Standin, listener_id: str) -> None:
    spotify_standin.state.mode = "extended"
    spotify, artist = create_spotify_client(listener_id), spotify_id("artist", "Silver Bridle")
    spotify.me()
    spotify.top_artists("short_term", 50)
    spotify.top_songs("long_term")
    assert spotify.artist_top_songs(artist)
    assert spotify.search_songs('The "Quoted" Silver Bridle') == []
    assert spotify.artist(artist)
    spotify.playlist(spotify_id("playlist", "everything-at-once"))
    spotify.playlist_entries(spotify_id("playlist", "everything-at-once"), 50)
    assert spotify_standin.state.recorder.violations == []
    assert len(spotify_standin.state.recorder.requests) == 8


def test_the_stand_in_records_a_request_against_the_specification(served_spotify: Standin) -> None:
    token = served_spotify.state.tokens("demo")["access_token"]
    answer = requests.get(
        f"{served_spotify.api_url}me/top/artists?limit=51&country=GB",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert answer.status_code == 400
    assert len(served_spotify.state.recorder.violations) == 2
