"""`make run`: started, used, stopped, and started again."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import pytest
import requests

from scripts.local.local_proxy import is_port_free
from scripts.run import PORT

ROOT = Path(__file__).parents[3]
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 3}


@dataclass
class Run:
    process: subprocess.Popen[str]
    output: str = ""

    def until(self, pattern):
        """Return what matches in a line of its output."""
        for line in self.process.stdout:
            self.output += line
            if match := re.search(pattern, line):
                return match[1] if match.groups() else match[0]
        raise AssertionError(f"the stack ended: {self.output}")

    def stop(self, number):
        """Send a signal and return the exit code; no process may be left."""
        processes = descendants(self.process.pid)
        self.process.send_signal(number)
        code = self.process.wait(60)
        deadline = time.monotonic() + 5
        while (left := processes & descendants(1, every=True)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left
        return code


def descendants(of, every=False):
    """Return the ids of all descendants of a process, or of every process."""
    listing = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listing.stdout.splitlines()]
    parents = {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}
    if every:
        return set(parents)
    pids, new = set(), {of}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new}
        pids |= new
    return pids


@contextmanager
def run(state, **environment):
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("SPOTIFY_", "OPENAI_"))}
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "scripts.run", "--state", str(state)],
        cwd=ROOT,
        env={**keep, "PYTHONPATH": "functions", "CI": "true", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            yield Run(process)
        finally:
            with suppress(ProcessLookupError):
                process.terminate()


def log_in(url):
    browser = requests.Session()
    consent = browser.get(f"{url}/login", timeout=30).url
    back = browser.get(f"{consent}&fake_listener=demo", allow_redirects=False, timeout=30).headers["Location"]
    assert browser.get(back, allow_redirects=False, timeout=30).headers["Location"] == f"{url}/"
    return browser


def ask(browser, url):
    answer = browser.post(f"{url}/api/covers", json={"source": SOURCE}, headers={"Origin": url}, timeout=30)
    assert answer.status_code == 202, answer.text
    return answer.json()["cover_id"]


def wait(browser, url, cover_id, until=("done", "failed")):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        cover = browser.get(f"{url}/api/covers/{cover_id}", timeout=30).json()
        if cover["status"] in until:
            return cover
        time.sleep(0.2)
    raise AssertionError(f"not {until}: {cover}")


@pytest.mark.long
def test_data_survives_a_restart_and_no_process_is_left(tmp_path):
    with run(tmp_path) as first:
        url = first.until(r"The page is (http://127\.0\.0\.1:\d+)$")
        emulator = first.until(r"AWS_ENDPOINT_URL=http://127\.0\.0\.1:(\d+)")
        browser = log_in(url)
        done = ask(browser, url)
        assert wait(browser, url, done)["status"] == "done"
        interrupted = ask(browser, url)
        wait(browser, url, interrupted, until=("running",))
        assert first.stop(signal.SIGINT) == 0
    state = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*.json"))
    assert "session_key" in state
    assert "fake-client-secret" not in state
    assert is_port_free(int(emulator))
    assert is_port_free(int(url.rsplit(":", 1)[1]))
    with run(tmp_path) as second:
        url = second.until(r"The page is (http://127\.0\.0\.1:\d+)$")
        assert browser.get(f"{url}/api/me", timeout=30).json()["display_name"] == "Robin Aldermoor"
        assert wait(browser, url, done)["status"] == "done"
        picture = browser.get(f"{url}/api/covers/{done}/image?kind=thumbnail", allow_redirects=False, timeout=30)
        assert picture.status_code == 302
        assert wait(browser, url, interrupted)["error"]["code"] == "stopped"
        assert wait(browser, url, ask(browser, url))["status"] == "done"
        assert second.stop(signal.SIGTERM) == 0
    assert is_port_free(int(url.rsplit(":", 1)[1]))


@pytest.mark.parametrize("moment", ["Starting", "Deploying"])
def test_stack_can_be_stopped_while_it_starts(tmp_path, moment):
    with run(tmp_path) as stack:
        stack.until(moment)
        time.sleep(0.5)
        assert stack.stop(signal.SIGINT) == 0


def test_second_stack_reports_the_first(tmp_path):
    with run(tmp_path) as first:
        first.until("Starting")
        with run(tmp_path) as second:
            assert second.until("already running")
            assert second.process.wait(30) == 1
        assert first.stop(signal.SIGINT) == 0


def test_taken_port_is_an_error_with_own_app(tmp_path):
    with ExitStack() as ending:
        if is_port_free(PORT):
            ending.enter_context(create_server(("127.0.0.1", PORT)))
        stack = ending.enter_context(run(tmp_path, SPOTIFY_CLIENT_ID="id", SPOTIFY_CLIENT_SECRET="secret"))
        assert stack.until(f"Port {PORT} is taken")
        assert stack.process.wait(30) == 1


def test_client_id_without_secret_is_an_error(tmp_path):
    with run(tmp_path, SPOTIFY_CLIENT_ID="id") as stack:
        assert stack.until("Set both SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET")
        assert stack.process.wait(30) == 1
