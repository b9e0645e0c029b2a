"""The commands in README.md and docs/api.md, run on the stack in the order in which a reader meets them."""

import io
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from PIL import Image

from scripts.local.stack import FINAL_STATUSES
from tests.stack.stack_state import wait_for

ROOT = Path(__file__).parents[2]
# What the docs leave to the reader.
VALUE = re.compile(r"^(PAGE|TOKEN)=\S+", re.MULTILINE)
# A checkout has no release to install.
RELEASE = re.compile(r"^unzip .*\n", re.MULTILINE)
# Commands of make are looked up, not run: other tests do that.
MAKE = f'make() {{ command make --no-print-directory --directory "{ROOT}" --dry-run "$@" > /dev/null; }}\n'


@pytest.fixture
def run_commands(local, tmp_path):
    """Return a function that runs a page's commands as a listener in an empty folder, and returns the output."""

    def run(page: str, listener: str) -> str:
        browser = local.log_in(listener)
        # Without the style's work.
        settings = {"style_strength": 0, "keep_colours": False}
        browser.put(f"{local.url}/api/settings", json=settings, timeout=30).raise_for_status()
        token = browser.post(f"{local.url}/api/tokens", json={"name": "docs"}, timeout=30).json()["token"]
        text = (ROOT / page).read_text("utf-8")
        blocks = "".join(block.content for block in MarkdownIt().parse(text) if block.info == "sh")
        commands = RELEASE.sub("", blocks)
        values = {"PAGE": local.url, "TOKEN": token}
        script = VALUE.sub(lambda match: f"{match[1]}={values[match[1]]}", commands)
        assert script != commands
        path = f"{ROOT / '.venv' / 'awscli' / 'bin'}:{os.environ['PATH']}"
        result = subprocess.run(  # the repository's own commands
            ["/bin/bash", "-euo", "pipefail", "-c", MAKE + script],
            cwd=tmp_path,
            env={"PATH": path, "HOME": str(tmp_path), **local.emulator.environment()},
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run


def test_commands_of_the_readme_request_a_cover(local, run_commands):
    [cover_id] = re.findall(r'"cover_id":"([\w-]+)"', run_commands("README.md", "newcomer"))
    item = local.wait_for_cover(local.connect("newcomer"), cover_id)
    assert (item["status"], item["error"]["code"]) == ("failed", "no_top_artists")
    assert item["error"]["message"].endswith(".")
    assert not {"fetched", "prompt", "painting", "pictures"} & item.keys()


def test_commands_of_the_api_page_have_their_results(local, client, run_commands, tmp_path):
    run_commands("docs/api.md", "demo")
    for name in ("cover.jpg", "second.jpg"):
        assert Image.open(io.BytesIO((tmp_path / name).read_bytes())).size == (640, 640)
    response = json.loads((tmp_path / "response.json").read_text())
    assert local.covers.get(client.listener_id, response["cover_id"]) is not None
    [event] = json.loads((tmp_path / "events.json").read_text())
    playlist_id = json.loads(event["Detail"])["playlist_id"]
    wait_for(lambda: local.covers.list_by_playlist(client.listener_id).get(playlist_id))
    for cover in client.call("GET", "/api/covers?limit=4").json()["items"]:
        if cover["status"] not in FINAL_STATUSES:
            client.call("DELETE", f"/api/covers/{cover['cover_id']}")  # nobody waits for it
