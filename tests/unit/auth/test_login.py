"""Logins that succeed, and logging out: the authorization request, the profile, cookies, sessions and logs."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from auth.app import logger
from auth.listener_id import choose_listener_id
from coverart.spotify.models import SpotifyUser
from coverart.spotify.settings import OAUTH_SCOPE
from coverart.store.listeners import ListenerSettings
from tests.profiles import TOKENS, save_profile
from tests.unit.auth.conftest import (
    PAGE,
    ROBIN,
    SESSION_KEY,
    call_back,
    find_session,
    log_in,
    read_cookies,
    request,
    start_and_consent,
    start_login,
)


def test_login_requests_only_the_needed_consent(fake_spotify):
    authorize_url, _ = start_login()
    assert authorize_url.startswith(f"{fake_spotify.url}/authorize?")
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
    assert len(parameters.pop("state")) > 100
    assert set(parameters.pop("scope").split()) == set(OAUTH_SCOPE.split())
    fixed = {"client_id": "fake-client-id", "response_type": "code", "show_dialog": "true"}
    assert parameters == {**fixed, "redirect_uri": f"{PAGE}/callback"}


def test_consenting_listener_is_logged_in_and_keeps_settings(listeners):
    save_profile(ROBIN, user_id="demo")
    listeners.save_settings(ROBIN, ListenerSettings(keep_colours=True))
    listeners.mark_reconnect(ROBIN, TOKENS)
    began_at = datetime.now(UTC)
    response = log_in()
    assert response["headers"]["Location"] == f"{PAGE}/"
    cookies = read_cookies(response)
    assert (find_session(cookies["session"]), cookies["state"]) == (ROBIN, "")
    profile = listeners.get(ROBIN)
    assert (profile.display_name, profile.state) == ("Robin Aldermoor", "connected")
    assert profile.settings.keep_colours
    assert set(profile.tokens.scope.split()) == set(OAUTH_SCOPE.split())
    assert profile.tokens.expires_at >= int(began_at.timestamp()) + 3600
    assert began_at <= profile.consent_at <= datetime.now(UTC)
    assert profile.reconnect_by - profile.consent_at == timedelta(days=180)


def test_cookies_are_closed_to_scripts_and_other_sites(monkeypatch):
    cookies = [cookie for response in (request("GET /login"), log_in()) for cookie in response["cookies"]]
    assert len(cookies) == 3
    assert [cookie for cookie in cookies if cookie.startswith("session=") and "Max-Age=604800;" in cookie]
    assert all("; Path=/; HttpOnly; SameSite=Lax" in cookie and "Secure" not in cookie for cookie in cookies)
    monkeypatch.setenv("PUBLIC_URL", "https://covers.example.org")
    [cookie] = request("GET /login")["cookies"]
    assert cookie.startswith("__Host-state=")
    assert cookie.endswith("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax; Secure")


def test_login_replaces_the_browsers_session():
    planted = "value-that-somebody-else-knows"
    first = read_cookies(log_in(session=planted))["session"]
    second = read_cookies(log_in("newcomer", session=first))["session"]
    assert [find_session(value) for value in (planted, first, second)] == [None, None, "Newcomer2"]


def test_logout_ends_the_session_unless_a_foreign_page_asks():
    session = read_cookies(log_in())["session"]
    refused = request("POST /logout", origin="https://elsewhere.example", session=session)
    assert (refused["statusCode"], json.loads(refused["body"])["error"]["code"]) == (403, "foreign_origin")
    assert find_session(session) == ROBIN
    for cookies in ({"session": session}, {}):
        response = request("POST /logout", **cookies)
        assert (response["statusCode"], response["headers"]["Location"]) == (303, f"{PAGE}/")
        assert response["cookies"] == ["session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]
    assert find_session(session) is None


def test_responses_have_security_headers():
    for response in (request("GET /login"), log_in(), request("GET /callback"), request("POST /logout")):
        assert response["headers"]["Cache-Control"] == "no-store"
        assert response["headers"]["X-Frame-Options"] == "DENY"


def test_no_token_code_state_or_cookie_is_logged(listeners, caplog, capsys, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(logger._logger.handlers[0], "stream", log)
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, logger="spotipy")
    query, state_cookie = start_and_consent()
    response = request("GET /callback", query, state=state_cookie)
    request("GET /callback", query, state=state_cookie)
    assert call_back(("code", "an-invalid-code"))["headers"]["Location"].endswith("/?login=code_refused")
    tokens = listeners.get(ROBIN).tokens
    output = caplog.text + log.getvalue() + "".join(capsys.readouterr())
    assert "logged in" in output
    assert "state_used" in output
    for secret in (
        tokens.access_token.get_secret_value(),
        tokens.refresh_token.get_secret_value(),
        *(parse_qs(query)[name][0] for name in ("code", "state")),
        state_cookie,
        read_cookies(response)["session"],
        SESSION_KEY,
        "fake-client-secret",
    ):
        assert secret not in output


@pytest.mark.parametrize(
    ("stored", "user", "listener_id"),
    [
        ([], {"id": "ada", "account_id": "A1"}, "A1"),
        ([], {"id": "ada"}, "id:ada"),
        # Who logged in before keeps what is theirs, with or without an account id, then and now.
        ([("A1", "ada")], {"id": "ada", "account_id": "A1"}, "A1"),
        ([("A1", "earlier-id")], {"id": "ada", "account_id": "A1"}, "A1"),
        ([("A1", "")], {"id": "ada", "account_id": "A1"}, "A1"),
        ([("id:ada", "ada")], {"id": "ada", "account_id": "A1"}, "id:ada"),
        ([("ada", "ada")], {"id": "ada"}, "ada"),
        ([("ada", "ada")], {"id": "ada", "account_id": "A1"}, "ada"),
        # An id that equals somebody else's account id, and the other way round.
        ([("A1", "ada")], {"id": "A1"}, "id:A1"),
        ([("A1", "A1")], {"id": "ada", "account_id": "A1"}, "id:ada"),
    ],
)
def test_listener_id_belongs_to_one_user(listeners, stored, user, listener_id):
    for stored_id, user_id in stored:
        save_profile(stored_id, user_id=user_id)
    assert choose_listener_id(listeners, SpotifyUser.model_validate(user)) == listener_id
