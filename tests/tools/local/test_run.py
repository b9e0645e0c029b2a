"""`make run`: started, used, stopped, and started again."""

import os
import re
import signal
import subprocess
import sys
import time
import weakref
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import Mock

import pytest

import scripts.run
from scripts.local import startup
from scripts.local.local_proxy import is_port_free
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from scripts.owner.deployed_stack import SECRET_VARIABLES
from scripts.run import PORT
from tests.stack.stack_state import wait_for

ROOT = Path(__file__).parents[3]
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 3}
PAGE = r"The page is (http://127\.0\.0\.1:\d+)$"


@dataclass
class Run:
    process: subprocess.Popen[str]
    output: str = ""

    def read_value(self, pattern):
        """Return the group of a pattern in what it prints for its user."""
        for line in self.process.stdout:
            self.output += line
            if match := re.search(pattern, line):
                return match[1]
        raise AssertionError(f"the stack ended: {self.output}")

    def list_processes(self):
        """Return the commands of its descendants by their ids."""
        processes = list_processes()
        pids = {self.process.pid}
        while new := {pid for pid, (parent, _) in processes.items() if parent in pids} - pids:
            pids |= new
        return {pid: processes[pid][1] for pid in pids & processes.keys() - {self.process.pid}}

    def stop(self, number):
        """Send a signal. It must succeed, and no process may be left."""
        pids = self.list_processes().keys()
        self.process.send_signal(number)
        assert self.process.wait(120) == 0
        wait_for(lambda: not pids & list_processes().keys())


def list_processes():
    """Return the parent and the command of each process of this machine by its id."""
    command = ["/bin/ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="]
    rows = [row.split(None, 3) for row in subprocess.check_output(command, text=True).splitlines()]
    return {int(pid): (int(parent), "".join(args)) for pid, parent, state, *args in rows if not state.startswith("Z")}


