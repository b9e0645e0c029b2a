"""Whatever a browser or a program sends: a documented answer, nobody logged in by it, and clean headers."""

import base64
import json
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.app import handler
from auth.app import handler as auth
from coverart.aws import clients, secrets
from tests.api.conftest import ALBUM, COVER, PAGE, Browser, put_cover
from tests.security.mutators import ODD_TEXTS, bodies
from tests.spotify_standin import SECRETS_PATH

texts = st.text(max_size=60) | st.sampled_from(ODD_TEXTS)


def is_clean(answer):
    """No header can be split in two, none is left out, and the whole can be sent."""
    headers = [*answer["headers"].items(), *(("Set-Cookie", cookie) for cookie in answer.get("cookies", []))]
    for name, value in headers:
        assert re.fullmatch(r"[A-Za-z-]+", name)
        assert isinstance(value, str)
        assert value.isascii()
        assert value.isprintable(), name
    assert answer["headers"]["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["headers"]["Content-Security-Policy"]
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    json.dumps(answer).encode()
    return answer


# Logging in.


@pytest.fixture
def login(listeners, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", PAGE)
    name = f"{SECRETS_PATH}/session_key"
    clients.get_client("ssm").put_parameter(Name=name, Value="key-of-this-test", Type="SecureString", Overwrite=True)
    secrets._get_provider.cache_clear()


def auth_event(route, query, cookies, headers=None):
    return {
        "routeKey": route,
        "rawQueryString": query,
        "cookies": cookies,
        "headers": headers,
        "requestContext": {"domainName": "abc.execute-api.us-east-1.amazonaws.com"},
    }


parameters = st.lists(st.tuples(st.sampled_from(["state", "code", "error", "x"]), texts), max_size=4)
queries = st.one_of(
    texts,
    parameters.map(lambda pairs: urlencode([(name, value.encode(errors="replace")) for name, value in pairs])),
    parameters.map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)),
)
cookies = st.none() | st.lists(
    st.tuples(st.sampled_from(["__Host-state", "__Host-session", "state", "session", ""]), texts).map("=".join) | texts,
    max_size=4,
)


@given(query=queries, cookies=cookies, is_ours=st.booleans())
def test_no_callback_but_spotifys_own_answer_logs_anybody_in(login, query, cookies, is_ours):
    if is_ours:
        # A state that was really issued, to this browser: what comes with it is still nobody's word.
        begun = auth(auth_event("GET /login", "", []), None)
        state = re.search(r"state=([^&]+)", begun["headers"]["Location"])[1]
        cookies = [begun["cookies"][0].split(";")[0], *(cookies or [])]
        query = f"state={state}&{query}"
    answer = is_clean(auth(auth_event("GET /callback", query, cookies), None))
    assert answer["statusCode"] == 302
    assert re.fullmatch(rf"{PAGE}/\?login=[a-z_]+", answer["headers"]["Location"])
    assert answer["cookies"] == []
    assert clients.get_table("ListenersTable").scan()["Items"] == []
    assert not [item for item in clients.get_table("KeysTable").scan()["Items"] if item["key"].startswith("session#")]


@given(
    cookies=cookies,
    headers=st.none() | st.dictionaries(st.sampled_from(["origin", "Origin", "ORIGIN", "x"]), texts),
)
def test_nothing_logs_anybody_out_but_the_page(login, cookies, headers):
    answer = is_clean(auth(auth_event("POST /logout", "", cookies, headers), None))
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (403, "foreign_origin")


# The API.


def api_event(method, path, query="", body=None, encoded=False, headers=None, cookies=None):
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers or {},
        "cookies": cookies or [],
        "requestContext": {"domainName": "api.example", "http": {"method": method, "path": path}, "stage": "$default"},
        "isBase64Encoded": encoded,
    }
    return event if body is None else {**event, "body": body}


authorizations = texts | texts.map(lambda value: f"Bearer {value}") | texts.map(lambda value: f"bearer cvr_{value}")


