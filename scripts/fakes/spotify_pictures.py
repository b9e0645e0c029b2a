"""The pictures of the fake Spotify: artwork, playlist images, mosaics, and files that no cover may use."""

import io
from collections.abc import Iterator

import werkzeug
from flask import Flask, Response, abort, redirect
from PIL import Image, ImageOps

from scripts.fakes import artwork
from scripts.fakes.catalog import Artwork
from scripts.fakes.spotify_responses import MOSAIC_SIZES
from scripts.fakes.spotify_state import State

# Characters of an album's id. The address of a mosaic consists of four.
_ID_LENGTH = 22
_MAX_SIDE = 640


def add_picture_routes(app: Flask, state: State) -> None:
    @app.get("/image/<string(length=40):image_id>")
    def custom_image(image_id: str) -> Response:
        if image_id not in state.pictures:
            abort(404)
        return Response(_transcode(state.pictures[image_id]), mimetype="image/jpeg")

    @app.get("/<int:size>/<album_ids>")
    def mosaic(size: int, album_ids: str) -> Response:
        if size not in MOSAIC_SIZES or len(album_ids) != 4 * _ID_LENGTH:
            abort(404)
        ids = [album_ids[start : start + _ID_LENGTH] for start in range(0, len(album_ids), _ID_LENGTH)]
        artworks = [album.artwork if (album := state.music.albums.get(album_id)) else None for album_id in ids]
        mosaic = artwork.render_mosaic(artworks, size)
        return Response(artwork.encode(mosaic, "JPEG", quality=85), mimetype="image/jpeg")

    @app.get("/image/<album_id>-<int:size>")
    def album_artwork(album_id: str, size: int) -> werkzeug.Response:
        album = state.music.albums.get(album_id)
        if album is None or size not in artwork.SIZES:
            abort(404)
        match album.artwork:
            case "cut-off":
                whole = artwork.render_jpeg(Artwork("coffee"), size)
                return Response(whole[: len(whole) // 2], mimetype="image/jpeg")
            case "not-a-picture":
                return Response("<html><title>Sorry</title></html>", mimetype="text/html")
            case "too-many-pixels":
                return Response(artwork.oversized_png(), mimetype="image/png")
            case "too-many-bytes":
                return Response(_stream_megabytes(), mimetype="image/jpeg")
            case "redirect":
                return redirect(f"/image/{next(iter(state.music.albums))}-640")
            case str():
                abort(404)
        return Response(artwork.render_jpeg(album.artwork, size), mimetype="image/jpeg")


def _transcode(picture: bytes) -> bytes:
    """Return other bytes than the upload's, as Spotify does, and at most 640 pixels wide."""
    with Image.open(io.BytesIO(picture)) as image:
        side = min(*image.size, _MAX_SIDE)
        square = ImageOps.fit(image.convert("RGB"), (side, side))
    return artwork.encode(square, "JPEG", quality=86)


def _stream_megabytes() -> Iterator[bytes]:
    """Yield 11 MB that begin like a JPEG, without a Content-Length."""
    yield b"\xff\xd8\xff\xe0"
    for _ in range(110):
        yield bytes(100_000)
