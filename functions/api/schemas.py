"""What a listener sees: covers, made from their items in CoversTable, and playlists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from coverart.models import (
    CoverId,
    CoverOptions,
    DetectedObject,
    Phrase,
    SkippedAlbum,
    Source,
    SpotifyId,
    Step,
    StrictModel,
)
from coverart.store import publish_history
from coverart.store.playlists import AutomationState
from coverart.store.publish_history import HistoryEntry

ImageKind = Literal["cover", "master", "thumbnail", "painting", "steps"]
CoverStatus = Literal["accepted", "running", "done", "failed"]


class Failure(StrictModel):
    code: str
    message: str


class CoverSummaryResponse(StrictModel):
    """`title` is the playlist's name, or empty; `step` the last that began. Addresses are paths of this API."""

    cover_id: CoverId
    created_at: datetime
    status: CoverStatus
    step: Step | None
    title: str
    source: Source
    thumbnail: str | None
    error: Failure | None


class Timing(StrictModel):
    began_at: datetime
    seconds: float


class SongView(StrictModel):
    """`objects` is what was seen on the artwork, the most certain first. `album_url` is the album's page at Spotify."""

    rank: int
    artist: str
    track: str
    album: str
    album_id: str
    album_url: str
    year: int | None
    genres: list[str]
    artwork: str
    objects: list[DetectedObject]


class PromptView(StrictModel):
    text: str
    phrases: list[Phrase]
    palette: list[str]
    mood: str
    style_albums: list[str]


class PaintingView(StrictModel):
    """`note` says why another backend than the one asked for painted it."""

    backend: Literal["openai", "painter"]
    model: str | None
    cost_usd: float
    note: str | None
    image: str


class Images(StrictModel):
    cover: str
    master: str
    thumbnail: str
    steps: str


class PublishedView(StrictModel):
    """What became of the playlist image: `status` as in the playlist's history, where `entry` is the entry's id.

    `undone`: an undo has taken it back.
    """

    playlist_id: SpotifyId
    status: publish_history.EntryStatus
    code: str | None
    message: str | None
    entry: str | None
    undone: bool


class CoverResponse(CoverSummaryResponse):
    """What a step that has not ended would give is empty or null.

    `published`: null also where nobody asked for the cover to become the playlist's image. `style_note` says why the
    style could not be applied, null where it was.
    """

    options: CoverOptions
    timings: dict[Step, Timing]
    songs: list[SongView]
    left_out: list[SkippedAlbum]
    prompt: PromptView | None
    painting: PaintingView | None
    images: Images | None
    published: PublishedView | None
    style_note: str | None


class PlaylistResponse(StrictModel):
    """`items` counts its entries. Spotify lets the songs of those be read that the listener owns or collaborates on.

    `url` is its page at Spotify, `image` the playlist image, where it has one.
    `auto` is the listener's word on automatic covers for this playlist, null leaves it to the rule in the settings.
    `standing`: known (there before automatic covers were switched on), waiting (too few songs yet), announced (it
    gets a cover), made (its cover waits to be set at Spotify), covered, given_up (its cover failed for good), or null.
    """

    id: SpotifyId
    name: str
    owned: bool
    collaborative: bool
    items: int
    image: str | None
    url: str
    auto: bool | None
    standing: AutomationState | None


class ReplacedView(StrictModel):
    """The image that was there before: nobody's (none, or one of Spotify's making), ours, or the listener's own."""

    whose: publish_history.ImageOwner
    kept: bool


class EntryImages(StrictModel):
    """`replaced`: where an image of the listener's own was kept."""

    set: str
    replaced: str | None


class HistoryEntryResponse(StrictModel):
    """An entry of a playlist's history. `cover_id`: null where an image that was kept is put back.

    `status`: asked, set (Spotify shows it), confirming (Spotify took it and does not show it yet), not_set (`code` and
    `message` say why). `undoes`: the entry that this one takes back; `undone`: another has taken this one back.
    """

    entry: str
    cover_id: str | None
    playlist_id: SpotifyId
    playlist_name: str
    status: publish_history.EntryStatus
    code: str | None
    message: str | None
    note: str | None
    asked_at: datetime
    set_at: datetime | None
    undoes: str | None
    undone: bool
    replaced: ReplacedView | None
    images: EntryImages


