"""The door of auth against the stand-in's accounts service: the way in, and every refusal on it."""

import io
import json
import logging
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from itsdangerous import URLSafeTimedSerializer

from auth.app import handler, logger
from coverart.aws import clients, secrets
from coverart.spotify.settings import OAUTH_SCOPE
from coverart.store.sessions import Sessions
from scripts.standins.serving import Fault
from tests.spotify_standin import SECRETS_PATH

PAGE = "http://127.0.0.1:8000"
HTTPS = "https://covers.example.org"
KEY = "key-of-this-test"
ROBIN = "DemoListener1"


@pytest.fixture(autouse=True)
def stack_of_auth(listeners, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", PAGE)
    store("session_key", KEY)


def store(name, value):
    clients.get_client("ssm").put_parameter(
        Name=f"{SECRETS_PATH}/{name}", Value=value, Type="SecureString", Overwrite=True
    )
    secrets._get_provider.cache_clear()


def ask(route, query="", **cookies):
    """What the door answers to a browser's request."""
    method, path = route.split()
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query if isinstance(query, str) else urlencode(query),
        "headers": {"origin": PAGE} if method == "POST" else {},
        "cookies": [f"{name}={value}" for name, value in cookies.items()],
        "requestContext": {"domainName": "abc.execute-api.us-east-1.amazonaws.com"},
    }
    return handler(event, None)


def kept(answer):
    """The cookies of an answer, as a browser keeps them."""
    return dict(cookie.split(";")[0].split("=", 1) for cookie in answer["cookies"])


def begun():
    """Spotify's address and the browser's state cookie."""
    answer = ask("GET /login")
    assert answer["statusCode"] == 302
    return answer["headers"]["Location"], kept(answer)["state"]


def consented(address, listener="demo"):
    """The query that Spotify sends the browser back with."""
    answer = requests.get(f"{address}&standin_listener={listener}", allow_redirects=False, timeout=10)
    target = answer.headers["Location"]
    assert target.startswith(f"{PAGE}/callback?")
    return urlsplit(target).query


def logged_in(listener="demo", **cookies):
    address, browser = begun()
    return ask("GET /callback", consented(address, listener), state=browser, **cookies)


def refusal(answer):
    """The code that the page gets; nobody is logged in."""
    assert answer["statusCode"] == 302
    assert "session" not in kept(answer)
    assert clients.get_table("ListenersTable").scan()["Items"] == []
    assert not [item for item in keys() if item["key"].startswith("session#")]
    page, _, code = answer["headers"]["Location"].partition("/?login=")
    assert page == PAGE
    return code


def keys():
    return clients.get_table("KeysTable").scan()["Items"]


def fail(standin, path, status, **more):
    standin.state.recorder.faults.append(Fault(path, status, **more))


def sessions():
    return Sessions(clients.get_table("KeysTable"))


# The way in.


def test_login_asks_spotify_for_what_the_stack_needs_and_nothing_else(spotify_standin):
    address, _ = begun()
    assert address.startswith(f"{spotify_standin.url}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    state = asked.pop("state")
    assert set(asked.pop("scope").split()) == set(OAUTH_SCOPE.split())
    assert asked == {
        "client_id": "standin-client-id",
        "response_type": "code",
        "redirect_uri": f"{PAGE}/callback",
        "show_dialog": "true",
    }
    assert len(state) > 100


def test_a_listener_who_agrees_is_logged_in(listeners):
    answer = logged_in()
    assert answer["headers"]["Location"] == f"{PAGE}/"
    assert sessions().find_listener(kept(answer)["session"], datetime.now(UTC)) == ROBIN
    assert kept(answer)["state"] == ""
    profile = listeners.get(ROBIN)
    assert (profile.display_name, profile.state) == ("Robin Aldermoor", "connected")
    assert set(profile.tokens.scope.split()) == set(OAUTH_SCOPE.split())
    assert profile.tokens.expires_at > time.time() + 3000


def test_the_day_by_which_to_reconnect_is_kept_with_the_consent(listeners):
    logged_in()
    profile = listeners.get(ROBIN)
    assert profile.consent_at <= datetime.now(UTC)
    assert profile.reconnect_by - profile.consent_at == timedelta(days=180)


def test_cookies_are_kept_from_scripts_other_sites_and_other_hosts(monkeypatch):
    cookies = [cookie for answer in (ask("GET /login"), logged_in()) for cookie in answer["cookies"]]
    assert len(cookies) == 3
    assert all("; Path=/; HttpOnly; SameSite=Lax" in cookie and "Secure" not in cookie for cookie in cookies)
    monkeypatch.setenv("PUBLIC_URL", HTTPS)
    [cookie] = ask("GET /login")["cookies"]
    assert cookie.startswith("__Host-state=")
    assert cookie.endswith("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax; Secure")


def test_a_session_lasts_seven_days():
    [session] = [cookie for cookie in logged_in()["cookies"] if cookie.startswith("session=")]
    assert "Max-Age=604800;" in session


def test_a_login_ends_the_browsers_session_and_begins_another():
    first = kept(logged_in())["session"]
    second = kept(logged_in("newcomer", session=first))["session"]
    assert second != first
    now = datetime.now(UTC)
    assert sessions().find_listener(first, now) is None
    assert sessions().find_listener(second, now) == "Newcomer2"


def test_a_session_that_was_planted_before_the_login_is_nobodys():
    planted = "value-that-somebody-else-knows"
    assert kept(logged_in(session=planted))["session"] != planted
    assert sessions().find_listener(planted, datetime.now(UTC)) is None


def test_logging_in_again_keeps_the_listeners_settings(listeners):
    logged_in()
    listeners.table.update_item(
        Key={"listener_id": ROBIN, "item": "profile"},
        UpdateExpression="SET settings = :settings, #state = :reconnect",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":settings": {"keep_colours": True}, ":reconnect": "reconnect"},
    )
    logged_in()
    assert listeners.get(ROBIN).settings.keep_colours
    assert listeners.get(ROBIN).state == "connected"


