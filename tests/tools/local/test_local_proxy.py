"""The local proxy in front of a small server instead of the emulator."""

import socket

import pytest
import requests
from flask import Flask, Response, jsonify, request

from scripts.fakes.server import serve_app
from scripts.local import local_proxy


@pytest.fixture(scope="module")
def proxy():
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def echo(path):
        return jsonify(
            method=request.method,
            uri=request.environ["REQUEST_URI"],
            body=request.get_data(as_text=True),
            headers=dict(request.headers),
        )

    @app.get("/bucket")
    def redirect_to_bucket():
        return Response(status=302, headers={"Location": f"{emulator_url}/b/a%20b.jpg?X-Amz-Signature=x"})

    @app.get("/api/pictures")
    def name_bucket():
        return {"url": f"{emulator_url}/b", "other": emulator_url}

    @app.get("/answer")
    def answer():
        answer = Response(b"\x00\xff", 302, {"Location": "/somewhere", "Content-Type": "image/png"})
        answer.set_cookie("session", "a")
        answer.set_cookie("state", "b")
        return answer

    with serve_app(app) as emulator_url, local_proxy.run_proxy() as proxy:
        proxy.target = (emulator_url, "a1b2c3d4")
        yield proxy


def test_request_and_response_are_passed_on_unchanged(proxy):
    uri, body = "/api/covers/a%2Fb%20c?x=%C3%A9&x=2&y", "söme text"
    headers = {"Cookie": "session=abc; state=def", "Authorization": "Bearer xyz", "Idempotency-Key": "k"}
    answer = requests.post(f"{proxy.url}{uri}", data=body.encode(), headers=headers, timeout=60).json()
    assert (answer["method"], answer["uri"], answer["body"]) == ("POST", uri, body)
    assert headers.items() <= answer["headers"].items()
    assert answer["headers"]["Host"].startswith("a1b2c3d4.execute-api.localhost:")
    answer = requests.get(f"{proxy.url}/answer", allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/somewhere")
    assert (answer.headers["Content-Type"], answer.content) == ("image/png", b"\x00\xff")
    assert answer.raw.headers.getlist("set-cookie") == ["session=a; Path=/", "state=b; Path=/"]


def test_other_host_names_are_redirected(proxy):
    for host in ("localhost", "evil.example"):
        headers = {"Host": f"{host}:{proxy.url.rsplit(':', 1)[1]}"}
        answer = requests.get(f"{proxy.url}/login?a=b%20c", headers=headers, allow_redirects=False, timeout=60)
        assert (answer.status_code, answer.headers["Location"]) == (307, f"{proxy.url}/login?a=b%20c")


def test_public_proxy_stands_in_for_the_bucket(proxy):
    emulator, api = proxy.target
    with local_proxy.run_proxy(public_url="https://covers.example") as public, requests.Session() as session:
        public.target, public.bucket = (emulator, api), "b"

        def get(path, method="GET", files=None, **headers):
            prepared = requests.Request(method, public.address, headers=headers, files=files)
            request = session.prepare_request(prepared)
            request.url = public.address + path  # as it is, dots included
            request.headers["Host"] = "covers.example"
            return session.send(request, allow_redirects=False, timeout=60)

        location = "https://covers.example/b/a%20b.jpg?X-Amz-Signature=x"
        assert get("/bucket").headers["Location"] == location
        echoed = get("/b/a%20b.jpg?X-Amz-Signature=x", Cookie="session=a", Authorization="Bearer y").json()
        assert (echoed["uri"], echoed["headers"]["Host"]) == ("/b/a%20b.jpg?X-Amz-Signature=x", emulator[7:])
        assert not {"Cookie", "Authorization"} & echoed["headers"].keys()
        for path in ("/b/a.jpg", "/other/a.jpg?X-Amz-Signature=x", "/b/../_ministack?X-Amz-Signature=x"):
            assert get(path).json()["headers"]["Host"].startswith(f"{api}.execute-api."), path
        assert get("/api/pictures").json() == {"url": "https://covers.example/b", "other": emulator}
        form = {"file": b"a picture"}
        for path, hosts in {"/b": emulator[7:], "/b/a": f"{api}.execute-api.localhost:{emulator[17:]}"}.items():
            echoed = get(path, "POST", form, Cookie="session=a").json()
            assert (echoed["headers"]["Host"], "a picture" in echoed["body"]) == (hosts, True)


def test_proxy_without_target_or_emulator_returns_503_or_502():
    with local_proxy.run_proxy() as proxy:
        assert requests.get(proxy.url, timeout=60).status_code == 503
        with serve_app(Flask(__name__)) as emulator_url:
            pass
        proxy.target = (emulator_url, "a1b2c3d4")
        assert requests.get(proxy.url, timeout=60).status_code == 502


def test_taken_port_is_an_error_and_is_freed_afterwards():
    with local_proxy.run_proxy() as proxy:
        port = int(proxy.url.rsplit(":", 1)[1])
        assert not local_proxy.is_port_free(port)
        with pytest.raises(OSError, match="in use"), local_proxy.run_proxy(port):
            pass
    assert local_proxy.is_port_free(port)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
