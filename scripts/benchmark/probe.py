"""Measures one thing in a process of its own, which is on a function's layers and nothing else.

`python -P probe.py WHAT FOLDER [ARGUMENT ...]`: the last line that it prints is JSON, measure -> values in seconds or,
for memory, MB. FOLDER stands for the bucket: a key is a path in it. It is run by an interpreter that has Lambda's own
packages alone, so it imports nothing of scripts/.
"""

import io
import json
import os
import re
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

Figures = dict[str, list[float]]


class Folder:
    """What a step needs of a bucket."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def get(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def put(self, key: str, body: bytes, *_: Any) -> None:
        (self.root / key).parent.mkdir(parents=True, exist_ok=True)
        (self.root / key).write_bytes(body)

    def event(self, name: str) -> Any:
        return json.loads(self.get(f"{name}.json"))


class FarFolder(Folder):
    """As slow as S3 often is."""

    SECONDS = 0.02

    def metadata(self, key: str) -> dict[str, str] | None:
        time.sleep(self.SECONDS)
        return {} if (self.root / key).exists() else None

    def put(self, key: str, body: bytes, *_: Any) -> None:
        time.sleep(self.SECONDS)
        super().put(key, body)


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def warm(work: Callable[[], Any], times: int = 3) -> list[float]:
    return [seconds(work) for _ in range(times)]


def peak_memory() -> list[float]:
    # Not getrusage: what it says of a young process is its parent's.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return [int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024 / 1e6]


def step(room: str, folder: Folder) -> Callable[[dict[str, Any]], Any]:
    """The step's own function, on the folder: everything but AWS, the progress and the measuring."""
    app: Any = import_module(f"{room}.app")
    import_module("coverart.aws.telemetry").start_invocation(None)
    os.environ |= {"COVERS_TABLE": "none", "BUCKET_NAME": "none", "DATA_MODE": "full"}
    app.Bucket = lambda *_: folder
    app.aws.client = lambda _: None
    takes = getattr(app, f"{room.capitalize()}Input")
    return lambda event: app.handler.__wrapped__(takes.model_validate(event))


class _FromSource(SourceFileLoader):
    """Finds no bytecode and leaves none."""

    def path_stats(self, path: str) -> Any:
        raise OSError(path)


def without_bytecode(*folders: str) -> None:
    """From now on, what is in these folders is compiled when it is imported."""
    found = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), (_FromSource, SOURCE_SUFFIXES))

    def hook(path: str) -> Any:
        if not path.startswith(folders):
            raise ImportError
        return found(path)

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()


# Those that a function makes whatever it is asked, beside the tables'.
_CLIENTS = {
    "auth": ("ssm",),
    "accept": ("stepfunctions",),
    "watch": ("stepfunctions", "events", "ssm"),
    **dict.fromkeys(("detect", "prompt", "stylize", "publish"), ("s3",)),
    **dict.fromkeys(("fetch", "generate", "apply"), ("s3", "ssm")),
}


def imports(_: Folder, room: str, bytecode: str) -> Figures:
    """`bytecode`: the layers' own, as on Lambda, where it is "layers"; the functions' own code has none there."""
    code, *layers = os.environ["PYTHONPATH"].split(os.pathsep)
    if bytecode == "none":
        without_bytecode(code, *layers)
        return {"import, no bytecode": [seconds(lambda: import_module(f"{room}.app"))]}
    without_bytecode(code)
    imported = seconds(lambda: import_module(f"{room}.app"))
    aws = import_module("coverart.aws.clients")
    clients = seconds(lambda: (aws.table("covers"), *map(aws.client, _CLIENTS.get(room, ()))))
    return {
        "import": [imported],
        "AWS clients": [clients],
        "import and clients": [imported + clients],
        "peak memory": peak_memory(),
    }


def detect(folder: Folder) -> Figures:
    event = folder.event("detect")
    look = step("detect", folder)
    from detect import detector

    load = seconds(detector.load_session)
    first = load + seconds(lambda: look({**event, "songs": event["songs"][:1]}))
    each = [took / len(event["songs"]) for took in warm(lambda: look(event))]
    return {"model load": [load], "first call": [first], "warm call": each, "peak memory": peak_memory()}


