"""A cover as tutorials make one: each thing after the other, everything loaded where it is used, kept nowhere.

`python -m scripts.benchmark.peers.naive TOLD`: TOLD is JSON, see covers.py. It prints what it took, JSON. Written to be
read and to work, with the same networks as ours, but plain; nothing in it is slow on purpose.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

from scripts.benchmark.peers.told import Parts, Told, run


def cover(told: Told, parts: Parts) -> dict[str, bytes]:
    with parts("fetch"):
        songs = fetch(told)
    with parts("detect"):
        for song in songs:
            song["objects"] = detect(told, song["picture"])
    with parts("prompt"):
        write(songs)
    with parts("stylize"):
        return stylize(told, songs[0]["picture"])


def fetch(told: Told) -> list[dict[str, Any]]:
    """Top artists, each one's top song, and its album's artwork."""
    import requests
    import spotipy

    spotify = spotipy.Spotify(auth=told.token)
    spotify.prefix = told.api_url
    songs = []
    for artist in spotify.current_user_top_artists(limit=told.count, time_range="medium_term")["items"]:
        # Not spotipy's artist_top_tracks: it sends a parameter that Spotify no longer documents.
        track = spotify._get(f"artists/{artist['id']}/top-tracks")["tracks"][0]
        answer = requests.get(track["album"]["images"][0]["url"], timeout=10)
        answer.raise_for_status()
        song = {"artist": artist["name"], "genres": artist.get("genres", []), "picture": answer.content}
        songs.append({**song, "track": track["name"], "album": track["album"]["name"]})
    return songs


def detect(told: Told, picture: bytes) -> list[str]:
    """What is on one picture."""
    import numpy as np
    import onnxruntime
    from PIL import Image

    from detector_model import LABELS

    session = onnxruntime.InferenceSession(told.detector, providers=["CPUExecutionProvider"])
    small = Image.open(io.BytesIO(picture)).convert("RGB").resize((300, 300), Image.Resampling.BILINEAR)
    pixels = np.asarray(small, np.float32)[None] / 127.5 - 1
    thresholds = {"score_threshold": np.array([0.6], np.float32), "overlap_threshold": np.array([0.5], np.float32)}
    (kept,) = session.run(["kept"], {"pictures": pixels, **thresholds})
    return [LABELS[label] for _, label, _ in kept]


def write(songs: list[dict[str, Any]]) -> str:
    """A prompt of objects, genres and the artwork's colours."""
    from PIL import Image

    objects = sorted({name for song in songs for name in song["objects"]})
    genres = sorted({genre for song in songs for genre in song["genres"]})
    colours = []
    for song in songs:
        small = Image.open(io.BytesIO(song["picture"])).convert("RGB").resize((100, 100))
        common = sorted(small.quantize(4).convert("RGB").getcolors(), reverse=True)
        colours.append("#{:02x}{:02x}{:02x}".format(*common[0][1]))
    return f"A poster of {', '.join(objects)} in the spirit of {', '.join(genres)}, in {', '.join(colours)}."


def stylize(told: Told, artwork: bytes) -> dict[str, bytes]:
    """The painting in the style of an artwork, at 1024 pixels, 640 and 300."""
    import os

    import numpy as np
    from ai_edge_litert.interpreter import Interpreter
    from PIL import Image

    def run_network(model: str, *inputs: Any) -> Any:
        interpreter = Interpreter(model_path=model, num_threads=os.cpu_count())
        interpreter.allocate_tensors()
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    def pixels(picture: Image.Image, side: int) -> Any:
        return np.asarray(picture.convert("RGB").resize((side, side)), np.float32)[None] / 255

    painting = Image.open(told.painting)
    style = run_network(told.predict, pixels(Image.open(io.BytesIO(artwork)), 256))
    own = run_network(told.predict, pixels(painting, 256))
    styled = run_network(told.plain, pixels(painting, told.side), 0.6 * style + 0.4 * own)[0]
    master = Image.fromarray((styled.clip(0, 1) * 255).astype(np.uint8)).resize((1024, 1024))
    small, thumbnail = master.resize((640, 640)), master.resize((300, 300))
    files = {
        "master.png": (master, {}),
        "cover.jpg": (small, {"quality": 85}),
        "thumbnail.jpg": (thumbnail, {"quality": 85}),
    }
    saved = {}
    for name, (picture, options) in files.items():
        body = io.BytesIO()
        picture.save(body, "PNG" if name.endswith("png") else "JPEG", **options)
        saved[name] = body.getvalue()
    return saved


if __name__ == "__main__":
    run(cover, Told(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
