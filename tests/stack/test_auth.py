"""Logging in and out through the deployed stack's front door: the way a browser goes, and each refusal."""

import json
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from coverart.spotify.settings import OAUTH_SCOPE
from scripts.standins.serving import Fault

ROBIN = "DemoListener1"
TOP_ARTISTS = {"kind": "top_artists", "time_range": "medium_term", "count": 3}


@pytest.fixture(autouse=True)
def nobody_known(local):
    """No listener and no session: what a refused login leaves is all that is there."""
    for name, key in (("Listeners", ("listener_id", "item")), ("Keys", ("key",))):
        table = local.table(name)
        for item in table.scan()["Items"]:
            table.delete_item(Key={part: item[part] for part in key})


def get(browser, url):
    return browser.get(url, allow_redirects=False, timeout=30)


def begun(local):
    """A browser that is at Spotify's consent page, and that page's address."""
    browser = requests.Session()
    answer = get(browser, f"{local.url}/login")
    assert answer.status_code == 302
    return browser, answer.headers["Location"]


def consented(browser, address, listener="demo"):
    """The address that Spotify sends the browser back to."""
    return get(browser, f"{address}&{urlencode({'standin_listener': listener})}").headers["Location"]


def refusal(local, answer):
    """The code that the page is given; nobody is logged in, and nothing is kept."""
    assert answer.status_code == 302
    assert "session" not in answer.cookies
    assert local.table("Listeners").scan()["Items"] == []
    assert [item["key"] for item in local.table("Keys").scan()["Items"] if item["key"].startswith("session#")] == []
    page, _, code = answer.headers["Location"].partition("/?login=")
    assert page == local.url
    return code


def state_of(address):
    return parse_qs(urlsplit(address).query)["state"][0]


def called_back(local, browser, parameters):
    return get(browser, f"{local.url}/callback?{urlencode(parameters)}")


def me(local, browser):
    return browser.get(f"{local.url}/api/me", timeout=30)


# The way in and out.


def test_a_listener_logs_in_and_out(local):
    browser, address = begun(local)
    assert set(parse_qs(urlsplit(address).query)["scope"][0].split()) == set(OAUTH_SCOPE.split())
    back = get(browser, consented(browser, address))
    assert (back.status_code, back.headers["Location"]) == (302, f"{local.url}/")
    assert me(local, browser).json()["display_name"] == "Robin Aldermoor"
    session = browser.cookies["session"]
    out = browser.post(f"{local.url}/logout", headers={"Origin": local.url}, allow_redirects=False, timeout=30)
    assert (out.status_code, out.headers["Location"]) == (303, f"{local.url}/")
    assert "session" not in browser.cookies
    browser.cookies["session"] = session
    assert me(local, browser).status_code == 401


def test_cookies_are_kept_from_scripts_and_other_sites(local):
    browser, address = begun(local)
    back = get(browser, consented(browser, address))
    session, state = back.raw.headers.getlist("set-cookie")
    assert session.startswith("session=")
    assert session.endswith("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax")
    assert state == "state=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"


def test_a_login_ends_the_browsers_session_before(local):
    browser = local.log_in()
    first = browser.cookies["session"]
    address = get(browser, f"{local.url}/login").headers["Location"]
    get(browser, consented(browser, address, "newcomer"))
    assert browser.cookies["session"] != first
    assert me(local, browser).json()["listener_id"] == "Newcomer2"
    assert me(local, _with(session=first)).status_code == 401


def test_another_page_cannot_log_a_listener_out(local):
    browser = local.log_in()
    headers = {"Origin": "https://elsewhere.example"}
    answer = browser.post(f"{local.url}/logout", headers=headers, allow_redirects=False, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")
    assert me(local, browser).status_code == 200


def test_a_listener_whose_consent_has_died_logs_in_again(local):
    browser = local.log_in()
    key = {"listener_id": ROBIN, "item": "profile"}
    local.table("Listeners").update_item(
        Key=key,
        UpdateExpression="SET #state = :reconnect",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":reconnect": "reconnect"},
    )
    assert me(local, browser).json()["state"] == "reconnect"
    assert me(local, local.log_in()).json()["state"] == "connected"


def _with(**cookies):
    browser = requests.Session()
    browser.cookies.update(cookies)
    return browser


# Refusals.


def test_a_callback_without_a_state_is_refused(local):
    browser, _ = begun(local)
    assert refusal(local, called_back(local, browser, {"code": "abc"})) == "state_missing"


def test_a_repeated_state_is_refused(local):
    browser, address = begun(local)
    back = consented(browser, address)
    assert refusal(local, get(browser, f"{back}&{urlencode({'state': state_of(back)})}")) == "state_repeated"


def test_a_state_that_is_not_ours_is_refused(local):
    browser, _ = begun(local)
    forged = URLSafeTimedSerializer("another key", salt="log in with Spotify").dumps({"browser": "b"})
    assert refusal(local, called_back(local, browser, {"code": "abc", "state": forged})) == "state_foreign"


