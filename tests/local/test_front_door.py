"""The front door before a small server that stands where the emulator does."""

import socket

import pytest
import requests
from flask import Flask, Response, jsonify, request

from scripts.local import front_door
from scripts.standins.serving import served


@pytest.fixture(scope="module")
def door():
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def echo(path):
        return jsonify(
            method=request.method,
            uri=request.environ["REQUEST_URI"],
            body=request.get_data(as_text=True),
            headers=dict(request.headers),
        )

    @app.get("/answer")
    def answer():
        answer = Response(b"\x00\xff", 302, {"Location": "/somewhere", "Content-Type": "image/png"})
        answer.set_cookie("session", "a")
        answer.set_cookie("state", "b")
        return answer

    with served(app) as behind, front_door.opened() as door:
        door.leads_to = (behind, "a1b2c3d4")
        yield door


def test_a_request_is_passed_on_as_it_is(door):
    answer = requests.post(
        f"{door.url}/api/covers/a%2Fb%20c?x=%C3%A9&x=2&y",
        data="söme text".encode(),
        headers={"Cookie": "session=abc; state=def", "Authorization": "Bearer xyz", "Idempotency-Key": "k"},
        timeout=10,
    ).json()
    assert answer["method"] == "POST"
    assert answer["uri"] == "/api/covers/a%2Fb%20c?x=%C3%A9&x=2&y"
    assert answer["body"] == "söme text"
    assert answer["headers"]["Cookie"] == "session=abc; state=def"
    assert answer["headers"]["Authorization"] == "Bearer xyz"
    assert answer["headers"]["Idempotency-Key"] == "k"


def test_the_api_is_asked_by_its_own_name(door):
    answer = requests.get(f"{door.url}/login", timeout=10).json()
    assert answer["headers"]["Host"].startswith("a1b2c3d4.execute-api.localhost:")


def test_an_answer_is_passed_back_as_it_is(door):
    answer = requests.get(f"{door.url}/answer", allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/somewhere")
    assert (answer.headers["Content-Type"], answer.content) == ("image/png", b"\x00\xff")
    assert answer.raw.headers.getlist("set-cookie") == ["session=a; Path=/", "state=b; Path=/"]


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_whoever_comes_by_another_name_is_sent_to_the_one_address(door, host):
    port = door.url.rsplit(":", 1)[1]
    headers = {"Host": f"{host}:{port}"}
    answer = requests.get(f"{door.url}/login?a=b%20c", headers=headers, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (307, f"{door.url}/login?a=b%20c")


def test_before_the_stack_is_up_the_door_says_so():
    with front_door.opened() as door:
        assert requests.get(door.url, timeout=10).status_code == 503


def test_where_the_emulator_is_gone_the_door_says_so():
    with front_door.opened() as door:
        with served(Flask(__name__)) as gone:
            pass
        door.leads_to = (gone, "a1b2c3d4")
        assert requests.get(door.url, timeout=10).status_code == 502


def test_a_taken_port_is_an_error_and_a_closed_door_leaves_none():
    with front_door.opened() as door:
        port = int(door.url.rsplit(":", 1)[1])
        assert not front_door.is_free(port)
        with pytest.raises(OSError, match="in use"), front_door.opened(port):
            pass
    assert front_door.is_free(port)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
