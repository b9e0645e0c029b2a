"""Logging out: the session ends on the server, and only the page itself can request it."""

import json
from datetime import UTC, datetime

from tests.unit.auth.browser import PAGE, ROBIN, log_in, read_cookies, request


def test_logout_ends_the_session_on_the_server(sessions):
    session = read_cookies(log_in())["session"]
    response = request("POST /logout", session=session)
    assert (response["statusCode"], response["headers"]["Location"]) == (303, f"{PAGE}/")
    assert response["cookies"] == ["session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]
    assert sessions.find_listener(session, datetime.now(UTC)) is None


def test_logout_without_session_succeeds():
    assert request("POST /logout")["statusCode"] == 303


def test_foreign_page_cannot_log_a_listener_out(sessions):
    session = read_cookies(log_in())["session"]
    response = request("POST /logout", origin="https://elsewhere.example", session=session)
    assert response["statusCode"] == 403
    assert json.loads(response["body"])["error"]["code"] == "foreign_origin"
    assert sessions.find_listener(session, datetime.now(UTC)) == ROBIN