def to_cover_summary(item: Mapping[str, Any]) -> CoverSummaryResponse:
    return CoverSummaryResponse.model_validate(_summary(item))


def to_cover_response(item: Mapping[str, Any], entry: HistoryEntry | None) -> CoverResponse:
    """`entry`: that of the step publish, where the playlist's history has it."""
    fetched = item.get("fetched", {"songs": [], "left_out": []})
    seen = {artwork["album_id"]: artwork["objects"] for artwork in item.get("detected", {"artworks": []})["artworks"]}
    base = f"/api/covers/{item['cover_id']}"
    songs = [
        {**song, "artwork": f"{base}/artwork/{n}", "objects": seen.get(song["album_id"], [])}
        for n, song in enumerate(fetched["songs"])
    ]
    painting = item.get("painting")
    return CoverResponse.model_validate(
        {
            **_summary(item),
            "options": item["request"]["options"],
            "timings": item["timings"],
            "songs": songs,
            "left_out": fetched["left_out"],
            "prompt": _only(PromptView, item.get("prompt")),
            "painting": painting and _only(PaintingView, {**painting, "image": _image(item, "painting")}),
            "images": {kind: _image(item, kind) for kind in Images.model_fields} if "pictures" in item else None,
            "published": _published(item, entry),
            "style_note": item.get("pictures", {}).get("note"),
        }
    )


def find_published_entry(item: Mapping[str, Any]) -> tuple[str, str] | None:
    """Playlist and id of the entry that the step publish made."""
    entry_id = item.get("published", {}).get("entry")
    return None if entry_id is None else (str(item["request"]["source"]["playlist_id"]), str(entry_id))


def _published(item: Mapping[str, Any], entry: HistoryEntry | None) -> dict[str, Any] | None:
    published = item.get("published", {"playlist_image": "not_asked_for"})
    if published["playlist_image"] == "not_asked_for":
        return None
    told = {"playlist_id": item["request"]["source"]["playlist_id"], "entry": published.get("entry"), "undone": False}
    if entry is not None:
        return {**told, **{name: getattr(entry, name) for name in ("status", "code", "message", "undone")}}
    reason = {name: published.get(name) for name in ("code", "message")}
    return {**told, "status": published["playlist_image"], **reason}


def to_entry_response(entry: HistoryEntry) -> HistoryEntryResponse:
    base = f"/api/playlists/{entry.playlist_id}/history/{entry.entry_id}/image?kind="
    replaced = entry.replaced and ReplacedView(whose=entry.replaced.whose, kept=entry.replaced.kept is not None)
    kept = replaced is not None and replaced.kept
    told = {
        name: getattr(entry, name)
        for name in HistoryEntryResponse.model_fields.keys() - {"entry", "replaced", "images"}
    }
    images = EntryImages(set=f"{base}set", replaced=f"{base}replaced" if kept else None)
    return HistoryEntryResponse(entry=entry.entry_id, replaced=replaced, images=images, **told)


def find_image_key(item: Mapping[str, Any], kind: ImageKind) -> str | None:
    """None where there is no such picture yet."""
    key = item.get("painting", {}).get("key") if kind == "painting" else item.get("pictures", {}).get(kind)
    return None if key is None else str(key)


def find_artwork_key(item: Mapping[str, Any], n: int) -> str | None:
    """`n` counts from 0. None where the cover has no such song."""
    songs = item.get("fetched", {}).get("songs", [])
    return str(songs[n]["artwork"]) if n < len(songs) else None


def _summary(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: item[name] for name in ("cover_id", "created_at", "status")},
        "step": item.get("step"),
        "title": item.get("fetched", {}).get("title", ""),
        "source": item["request"]["source"],
        "thumbnail": _image(item, "thumbnail") if "pictures" in item else None,
        "error": item.get("error"),
    }


def _image(item: Mapping[str, Any], kind: str) -> str:
    return f"/api/covers/{item['cover_id']}/image?kind={kind}"


def _only(shape: type[StrictModel], kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What is kept on the item may have more than is shown."""
    return None if kept is None else {name: kept[name] for name in shape.model_fields}
