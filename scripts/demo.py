"""`make demo`: starts the local stack and makes a cover for the demo listener over the HTTP API, as a browser does."""

import os
import sys
import time
from typing import Any

import requests
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from coverart.models import STEPS
from scripts.local.paths import OUT
from scripts.local.stack import FINAL_STATUSES
from scripts.local.startup import run_stack

_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 12}
_TIMEOUT_SECONDS = 240
console = Console(highlight=False)


def main() -> int:
    secrets = {"openai_api_key": key} if (key := os.environ.get("OPENAI_API_KEY", "")) else {}
    with run_stack(secrets=secrets, report=lambda message: console.print(f"[dim]{message} …[/]")) as local:
        browser = local.log_in()
        response = _check(browser.post(f"{local.url}/api/covers", json={"source": _SOURCE}, timeout=30))
        cover = _show_progress(browser, local.url + response.headers["Location"])
        if cover["status"] == "failed":
            console.print(f"[red]The cover failed:[/] {cover['error']['message']} ({cover['error']['code']})")
            return 1
        OUT.mkdir(exist_ok=True)
        for kind in ("cover", "steps"):
            picture = _check(browser.get(local.url + cover["images"][kind], timeout=30))
            (OUT / f"{kind}.jpg").write_bytes(picture.content)
    console.print(_create_table(cover))
    console.print(f"[bold]{OUT.name}/cover.jpg[/] is the cover, [bold]{OUT.name}/steps.jpg[/] shows how it was made.")
    return 0


def _check(response: requests.Response) -> requests.Response:
    """Return a successful response. Raise RuntimeError for any other."""
    if not response.ok:
        raise RuntimeError(f"The API refused the request: {response.status_code} {response.text}")
    return response


def _show_progress(browser: requests.Session, url: str) -> dict[str, Any]:
    """Show a bar for each step until the cover has ended, and return the cover."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    columns = (TextColumn("{task.description:>9}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks = {step: bars.add_task(step, total=None, start=False, visible=False) for step in STEPS}
        while time.monotonic() < deadline:
            cover: dict[str, Any] = _check(browser.get(url, timeout=30)).json()
            for step, task in tasks.items():
                if cover["step"] == step or step in cover["timings"]:
                    if bars.tasks[task].start_time is None:
                        bars.start_task(task)
                    bars.update(task, visible=True)
                if step in cover["timings"]:
                    bars.update(task, total=1, completed=1)
            if cover["status"] in FINAL_STATUSES:
                return cover
            time.sleep(0.3)
    raise RuntimeError(f"The cover is not done after {_TIMEOUT_SECONDS} seconds.")


def _create_table(cover: dict[str, Any]) -> Table:
    songs, facts = (Table(show_header=False, box=None, padding=(0, 2, 0, 0)) for _ in range(2))
    for song in cover["songs"]:
        objects = ", ".join(f"{detected['label']} {detected['score']:.0%}" for detected in song["objects"])
        songs.add_row(f"[dim]{song['artist']}[/]", f"{song['album']} ({song['year']})", objects or "[dim]nothing[/]")
    facts.add_row("Detected on", songs)
    facts.add_row("Prompt", cover["prompt"]["text"])
    facts.add_row("Seconds", ", ".join(f"{step} {cover['timings'][step]['seconds']:.2f}" for step in STEPS))
    painting = cover["painting"]
    cost = f", {painting['model']}, {painting['cost_usd'] * 100:.1f} cents" if painting["model"] else ""
    facts.add_row("Painted by", f"{painting['backend']}{cost} {painting['note'] or ''}")
    return facts


if __name__ == "__main__":
    sys.exit(main())