def test_answers_are_stored_nowhere_and_protected():
    for answer in (ask("GET /login"), logged_in(), ask("GET /callback"), ask("POST /logout")):
        assert answer["headers"]["Cache-Control"] == "no-store"
        assert answer["headers"]["X-Frame-Options"] == "DENY"


# Refusals: state.


def test_a_callback_without_a_state_is_refused():
    _, browser = begun()
    assert refusal(ask("GET /callback", "code=abc", state=browser)) == "state_missing"
    assert refusal(ask("GET /callback", "code=abc&state=", state=browser)) == "state_missing"


def test_a_repeated_state_is_refused():
    address, browser = begun()
    query = consented(address)
    state = parse_qs(query)["state"][0]
    assert refusal(ask("GET /callback", f"{query}&{urlencode({'state': state})}", state=browser)) == "state_repeated"


@pytest.mark.parametrize(
    "forged",
    [
        "nonsense",
        "日本",
        URLSafeTimedSerializer("another key", salt="log in with Spotify").dumps({"browser": "b"}),
        URLSafeTimedSerializer(KEY, salt="another purpose").dumps({"browser": "b"}),
    ],
    ids=["nonsense", "not ascii", "another key", "another purpose"],
)
def test_a_state_that_is_not_ours_is_refused(forged):
    _, browser = begun()
    assert refusal(ask("GET /callback", {"code": "abc", "state": forged}, state=browser)) == "state_foreign"


def test_a_state_of_another_browser_is_refused():
    address, _ = begun()
    query = consented(address)
    _, other_browser = begun()
    assert refusal(ask("GET /callback", query, state=other_browser)) == "state_foreign"
    assert refusal(ask("GET /callback", query)) == "state_foreign"


def test_a_state_of_eleven_minutes_ago_is_refused(monkeypatch):
    now = time.time()
    with monkeypatch.context() as earlier:
        earlier.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: int(now - 660))
        address, browser = begun()
    assert refusal(ask("GET /callback", consented(address), state=browser)) == "state_expired"


def test_a_state_that_was_used_is_refused(listeners):
    address, browser = begun()
    query = consented(address)
    assert ask("GET /callback", query, state=browser)["headers"]["Location"] == f"{PAGE}/"
    again = ask("GET /callback", query, state=browser)
    assert again["headers"]["Location"] == f"{PAGE}/?login=state_used"
    assert "session" not in kept(again)


def test_a_refused_state_does_not_use_up_the_login_that_is_under_way():
    address, browser = begun()
    ask("GET /callback", "code=abc&state=nonsense", state=browser)
    assert ask("GET /callback", consented(address), state=browser)["headers"]["Location"] == f"{PAGE}/"


# Refusals: the listener, the code, Spotify.


def test_a_listener_who_says_no_is_not_logged_in():
    address, browser = begun()
    assert refusal(ask("GET /callback", consented(address, listener=""), state=browser)) == "access_denied"


@pytest.mark.parametrize(
    ("error", "code"), [("server_error", "spotify_unavailable"), ("invalid_scope", "not_configured")]
)
def test_other_errors_of_spotifys_have_their_codes(error, code):
    address, browser = begun()
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert refusal(ask("GET /callback", {"error": error, "state": state}, state=browser)) == code


