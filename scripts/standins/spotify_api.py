"""The stand-in's Web API, under /v1."""

import base64
import binascii
import io
import re
from typing import Any

from flask import Flask, Response, abort, g, jsonify, request
from PIL import Image

from scripts.standins import tokens
from scripts.standins.answers import Answers, Json
from scripts.standins.catalogue import RANGES, Playlist, Song
from scripts.standins.contract import spotify_contract
from scripts.standins.spotify_state import LISTENERS, State

LARGEST_UPLOAD = 256 * 1024
# Playlists with fewer songs show an album's artwork.
MOSAIC_FROM = 4
# What each route needs of the listener's consent.
_SCOPES = (
    ("GET", r"/v1/me/top/", {"user-top-read"}),
    ("GET", r"/v1/(me/playlists|playlists/[^/]+/items)$", {"playlist-read-private"}),
    ("PUT", r"/v1/playlists/[^/]+/images$", {"ugc-image-upload", "playlist-modify-public", "playlist-modify-private"}),
)


class SpotifyRefusalError(Exception):
    """Answered as Spotify's Web API does."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def let_in(state: State) -> None:
    """The contract, then the token, its consent, and what the app's mode allows."""
    path = request.path.removeprefix("/v1").rstrip("/")
    headers = dict(request.headers)
    problems = spotify_contract().request_problems(request.method, path, request.args, headers, request.get_data())
    if problems:
        state.recorder.violations += [f"{request.method} {request.full_path} {problem}" for problem in problems]
        raise SpotifyRefusalError(400, "; ".join(problems))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise SpotifyRefusalError(401, "No token provided")
    if (told := tokens.read("access", token)) is None or token in state.revoked:
        raise SpotifyRefusalError(401, "The access token expired")
    g.listener = LISTENERS[told["listener"]]
    if not g.listener.allowed:
        abort(Response("User not registered in the Developer Dashboard", 403, mimetype="text/plain"))
    for method, pattern, needed in _SCOPES:
        if method == request.method and re.match(pattern, request.path) and not needed <= set(told["scope"].split()):
            raise SpotifyRefusalError(403, "Insufficient client scope")
    if state.mode == "development" and path.endswith("/top-tracks"):
        raise SpotifyRefusalError(403, "Forbidden")
    g.answers = Answers(request.host_url, state.mode == "development")


