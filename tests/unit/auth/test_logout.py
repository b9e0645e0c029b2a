"""Logging out: the session ends on the server, and only the page itself can request it."""

import json
from datetime import UTC, datetime

from tests.unit.auth.browser import PAGE, ROBIN, log_in, read_cookies, request


def test_logout_ends_the_session_unless_a_foreign_page_asks(sessions):
    session = read_cookies(log_in())["session"]
    refused = request("POST /logout", origin="https://elsewhere.example", session=session)
    assert (refused["statusCode"], json.loads(refused["body"])["error"]["code"]) == (403, "foreign_origin")
    assert sessions.find_listener(session, datetime.now(UTC)) == ROBIN
    for cookies in ({"session": session}, {}):
        response = request("POST /logout", **cookies)
        assert (response["statusCode"], response["headers"]["Location"]) == (303, f"{PAGE}/")
        assert response["cookies"] == ["session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]
    assert sessions.find_listener(session, datetime.now(UTC)) is None
