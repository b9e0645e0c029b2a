"""Create responses from the items of covers and the entries of the publish history."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from textwrap import shorten
from typing import Any

from api.schemas import (
    CandidateStatus,
    CoverImagesResponse,
    CoverResponse,
    CoverSummaryResponse,
    HistoryEntryResponse,
    HistoryImagesResponse,
    ImageKind,
    LetteringResponse,
    PaintingResponse,
    PromptResponse,
    ReplacedImageResponse,
)
from coverart.aws.telemetry import logger
from coverart.models import StrictModel
from coverart.store.candidates import find_chosen, read_candidates
from coverart.store.covers import read_time
from coverart.store.publish_history import HistoryEntry
from coverart.store.stored_items import UNREADABLE_CODE, read_stored

_UNREADABLE_MESSAGE = (
    "This version of the app cannot read the cover, which another version made. It can be deleted, and it may be "
    "readable again after the next update."
)
_MAX_ALT_CHARACTERS = 160


def to_cover_summary(item: Mapping[str, Any]) -> CoverSummaryResponse:
    """Create the response from an item of CoversTable. An unreadable one becomes a failed cover that says so."""
    return _build_tolerantly(lambda item: read_stored(CoverSummaryResponse, _read_summary(item)), item)


def to_cover_response(item: Mapping[str, Any], entry: HistoryEntry | None) -> CoverResponse:
    """Create the response from an item of CoversTable. An unreadable one becomes a failed cover that says so.

    `entry`: the entry of the publish history that publish wrote.
    """
    return _build_tolerantly(lambda item: read_stored(CoverResponse, _read_cover(item, entry)), item)


def _build_tolerantly[Response](build: Callable[[Mapping[str, Any]], Response], item: Mapping[str, Any]) -> Response:
    try:
        return build(item)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        cover_id = item["cover_id"]
        logger.warning("a cover cannot be read", cover_id=cover_id, error=type(error).__name__)
        unreadable_item = {
            "cover_id": cover_id,
            "created_at": read_time(item).isoformat(),
            "status": "failed",
            "request": {"source": None, "options": {}},
            "timings": {},
            "error": {"code": UNREADABLE_CODE, "message": _UNREADABLE_MESSAGE},
        }
        return build(unreadable_item)


def _read_cover(item: Mapping[str, Any], entry: HistoryEntry | None) -> dict[str, Any]:
    fetch_result = item.get("fetched", {"songs": [], "left_out": []})
    detect_result = item.get("detected", {"artworks": []})
    objects = {artwork["album_id"]: artwork["objects"] for artwork in detect_result["artworks"]}
    songs = [
        {
            **song,
            "artwork": f"/api/covers/{item['cover_id']}/artwork/{position}",
            "objects": objects.get(song["album_id"], []),
        }
        for position, song in enumerate(fetch_result["songs"])
    ]
    candidates = [_read_candidate(item, index, results) for index, results in enumerate(read_candidates(item))]
    cover_results = candidates[find_chosen(item)]
    return {
        **_read_summary(item),
        "options": item["request"]["options"],
        "timings": item["timings"],
        "songs": songs,
        "left_out": fetch_result["left_out"],
        **{name: cover_results[name] for name in ("prompt", "painting", "images", "style_note", "lettering_note")},
        "published": _read_publish_status(item, entry),
        "detect_note": detect_result.get("note"),
        "candidates": candidates,
        "share_url": f"/shared/{item['share_id']}" if item.get("share_id") else None,
    }


def read_prompt(item: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the prompt with the text and the phrases that the painting's backend received.

    Until there is a painting, it is the image model, which comes first.
    """
    prompt = item.get("prompt")
    is_by_painter = item.get("painting", {}).get("backend") == "painter"
    return prompt if prompt is None or is_by_painter else {**prompt, **(prompt.get("brief") or {})}


