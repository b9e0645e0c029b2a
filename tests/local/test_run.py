"""`make run` as somebody uses it: started, used, stopped, started again."""

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

from scripts.local.front_door import is_free
from scripts.run import PORT

ROOT = Path(__file__).parents[2]
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 3}


@dataclass
class Run:
    process: subprocess.Popen[str]
    said: str = ""

    def until(self, pattern):
        """What matched in a line that it says."""
        for line in self.process.stdout:
            self.said += line
            if found := re.search(pattern, line):
                return found[1] if found.groups() else found[0]
        raise AssertionError(f"it ended: {self.said}")

    def stop(self, number):
        """Its exit code; no process of its is left."""
        of_it = descendants(self.process.pid)
        self.process.send_signal(number)
        code = self.process.wait(60)
        deadline = time.monotonic() + 5
        while (left := of_it & descendants(1, every=True)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left
        return code


def descendants(of, every=False):
    """Processes by their ids, however far down; with `every` all that there are."""
    listed = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    alive = [line.split() for line in listed.stdout.splitlines()]
    parents = {int(pid): int(parent) for pid, parent, state in alive if not state.startswith("Z")}
    if every:
        return set(parents)
    found, new = set(), {of}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new}
        found |= new
    return found


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
    back = browser.get(f"{consent}&standin_listener=demo", allow_redirects=False, timeout=30).headers["Location"]
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
def test_login_covers_and_pictures_survive_a_restart_and_nothing_is_left_running(tmp_path):
    with run(tmp_path) as first:
        url = first.until(r"The page is (http://127\.0\.0\.1:\d+)$")
        emulator = first.until(r"AWS_ENDPOINT_URL=http://127\.0\.0\.1:(\d+)")
        browser = log_in(url)
        done = ask(browser, url)
        assert wait(browser, url, done)["status"] == "done"
        interrupted = ask(browser, url)
        wait(browser, url, interrupted, until=("running",))
        assert first.stop(signal.SIGINT) == 0
    kept = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*.json"))
    assert "session_key" in kept
    assert "standin-client-secret" not in kept
    assert is_free(int(emulator))
    assert is_free(int(url.rsplit(":", 1)[1]))
    with run(tmp_path) as second:
        url = second.until(r"The page is (http://127\.0\.0\.1:\d+)$")
        assert browser.get(f"{url}/api/me", timeout=30).json()["display_name"] == "Robin Aldermoor"
        assert wait(browser, url, done)["status"] == "done"
        picture = browser.get(f"{url}/api/covers/{done}/image?kind=thumbnail", allow_redirects=False, timeout=30)
        assert picture.status_code == 302
        assert wait(browser, url, interrupted)["error"]["code"] == "stopped"
        assert wait(browser, url, ask(browser, url))["status"] == "done"
        assert second.stop(signal.SIGTERM) == 0
    assert is_free(int(url.rsplit(":", 1)[1]))


@pytest.mark.parametrize("moment", ["Starting", "Deploying"])
def test_it_can_be_stopped_before_it_is_up(tmp_path, moment):
    with run(tmp_path) as stack:
        stack.until(moment)
        time.sleep(0.5)
        assert stack.stop(signal.SIGINT) == 0


def test_a_second_one_is_told_that_there_is_a_first(tmp_path):
    with run(tmp_path) as first:
        first.until("Starting")
        with run(tmp_path) as second:
            assert second.until("already running")
            assert second.process.wait(30) == 1
        assert first.stop(signal.SIGINT) == 0


def test_with_an_app_at_spotify_a_taken_port_is_an_error(tmp_path):
    with ExitStack() as ending:
        if is_free(PORT):
            ending.enter_context(create_server(("127.0.0.1", PORT)))
        stack = ending.enter_context(run(tmp_path, SPOTIFY_CLIENT_ID="id", SPOTIFY_CLIENT_SECRET="secret"))
        assert stack.until(f"Port {PORT} is taken")
        assert stack.process.wait(30) == 1


def test_half_an_app_at_spotify_is_an_error(tmp_path):
    with run(tmp_path, SPOTIFY_CLIENT_ID="id") as stack:
        assert stack.until("Set both SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET")
        assert stack.process.wait(30) == 1
