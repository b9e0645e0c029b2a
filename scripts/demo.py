"""`make demo`: the stack on this machine, and one cover for the demo listener from their top artists."""

import os
import shutil
import sys
import uuid
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from coverart.cover import STEPS
from scripts.local import stack
from scripts.local.paths import ROOT

OUT = ROOT / "out"
console = Console(highlight=False)


def main() -> int:
    secrets = {"openai_api_key": key} if (key := os.environ.get("OPENAI_API_KEY", "")) else {}
    with stack.running(secrets=secrets, say=lambda what: console.print(f"[dim]{what} …[/]")) as local:
        listener_id = local.connect()
        source = {"kind": "top_artists", "time_range": "medium_term", "count": 12}
        cover_id = local.ask(listener_id, source, key=str(uuid.uuid4()))
        item = _watched(local, listener_id, cover_id)
        if item["status"] == "failed":
            console.print(f"[red]No cover:[/] {item['error']['message']} ({item['error']['code']})")
            console.print(f"The log is {local.emulator.folder / 'emulator.log'}")
            return 1
        _fetch_pictures(local, item)
    console.print(_table(item))
    console.print(f"[bold]{(OUT / 'cover.jpg').relative_to(ROOT)}[/] is the cover, ", end="")
    console.print(f"[bold]{(OUT / 'steps.jpg').relative_to(ROOT)}[/] how it came about.")
    return 0


def _watched(local: stack.LocalStack, listener_id: str, cover_id: str) -> dict[str, Any]:
    """The cover's item when it has ended; meanwhile a bar for each step."""
    columns = (TextColumn("{task.description:>9}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks = {step: bars.add_task(step, total=None, start=False, visible=False) for step in STEPS}

        def show(item: dict[str, Any]) -> None:
            for step, task in tasks.items():
                ended = step in item["timings"]
                if ended or item.get("step") == step:
                    bars.start_task(task) if bars.tasks[task].start_time is None else None
                    bars.update(task, visible=True, **({"total": 1, "completed": 1} if ended else {}))

        return local.wait(listener_id, cover_id, progress=show)


def _fetch_pictures(local: stack.LocalStack, item: dict[str, Any]) -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    for name, key in {"cover.jpg": item["pictures"]["cover"], "steps.jpg": item["pictures"]["steps"]}.items():
        (OUT / name).write_bytes(local.bucket.get(key))


def _table(item: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    seen = {artwork["album_id"]: artwork["objects"] for artwork in item["detected"]["artworks"]}
    for song in item["fetched"]["songs"]:
        objects = ", ".join(f"{found['label']} {found['score']:.0%}" for found in seen.get(song["album_id"], []))
        table.add_row(f"[dim]{song['artist']}[/]", f"{song['album']} ({song['year']})", objects or "[dim]nothing[/]")
    table.add_section()
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    facts.add_row("Seen on", table)
    facts.add_row("Prompt", item["prompt"]["text"])
    timings = item["timings"]
    facts.add_row("Seconds", ", ".join(f"{step} {timings[step]['seconds']:.2f}" for step in STEPS))
    painting = item["painting"]
    bill = f", {painting['model']}, {painting['cost_usd'] * 100:.1f} cents" if painting["model"] else ""
    note = f" ({painting['note']})" if painting["note"] else ""
    facts.add_row("Painted by", f"{painting['backend']}{bill}{note}")
    return facts


if __name__ == "__main__":
    sys.exit(main())