def use_threads(count: int) -> None:
    """From now on the process has so many processors."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def detect_batches(folder: Folder, threads: str, at_once: str, artworks: str) -> Figures:
    """Artworks a second, by how many the network gets at once (numbers with commas between them)."""
    use_threads(int(threads))
    songs = folder.event("detect")["songs"]
    event = {**folder.event("detect"), "songs": [songs[n % len(songs)] for n in range(int(artworks))]}
    look = step("detect", folder)
    from coverart.images.decode import decode_image
    from detect import detector

    pictures = [detector.prepare(decode_image(folder.get(song["artwork"]))) for song in event["songs"]]
    look(event)
    figures = {"peak memory": peak_memory()}
    for size in map(int, at_once.split(",")):
        detector.BATCH_SIZE = size
        detector.detect(pictures[:size])
        figures[f"{size} at once, whole"] = [len(pictures) / seconds(lambda: look(event))]
        figures[f"{size} at once, network"] = [len(pictures) / seconds(lambda: detector.detect(pictures))]
    return figures


def prompt(folder: Folder) -> Figures:
    event = folder.event("prompt")
    write = step("prompt", folder)
    first = seconds(lambda: write(event))
    return {"first call": [first], "warm call": warm(lambda: write(event)), "peak memory": peak_memory()}


def palette(folder: Folder) -> Figures:
    from coverart.models import Song
    from prompt.artwork import read_artwork
    from prompt.palette import find_dominant_colors

    songs = [Song.model_validate(song) for song in folder.event("prompt")["songs"]]
    pictures = read_artwork(songs, folder.get)
    first = seconds(lambda: find_dominant_colors(pictures.values()))
    return {"first call": [first], "warm call": warm(lambda: find_dominant_colors(pictures.values()))}


def painter(folder: Folder) -> Figures:
    """Leaves the painting that the later ones style."""
    from coverart.models import Prompt
    from generate.painter import paint

    asked = Prompt.model_validate(folder.event("generate")["prompt"])
    first = seconds(lambda: paint(asked))
    figures = {"first call": [first], "warm call": warm(lambda: paint(asked)), "peak memory": peak_memory()}
    painting = io.BytesIO()
    paint(asked).save(painting, "PNG")
    folder.put(folder.event("stylize")["painting"]["key"], painting.getvalue())
    return figures


def style_transfer(folder: Folder, side: str, threads: str, times: str) -> Figures:
    """From painting and two artworks to styled pixels; no files. The networks of all sides are in `networks`."""
    use_threads(int(threads))
    from coverart.images.decode import decode_image
    from stylize import style_transfer

    style_transfer.files = lambda _: folder.root / "networks"
    style_transfer.TRANSFER_SIDE, style_transfer._THREADS = int(side), int(threads)
    event = folder.event("stylize")
    painting = decode_image(folder.get(event["painting"]["key"]))
    lenders = [song["artwork"] for song in event["songs"] if song["album_id"] in event["prompt"]["style_albums"]]
    artworks = [decode_image(folder.get(key)) for key in lenders]
    networks = (f"predict_{style_transfer.PREDICT_SIDE}.tflite", f"transfer_{side}.tflite")
    load = seconds(lambda: [style_transfer._interpreter(network) for network in networks])
    first = load + seconds(
        lambda: style_transfer.stylize(painting, style_transfer.predict_common_style_vector(artworks), 0.6)
    )
    again = warm(
        lambda: style_transfer.stylize(painting, style_transfer.predict_common_style_vector(artworks), 0.6), int(times)
    )
    return {"model load": [load], "first call": [first], "warm call": again, "peak memory": peak_memory()}


def stylize(folder: Folder) -> Figures:
    event = folder.event("stylize")
    work = step("stylize", folder)
    first = seconds(lambda: work(event))
    return {"first call": [first], "warm call": warm(lambda: work(event), 2), "peak memory": peak_memory()}


def fetch(folder: Folder) -> Figures:
    """From Spotify's stand-in, whose address and tokens `fetch.json` holds, into a bucket that was empty."""
    event = folder.event("fetch")
    os.environ |= event.pop("environment")
    profile = event.pop("profile")
    figures = {}
    with TemporaryDirectory(dir=folder.root) as buckets:
        for call in ("first call", "warm call"):
            read = step("fetch", FarFolder(Path(buckets) / call))
            app: Any = import_module("fetch.app")
            from coverart.spotify.client import SpotifyClient
            from coverart.spotify.settings import SpotifySettings
            from coverart.store.listeners import Profile

            known: Any = SimpleNamespace(knows=lambda _: True)
            connected = SpotifyClient(Profile.model_validate(profile), known, known, SpotifySettings.load())
            app.spotify_of, app.Listeners, app.aws.table = lambda _, it=connected: it, lambda _, it=known: it, str
            figures[call] = [seconds(lambda read=read: read(event))]
    return {**figures, "peak memory": peak_memory()}


def jpeg_fit(folder: Folder) -> Figures:
    """Of the master that `stylize` left."""
    from coverart.images.decode import decode_image
    from coverart.images.jpeg import encode_cover_jpeg

    master = decode_image(folder.get(folder.event("publish")["pictures"]["master"]))
    first = seconds(lambda: encode_cover_jpeg(master))
    return {"first call": [first], "warm call": warm(lambda: encode_cover_jpeg(master))}


PROBES: dict[str, Callable[..., Figures]] = {
    probe.__name__: probe
    for probe in (imports, fetch, detect, detect_batches, prompt, palette, painter, style_transfer, stylize, jpeg_fit)
}

if __name__ == "__main__":
    figures = PROBES[sys.argv[1]](Folder(Path(sys.argv[2])), *sys.argv[3:])
    sys.stdout.write("\n" + json.dumps(figures) + "\n")
