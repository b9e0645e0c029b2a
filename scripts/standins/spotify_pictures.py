"""The stand-in's pictures: artwork, playlist images, mosaics, and what should never be used."""

import io
from collections.abc import Iterator

from flask import Flask, Response, abort, redirect
from PIL import Image, ImageOps

from scripts.standins import artwork
from scripts.standins.answers import MOSAIC_SIZES
from scripts.standins.catalogue import Artwork
from scripts.standins.spotify_state import State

# Characters of an album's id, of which the address of a mosaic has four.
_ID = 22
_SHOWN_PIXELS = 640


def add_pictures(app: Flask, state: State) -> None:
    @app.get("/image/<string(length=40):image_id>")
    def custom(image_id: str) -> Response:
        if image_id not in state.pictures:
            abort(404)
        return Response(_transcoded(state.pictures[image_id]), mimetype="image/jpeg")

    @app.get("/<int:size>/<album_ids>")
    def mosaic(size: int, album_ids: str) -> Response:
        if size not in MOSAIC_SIZES or len(album_ids) != 4 * _ID:
            abort(404)
        albums = [state.music.albums.get(album_ids[start : start + _ID]) for start in range(0, len(album_ids), _ID)]
        return Response(_mosaic([album and album.artwork for album in albums], size), mimetype="image/jpeg")

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


def _transcoded(picture: bytes) -> bytes:
    """At most 640 pixels wide, and never the bytes that came."""
    with Image.open(io.BytesIO(picture)) as opened:
        side = min(*opened.size, _SHOWN_PIXELS)
        square = ImageOps.fit(opened.convert("RGB"), (side, side))
    return _jpeg(square, quality=86)


def _mosaic(artworks: list[Artwork | str | None], size: int) -> bytes:
    side = size // 2
    whole = Image.new("RGB", (size, size), "#282828")
    for place, made in enumerate(artworks):
        if isinstance(made, Artwork):
            with Image.open(io.BytesIO(artwork.jpeg(made, 300))) as tile:
                whole.paste(tile.resize((side, side)), (place % 2 * side, place // 2 * side))
    return _jpeg(whole, quality=85)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=quality)
    return body.getvalue()


def _endless() -> Iterator[bytes]:
    """40 MB that begin like a JPEG, of no announced length."""
    yield b"\xff\xd8\xff\xe0"
    for _ in range(400):
        yield bytes(100_000)
