"""The routes of the API that the commands use; /openapi.json of a stack describes them."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Self

import httpx2

from coverart_cli.errors import CommandError
from coverart_cli.login import Login

_TIMEOUT_SECONDS = 35  # longer than API Gateway's own
_UPLOAD_TIMEOUT_SECONDS = 300
_POLL_SECONDS = 1.0
_COVER_TIMEOUT_SECONDS, _IMAGE_TIMEOUT_SECONDS = 900, 400
_FINAL_STATUSES = {"done", "failed"}


class Client:
    """Each method raises CommandError."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._http = httpx2.Client(
            base_url=login.url, headers={"Authorization": f"Bearer {login.token}"}, timeout=_TIMEOUT_SECONDS
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get_listener(self) -> dict[str, Any]:
        """Return the token's listener."""
        return self._call("GET", "/api/me")

    def list_playlists(self) -> Iterator[dict[str, Any]]:
        """Yield the listener's playlists on Spotify."""
        return self._list_pages("/api/playlists", {})

    def list_covers(self) -> Iterator[dict[str, Any]]:
        """Yield the listener's covers, newest first."""
        return self._list_pages("/api/covers", {"limit": 50})

    def list_pictures(self) -> list[dict[str, Any]]:
        """Return the listener's own pictures, newest first."""
        items: list[dict[str, Any]] = self._call("GET", "/api/pictures")["pictures"]
        return items

    def add_picture(self, content: bytes) -> dict[str, Any]:
        """Upload a picture to the bucket, which gets no token, and return it."""
        new = self._call("POST", "/api/pictures", json={})
        form = new["upload"]
        try:
            response = httpx2.post(
                form["url"], data=form["fields"], files={"file": content}, timeout=_UPLOAD_TIMEOUT_SECONDS
            )
        except httpx2.HTTPError:
            raise CommandError("The picture could not be uploaded. Please try again in a minute.") from None
        if response.is_error:
            raise CommandError("The picture was refused. It may have at most 15 MB.")
        return self._call("POST", f"/api/pictures/{new['picture_id']}/import", json={})

    def delete_picture(self, picture_id: str) -> None:
        """Delete a picture."""
        self._send("DELETE", f"/api/pictures/{picture_id}")

    def find_playlist(self, text: str) -> dict[str, Any]:
        """Return the playlist with this name, id or link."""
        playlist_id = text.rpartition("/")[2].rpartition(":")[2].partition("?")[0]
        playlists = list(self.list_playlists())
        matches = [one for one in playlists if one["id"] == playlist_id] or [
            one for one in playlists if one["name"].casefold() == text.strip().casefold()
        ]
        if not matches:
            raise CommandError(f"You have no playlist {text}. To list them: coverart playlists")
        if len(matches) > 1:
            ids = ", ".join(one["id"] for one in matches)
            raise CommandError(f"Several playlists are called {text}. Use one of their ids: {ids}")
        return matches[0]

    def create_cover(self, source: dict[str, Any], options: dict[str, Any]) -> str:
        """Return the new cover's id."""
        return str(self._call("POST", "/api/covers", json={"source": source, "options": options})["cover_id"])

    def get_cover(self, cover_id: str) -> dict[str, Any]:
        """Return a cover with its progress."""
        return self._call("GET", f"/api/covers/{cover_id}")

    def wait_for_cover(self, cover_id: str, report: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """Return the finished cover. `report` gets it each time that it was looked at."""
        deadline = time.monotonic() + _COVER_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            cover = self.get_cover(cover_id)
            report(cover)
            if cover["status"] in _FINAL_STATUSES:
                return cover
            time.sleep(_POLL_SECONDS)
        raise CommandError(f"The cover is not done yet. Look again with: coverart covers download {cover_id}")

    def undo(self, playlist_id: str) -> dict[str, Any]:
        """Return the entry of the playlist's history that restores the previous image."""
        return self._call("POST", f"/api/playlists/{playlist_id}/undo", json={})

    def wait_for_image(self, playlist_id: str, entry_id: str) -> dict[str, Any]:
        """Return the entry of the playlist's history once its image is set or could not be."""
        deadline = time.monotonic() + _IMAGE_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            entries = self._call("GET", f"/api/playlists/{playlist_id}/history")["items"]
            entry: dict[str, Any] = next(entry for entry in entries if entry["entry"] == entry_id)
            if entry["status"] in {"set", "not_set"}:
                return entry
            time.sleep(_POLL_SECONDS)
        raise CommandError("Spotify has accepted the image and does not show it yet.")

    def download(self, path: str) -> bytes:
        """Return an image. The address that the API redirects to has its own signature and gets no token."""
        location = self._send("GET", path).headers["Location"]
        try:
            response = httpx2.get(str(httpx2.URL(self._login.url).join(location)), timeout=_TIMEOUT_SECONDS)
            response.raise_for_status()
        except httpx2.HTTPError:
            raise CommandError("The image could not be downloaded. Please try again in a minute.") from None
        return response.content

    def _list_pages(self, path: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            page = self._call("GET", path, params=query)
            yield from page["items"]
            if page["next"] is None:
                return
            query = {**query, "cursor": page["next"]}

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        response = self._send(method, path, **options)
        try:
            body: dict[str, Any] = response.json()
        except ValueError:
            raise CommandError(f"{self._login.url} is no Cover Art page.") from None
        return body

    def _send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        try:
            response = self._http.request(method, path, **options)
        except httpx2.HTTPError:
            raise CommandError(f"{self._login.url} could not be reached.") from None
        if response.is_error:
            raise _read_error(response)
        return response


def _read_error(response: httpx2.Response) -> CommandError:
    try:
        error = response.json()["error"]
        return CommandError(str(error["message"]), str(error["code"]))
    except (ValueError, KeyError, TypeError):
        return CommandError(f"The page answers with status {response.status_code}. Please try again in a minute.")