def with_code(*codes):
    address, browser = begun()
    state = parse_qs(urlsplit(address).query)["state"][0]
    return ask("GET /callback", [("state", state), *(("code", code) for code in codes)], state=browser)


def test_a_callback_without_a_code_is_refused():
    assert refusal(with_code()) == "code_missing"
    assert refusal(with_code("")) == "code_missing"


def test_a_repeated_code_is_refused():
    assert refusal(with_code("abc", "abc")) == "code_repeated"


def test_a_code_that_spotify_does_not_take_is_refused():
    assert refusal(with_code("nonsense")) == "code_refused"


def test_a_listener_who_is_not_on_spotifys_list_is_refused():
    assert refusal(logged_in("stranger")) == "not_allow_listed"


@pytest.mark.parametrize("path", ["/api/token", "/v1/me"])
@pytest.mark.parametrize("status", [500, 503])
def test_where_spotify_does_not_answer_nobody_is_logged_in(spotify_standin, path, status):
    fail(spotify_standin, path, status, body="<html>")
    assert refusal(logged_in()) == "spotify_unavailable"


@pytest.mark.parametrize("body", ["{}", "[]", "null", "<html>", '{"access_token": "a"}'])
def test_tokens_of_another_shape_are_not_taken(spotify_standin, body):
    fail(spotify_standin, "/api/token", 200, body=body)
    assert refusal(logged_in()) == "spotify_unavailable"


@pytest.mark.parametrize("body", ["{}", "[]", "null", "<html>", '{"id": null}'])
def test_a_listener_without_an_id_is_not_taken(spotify_standin, body):
    fail(spotify_standin, "/v1/me", 200, body=body)
    assert refusal(logged_in()) == "spotify_unavailable"


def test_where_spotify_asks_to_wait_the_page_says_so(spotify_standin):
    fail(spotify_standin, "/v1/me", 429, headers={"Retry-After": "3600"}, body={"error": {"status": 429}})
    assert refusal(logged_in()) == "spotify_cooling_down"


@pytest.mark.parametrize("name", ["session_key", "spotify_client_id", "spotify_client_secret"])
def test_a_stack_without_its_secrets_says_so(name):
    clients.get_client("ssm").delete_parameter(Name=f"{SECRETS_PATH}/{name}")
    secrets._get_provider.cache_clear()
    assert refusal(ask("GET /login")) == "not_configured"


def test_a_wrong_client_secret_is_the_owners_to_set_right():
    store("spotify_client_secret", "wrong")
    assert refusal(logged_in()) == "not_configured"


def test_where_the_tables_are_closed_nobody_is_logged_in(monkeypatch):
    monkeypatch.setenv("KEYS_TABLE", "no-such-table")
    answer = ask("GET /login")
    assert answer["headers"]["Location"] == f"{PAGE}/?login=not_configured"


# The way out.


def test_logging_out_ends_the_session_on_the_servers_side_too():
    session = kept(logged_in())["session"]
    answer = ask("POST /logout", session=session)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, f"{PAGE}/")
    assert answer["cookies"] == ["session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]
    assert sessions().find_listener(session, datetime.now(UTC)) is None


def test_logging_out_twice_is_logging_out():
    assert ask("POST /logout")["statusCode"] == 303


def test_another_page_cannot_log_a_listener_out():
    session = kept(logged_in())["session"]
    event = {
        "routeKey": "POST /logout",
        "requestContext": {},
        "headers": {"origin": "https://elsewhere.example"},
        "cookies": [f"session={session}"],
    }
    answer = handler(event, None)
    assert answer["statusCode"] == 403
    assert json.loads(answer["body"])["error"]["code"] == "foreign_origin"
    assert sessions().find_listener(session, datetime.now(UTC)) == ROBIN


# What is told.


def test_no_token_code_state_or_cookie_is_logged(listeners, caplog, capsys, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(logger._logger.handlers[0], "stream", log)
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, logger="spotipy")
    address, browser = begun()
    query = consented(address)
    answer = ask("GET /callback", query, state=browser)
    ask("GET /callback", query, state=browser)
    assert refusal_of_code(browser) == "code_refused"
    tokens = listeners.get(ROBIN).tokens
    printed = capsys.readouterr()
    told = caplog.text + log.getvalue() + "".join(printed)
    assert "logged in" in told
    assert "state_used" in told
    for secret in (
        tokens.access_token.get_secret_value(),
        tokens.refresh_token.get_secret_value(),
        parse_qs(query)["code"][0],
        parse_qs(query)["state"][0],
        browser,
        kept(answer)["session"],
        KEY,
        "standin-client-secret",
    ):
        assert secret not in told


def refusal_of_code(browser):
    answer = with_code("a-code-that-is-none")
    return answer["headers"]["Location"].partition("/?login=")[2]
