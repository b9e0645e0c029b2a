"""A listener's tokens: when they are refreshed, by whom, and what is stored."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest
from pydantic import SecretStr

from coverart.errors import ConfigurationError, ListenerNotFoundError, ReconnectNeededError, SpotifyUnavailableError
from coverart.spotify import access
from coverart.spotify.access import ListenerAccess
from coverart.spotify.client import create_spotify_client
from coverart.spotify.oauth import InvalidGrantError, SpotifyAccounts
from coverart.store.listeners import Listeners, OAuthTokens
from scripts.fakes import tokens
from scripts.fakes.spotify import SECRETS
from tests.spotify_requests import add_fault, count_requests, save_tokens
from tests.stored_secrets import store_secret


def test_expiring_or_revoked_token_is_refreshed_once(fake_spotify, listeners, listener_id):
    old = save_tokens(listeners, listener_id, fake_spotify.state.tokens("demo", age=3590))
    create_spotify_client(listener_id).get_user()
    new = listeners.get(listener_id).tokens
    assert new.access_token != old.access_token
    assert (new.refresh_token, new.scope) == (old.refresh_token, old.scope)
    assert count_requests(fake_spotify, "/v1/me/") == 1
    fake_spotify.state.revoked.add(new.access_token.get_secret_value())
    fake_spotify.state.rotates = True
    assert create_spotify_client(listener_id).get_user().id == "demo"
    assert listeners.get(listener_id).tokens.refresh_token != new.refresh_token
    assert count_requests(fake_spotify, "/api/token") == 2


def test_several_threads_refresh_once(fake_spotify, listener_id, expired_tokens):
    spotify = create_spotify_client(listener_id)
    with ThreadPoolExecutor(6) as pool:
        assert [user.id for user in pool.map(lambda _: spotify.get_user(), range(6))] == ["demo"] * 6
    assert count_requests(fake_spotify, "/api/token") == 1


def test_tokens_of_another_function_are_used(fake_spotify, listeners, listener_id, expired_tokens):
    spotify = create_spotify_client(listener_id)
    save_tokens(listeners, listener_id, fake_spotify.state.tokens("demo"))
    assert spotify.get_user().id == "demo"
    assert count_requests(fake_spotify, "/api/token") == 0


def test_first_of_two_refreshing_functions_wins(fake_spotify, listeners, listener_id, expired_tokens, monkeypatch):
    other_tokens, refresh = OAuthTokens.model_validate(fake_spotify.state.tokens("demo")), SpotifyAccounts.refresh

    def refresh_second(accounts, old_tokens):
        """Another function stores new tokens while this one requests them."""
        listeners.replace_tokens(listener_id, old_tokens, other_tokens)
        return refresh(accounts, old_tokens)

    monkeypatch.setattr(SpotifyAccounts, "refresh", refresh_second)
    assert create_spotify_client(listener_id).get_user().id == "demo"
    profile = listeners.get(listener_id)
    assert (profile.tokens, profile.state) == (other_tokens, "connected")


@pytest.mark.parametrize("when", ["waits", "marks"])
def test_used_up_refresh_token_waits_for_the_new_one(listeners, listener_id, expired_tokens, monkeypatch, when):
    """Spotify has answered another function with a new refresh token, which that has not stored yet."""
    other_tokens = expired_tokens.model_copy(update={"access_token": SecretStr("new"), "expires_at": 2**39})

    def store_other_tokens(*_):
        listeners.replace_tokens(listener_id, expired_tokens, other_tokens)
        return False

    monkeypatch.setattr(SpotifyAccounts, "refresh", Mock(side_effect=InvalidGrantError))
    if when == "marks":
        monkeypatch.setattr(Listeners, "mark_reconnect", store_other_tokens)
    else:
        monkeypatch.setattr(access, "_PAUSES_SECONDS", (1,))
    spotify_access = ListenerAccess(
        listeners.get(listener_id), listeners, SpotifyAccounts("", "", 1), sleep=lambda s: s and store_other_tokens()
    )
    spotify_access.refresh(expired_tokens)
    assert (spotify_access.tokens, listeners.get(listener_id).state) == (other_tokens, "connected")


@pytest.mark.parametrize("is_revoked", [True, False], ids=["revoked", "six months old"])
def test_ended_refresh_token_is_used_only_once(fake_spotify, listeners, listener_id, is_revoked):
    age_seconds = 4000 if is_revoked else 183 * 86_400
    token = tokens.issue_token("refresh", "demo", tokens.SCOPE, now=time.time() - age_seconds)
    save_tokens(listeners, listener_id, {**fake_spotify.state.tokens("demo", age=4000), "refresh_token": token})
    if is_revoked:
        fake_spotify.state.revoked.add(token)
    first, other = (create_spotify_client(listener_id) for _ in range(2))
    for connect in (lambda: first, lambda: other, lambda: create_spotify_client(listener_id)):
        with pytest.raises(ReconnectNeededError, match="log in with Spotify again"):
            connect().get_user()
    assert listeners.get(listener_id).state == "reconnect"
    assert count_requests(fake_spotify, "/api/token") == 1
    assert count_requests(fake_spotify, "/v1/me/") == 0


def test_new_tokens_do_not_restore_a_deleted_listener(listeners, listener_id, expired_tokens):
    spotify = create_spotify_client(listener_id)
    listeners.delete(listener_id)
    for call in (spotify.get_user, lambda: create_spotify_client(listener_id)):
        with pytest.raises(ListenerNotFoundError):
            call()
    assert listeners.table.scan()["Items"] == []


def test_wrong_client_secret_is_a_configuration_error(fake_spotify, listener_id, expired_tokens):
    add_fault(fake_spotify, "/api/token", 400, {"error": "unauthorized_client"})
    store_secret("spotify_client_secret", "wrong")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="client id and secret"):
            create_spotify_client(listener_id).get_user()
    assert count_requests(fake_spotify, "/api/token") == 2


def test_invalid_token_response_is_unavailable(fake_spotify, listeners, listener_id, expired_tokens):
    for status, body in (
        (503, {"error": "temporarily_unavailable"}),
        (400, ["not", "an", "object"]),
        (200, "<html>hello</html>"),
        (200, {"access_token": "t", "expires_in": "soon"}),
        (200, []),
    ):
        add_fault(fake_spotify, "/api/token", status, body)
        with pytest.raises(SpotifyUnavailableError):
            create_spotify_client(listener_id).get_user()
    profile = listeners.get(listener_id)
    assert (profile.tokens, profile.state) == (expired_tokens, "connected")


def test_no_token_or_secret_is_logged(fake_spotify, listeners, listener_id, expired_tokens, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    # At DEBUG boto logs whole items. No function of ours sets that level.
    for name in ("boto3", "botocore"):
        caplog.set_level(logging.INFO, logger=name)
    spotify = create_spotify_client(listener_id)
    spotify.get_user()
    add_fault(fake_spotify, "/v1/me", 401, {"error": {"status": 401, "message": "expired"}}, times=2)
    with pytest.raises(ReconnectNeededError) as raised:
        spotify.get_user()
    assert count_requests(fake_spotify, "/api/token") == 2, "a refused new token is not refreshed again"
    profile = listeners.get(listener_id)
    objects = [spotify, spotify._access, expired_tokens, profile.tokens, profile, raised]
    output = caplog.text + "".join(capsys.readouterr()) + repr(objects)
    assert "Spotify refused a request" in output
    for secret in (expired_tokens.access_token, expired_tokens.refresh_token, profile.tokens.access_token):
        assert secret.get_secret_value() not in output
    assert SECRETS["spotify_client_secret"] not in output