def find_published_entry(item: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the ids of the playlist and of the history entry that publish wrote, or None where it wrote none."""
    entry_id = item.get("published", {}).get("entry")
    return None if entry_id is None else (str(item["request"]["source"]["playlist_id"]), str(entry_id))


def to_entry_response(entry: HistoryEntry) -> HistoryEntryResponse:
    """Create the response from an entry of the publish history."""
    image_url = f"/api/playlists/{entry.playlist_id}/history/{entry.entry_id}/image?kind="
    is_kept = entry.replaced is not None and entry.replaced.kept is not None
    same_fields = HistoryEntryResponse.model_fields.keys() - {"entry", "replaced", "images"}
    return HistoryEntryResponse(
        entry=entry.entry_id,
        replaced=ReplacedImageResponse(whose=entry.replaced.whose, kept=is_kept) if entry.replaced else None,
        images=HistoryImagesResponse(set=f"{image_url}set", replaced=f"{image_url}replaced" if is_kept else None),
        **{name: getattr(entry, name) for name in same_fields},
    )


def find_image_key(item: Mapping[str, Any], kind: ImageKind, index: int | None = None) -> str | None:
    """Return the S3 key of an image of a candidate, or None where it does not exist yet.

    `index`: None is the chosen candidate.
    """
    candidates = read_candidates(item)
    index = find_chosen(item) if index is None else index
    results = candidates[index] if index < len(candidates) else {}
    key = results.get("painting", {}).get("key") if kind == "painting" else results.get("pictures", {}).get(kind)
    return None if key is None else str(key)


def suggest_file_name(item: Mapping[str, Any], kind: ImageKind, key: str) -> str:
    """Return the name under which a browser stores an image: the playlist's, and what else it is than the cover."""
    title = item.get("fetched", {}).get("title") or "Top artists"
    kind_name = "" if kind in {"cover", "master"} else f" ({kind})"
    return f"{title}{kind_name}{PurePosixPath(key).suffix}"


def find_artwork_key(item: Mapping[str, Any], position: int) -> str | None:
    """Return the S3 key of a song's artwork, or None where there is no such song. `position` counts from 0."""
    songs = item.get("fetched", {}).get("songs", [])
    return str(songs[position]["artwork"]) if position < len(songs) else None


def describe_picture(results: Mapping[str, Any]) -> str:
    """Return what is on a candidate's picture, in words: what the prompt says about it, or the listener's own prompt.

    A title in type comes last. `results`: the candidate's, or the item of a cover.
    """
    description = _describe_painting(read_prompt(results))
    if not description or not results.get("pictures", {}).get("cap_height"):
        return description
    lettering = results["prompt"]["lettering"]
    lines = ", ".join(f"“{line}”" for line in (lettering["title"], lettering["second_line"]) if line)
    return f"{description.rstrip('.')}. Title: {lines}."


def _describe_painting(prompt: Mapping[str, Any] | None) -> str:
    if prompt is None:
        return ""
    texts = {phrase["part"]: phrase["text"] for phrase in prompt["phrases"]}
    scene = ", ".join(texts[part] for part in ("subject", "composition", "setting") if part in texts)
    if not scene:
        return shorten(str(prompt["text"]), _MAX_ALT_CHARACTERS, placeholder="…")
    return f"{scene}. {texts['medium']}." if "medium" in texts else f"{scene}."


def _read_summary(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: item[name] for name in ("cover_id", "created_at", "status")},
        "step": item.get("step"),
        "title": item.get("fetched", {}).get("title", ""),
        "source": item["request"]["source"],
        "thumbnail": _build_image_url(item, "thumbnail", find_chosen(item)) if "pictures" in item else None,
        "alt": describe_picture(item),
        "error": item.get("error"),
    }


def _read_publish_status(item: Mapping[str, Any], entry: HistoryEntry | None) -> dict[str, Any] | None:
    result = item.get("published", {"playlist_image": "not_asked_for"})
    if result["playlist_image"] == "not_asked_for":
        return None
    fields = {
        # Top artists have no playlist that could get the image.
        "playlist_id": item["request"]["source"].get("playlist_id"),
        "entry": result.get("entry"),
        "status": result["playlist_image"],
        "code": result.get("code"),
        "message": result.get("message"),
        "undone": False,
    }
    if entry is not None:
        # The entry's status may have changed since.
        fields |= {name: getattr(entry, name) for name in ("status", "code", "message", "undone")}
    return fields


def _read_candidate(item: Mapping[str, Any], index: int, results: Mapping[str, Any]) -> dict[str, Any]:
    painting, pictures = results.get("painting"), results.get("pictures")
    if painting is not None:
        # Paintings of earlier versions have no credit.
        painting = {"credit": None, **painting, "image": _build_image_url(item, "painting", index)}
    images = None
    if pictures is not None:
        kinds = [kind for kind in CoverImagesResponse.model_fields if pictures.get(kind)]
        images = {"story": None, **{kind: _build_image_url(item, kind, index) for kind in kinds}}
    status = _read_candidate_status(item, results)
    return {
        "index": index,
        "status": status,
        "step": results.get("step"),
        "prompt": _read_prompt_response(results),
        "painting": _select_fields(PaintingResponse, painting),
        "images": images,
        "style_note": None if pictures is None else pictures.get("note"),
        "lettering_note": None if pictures is None else pictures.get("lettering_note"),
        "alt": describe_picture(results),
        "error": results.get("error", item.get("error")) if status == "failed" else None,
        "chosen": index == find_chosen(item),
    }


def _read_prompt_response(results: Mapping[str, Any]) -> dict[str, Any] | None:
    prompt = read_prompt(results)
    if prompt is None:
        return None
    # Prompts of earlier versions have no lettering.
    lettering = _select_fields(LetteringResponse, prompt.get("lettering"))
    return _select_fields(PromptResponse, {**prompt, "lettering": lettering})


def _read_candidate_status(item: Mapping[str, Any], results: Mapping[str, Any]) -> CandidateStatus:
    if "pictures" in results:
        return "done"
    if "error" in results or item["status"] in {"done", "failed"}:
        return "failed"
    return "running" if "step" in results else "waiting"


def _build_image_url(item: Mapping[str, Any], kind: str, index: int) -> str:
    return f"/api/covers/{item['cover_id']}/image?kind={kind}&candidate={index}"


def _select_fields(model: type[StrictModel], result: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the fields that `model` has. A step's result has more."""
    return None if result is None else {name: result[name] for name in model.model_fields}
