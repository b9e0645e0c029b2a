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

from coverart.models import STEPS
from scripts.local.paths import OUT
from scripts.local.stack import FINAL_STATUSES
from scripts.local.startup import run_stack
from scripts.sheets import draw_grid

_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 12}
_TIMEOUT_SECONDS = 240
console = Console(highlight=False)


def main() -> int:
    secrets = {"openai_api_key": key} if (key := os.environ.get("OPENAI_API_KEY", "")) else {}
    with run_stack(secrets=secrets, report=lambda message: console.print(f"[dim]{message} …[/]")) as local:
        browser = local.log_in()
        response = _check(browser.post(f"{local.url}/api/covers", json={"source": _SOURCE}, timeout=30))
        cover = _wait_for_cover(browser, local.url + response.headers["Location"])
        if cover["status"] == "failed":
            console.print(f"[red]The cover failed:[/] {cover['error']['message']} ({cover['error']['code']})")
            return 1
        candidates = [candidate for candidate in cover["candidates"] if candidate["status"] == "done"]
        urls = [cover["images"]["cover"], cover["images"]["steps"], *(each["images"]["cover"] for each in candidates)]
        files = [_check(browser.get(local.url + url, timeout=30)).content for url in urls]
    OUT.mkdir(exist_ok=True)
    for name, content in zip(("cover", "steps"), files, strict=False):
        (OUT / f"{name}.jpg").write_bytes(content)
    images = [Image.open(io.BytesIO(content)) for content in files[2:]]
    draw_grid(images, len(images), side=640, gap=20, paper="white").save(OUT / "candidates.jpg", quality=90)
    _describe(cover)
    console.print(f"[bold]{OUT.name}/candidates.jpg[/] shows {len(images)} to choose from.")
    console.print(
        f"[bold]{OUT.name}/cover.jpg[/] is the first of them, [bold]{OUT.name}/steps.jpg[/] shows how it was made."
    )
    console.print("Next: [bold]make run[/] starts the page, where you choose one, ask for more, and use it.")
    return 0


def _check(response: requests.Response) -> requests.Response:
    """Return a successful response. Raise RuntimeError for any other."""
    if not response.ok:
        raise RuntimeError(f"The API refused the request: {response.status_code} {response.text}")
    return response


def _wait_for_cover(browser: requests.Session, url: str) -> dict[str, Any]:
    """Show the step until the cover has ended, and return the cover."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    with console.status("Waiting for the first step") as line:
        while time.monotonic() < deadline:
            cover: dict[str, Any] = _check(browser.get(url, timeout=30)).json()
            if cover["status"] in FINAL_STATUSES:
                return cover
            line.update(f"Step {cover['step'] or STEPS[0]}")
            time.sleep(0.3)
    raise RuntimeError(f"The cover is not done after {_TIMEOUT_SECONDS} seconds.")


def _describe(cover: dict[str, Any]) -> None:
    for song in cover["songs"]:
        objects = ", ".join(f"{detected['label']} {detected['score']:.0%}" for detected in song["objects"])
        console.print(f"[dim]{song['artist']}, {song['album']} ({song['year']}):[/] {objects or 'nothing detected'}")
    console.print("Prompt:", cover["prompt"]["text"])
    console.print("Seconds:", ", ".join(f"{step} {cover['timings'][step]['seconds']:.2f}" for step in STEPS))
    painting = cover["painting"]
    cost = f", {painting['cost_usd'] * 100:.1f} cents" if painting["model"] else ""
    console.print(f"Painted by {painting['model'] or 'the built-in painter'}{cost}.", painting["note"] or "")


if __name__ == "__main__":
    sys.exit(main())