def add_web_api(app: Flask, state: State) -> None:
    def told(answer: Any) -> Response:
        return jsonify(g.answers.told(answer))

    def paging(default: int = 20) -> tuple[int, int]:
        return int(request.args.get("limit", default)), max(int(request.args.get("offset", 0)), 0)

    def playlist_of(playlist_id: str) -> Playlist:
        playlist = state.playlists.get(playlist_id)
        if playlist is None:
            raise SpotifyRefusalError(404, "Resource not found")
        return playlist

    def owner_of(playlist: Playlist) -> Json:
        return g.answers.user(playlist.owner, LISTENERS[playlist.owner].name)

    def images_of(playlist: Playlist) -> list[Json]:
        with state.recorder.lock:
            state.read(playlist.id)
            custom = state.image_ids.get(playlist.id)
        if custom is not None:
            return g.answers.custom_image(custom)
        albums = [entry.album.id for entry in playlist.entries if isinstance(entry, Song)]
        if len(albums) >= MOSAIC_FROM:
            return g.answers.mosaic(albums)
        return g.answers.images(albums[0]) if albums else []

    def summary(playlist: Playlist) -> Json:
        snapshot = base64.b64encode(f"{playlist.id}{len(playlist.entries)}".encode()).decode()
        return g.answers.simple_playlist(playlist, owner_of(playlist), images_of(playlist), snapshot)

    @app.get("/v1/me")
    @app.get("/v1/me/")
    def me() -> Response:
        mine = g.answers.user(g.listener.id, g.listener.name)
        full = {"account_id": g.listener.account_id, "country": "GB", "product": "premium", "images": []}
        return told({**mine, **full, "followers": {"href": None, "total": 3}})

    @app.get("/v1/me/top/artists")
    def top_artists() -> Response:
        time_range = _time_range()
        artists = list(state.music.top_artists) if g.listener.top else []
        # Other times, other favourites: the order turns by three.
        turn = 3 * RANGES.index(time_range) - 3
        artists = artists[turn:] + artists[:turn]
        return told(g.answers.page("me/top/artists", [g.answers.artist(artist) for artist in artists], *paging()))

    @app.get("/v1/me/top/tracks")
    def top_tracks() -> Response:
        songs = state.music.top_songs(_time_range()) if g.listener.top else []
        return told(g.answers.page("me/top/tracks", [g.answers.track(song) for song in songs], *paging()))

    @app.get("/v1/me/playlists")
    def playlists() -> Response:
        mine = [
            playlist
            for playlist in state.playlists.values()
            if not playlist.hidden
            and (playlist.owner == g.listener.id or (g.listener.id, playlist.id) in state.followed)
        ]
        return told(g.answers.page("me/playlists", [summary(playlist) for playlist in mine], *paging()))

    @app.get("/v1/playlists/<playlist_id>")
    def playlist(playlist_id: str) -> Response:
        found = playlist_of(playlist_id)
        answer = summary(found)
        if found.owner == g.listener.id:
            entries = g.answers.entries(found, owner_of(found), 50, 0)
            answer = {name: entries if name in {"items", "tracks"} else part for name, part in answer.items()}
        else:
            answer = {name: part for name, part in answer.items() if name not in {"items", "tracks"}}
        if (fields := request.args.get("fields")) is not None:
            answer = {name: part for name, part in answer.items() if name in fields.split(",")}
        return told(answer)

    @app.get("/v1/playlists/<playlist_id>/items")
    def playlist_items(playlist_id: str) -> Response:
        found = playlist_of(playlist_id)
        if found.owner != g.listener.id:
            raise SpotifyRefusalError(403, "Forbidden")
        return told(g.answers.entries(found, owner_of(found), *paging()))

    @app.get("/v1/playlists/<playlist_id>/images")
    def playlist_images(playlist_id: str) -> Response:
        return told(images_of(playlist_of(playlist_id)))

    @app.put("/v1/playlists/<playlist_id>/images")
    def set_playlist_image(playlist_id: str) -> Response:
        found = playlist_of(playlist_id)
        if found.owner != g.listener.id:
            raise SpotifyRefusalError(403, "You cannot change an image of a playlist you don't own")
        jpeg = _uploaded(request.get_data())
        with state.recorder.lock:
            state.upload(playlist_id, jpeg)
        return Response(status=202)

    @app.get("/v1/albums/<album_id>")
    def album(album_id: str) -> Response:
        found = state.music.albums.get(album_id)
        if found is None:
            raise SpotifyRefusalError(404, "Resource not found")
        songs = [song for song in state.music.songs.values() if song.album.id == album_id]
        return told(g.answers.album(found, songs))

    @app.get("/v1/artists/<artist_id>")
    def artist(artist_id: str) -> Response:
        found = state.music.artists.get(artist_id)
        if found is None:
            raise SpotifyRefusalError(404, "Resource not found")
        return told(g.answers.artist(found))

    @app.get("/v1/artists/<artist_id>/top-tracks")
    def artist_top_tracks(artist_id: str) -> Response:
        if artist_id not in state.music.artists:
            raise SpotifyRefusalError(404, "Resource not found")
        return told({"tracks": [g.answers.track(song) for song in state.music.songs_of(artist_id)[:10]]})

    @app.get("/v1/search")
    def search() -> Response:
        limit, offset = paging(default=5)
        wanted = re.fullmatch(r'artist:"?([^"]*)"?', request.args["q"])
        if wanted is None or request.args["type"] != "track":
            raise SpotifyRefusalError(400, 'The stand-in knows artist:"..." with type=track only')
        name = wanted[1].strip().lower()
        hits = [song for song in state.music.songs.values() if name in song.album.artist.name.lower()]
        # Like the real one, it does not put the best match first.
        hits.sort(key=lambda song: -len(song.album.artist.name))
        page = g.answers.page("search", [g.answers.track(song) for song in hits], limit, offset)
        return told({"tracks": page})


def _time_range() -> str:
    time_range = request.args.get("time_range", "medium_term")
    if time_range not in RANGES:
        raise SpotifyRefusalError(400, "Invalid time range")
    return time_range


def _uploaded(body: bytes) -> bytes:
    """The JPEG in an upload's Base64 body."""
    if len(body) > LARGEST_UPLOAD:
        raise SpotifyRefusalError(413, "Payload too large")
    try:
        jpeg = base64.b64decode(body, validate=True)
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            picture.load()
    except (binascii.Error, OSError) as error:
        raise SpotifyRefusalError(400, "Bad request.") from error
    return jpeg
