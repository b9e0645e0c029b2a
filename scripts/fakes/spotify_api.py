"""The Web API of the fake Spotify, under /v1."""

import base64
import binascii
import io
import re
from typing import Any

from flask import Flask, Response, abort, g, jsonify, request
from PIL import Image

from scripts.fakes import tokens
from scripts.fakes.catalog import RANGES, Artist, Playlist, Song
from scripts.fakes.contract import spotify_contract
from scripts.fakes.spotify_responses import Json, ResponseBuilder
from scripts.fakes.spotify_state import LISTENERS, Listener, State

_MAX_UPLOAD_BYTES = 256 * 1024
# Playlists with fewer songs show an album's artwork.
_MIN_MOSAIC_SONGS = 4
_NO_PREMIUM = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take "
    "a few hours before requests are allowed again."
)
# Whose token belongs to the app itself.
_NOBODY = Listener("", "", "")
# The scopes that a route needs.
_SCOPES = (
    ("GET", r"/v1/me/top/", {"user-top-read"}),
    ("GET", r"/v1/(me/playlists|playlists/[^/]+/items)$", {"playlist-read-private"}),
    ("PUT", r"/v1/playlists/[^/]+/images$", {"ugc-image-upload", "playlist-modify-public", "playlist-modify-private"}),
)


def check_request(state: State) -> None:
    """Abort a request that the specification, its token and scopes, or the app's mode do not allow."""
    path = request.path.removeprefix("/v1").rstrip("/")
    received = (request.method, path, request.args, dict(request.headers), request.get_data())
    if problems := spotify_contract().find_request_problems(*received):
        state.recorder.violations += [f"{request.method} {request.full_path} {problem}" for problem in problems]
        abort(400, "; ".join(problems))
    if not state.premium:
        abort(Response(_NO_PREMIUM, 403, mimetype="text/plain"))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        abort(401, "No token provided")
    payload = tokens.read_token("access", token) or tokens.read_token("app", token)
    if payload is None or token in state.revoked:
        abort(401, "The access token expired")
    g.listener = LISTENERS.get(payload["listener"], _NOBODY)
    if g.listener is _NOBODY and path.startswith("/me"):
        abort(401, "Valid user authentication required")
    if not g.listener.allowed:
        abort(Response("User not registered in the Developer Dashboard", 403, mimetype="text/plain"))
    scopes = set(payload["scope"].split())
    for method, pattern, required in _SCOPES:
        if method == request.method and re.match(pattern, request.path) and not required <= scopes:
            abort(403, "Insufficient client scope")
    if state.mode == "development" and path.endswith("/top-tracks"):
        abort(403, "Forbidden")
    g.builder = ResponseBuilder(request.host_url, state.mode == "development")


def add_listener_routes(app: Flask, state: State) -> None:
    @app.get("/v1/me")
    @app.get("/v1/me/")
    def me() -> Response:
        listener: Listener = g.listener
        profile = _builder().user(listener.id, listener.name)
        details = {"account_id": listener.account_id, "country": "GB", "product": "premium", "images": []}
        return _respond({**profile, **details, "followers": {"href": None, "total": 3}})

    @app.get("/v1/me/top/artists")
    def top_artists() -> Response:
        time_range = _read_time_range()
        artists = list(state.music.top_artists) if g.listener.top else []
        # Each time range has another order.
        turn = 3 * RANGES.index(time_range) - 3
        artists = artists[turn:] + artists[:turn]
        objects = [_builder().artist(artist) for artist in artists]
        return _respond(_builder().page("me/top/artists", objects, *_read_paging()))

    @app.get("/v1/me/top/tracks")
    def top_tracks() -> Response:
        songs = state.music.top_songs(_read_time_range()) if g.listener.top else []
        objects = [_builder().track(song) for song in songs]
        return _respond(_builder().page("me/top/tracks", objects, *_read_paging()))

    @app.get("/v1/me/playlists")
    def my_playlists() -> Response:
        me, public = g.listener.id, [playlist for playlist in state.playlists.values() if not playlist.hidden]
        library = [playlist for playlist in public if playlist.owner == me or (me, playlist.id) in state.followed]
        objects = [_summarize(state, playlist) for playlist in library]
        return _respond(_builder().page("me/playlists", objects, *_read_paging()))


