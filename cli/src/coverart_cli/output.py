"""What the commands print: results on standard output, progress on standard error."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_output, _progress = Console(soft_wrap=True), Console(stderr=True)
_STEPS = {
    "fetch": "Reading your music",
    "detect": "Looking at the artwork",
    "prompt": "Writing the prompt",
    "generate": "Painting",
    "stylize": "Applying the style",
    "publish": "Finishing",
}


def describe_image(entry: dict[str, Any]) -> str:
    """Return a sentence about an entry of a playlist's history."""
    if entry["status"] == "not_set":
        return f"The playlist's image was not set. {entry['message']}"
    if entry.get("undoes"):
        return "The playlist's image is set again."
    return "The playlist's image is set. To restore the previous one: coverart undo PLAYLIST"


@contextmanager
def show_progress() -> Iterator[Callable[[dict[str, Any]], None]]:
    """Yield what shows a cover's progress: a moving line in a terminal, else a line for each step."""
    texts: list[str] = []

    def report(cover: dict[str, Any]) -> None:
        text = _STEPS.get(cover["step"] or "", "Waiting")
        if _progress.is_terminal:
            status.update(f"{text} …")
        elif text not in texts:
            print(f"{text} …", file=sys.stderr)
        texts.append(text)

    with _progress.status("Waiting …") as status:
        yield report


def print_table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], otherwise: str) -> None:
    """Print a table in a terminal, and columns separated by tabs elsewhere."""
    if not rows:
        print(otherwise, file=sys.stderr)
    elif not _output.is_terminal:
        for row in rows:
            print("\t".join(row))
    else:
        table = Table(*headings, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*map(escape, row))
        _output.print(table)


def print_json(value: Any) -> None:
    """Print for programs."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
