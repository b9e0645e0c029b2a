from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws import clients
from coverart.store.sessions import SESSION_LIFETIME
from tests.api.conftest import COVER, PAGE, Browser, known, log_in, put_cover

ROUTES = [
    ("GET", "/api/me", None),
    ("DELETE", "/api/me", None),
    ("PUT", "/api/settings", {}),
    ("GET", "/api/playlists", None),
    ("POST", "/api/covers", {"source": {"kind": "top_artists"}}),
    ("GET", "/api/covers", None),
    ("GET", f"/api/covers/{COVER}", None),
    ("DELETE", f"/api/covers/{COVER}", None),
    ("GET", f"/api/covers/{COVER}/image", None),
    ("GET", f"/api/covers/{COVER}/artwork/0", None),
    ("GET", "/api/tokens", None),
    ("POST", "/api/tokens", {"name": "player"}),
    ("DELETE", "/api/tokens/0123456789abcdef", None),
]
CHANGING = [route for route in ROUTES if route[0] != "GET"]


@pytest.mark.parametrize(
    "browser",
    [
        Browser(),
        Browser("unknown"),
        Browser(authorization="Bearer cvr_" + "a" * 43),
        Browser(authorization="Basic YTpi"),
        Browser(authorization="Bearer"),
    ],
    ids=["nobody", "unknown session", "unknown token", "other scheme", "no token"],
)
def test_who_is_not_logged_in_is_told_so_before_anything_else(machine, browser):
    for method, path, body in ROUTES:
        answer = browser.ask(method, path, "{not json" if body is not None else None)
        assert (answer.status, answer.code) == (401, "not_logged_in"), path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("origin", ["", "null", "https://elsewhere.example", PAGE + ".evil.example"])
def test_another_page_cannot_change_anything_with_a_listeners_cookie(ada, origin):
    for method, path, body in CHANGING:
        answer = ada.ask(method, path, body, origin=origin)
        assert (answer.status, answer.code) == (403, "foreign_origin"), path


def test_an_expired_session_is_none_even_where_its_item_is_still_there(machine):
    old = log_in(known("ada"), datetime.now(UTC) - SESSION_LIFETIME - timedelta(seconds=1))
    assert old.ask("GET", "/api/me").status == 401


def test_a_session_of_a_listener_without_a_profile_is_none(ada):
    clients.get_table("ListenersTable").delete_item(Key={"listener_id": "ada", "item": "profile"})
    answer = ada.ask("GET", "/api/covers")
    assert (answer.status, answer.code) == (401, "not_logged_in")


def test_a_token_does_what_its_listener_may_from_any_origin(ada):
    value = ada.ask("POST", "/api/tokens", {"name": "player"}).body["token"]
    program = Browser(authorization=f"Bearer {value}", origin="https://elsewhere.example")
    assert program.ask("GET", "/api/me").body["listener_id"] == "ada"
    assert program.ask("PUT", "/api/settings", {"keep_colours": True}).status == 200
    assert program.ask("DELETE", f"/api/covers/{put_cover('ada')}").status == 204


def test_a_token_neither_makes_nor_lists_nor_revokes_tokens(ada):
    value = ada.ask("POST", "/api/tokens", {"name": "player"}).body["token"]
    program = Browser(authorization=f"Bearer {value}")
    for method, path, body in [route for route in ROUTES if "tokens" in route[1]]:
        answer = program.ask(method, path, body)
        assert (answer.status, answer.code) == (403, "session_needed"), method


def test_a_wrong_token_is_not_saved_by_a_session(ada):
    assert ada.ask("GET", "/api/me", authorization="Bearer wrong").status == 401