@example(cookies=[f"__Host-session={'a' * 43}"], authorization="Bearer cvr_" + "a" * 43)
@given(cookies=cookies, authorization=st.none() | authorizations)
def test_no_cookie_and_no_token_but_a_real_one_is_somebodys(ada, cookies, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = is_clean(handler(api_event("GET", "/api/me", headers=headers, cookies=cookies), None))
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (401, "not_logged_in")


SOURCE = {"kind": "playlist", "playlist_id": "p1", "count": 3}
OPTIONS = {"style_strength": 0.5, "style_albums": [ALBUM], "direction": "a cat", "variation": 1, "publish": True}
# Every route that takes a body.
TAKING = {
    ("PUT", "/api/settings"): {"style_strength": 0.5, "keep_colours": True, "auto_cover_pattern": "Mix*"},
    ("PUT", "/api/playlists/p1"): {"auto": True},
    ("POST", "/api/covers"): {"source": SOURCE, "options": OPTIONS},
    ("POST", "/api/covers/bulk"): {"dry_run": True, "options": OPTIONS, "replace_own": False},
    ("POST", f"/api/covers/{COVER}/apply"): {"playlist_id": "p1"},
    ("POST", "/api/playlists/p1/undo"): {"entry": COVER},
    ("POST", "/api/tokens"): {"name": "player"},
}


def test_every_route_that_takes_a_body_is_among_them(machine):
    document = Browser().ask("GET", "/openapi.json").body
    taking = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }
    assert {(method, path.replace("p1", "{id}").replace(COVER, "{id}")) for method, path in TAKING} == taking


@pytest.fixture
def with_a_cover(ada):
    put_cover("ada", playlist_id="p1")
    return ada


@pytest.mark.parametrize("route", TAKING, ids=" ".join)
@given(data=st.data())
def test_every_body_has_a_documented_answer(with_a_cover, listening, route, data):
    method, path = route
    body = data.draw(bodies(TAKING[route]))
    encoded = data.draw(st.booleans())
    sent = base64.b64encode(body.encode(errors="replace")).decode() if encoded else body
    headers = {"origin": PAGE, "content-type": data.draw(st.sampled_from(["application/json", "text/plain", ""]))}
    if path == "/api/covers":
        headers["idempotency-key"] = data.draw(texts)
    whose = [f"__Host-session={(listening if path.endswith('bulk') else with_a_cover).cookie}"]
    answer = is_clean(handler(api_event(method, path, "", sent, encoded, headers, whose), None))
    refused = {"invalid_request", "not_found", "daily_limit_reached", "idempotency_conflict", "nothing_to_undo"}
    if answer["statusCode"] >= 400:
        assert json.loads(answer["body"])["error"]["code"] in refused
    assert answer["statusCode"] < 500


@pytest.mark.parametrize("sent", ["?", "a", "=" * 5, base64.b64encode(b"\xff\xfe{").decode()])
def test_a_body_that_cannot_be_decoded_is_refused(ada, sent):
    headers = {"origin": PAGE, "content-type": "application/json"}
    cookies = [f"__Host-session={ada.cookie}"]
    answer = is_clean(handler(api_event("POST", "/api/tokens", "", sent, True, headers, cookies), None))
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (422, "invalid_request")


@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE"]),
    parts=st.lists(st.sampled_from(["covers", "playlists", "tokens", "history", "image", "web", COVER, ".."]) | texts),
    query=queries,
)
def test_every_path_has_a_documented_answer(ada, method, parts, query):
    path = "/api/" + "/".join(quote(part.encode(errors="replace"), safe="") for part in parts)
    headers, whose = {"origin": PAGE}, [f"__Host-session={ada.cookie}"]
    answer = is_clean(handler(api_event(method, path, query, headers=headers, cookies=whose), None))
    assert answer["statusCode"] < 500


@pytest.mark.parametrize("route", [("POST", "/api/tokens"), ("POST", "/api/covers")], ids=" ".join)
def test_half_a_character_is_refused(ada, route):
    """JSON can say it, and nothing can keep it."""
    body = {"/api/tokens": {"name": "\ud800"}, "/api/covers": {"source": SOURCE, "options": {"direction": "\ud800"}}}
    answer = ada.ask(*route, body[route[1]])
    assert (answer.status, answer.code) == (422, "invalid_request")
