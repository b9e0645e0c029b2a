"""Logging in and out through the deployed stack, as a browser does, and every way in which a login is refused."""

import json
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from coverart.spotify.settings import OAUTH_SCOPE
from scripts.fakes.server import Fault
from tests.stack.api_client import COVER_REQUEST
from tests.stack.stack_state import cover_execution_arn, read_execution_history, read_stored_tokens

DEMO_LISTENER_ID = "DemoListener1"


@pytest.fixture(autouse=True)
def empty_tables(local):
    """No listener and no session exists, so that a test sees what a refused login stores."""
    for name, key in (("Listeners", ("listener_id", "item")), ("Keys", ("key",))):
        table = local.table(name)
        for item in table.scan()["Items"]:
            table.delete_item(Key={part: item[part] for part in key})


def get(browser, url):
    return browser.get(url, allow_redirects=False, timeout=30)


def begin_login(local):
    """Return a browser at Spotify's consent page, and that page's address."""
    browser = requests.Session()
    response = get(browser, f"{local.url}/login")
    assert response.status_code == 302
    return browser, response.headers["Location"]


def give_consent(browser, consent_url, listener="demo"):
    """Return the address to which Spotify redirects the browser. The listener "" refuses."""
    return get(browser, f"{consent_url}&{urlencode({'fake_listener': listener})}").headers["Location"]


def get_refusal(local, response):
    """Return the code that the page gets. Nobody is logged in, and nothing is stored."""
    assert response.status_code == 302
    assert "session" not in response.cookies
    assert local.table("Listeners").scan()["Items"] == []
    assert [item["key"] for item in local.table("Keys").scan()["Items"] if item["key"].startswith("session#")] == []
    page, _, code = response.headers["Location"].partition("/?login=")
    assert page == local.url
    return code


def get_state(url):
    return parse_qs(urlsplit(url).query)["state"][0]


def call_back(local, browser, parameters):
    return get(browser, f"{local.url}/callback?{urlencode(parameters)}")


def get_account(local, browser):
    return browser.get(f"{local.url}/api/me", timeout=30)


def read_parameter(local, name):
    response = local.client("ssm").get_parameter(Name=f"/cover-art/{name}", WithDecryption=True)
    return response["Parameter"]["Value"]


def open_browser(**cookies):
    browser = requests.Session()
    browser.cookies.update(cookies)
    return browser


# Logging in and out.


def test_listener_logs_in_and_out(local):
    browser, consent_url = begin_login(local)
    assert set(parse_qs(urlsplit(consent_url).query)["scope"][0].split()) == set(OAUTH_SCOPE.split())
    login = get(browser, give_consent(browser, consent_url))
    assert (login.status_code, login.headers["Location"]) == (302, f"{local.url}/")
    assert get_account(local, browser).json()["display_name"] == "Robin Aldermoor"
    session = browser.cookies["session"]
    logout = browser.post(f"{local.url}/logout", headers={"Origin": local.url}, allow_redirects=False, timeout=30)
    assert (logout.status_code, logout.headers["Location"]) == (303, f"{local.url}/")
    assert "session" not in browser.cookies
    browser.cookies["session"] = session
    assert get_account(local, browser).status_code == 401


def test_cookies_are_hidden_from_scripts_and_other_sites(local):
    browser, consent_url = begin_login(local)
    login = get(browser, give_consent(browser, consent_url))
    session, state = login.raw.headers.getlist("set-cookie")
    assert session.startswith("session=")
    assert session.endswith("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax")
    assert state == "state=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"


def test_login_ends_the_previous_session(local):
    browser = local.log_in()
    previous_session = browser.cookies["session"]
    consent_url = get(browser, f"{local.url}/login").headers["Location"]
    get(browser, give_consent(browser, consent_url, "newcomer"))
    assert browser.cookies["session"] != previous_session
    assert get_account(local, browser).json()["listener_id"] == "Newcomer2"
    assert get_account(local, open_browser(session=previous_session)).status_code == 401


def test_logout_from_another_origin_is_refused(local):
    browser = local.log_in()
    headers = {"Origin": "https://elsewhere.example"}
    response = browser.post(f"{local.url}/logout", headers=headers, allow_redirects=False, timeout=30)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "foreign_origin")
    assert get_account(local, browser).status_code == 200


def test_login_reconnects_a_listener_without_consent(local):
    browser = local.log_in()
    key = {"listener_id": DEMO_LISTENER_ID, "item": "profile"}
    local.table("Listeners").update_item(
        Key=key,
        UpdateExpression="SET #state = :reconnect",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":reconnect": "reconnect"},
    )
    assert get_account(local, browser).json()["state"] == "reconnect"
    assert get_account(local, local.log_in()).json()["state"] == "connected"


# Refused logins.


def test_callback_without_state_is_refused(local):
    browser, _ = begin_login(local)
    assert get_refusal(local, call_back(local, browser, {"code": "abc"})) == "state_missing"


def test_repeated_state_is_refused(local):
    browser, consent_url = begin_login(local)
    callback_url = give_consent(browser, consent_url)
    callback_url += f"&{urlencode({'state': get_state(callback_url)})}"
    assert get_refusal(local, get(browser, callback_url)) == "state_repeated"


