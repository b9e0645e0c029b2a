"""Logging in and out through the deployed stack, as a browser does. tests/unit/auth tries every way to be refused."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from coverart.spotify.settings import OAUTH_SCOPE
from coverart.store.keys import profile_key
from scripts.local.deployment import STACK
from tests.stack import stack_state
from tests.stack.api_client import ApiClient
from tests.stack.stack_state import SONGS, execution_arn

DEMO_LISTENER_ID = "DemoListener1"


def get(browser, url):
    return browser.get(url, allow_redirects=False, timeout=60)


def give_consent(browser, consent_url, listener="demo"):
    """Return the address to which Spotify redirects the browser."""
    return get(browser, f"{consent_url}&{urlencode({'fake_listener': listener})}").headers["Location"]


def read_query(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def get_account(local, browser=requests, **cookies):
    return browser.get(f"{local.url}/api/me", cookies=cookies, timeout=60)


def test_login_ends_the_previous_session_and_logout_this_one(local):
    browser = local.log_in()
    previous_session = browser.cookies["session"]
    consent_url = get(browser, f"{local.url}/login").headers["Location"]
    assert set(read_query(consent_url)["scope"].split()) == set(OAUTH_SCOPE.split())
    login = get(browser, give_consent(browser, consent_url, "newcomer"))
    assert (login.status_code, login.headers["Location"]) == (302, f"{local.url}/")
    session_cookie, state_cookie = login.raw.headers.getlist("set-cookie")
    assert session_cookie.startswith("session=")
    assert session_cookie.endswith("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax")
    assert state_cookie == "state=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
    session = browser.cookies["session"]
    assert get_account(local, browser).json()["display_name"] == "Kit Newcombe"
    assert (session != previous_session, get_account(local, session=previous_session).status_code) == (True, 401)
    logout = browser.post(f"{local.url}/logout", headers={"Origin": local.url}, allow_redirects=False, timeout=60)
    assert (logout.status_code, logout.headers["Location"]) == (303, f"{local.url}/")
    assert "session" not in browser.cookies
    assert get_account(local, session=session).status_code == 401


def test_no_secret_is_in_a_log_or_execution_history(local):
    """Of a login, of a cover that is set as its playlist's image, and of setting that image again."""
    browser = requests.Session()
    callback_url = give_consent(browser, get(browser, f"{local.url}/login").headers["Location"])
    state_cookie = browser.cookies["state"]
    get(browser, callback_url)
    get(browser, callback_url)
    client = ApiClient(local, DEMO_LISTENER_ID)
    playlist_id = local.spotify.state.add_playlist("Night bus", SONGS)
    source = {"kind": "playlist", "playlist_id": playlist_id, "count": 1}
    body = {"source": source, "options": {"style_albums": [], "publish": True}}
    cover_id = client.call("POST", "/api/covers", body).json()["cover_id"]
    assert local.wait_for_cover(DEMO_LISTENER_ID, cover_id)["published"]["playlist_image"] == "set"
    entry_id = client.call("POST", f"/api/covers/{cover_id}/apply").json()["entry"]
    arns = [execution_arn(local, cover_id), execution_arn(local, entry_id, "ApplyStateMachine")]
    stack_state.wait_for_end(local, arns[1], "SUCCEEDED")
    histories = [stack_state.read_execution_history(local, arn) for arn in arns]
    text = local.read_logs() + json.dumps(histories, default=str)
    for expected in ("logged in", "state_foreign", cover_id, entry_id, '"executionSucceededEventDetails"'):
        assert expected in text
    query = read_query(callback_url)
    tokens = local.table("Listeners").get_item(Key=profile_key(DEMO_LISTENER_ID))["Item"]["tokens"]
    key = local.client("ssm").get_parameter(Name=f"/{STACK}/session_key", WithDecryption=True)["Parameter"]["Value"]
    for secret in (
        *(tokens["access_token"], tokens["refresh_token"], query["code"], query["state"], state_cookie),
        *(browser.cookies["session"], client.session_value, key, "fake-client-secret", "sk-fake"),
    ):
        assert secret not in text
