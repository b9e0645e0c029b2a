"""The stand-in's pictures, under /image: artwork, playlist images, and what should never be used."""

import io
from collections.abc import Iterator

from flask import Flask, Response, abort, redirect
from PIL import Image

from scripts.standins import artwork
from scripts.standins.spotify_state import State


def add_pictures(app: Flask, state: State) -> None:
    @app.get("/image/custom-<playlist_id>-<int:size>")
    def custom(playlist_id: str, size: int) -> Response:
        if playlist_id not in state.images:
            abort(404)
        with Image.open(io.BytesIO(state.images[playlist_id])) as picture:
            body = io.BytesIO()
            picture.resize((size, size), Image.Resampling.LANCZOS).save(body, "JPEG", quality=90)
        return Response(body.getvalue(), mimetype="image/jpeg")

    @app.get("/image/<album_id>-<int:size>")
    def picture(album_id: str, size: int) -> Response:
        album = state.music.albums.get(album_id)
        if album is None or size not in artwork.SIZES:
            abort(404)
        match album.artwork:
            case "cut-off":
                return Response(artwork.cut_off(), mimetype="image/jpeg")
            case "not-a-picture":
                return Response("<html><title>Sorry</title></html>", mimetype="text/html")
            case "too-many-pixels":
                return Response(artwork.too_many_pixels(), mimetype="image/png")
            case "too-many-bytes":
                return Response(_endless(), mimetype="image/jpeg")
            case "redirect":
                return redirect(f"/image/{next(iter(state.music.albums))}-640")  # type: ignore[return-value]
            case str():
                abort(404)
        return Response(artwork.jpeg(album.artwork, size), mimetype="image/jpeg")


def _endless() -> Iterator[bytes]:
    """40 MB that begin like a JPEG, of no announced length."""
    yield b"\xff\xd8\xff\xe0"
    for _ in range(400):
        yield bytes(100_000)
