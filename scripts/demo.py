"""`make demo`: starts the local stack and makes a cover for the demo listener over the HTTP API, as a browser does.

With the painter there are four candidates, with OpenAI's image model one.
"""

import io
import os
import sys
from typing import Any

import requests
from PIL import Image
from rich.console import Console

from coverart.models import STEPS
from scripts.fakes.spotify_state import LISTENERS
from scripts.local.paths import OUT
from scripts.local.startup import run_stack
from scripts.sheets import draw_grid

_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 12}
console = Console(highlight=False)


def main() -> int:
    secrets = {"openai_api_key": key} if (key := os.environ.get("OPENAI_API_KEY", "")) else {}
    with run_stack(secrets=secrets, report=lambda message: console.print(f"[dim]{message} …[/]")) as local:
        browser = local.log_in()
        response = _check(browser.post(f"{local.url}/api/covers", json={"source": _SOURCE}, timeout=30))
        with console.status("Making the cover"):
            local.wait_for_cover(LISTENERS["demo"].account_id, response.json()["cover_id"])
        cover = _check(browser.get(local.url + response.headers["Location"], timeout=30)).json()
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