def test_a_state_of_another_browser_is_refused(local):
    browser, address = begun(local)
    other, _ = begun(local)
    assert refusal(local, get(other, consented(browser, address))) == "state_foreign"


def test_a_state_of_eleven_minutes_ago_is_refused(local, monkeypatch):
    browser, address = begun(local)
    parameter = local.client("ssm").get_parameter(Name="/cover-art/session_key", WithDecryption=True)
    signer = URLSafeTimedSerializer(parameter["Parameter"]["Value"], salt="log in with Spotify")
    told, now = signer.loads(state_of(address)), time.time()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now - 660))
    old = signer.dumps(told)
    assert refusal(local, called_back(local, browser, {"code": "abc", "state": old})) == "state_expired"


def test_a_callback_that_is_replayed_is_refused(local):
    browser, address = begun(local)
    state, back = browser.cookies["state"], consented(browser, address)
    assert get(browser, back).headers["Location"] == f"{local.url}/"
    # Whoever has seen the address and stolen the cookie.
    again = get(_with(state=state), back)
    assert again.headers["Location"] == f"{local.url}/?login=state_used"
    assert "session" not in again.cookies


def test_a_callback_without_a_code_is_refused(local):
    browser, address = begun(local)
    assert refusal(local, called_back(local, browser, {"state": state_of(address)})) == "code_missing"


def test_a_repeated_code_is_refused(local):
    browser, address = begun(local)
    parameters = [("state", state_of(address)), ("code", "abc"), ("code", "def")]
    assert refusal(local, called_back(local, browser, parameters)) == "code_repeated"


def test_a_code_that_spotify_does_not_take_is_refused(local):
    browser, address = begun(local)
    parameters = {"state": state_of(address), "code": "none"}
    assert refusal(local, called_back(local, browser, parameters)) == "code_refused"


def test_a_code_that_was_used_is_refused(local):
    browser, address = begun(local)
    code = parse_qs(urlsplit(consented(browser, address)).query)["code"][0]
    local.spotify.state.used_codes.add(code)
    assert refusal(local, called_back(local, browser, {"state": state_of(address), "code": code})) == "code_refused"


def test_a_listener_who_says_no_is_not_logged_in(local):
    browser, address = begun(local)
    assert refusal(local, get(browser, consented(browser, address, listener=""))) == "access_denied"


def test_a_listener_who_is_not_on_spotifys_list_is_refused(local):
    browser, address = begun(local)
    assert refusal(local, get(browser, consented(browser, address, "stranger"))) == "not_allow_listed"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("/api/token", 503), "spotify_unavailable"),
        (Fault("/v1/me", 503), "spotify_unavailable"),
        (Fault("/v1/me", 429, headers={"Retry-After": "3600"}, body={"error": {}}), "spotify_cooling_down"),
    ],
    ids=["no tokens", "no listener", "asked to wait"],
)
def test_where_spotify_does_not_answer_nobody_is_logged_in(local, fault, code):
    browser, address = begun(local)
    back = consented(browser, address)
    local.spotify.state.recorder.faults.append(fault)
    assert refusal(local, get(browser, back)) == code


def test_a_stack_without_spotifys_id_says_so(local):
    name = "/cover-art/spotify_client_id"
    kept = local.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    local.client("ssm").delete_parameter(Name=name)
    try:
        local.restart("AuthFunction")
        assert refusal(local, get(requests.Session(), f"{local.url}/login")) == "not_configured"
    finally:
        local.store_secret("spotify_client_id", kept)


# What is told.


def test_no_token_code_state_or_cookie_is_in_a_log_or_an_executions_history(local):
    browser, address = begun(local)
    state_cookie, back = browser.cookies["state"], consented(browser, address)
    get(browser, back)
    get(browser, back)
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    asked = browser.post(
        f"{local.url}/api/covers",
        json={"source": TOP_ARTISTS, "options": {"style_albums": []}},
        headers={"Origin": local.url},
        timeout=30,
    )
    cover_id = asked.json()["cover_id"]
    local.wait(ROBIN, cover_id)
    profile = local.table("Listeners").get_item(Key={"listener_id": ROBIN, "item": "profile"})["Item"]
    key = local.client("ssm").get_parameter(Name="/cover-art/session_key", WithDecryption=True)["Parameter"]["Value"]
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{cover_id}"
    history = json.dumps(
        local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000), default=str
    )
    logs = local.logs()
    assert "logged in" in logs
    assert "state_foreign" in logs
    assert cover_id in logs
    assert cover_id in history
    for secret in (
        profile["tokens"]["access_token"],
        profile["tokens"]["refresh_token"],
        query["code"],
        query["state"],
        state_cookie,
        browser.cookies["session"],
        key,
        "standin-client-secret",
        "sk-standin",
    ):
        assert secret not in logs
        assert secret not in history
