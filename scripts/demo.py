"""`make demo`: starts the local stack and makes a cover for the demo listener over the HTTP API, as a browser does.

With the painter there are four candidates, with OpenAI's image model one.
"""

import io
import os
import sys
import time
from typing import Any

import requests
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from coverart.models import STEPS
from scripts.local.paths import OUT
from scripts.local.stack import FINAL_STATUSES
from scripts.local.startup import run_stack

_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 12}
_TIMEOUT_SECONDS = 240
_SIDE_PIXELS, _GAP_PIXELS = 640, 20
_RESULTS_OF_CANDIDATES = {"generate": "painting", "stylize": "images"}
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
        candidates = [candidate for candidate in cover["candidates"] if candidate["status"] == "done"]
        files = {
            "cover": cover["images"]["cover"],
            "steps": cover["images"]["steps"],
            **{f"candidate {candidate['index']}": candidate["images"]["cover"] for candidate in candidates},
        }
        images = {name: _check(browser.get(local.url + url, timeout=30)).content for name, url in files.items()}
    OUT.mkdir(exist_ok=True)
    for name in ("cover", "steps"):
        (OUT / f"{name}.jpg").write_bytes(images.pop(name))
    _draw_side_by_side(list(images.values())).save(OUT / "candidates.jpg", quality=90)
    console.print(_create_table(cover))
    console.print(f"[bold]{OUT.name}/candidates.jpg[/] shows {len(images)} to choose from.")
    console.print(
        f"[bold]{OUT.name}/cover.jpg[/] is the first of them, [bold]{OUT.name}/steps.jpg[/] shows how it was made."
    )
    console.print("Next: [bold]make run[/] starts the page, where you choose one, ask for more, and use it.")
    return 0


def _draw_side_by_side(images: list[bytes]) -> Image.Image:
    """Return all images in one row."""
    row = Image.new("RGB", (len(images) * (_SIDE_PIXELS + _GAP_PIXELS) - _GAP_PIXELS, _SIDE_PIXELS), "white")
    for index, content in enumerate(images):
        with Image.open(io.BytesIO(content)) as image:
            row.paste(image.resize((_SIDE_PIXELS, _SIDE_PIXELS)), (index * (_SIDE_PIXELS + _GAP_PIXELS), 0))
    return row


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
                if result := _RESULTS_OF_CANDIDATES.get(step):
                    candidates = cover["candidates"]
                    completed = sum(candidate[result] is not None for candidate in candidates)
                    bars.update(task, total=len(candidates), completed=completed)
                elif step in cover["timings"]:
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