def test_forged_state_is_refused(local):
    browser, _ = begin_login(local)
    state = URLSafeTimedSerializer("another key", salt="log in with Spotify").dumps({"browser": "b"})
    assert get_refusal(local, call_back(local, browser, {"code": "abc", "state": state})) == "state_foreign"


def test_state_of_another_browser_is_refused(local):
    browser, consent_url = begin_login(local)
    other_browser, _ = begin_login(local)
    assert get_refusal(local, get(other_browser, give_consent(browser, consent_url))) == "state_foreign"


def test_state_of_eleven_minutes_ago_is_refused(local, monkeypatch):
    browser, consent_url = begin_login(local)
    signer = URLSafeTimedSerializer(read_parameter(local, "session_key"), salt="log in with Spotify")
    payload, now = signer.loads(get_state(consent_url)), time.time()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now - 660))
    state = signer.dumps(payload)
    assert get_refusal(local, call_back(local, browser, {"code": "abc", "state": state})) == "state_expired"


def test_replayed_callback_is_refused(local):
    browser, consent_url = begin_login(local)
    state, callback_url = browser.cookies["state"], give_consent(browser, consent_url)
    assert get(browser, callback_url).headers["Location"] == f"{local.url}/"
    # An attacker who has the address and the cookie.
    replay = get(open_browser(state=state), callback_url)
    assert replay.headers["Location"] == f"{local.url}/?login=state_used"
    assert "session" not in replay.cookies


def test_callback_without_code_is_refused(local):
    browser, consent_url = begin_login(local)
    assert get_refusal(local, call_back(local, browser, {"state": get_state(consent_url)})) == "code_missing"


def test_repeated_code_is_refused(local):
    browser, consent_url = begin_login(local)
    parameters = [("state", get_state(consent_url)), ("code", "abc"), ("code", "def")]
    assert get_refusal(local, call_back(local, browser, parameters)) == "code_repeated"


def test_code_that_spotify_refuses_is_refused(local):
    browser, consent_url = begin_login(local)
    parameters = {"state": get_state(consent_url), "code": "none"}
    assert get_refusal(local, call_back(local, browser, parameters)) == "code_refused"


def test_code_that_was_redeemed_is_refused(local):
    browser, consent_url = begin_login(local)
    code = parse_qs(urlsplit(give_consent(browser, consent_url)).query)["code"][0]
    local.spotify.state.used_codes.add(code)
    response = call_back(local, browser, {"state": get_state(consent_url), "code": code})
    assert get_refusal(local, response) == "code_refused"


def test_listener_who_denies_consent_is_not_logged_in(local):
    browser, consent_url = begin_login(local)
    assert get_refusal(local, get(browser, give_consent(browser, consent_url, listener=""))) == "access_denied"


def test_listener_who_is_not_allow_listed_is_refused(local):
    browser, consent_url = begin_login(local)
    assert get_refusal(local, get(browser, give_consent(browser, consent_url, "stranger"))) == "not_allow_listed"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("/api/token", 503), "spotify_unavailable"),
        (Fault("/v1/me", 503), "spotify_unavailable"),
        (Fault("/v1/me", 429, headers={"Retry-After": "3600"}, body={"error": {}}), "spotify_cooling_down"),
    ],
    ids=["no tokens", "no profile", "rate limit"],
)
def test_login_while_spotify_fails_is_refused(local, fault, code):
    browser, consent_url = begin_login(local)
    callback_url = give_consent(browser, consent_url)
    local.spotify.state.recorder.faults.append(fault)
    assert get_refusal(local, get(browser, callback_url)) == code


def test_login_without_client_id_is_refused(local):
    client_id = read_parameter(local, "spotify_client_id")
    local.client("ssm").delete_parameter(Name="/cover-art/spotify_client_id")
    try:
        local.restart("AuthFunction")
        assert get_refusal(local, get(requests.Session(), f"{local.url}/login")) == "not_configured"
    finally:
        local.store_secret("spotify_client_id", client_id)


# Secrets.


def test_no_login_secret_is_in_a_log_or_execution_history(local):
    browser, consent_url = begin_login(local)
    state_cookie, callback_url = browser.cookies["state"], give_consent(browser, consent_url)
    get(browser, callback_url)
    get(browser, callback_url)
    query = {name: values[0] for name, values in parse_qs(urlsplit(callback_url).query).items()}
    headers = {"Origin": local.url}
    response = browser.post(f"{local.url}/api/covers", json=COVER_REQUEST, headers=headers, timeout=30)
    cover_id = response.json()["cover_id"]
    local.wait_for_cover(DEMO_LISTENER_ID, cover_id)
    tokens = read_stored_tokens(local, DEMO_LISTENER_ID)
    history = json.dumps(read_execution_history(local, cover_execution_arn(local, cover_id)), default=str)
    logs = local.read_logs()
    assert "logged in" in logs
    assert "state_foreign" in logs
    assert cover_id in logs
    assert cover_id in history
    for secret in (
        tokens["access_token"],
        tokens["refresh_token"],
        query["code"],
        query["state"],
        state_cookie,
        browser.cookies["session"],
        read_parameter(local, "session_key"),
        "fake-client-secret",
        "sk-fake",
    ):
        assert secret not in logs
        assert secret not in history