@contextmanager
def run(state):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SPOTIFY_", "OPENAI_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.run", "--state", str(state)],
        cwd=ROOT, env={**inherited, "PYTHONPATH": "functions", "CI": "true"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    with process:
        try:
            yield Run(process)
        finally:
            with suppress(ProcessLookupError):
                process.terminate()


class Listener:
    """The demo listener's browser, which is logged in."""

    def __init__(self, url):
        self.url = url
        self.session = LocalStack(url, None, {}, None, None).log_in()

    def get(self, path, **options):
        return self.session.get(self.url + path, timeout=30, **options)

    def request_cover(self):
        headers = {"Origin": self.url}
        response = self.session.post(f"{self.url}/api/covers", json={"source": SOURCE}, headers=headers, timeout=30)
        assert response.status_code == 202, response.text
        return response.json()["cover_id"]

    def wait_for_cover(self, cover_id, status):
        """Return the cover once it has this status."""
        return wait_for(
            lambda: cover if (cover := self.get(f"/api/covers/{cover_id}").json())["status"] == status else None
        )


@pytest.mark.long
def test_data_survives_a_restart_and_no_process_is_left(tmp_path):
    with run(tmp_path) as first:
        url = first.read_value(PAGE)
        emulator = first.read_value(r"AWS_ENDPOINT_URL=http://127\.0\.0\.1:(\d+)")
        browser = Listener(url)
        done = browser.request_cover()
        browser.wait_for_cover(done, "done")
        interrupted = browser.request_cover()
        browser.wait_for_cover(interrupted, "running")
        first.stop(signal.SIGINT)
    state = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*.json"))
    assert ("session_key" in state, "fake-client-secret" in state) == (True, False)
    assert is_port_free(int(emulator))
    assert is_port_free(int(url.rsplit(":", 1)[1]))
    with run(tmp_path) as second:
        browser.url = second.read_value(PAGE)
        assert browser.get("/api/me").json()["display_name"] == "Robin Aldermoor"
        browser.wait_for_cover(done, "done")
        path = f"/api/covers/{done}/image?kind=thumbnail"
        assert browser.get(path, allow_redirects=False).status_code == 302
        assert browser.wait_for_cover(interrupted, "failed")["error"]["code"] == "stopped"
        browser.wait_for_cover(browser.request_cover(), "done")
        second.stop(signal.SIGTERM)
    assert is_port_free(int(browser.url.rsplit(":", 1)[1]))


@pytest.mark.long
def test_data_survives_the_death_of_the_emulator(tmp_path):
    with run(tmp_path) as first:
        browser = Listener(first.read_value(PAGE))
        done = browser.request_cover()
        browser.wait_for_cover(done, "done")
        first.read_value("(Press Ctrl-C)")
        # The first save after the cover may have begun before it.
        ended_at = time.time()
        saved = tmp_path / "demo" / "services" / "dynamodb.json"
        wait_for(lambda: saved.exists() and saved.stat().st_mtime > ended_at + 1)
        assert "fake-client-secret" not in "".join(path.read_text() for path in tmp_path.rglob("*.json"))
        [emulator] = [pid for pid, name in first.list_processes().items() if "emulator_process.py" in name]
        os.kill(emulator, signal.SIGKILL)
        output, _ = first.process.communicate(timeout=120)
        assert re.fullmatch(r"Stopping …\nThe emulator ended unexpectedly; see \S+\.\n", output)
        assert first.process.returncode == 1
    with run(tmp_path) as second:
        browser.url = second.read_value(PAGE)
        browser.wait_for_cover(done, "done")
        second.stop(signal.SIGTERM)


def test_second_stack_reports_the_first_which_can_be_stopped(tmp_path, monkeypatch):
    for variable in SECRET_VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    with run(tmp_path) as first:
        first.read_value("(Deploying)")
        assert (tmp_path / "demo").stat().st_mode & 0o777 == 0o700
        with pytest.raises(RuntimeError, match="already running"):
            scripts.run._run(tmp_path, "127.0.0.1")
        first.stop(signal.SIGINT)


def test_signal_in_a_finalizer_is_not_lost(signal_handlers):
    scripts.run.handle_signals()
    weakref.finalize({1}, signal.raise_signal, signal.SIGINT)
    with pytest.raises(scripts.run.StopSignalError):
        time.sleep(10)


@pytest.mark.parametrize(
    ("variables", "host", "sentence"),
    [
        ({"SPOTIFY_CLIENT_ID": "id"}, "127.0.0.1", "Set both SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET"),
        ({"SPOTIFY_CLIENT_ID": "id", "SPOTIFY_CLIENT_SECRET": "x"}, "127.0.0.1", f"Port {PORT} is taken"),
        ({}, "192.168.1.2", "the demo listener is for this machine only"),
        ({"PUBLIC_URL": "http://192.168.1.2:8000"}, "127.0.0.1", "PUBLIC_URL is http://192.168.1.2:8000. "),
        ({"PUBLIC_URL": "https://covers.example/page"}, "127.0.0.1", "PUBLIC_URL is https://covers.example/page. "),
        ({"PARAMETERS": "DataMode"}, "127.0.0.1", "A parameter is set as NAME=VALUE, which DataMode is not."),
    ],
)
def test_settings_that_cannot_be_used_are_errors(tmp_path, monkeypatch, variables, host, sentence):
    monkeypatch.setattr(scripts.run, "is_port_free", lambda *_: False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match=re.escape(sentence)):
        scripts.run._run(tmp_path, host)


def test_stack_with_own_app_uses_the_real_services(monkeypatch, template):
    deploy = Mock(side_effect=RuntimeError("deployed"))
    monkeypatch.setattr(startup.deployment, "build", lambda: None)
    monkeypatch.setattr(startup.deployment, "deploy", deploy)
    monkeypatch.setattr(startup.Emulator, "start", lambda *_: Mock())
    with pytest.raises(RuntimeError, match="deployed"), run_stack(mode=None):
        pass
    _, parameters = deploy.call_args.args
    assert parameters.keys() == {"PublicUrl", "CandidatesAtOnce"}
    defaults = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    assert defaults["SpotifyApiUrl"] == "https://api.spotify.com/v1/"
    assert defaults["SpotifyAccountsUrl"] == "https://accounts.spotify.com"
    assert defaults["ArtworkOrigins"].startswith("https://i.scdn.co")
