"""`make demo`: the stack on this machine, and one cover for the demo listener from their top artists.

It goes the way of a browser: through the login, then over the HTTP API.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import requests
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from coverart.models import STEPS
from scripts.local import stack
from scripts.local.paths import ROOT

OUT = ROOT / "out"
_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 12}
_DONE_WITHIN = 240  # seconds
console = Console(highlight=False)


def main() -> int:
    secrets = {"openai_api_key": key} if (key := os.environ.get("OPENAI_API_KEY", "")) else {}
    with stack.running(secrets=secrets, say=lambda what: console.print(f"[dim]{what} …[/]")) as local:
        browser = local.log_in()
        asked = _answer(browser.post(f"{local.url}/api/covers", json={"source": _SOURCE}, timeout=30))
        cover = _watched(browser, local.url + asked.headers["Location"])
        if cover["status"] == "failed":
            console.print(f"[red]No cover:[/] {cover['error']['message']} ({cover['error']['code']})")
            return 1
        _fetch_pictures(browser, local.url, cover)
    console.print(_table(cover))
    console.print(f"[bold]{OUT.name}/cover.jpg[/] is the cover, [bold]{OUT.name}/steps.jpg[/] how it came about.")
    return 0


def _answer(answer: requests.Response) -> requests.Response:
    """Raises RuntimeError with what the API said."""
    if not answer.ok:
        raise RuntimeError(f"The API refused: {answer.status_code} {answer.text}")
    return answer


def _watched(browser: requests.Session, address: str) -> dict[str, Any]:
    """The cover when it has ended; meanwhile a bar for each step."""
    columns = (TextColumn("{task.description:>9}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks = {step: bars.add_task(step, total=None, start=False, visible=False) for step in STEPS}
        for cover in _polled(browser, address):
            for step, task in tasks.items():
                ended = step in cover["timings"]
                if ended or cover["step"] == step:
                    bars.start_task(task) if bars.tasks[task].start_time is None else None
                    bars.update(task, visible=True, **({"total": 1, "completed": 1} if ended else {}))
            if cover["status"] in stack.ENDED:
                return cover
    raise RuntimeError(f"The cover is not done after {_DONE_WITHIN} seconds.")


def _polled(browser: requests.Session, address: str) -> Iterator[dict[str, Any]]:
    deadline = time.monotonic() + _DONE_WITHIN
    while time.monotonic() < deadline:
        yield _answer(browser.get(address, timeout=30)).json()
        time.sleep(0.3)


def _fetch_pictures(browser: requests.Session, url: str, cover: dict[str, Any]) -> None:
    OUT.mkdir(exist_ok=True)
    for kind in ("cover", "steps"):
        picture = _answer(browser.get(url + cover["images"][kind], timeout=30))
        (OUT / f"{kind}.jpg").write_bytes(picture.content)


def _table(cover: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for song in cover["songs"]:
        objects = ", ".join(f"{found['label']} {found['score']:.0%}" for found in song["objects"])
        table.add_row(f"[dim]{song['artist']}[/]", f"{song['album']} ({song['year']})", objects or "[dim]nothing[/]")
    table.add_section()
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    facts.add_row("Seen on", table)
    facts.add_row("Prompt", cover["prompt"]["text"])
    timings = cover["timings"]
    facts.add_row("Seconds", ", ".join(f"{step} {timings[step]['seconds']:.2f}" for step in STEPS))
    painting = cover["painting"]
    bill = f", {painting['model']}, {painting['cost_usd'] * 100:.1f} cents" if painting["model"] else ""
    note = f" ({painting['note']})" if painting["note"] else ""
    facts.add_row("Painted by", f"{painting['backend']}{bill}{note}")
    return facts


if __name__ == "__main__":
    sys.exit(main())
