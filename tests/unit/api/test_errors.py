"""What the API answers to requests that fail or are invalid."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from api import dependencies
from coverart.aws.telemetry import logger
from coverart.errors import ConfigurationError, PromptBlockedError
from tests.client_errors import client_error
from tests.unit.api.conftest import COVER, COVER_REQUEST, PLAYLIST, ApiClient, assert_error

COVERS = "/api/covers"
INVALID = (422, "invalid_request")
LETTERING = {"lettering": "text"}
# Options of a cover, and the field that the message names.
OPTIONS = [
    ({"style_strength": 1.5}, "style_strength"),
    ({"colour": "red"}, "colour"),
    (LETTERING, "lettering_text"),
    ({**LETTERING, "lettering_text": " "}, "lettering_text"),
    ({**LETTERING, "lettering_text": "x" * 41}, "lettering_text"),
    ({**LETTERING, "lettering_text": "a\nb"}, "lettering_text"),
    ({"lettering": "title", "lettering_text": "x"}, "lettering_text"),
    ({"second_line": "vol. 2"}, "second_line"),
    ({"look": "sepia"}, "look"),
]
COVER_BODIES = [
    ({}, "source"),
    ({"source": {"kind": "radio"}}, "source"),
    ({"source": {"kind": "playlist"}}, "playlist_id"),
    ({"source": {"kind": "playlist", "playlist_id": "../x"}}, "playlist_id"),
    ({"source": {"kind": "top_artists", "count": 51}}, "count"),
    *(({**COVER_REQUEST, "options": options}, field) for options, field in OPTIONS),
    ({**COVER_REQUEST, "listener_id": "bob"}, "listener_id"),
    ([], "body"),
    ("{", "JSON"),
    ("[" * 100_000, "JSON"),
    ('{"source": ' + "9" * 5000 + "}", "JSON"),
    ('{"source": {"kind": "top_artists"}, "options": {"style_strength": NaN}}', "style_strength"),
    ('{"source": {"kind": "top_artists"}, "options": {"prompt": "\\ud800"}}', "prompt"),
    (None, "body"),
]
BODIES = {
    "PUT /api/settings": [
        *(
            {"style_strength": 2},
            {"keep_colours": "maybe"},
            {"colour": 1},
            {"auto_cover_pattern": "x" * 101},
            LETTERING,
        ),
        *({"look": "sepia"}, {"look": COVER}, {"second_line": "x" * 41}, [], "{"),
    ],
    "POST /api/tokens": [{}, {"name": ""}, {"name": "x" * 101}, {"name": 7}, {"name": "a", "b": 1}, [], None],
    "POST /api/covers/bulk": [
        *({"dry_run": "perhaps"}, {"dry_run": False, "options": {"style_strength": 2}}, None, []),
        {"dry_run": False, "source": {"kind": "top_artists"}},
    ],
    f"POST {COVERS}/{COVER}/apply": [{"playlist_id": "../x"}, {"playlist": "x"}, [], "{", 7],
    f"POST /api/playlists/{PLAYLIST}/undo": [{"entry": "x"}, {"entries": []}, [], "{"],
    "PUT /api/playlists/x1": [{}, {"auto": "often"}],
    **{f"PUT /api/playlists/{playlist_id}": [{"auto": True}] for playlist_id in ("no-id", "x" * 65)},
    **{
        f"{method} /api/playlists/{playlist_id}/{part}": [None]
        for method, part in (("GET", "history"), ("DELETE", "history"), ("POST", "undo"))
        for playlist_id in ("no-id", "x" * 65)
    },
    **{f"GET {COVERS}/{COVER}/artwork/{position}": [None] for position in ("-1", "x", "50", "1e3")},
}
QUERIES = {
    COVERS: [{"limit": 0}, {"limit": 51}, {"limit": "x"}, {"cursor": "x"}, {"cursor": ""}],
    f"{COVERS}/{COVER}/image": [{"kind": ""}, {"kind": "raw"}, {"kind": "../steps"}],
    "/api/playlists": [{"cursor": cursor} for cursor in ("-1", "x", "", "100000", "٣")],
}
CONTENT_TYPES = ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (client_error("ThrottlingException", 400), 503, "storage_unavailable"),
        (client_error("AccessDeniedException", 403), 500, "not_configured"),
        (EndpointConnectionError(endpoint_url="http://somewhere"), 503, "storage_unavailable"),
        (ConfigurationError("The owner has to see to it."), 500, "not_configured"),
        (PromptBlockedError("The API never returns this."), 500, "internal"),
        (KeyError("a secret"), 500, "internal"),
    ],
)
def test_exception_becomes_a_response_without_internals(ada, monkeypatch, error, status, code):
    def fail():
        raise error

    monkeypatch.setattr(dependencies, "get_covers", fail)
    response = ada.call("GET", "/api/covers")
    assert_error(response, status, code)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for text in ("Traceback", "somewhere", "a secret"):
        assert text not in json.dumps([response.body, response.headers])


def test_invalid_profile_is_an_internal_error_for_its_listener(ada, bob):
    dependencies.get_listeners().table.update_item(
        Key={"listener_id": "ada", "item": "profile"}, UpdateExpression="REMOVE consent_at"
    )
    assert_error(ada.call("GET", "/api/me"), 500, "internal")
    assert bob.call("GET", "/api/me").status == 200


def test_log_names_the_route_without_ids(ada):
    for method, path, status, route in (
        ("GET", f"/api/covers/{COVER}", 404, "GET /api/covers/{id}"),
        ("POST", f"/api/covers/{COVER}/choose", 422, "POST /api/covers/{id}/choose"),
        ("PUT", f"/api/covers/{COVER}", 404, None),
        ("GET", "/api/radio", 404, None),
    ):
        assert_error(ada.call(method, path, "{}"), status, "not_found" if status == 404 else "invalid_request")
        assert logger.get_current_keys()["route"] == route


def test_cookies_and_tokens_are_not_logged(ada, caplog):
    token = ada.call("POST", "/api/tokens", {"name": "player"}).body["token"]
    for client in (ada, ApiClient(authorization=f"Bearer {token}")):
        client.call("GET", "/api/covers", query={"limit": 99})
    ApiClient(authorization="Bearer cvr_" + "z" * 43).call("GET", "/api/me")
    log = str([vars(record) for record in caplog.records])
    assert "invalid_request" in log
    for secret in (ada.session_value, token, "z" * 43):
        assert secret not in log


# Requests that are refused, whatever is stored, and without starting anything.


def test_invalid_path_or_body_is_refused(ada, step_functions):
    for route, bodies in BODIES.items():
        for body in bodies:
            response = ada.call(*route.split(), body)
            assert (response.status, response.code) == INVALID, (route, body)
    assert step_functions.started == {}


def test_invalid_field_of_a_cover_is_named(ada, step_functions):
    for body, field in COVER_BODIES:
        response = ada.call("POST", COVERS, body)
        assert (response.status, response.code) == INVALID, body
        assert field in response.message, body
    assert step_functions.started == {}


def test_invalid_query_or_header_is_refused(ada, step_functions):
    requests = [(("GET", path), {"query": query}) for path, queries in QUERIES.items() for query in queries]
    requests += [(("POST", COVERS, "source=x"), {"content_type": content_type}) for content_type in CONTENT_TYPES]
    requests += [(("POST", COVERS, COVER_REQUEST), {"idempotency_key": key}) for key in ("", "x" * 151)]
    for arguments, keywords in requests:
        response = ada.call(*arguments, **keywords)
        assert (response.status, response.code) == INVALID, (arguments, keywords)
    assert step_functions.started == {}