def add_playlist_routes(app: Flask, state: State) -> None:
    @app.get("/v1/playlists/<playlist_id>")
    def playlist(playlist_id: str) -> Response:
        playlist = _get_playlist(state, playlist_id)
        summary = _summarize(state, playlist)
        if playlist.owner == g.listener.id:
            entries = _builder().entries(playlist, _owner(playlist), 50, 0)
            summary = {name: entries if name in {"items", "tracks"} else part for name, part in summary.items()}
        else:
            summary = {name: part for name, part in summary.items() if name not in {"items", "tracks"}}
        if (fields := request.args.get("fields")) is not None:
            summary = {name: part for name, part in summary.items() if name in fields.split(",")}
        return _respond(summary)

    @app.get("/v1/playlists/<playlist_id>/items")
    def playlist_items(playlist_id: str) -> Response:
        playlist = _get_playlist(state, playlist_id)
        if playlist.owner != g.listener.id:
            abort(403, "Forbidden")
        return _respond(_builder().entries(playlist, _owner(playlist), *_read_paging()))

    @app.get("/v1/playlists/<playlist_id>/images")
    def playlist_images(playlist_id: str) -> Response:
        return _respond(_list_images(state, _get_playlist(state, playlist_id)))

    @app.put("/v1/playlists/<playlist_id>/images")
    def set_playlist_image(playlist_id: str) -> Response:
        if _get_playlist(state, playlist_id).owner != g.listener.id:
            abort(403, "You cannot change an image of a playlist you don't own")
        jpeg = _decode_upload(request.get_data())
        with state.recorder.lock:
            state.upload(playlist_id, jpeg)
        return Response(status=202)


def add_catalog_routes(app: Flask, state: State) -> None:
    @app.get("/v1/artists/<artist_id>")
    def artist(artist_id: str) -> Response:
        return _respond(_builder().artist(_require(state.music.artists.get(artist_id))))

    @app.get("/v1/artists/<artist_id>/top-tracks")
    def artist_top_tracks(artist_id: str) -> Response:
        _require(state.music.artists.get(artist_id))
        return _respond({"tracks": [_builder().track(song) for song in state.music.find_songs(artist_id)[:10]]})

    @app.get("/v1/search")
    def search() -> Response:
        limit, offset = _read_paging(default=5)
        query = re.fullmatch(r'artist:"?([^"]*)"?', request.args["q"])
        if query is None or request.args["type"] != "track":
            abort(400, 'The fake Spotify supports artist:"..." with type=track only')
        name = query[1].strip().lower()
        hits = [song for song in state.music.songs.values() if name in song.album.artist.name.lower()]
        # Like Spotify's, the search does not put the best match first.
        hits.sort(key=lambda song: -len(song.album.artist.name))
        return _respond({"tracks": _builder().page("search", [_builder().track(song) for song in hits], limit, offset)})


def _builder() -> ResponseBuilder:
    builder: ResponseBuilder = g.builder
    return builder


def _respond(body: Any) -> Response:
    return jsonify(_builder().filter_fields(body))


def _require[T: (Artist, Playlist)](value: T | None) -> T:
    if value is None:
        abort(404, "Resource not found")
    return value


def _get_playlist(state: State, playlist_id: str) -> Playlist:
    return _require(state.playlists.get(playlist_id))


def _owner(playlist: Playlist) -> Json:
    return _builder().user(playlist.owner, LISTENERS[playlist.owner].name)


def _summarize(state: State, playlist: Playlist) -> Json:
    snapshot = base64.b64encode(f"{playlist.id}{len(playlist.entries)}".encode()).decode()
    return _builder().simple_playlist(playlist, _owner(playlist), _list_images(state, playlist), snapshot)


def _list_images(state: State, playlist: Playlist) -> list[Json]:
    with state.recorder.lock:
        state.count_read(playlist.id)
        custom = state.image_ids.get(playlist.id)
    if custom is not None:
        return _builder().custom_image(custom)
    albums = [entry.album.id for entry in playlist.entries if isinstance(entry, Song)]
    if len(albums) >= _MIN_MOSAIC_SONGS:
        return _builder().mosaic(albums)
    return _builder().images(albums[0]) if albums else []


def _read_paging(default: int = 20) -> tuple[int, int]:
    return int(request.args.get("limit", default)), max(int(request.args.get("offset", 0)), 0)


def _read_time_range() -> str:
    time_range = request.args.get("time_range", "medium_term")
    if time_range not in RANGES:
        abort(400, "Invalid time range")
    return time_range


def _decode_upload(body: bytes) -> bytes:
    """Return the JPEG of an upload's Base64 body, or abort the request."""
    if len(body) > _MAX_UPLOAD_BYTES:
        abort(413, "Payload too large")
    try:
        jpeg = base64.b64decode(body, validate=True)
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            picture.load()
    except (binascii.Error, OSError):
        abort(400, "Bad request.")
    return jpeg
