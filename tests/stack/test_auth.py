"""Logging in and out through the deployed stack, as a browser does. tests/auth tries every way to be refused."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from coverart.spotify.settings import OAUTH_SCOPE
from coverart.store.listeners import Listeners
from scripts.consistency import scan_items
from scripts.fakes.server import Fault
from tests.stack.api_client import COVER_REQUEST
from tests.stack.stack_state import cover_execution_arn, read_execution_history, read_stored_tokens

DEMO_LISTENER_ID = "DemoListener1"


@pytest.fixture(autouse=True)
def empty_tables(local):
    """No listener and no session exists, so that a test sees what a refused login stores."""
    for name, key in (("Listeners", ("listener_id", "item")), ("Keys", ("key",))):
        table = local.table(name)
        for item in list(scan_items(table)):
            table.delete_item(Key={part: item[part] for part in key})


def get(browser, url):
    return browser.get(url, allow_redirects=False, timeout=60)


def begin_login(local):
    """Return a browser at Spotify's consent page, and that page's address."""
    browser = requests.Session()
    response = get(browser, f"{local.url}/login")
    assert response.status_code == 302
    return browser, response.headers["Location"]


def give_consent(browser, consent_url, listener="demo"):
    """Return the address to which Spotify redirects the browser. The listener "" refuses."""
    return get(browser, f"{consent_url}&{urlencode({'fake_listener': listener})}").headers["Location"]


def read_query(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def get_refusal(local, response):
    """Return the code that the page gets. Nobody is logged in, and nothing is stored."""
    assert response.status_code == 302
    assert "session" not in response.cookies
    assert list(scan_items(local.table("Listeners"))) == []
    assert not any(item["key"].startswith("session#") for item in scan_items(local.table("Keys")))
    page, _, code = response.headers["Location"].partition("/?login=")
    assert page == local.url
    return code


def get_account(local, browser=None, **cookies):
    return (browser or requests).get(f"{local.url}/api/me", cookies=cookies, timeout=60)


def read_parameter(local, name):
    response = local.client("ssm").get_parameter(Name=f"/cover-art/{name}", WithDecryption=True)
    return response["Parameter"]["Value"]


def test_listener_logs_in_and_out(local):
    browser, consent_url = begin_login(local)
    assert set(read_query(consent_url)["scope"].split()) == set(OAUTH_SCOPE.split())
    login = get(browser, give_consent(browser, consent_url))
    assert (login.status_code, login.headers["Location"]) == (302, f"{local.url}/")
    session_cookie, state_cookie = login.raw.headers.getlist("set-cookie")
    assert session_cookie.startswith("session=")
    assert session_cookie.endswith("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax")
    assert state_cookie == "state=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
    assert get_account(local, browser).json()["display_name"] == "Robin Aldermoor"
    session = browser.cookies["session"]
    logout = browser.post(f"{local.url}/logout", headers={"Origin": local.url}, allow_redirects=False, timeout=60)
    assert (logout.status_code, logout.headers["Location"]) == (303, f"{local.url}/")
    assert "session" not in browser.cookies
    assert get_account(local, session=session).status_code == 401


def test_login_ends_the_previous_session(local):
    browser = local.log_in()
    previous_session = browser.cookies["session"]
    consent_url = get(browser, f"{local.url}/login").headers["Location"]
    get(browser, give_consent(browser, consent_url, "newcomer"))
    assert browser.cookies["session"] != previous_session
    assert get_account(local, browser).json()["listener_id"] == "Newcomer2"
    assert get_account(local, session=previous_session).status_code == 401


def test_login_reconnects_a_listener_without_consent(local):
    browser, listeners = local.log_in(), Listeners(local.table("Listeners"))
    assert listeners.mark_reconnect(DEMO_LISTENER_ID, listeners.get(DEMO_LISTENER_ID).tokens)
    assert get_account(local, browser).json()["state"] == "reconnect"
    assert get_account(local, local.log_in()).json()["state"] == "connected"


def test_state_of_another_browser_is_refused(local):
    browser, consent_url = begin_login(local)
    other_browser, _ = begin_login(local)
    assert get_refusal(local, get(other_browser, give_consent(browser, consent_url))) == "state_foreign"


def test_replayed_callback_is_refused(local):
    browser, consent_url = begin_login(local)
    state, callback_url = browser.cookies["state"], give_consent(browser, consent_url)
    assert get(browser, callback_url).headers["Location"] == f"{local.url}/"
    # An attacker who has the address and the cookie.
    replay = requests.get(callback_url, cookies={"state": state}, allow_redirects=False, timeout=60)
    assert replay.headers["Location"] == f"{local.url}/?login=state_used"
    assert "session" not in replay.cookies


@pytest.mark.parametrize(("listener", "code"), [("", "access_denied"), ("stranger", "not_allow_listed")])
def test_listener_without_consent_or_place_is_refused(local, listener, code):
    browser, consent_url = begin_login(local)
    assert get_refusal(local, get(browser, give_consent(browser, consent_url, listener))) == code


def test_login_while_spotify_fails_is_refused(local):
    browser, consent_url = begin_login(local)
    callback_url = give_consent(browser, consent_url)
    fault = Fault("^/v1/me/?$", 429, headers={"Retry-After": "3600"}, body={"error": {}}, method="GET", listener="demo")
    local.spotify.state.recorder.faults.append(fault)
    assert get_refusal(local, get(browser, callback_url)) == "spotify_cooling_down"


def test_login_without_client_id_is_refused(local):
    client_id = read_parameter(local, "spotify_client_id")
    local.client("ssm").delete_parameter(Name="/cover-art/spotify_client_id")
    try:
        local.restart("AuthFunction")
        assert get_refusal(local, get(requests.Session(), f"{local.url}/login")) == "not_configured"
    finally:
        local.store_secret("spotify_client_id", client_id)


def test_no_login_secret_is_in_a_log_or_execution_history(local):
    browser, consent_url = begin_login(local)
    state_cookie, callback_url = browser.cookies["state"], give_consent(browser, consent_url)
    get(browser, callback_url)
    get(browser, callback_url)
    query = read_query(callback_url)
    headers = {"Origin": local.url}
    response = browser.post(f"{local.url}/api/covers", json=COVER_REQUEST, headers=headers, timeout=60)
    cover_id = response.json()["cover_id"]
    local.wait_for_cover(DEMO_LISTENER_ID, cover_id)
    tokens = read_stored_tokens(local, DEMO_LISTENER_ID)
    history = json.dumps(read_execution_history(local, cover_execution_arn(local, cover_id)), default=str)
    logs = local.read_logs()
    for text in ("logged in", "state_foreign", cover_id):
        assert text in logs
    assert cover_id in history
    for secret in (
        *(tokens["access_token"], tokens["refresh_token"], query["code"], query["state"], state_cookie),
        *(browser.cookies["session"], read_parameter(local, "session_key"), "fake-client-secret", "sk-fake"),
    ):
        assert secret not in logs
        assert secret not in history
