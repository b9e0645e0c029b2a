"""AWS's runtime interface client on a system for which its own module is not made."""

import json
import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from scripts.local import deployment, paths

FUNCTION = """
import sys

def handler(event, context):
    if "wrong" in event:
        raise ValueError(event["wrong"])
    told = {"id": context.aws_request_id, "arn": context.invoked_function_arn}
    return {"event": event, "told": told, "by": sys.modules["runtime_client"].__file__}
"""
EVENTS = [{"name": "Björk"}, {"wrong": "This will not do."}]


class RuntimeApi(BaseHTTPRequestHandler):
    """Gives the events one after the other, and keeps what it is told."""

    def do_GET(self):
        number = next(self.server.numbers, None)
        if number is None:
            self.server.all_given.set()
            self.server.over.wait(60)
            self.close_connection = True
            return
        self.send_response(200)
        # As the emulator may write them.
        self.send_header("Content-Type", "application/json")
        self.send_header("lambda-runtime-aws-request-id", f"request-{number}")
        self.send_header("lambda-runtime-deadline-ms", "4102444800000")
        self.send_header("lambda-runtime-invoked-function-arn", "arn:of:it")
        self.end_headers()
        self.wfile.write(json.dumps(EVENTS[number]).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, self.headers, json.loads(body)))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def api():
    with ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi) as server:
        server.numbers, server.told = iter(range(len(EVENTS))), []
        server.all_given, server.over = Event(), Event()
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


def test_it_takes_events_and_gives_results_and_errors(api, tmp_path):
    (tmp_path / "app.py").write_text(FUNCTION)
    process = subprocess.Popen(  # noqa: S603
        [paths.environment("runtime") / "bin" / "python", "-m", "awslambdaric", "app.handler"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{paths.PORTABLE}:{tmp_path}",
            "LAMBDA_TASK_ROOT": str(tmp_path),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}",
        },
        stdout=subprocess.DEVNULL,
    )
    with process:
        assert api.all_given.wait(60)
        process.kill()
    (result, _, returned), (error, headers, raised) = api.told
    assert result == "/2018-06-01/runtime/invocation/request-0/response"
    assert returned["event"] == EVENTS[0]
    assert returned["told"] == {"id": "request-0", "arn": "arn:of:it"}
    assert returned["by"] == str(paths.PORTABLE / "runtime_client.py")
    assert error == "/2018-06-01/runtime/invocation/request-1/error"
    assert raised["errorType"] == "ValueError"
    assert raised["errorMessage"] == EVENTS[1]["wrong"]
    assert headers["User-Agent"].startswith("aws-lambda-python/")
    assert "app.py" in headers["Lambda-Runtime-Function-XRay-Error-Cause"]


@pytest.mark.parametrize("native", [True, False])
def test_it_is_used_only_where_there_is_no_other(native, tmp_path, monkeypatch):
    python = tmp_path / "venv" / "bin" / "python"
    packages = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    python.parent.mkdir(parents=True)
    packages.mkdir(parents=True)
    python.touch()
    if native:
        (packages / "runtime_client.cpython-311-x86_64-linux-gnu.so").touch()
    monkeypatch.setattr(deployment, "environment", lambda *_: tmp_path / "venv")
    deployment._function(tmp_path / "function", paths.ROOT, [tmp_path / "layer"], "python3.11")
    bootstrap = (tmp_path / "function" / "bootstrap").read_text()
    assert (str(paths.PORTABLE) in bootstrap) is not native
