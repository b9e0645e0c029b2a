"""Malformed HTTP requests: each gets a documented response with clean headers, and none logs anybody in."""

import base64
import json
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.app import handler
from auth.app import handler as auth
from coverart.aws import clients
from coverart.store.keys import SESSION_PREFIX
from tests.security.mutators import ODD_TEXTS, mutate_body
from tests.security.valid_bodies import VALID_BODIES
from tests.stored_secrets import store_secret
from tests.unit.api.conftest import COVER, PAGE, ApiClient, put_cover, request_cover

texts = st.text(max_size=60) | st.sampled_from(ODD_TEXTS)


def assert_clean(response):
    """Assert that no header can be split and none is missing, and that the response is valid JSON. Return it."""
    for name, value in [*response["headers"].items(), *(("Set-Cookie", each) for each in response.get("cookies", []))]:
        assert re.fullmatch(r"[A-Za-z-]+", name)
        assert re.fullmatch(r"[ -~]*", value), name
    assert response["headers"]["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["headers"]["Content-Security-Policy"]
    assert response["headers"]["X-Content-Type-Options"] == "nosniff"
    json.dumps(response).encode()
    return response


def assert_error(response, status, code):
    assert (response["statusCode"], json.loads(response["body"])["error"]["code"]) == (status, code)


# Logging in and out.


@pytest.fixture
def auth_function(listeners, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", PAGE)
    store_secret("session_key")


def call_auth(route, query="", cookies=(), headers=None):
    context = {"domainName": "abc.execute-api.us-east-1.amazonaws.com"}
    event = {"routeKey": route, "rawQueryString": query, "cookies": cookies, "headers": headers}
    return assert_clean(auth({**event, "requestContext": context}, None))


parameters = st.lists(st.tuples(st.sampled_from(["state", "code", "error", "x"]), texts), max_size=4)
queries = st.one_of(
    texts,
    parameters.map(lambda pairs: urlencode([(name, value.encode(errors="replace")) for name, value in pairs])),
    parameters.map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)),
)
cookie_lists = st.none() | st.lists(
    st.tuples(st.sampled_from(["__Host-state", "__Host-session", "state", "session", ""]), texts).map("=".join) | texts,
    max_size=4,
)


@given(query=queries, cookies=cookie_lists, has_valid_state=st.booleans())
def test_callback_that_spotify_did_not_send_logs_nobody_in(auth_function, query, cookies, has_valid_state):
    if has_valid_state:
        # This browser really has begun a login. The rest of the callback is still made up.
        login = call_auth("GET /login")
        state = re.search(r"state=([^&]+)", login["headers"]["Location"])[1]
        cookies = [login["cookies"][0].split(";")[0], *(cookies or [])]
        query = f"state={state}&{query}"
    response = call_auth("GET /callback", query, cookies)
    assert response["statusCode"] == 302
    assert re.fullmatch(rf"{PAGE}/\?login=[a-z_]+", response["headers"]["Location"])
    assert response["cookies"] == []
    assert clients.get_table("ListenersTable").scan()["Items"] == []
    keys = [item["key"] for item in clients.get_table("KeysTable").scan()["Items"]]
    assert not any(key.startswith(SESSION_PREFIX) for key in keys)


@given(
    cookies=cookie_lists,
    headers=st.none() | st.dictionaries(st.sampled_from(["origin", "Origin", "ORIGIN", "x"]), texts),
)
def test_logout_from_another_origin_is_refused(auth_function, cookies, headers):
    assert_error(call_auth("POST /logout", "", cookies, headers), 403, "foreign_origin")


# The API.


def call_api(method, path, query="", body=None, is_base64=False, headers=None, client=None, cookies=()):
    """Call the API as an event of API Gateway does: with the session of `client`, if any, from the page."""
    if client is not None:
        headers, cookies = {"origin": PAGE, **(headers or {})}, [f"__Host-session={client.session_value}"]
    context = {"domainName": "api.example", "http": {"method": method, "path": path}, "stage": "$default"}
    event = {"version": "2.0", "routeKey": f"{method} {path}", "rawPath": path, "rawQueryString": query}
    event |= {"headers": headers or {}, "cookies": cookies or [], "requestContext": context}
    return assert_clean(handler({**event, "body": body, "isBase64Encoded": is_base64}, None))


authorizations = texts | texts.map(lambda value: f"Bearer {value}") | texts.map(lambda value: f"bearer cvr_{value}")


@example(cookies=[f"__Host-session={'a' * 43}"], authorization="Bearer cvr_" + "a" * 43)
@given(cookies=cookie_lists, authorization=st.none() | authorizations)
def test_invalid_cookie_or_token_is_nobodys(ada, cookies, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    assert_error(call_api("GET", "/api/me", headers=headers, cookies=cookies), 401, "not_logged_in")


ERROR_CODES = {"invalid_request", "not_found", "not_finished", "daily_limit_reached", "idempotency_conflict"}
ERROR_CODES |= {"nothing_to_undo"}


def test_every_route_with_a_body_is_tested(step_functions):
    paths = ApiClient().call("GET", "/openapi.json").body["paths"]
    operations = {(method.upper(), path): paths[path][method] for path in paths for method in paths[path]}
    assert VALID_BODIES.keys() == {route for route, operation in operations.items() if "requestBody" in operation}


@pytest.fixture
def cover_item(ada):
    """Ada's cover as its table holds it."""
    put_cover("ada", playlist_id="p1")
    [item] = clients.get_table("CoversTable").scan()["Items"]
    return item


@pytest.mark.parametrize("route", VALID_BODIES, ids=" ".join)
@given(data=st.data(), is_base64=st.booleans(), content_type=st.sampled_from(["application/json", "text/plain", ""]))
def test_malformed_body_gets_a_documented_response(
    ada, cover_item, demo_listener, route, data, is_base64, content_type
):
    clients.get_table("CoversTable").put_item(Item=cover_item)
    path = route[1].replace("{id}", "p1" if "playlists" in route[1] else COVER)
    body = data.draw(mutate_body(VALID_BODIES[route]))
    event_body = base64.b64encode(body.encode(errors="replace")).decode() if is_base64 else body
    headers = {"content-type": content_type}
    if path == "/api/covers":
        headers["idempotency-key"] = data.draw(texts)
    client = demo_listener if path.endswith("bulk") else ada
    response = call_api(route[0], path, "", event_body, is_base64, headers, client)
    if response["statusCode"] >= 400:
        assert json.loads(response["body"])["error"]["code"] in ERROR_CODES
    assert response["statusCode"] < 500


@pytest.mark.parametrize("body", ["?", "a", "=" * 5, base64.b64encode(b"\xff\xfe{").decode()])
def test_body_that_cannot_be_decoded_is_refused(ada, body):
    response = call_api("POST", "/api/tokens", "", body, True, {"content-type": "application/json"}, ada)
    assert_error(response, 422, "invalid_request")


@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE"]),
    parts=st.lists(st.sampled_from(["covers", "playlists", "tokens", "history", "image", "web", COVER, ".."]) | texts),
    query=queries,
)
def test_malformed_path_gets_a_documented_response(ada, method, parts, query):
    path = "/api/" + "/".join(quote(part.encode(errors="replace"), safe="") for part in parts)
    assert call_api(method, path, query, client=ada)["statusCode"] < 500


def test_lone_surrogate_is_refused(ada):
    """JSON can escape it, and no storage can encode it."""
    for response in (ada.call("POST", "/api/tokens", {"name": "\ud800"}), request_cover(ada, direction="\ud800")):
        assert (response.status, response.code) == (422, "invalid_request")
