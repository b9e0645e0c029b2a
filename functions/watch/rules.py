"""Which playlists get an automatic cover, and what watch does next for each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from unicodedata import normalize

from coverart.errors import RETRYABLE_CODES
from coverart.spotify.models import PlaylistSummary
from coverart.store.listeners import ListenerSettings
from coverart.store.playlists import AutomationState, PlaylistRecord
from coverart.store.publish_history import HistoryEntry

# The states of a playlist whose cover may still change.
UNFINISHED_STATES = frozenset({AutomationState.REQUESTED, AutomationState.COVER_DONE})

_MIN_SONGS = 4
# EventBridge delivers events within seconds. What has not succeeded after an hour needs another attempt.
_RETRY_AFTER = timedelta(hours=1)
# How often watch requests again to set an image.
_MAX_SET_RETRIES = 3


@dataclass(frozen=True)
class AutomaticCover:
    """The latest cover that accept started for a playlist.

    `status`: that of its item; None where the cover was deleted. `may_retry`: it failed for a transient reason, and one
    more attempt is possible. `is_image_unset`: it is done, but not yet the playlist's image.
    """

    status: str | None
    may_retry: bool = False
    is_image_unset: bool = False


@dataclass(frozen=True)
class RequestCover:
    """Publish the event that requests a cover."""


@dataclass(frozen=True)
class SetAgain:
    """Start setting the cover as the playlist's image once more."""


@dataclass(frozen=True)
class Remember:
    """Store `state`, which is the playlist's new state or still the old one."""

    state: AutomationState


Action = RequestCover | SetAgain | Remember


def is_eligible(playlist: PlaylistSummary, record: PlaylistRecord, settings: ListenerSettings, user_id: str) -> bool:
    """Return whether the listener's setting for this playlist, or else the rule in `settings`, asks for a cover.

    `user_id`: the listener's at Spotify, which lets only a playlist's owner set its image.
    """
    if playlist.owner.id != user_id or record.auto is False:
        return False
    return record.auto is True or matches_pattern(playlist.name, settings.auto_cover_pattern)


def matches_pattern(name: str, pattern: str) -> bool:
    """Match case-insensitively; `*` stands for any characters, `?` for one, and "" matches every name."""
    # In fnmatch, brackets are a character set. To a listener, "[2026] Rain" is a name.
    literal = _fold(pattern).replace("[", "[[]")
    return not pattern or fnmatchcase(_fold(name), literal)


def _fold(text: str) -> str:
    """Return the text for comparison: without case, and with composed letters, which macOS sends decomposed."""
    return normalize("NFC", normalize("NFD", text).casefold())


def is_overdue(record: PlaylistRecord, now: datetime) -> bool:
    """Return whether the last event or attempt is so old that it needs another."""
    return record.announced_at is None or now - record.announced_at > _RETRY_AFTER


def next_action(
    record: PlaylistRecord,
    cover: AutomaticCover | None,
    now: datetime,
    song_count: int,
    eligible: bool,
    has_cover: Callable[[], bool],
) -> Action | None:
    """Return what to do for a playlist, or None where its state stays as it is.

    | state                 | cover                                  | action                                         |
    | --------------------- | -------------------------------------- | ---------------------------------------------- |
    | None, TOO_FEW_SONGS   |                                        | request, or TOO_FEW_SONGS below four songs     |
    | PREEXISTING           |                                        | request where `auto` is on, from four songs on |
    | REQUESTED, COVER_DONE | None: accept has not handled the event | request where overdue                          |
    | REQUESTED, COVER_DONE | accepted: its execution is missing     | request where overdue                          |
    | REQUESTED, COVER_DONE | failed, may retry                      | request where overdue                          |
    | REQUESTED, COVER_DONE | running                                | None                                           |
    | REQUESTED, COVER_DONE | done, image unset                      | set again where overdue, else COVER_DONE       |
    | REQUESTED, COVER_DONE | done                                   | DONE                                           |
    | REQUESTED, COVER_DONE | failed for good, or deleted            | FAILED                                         |
    | REQUESTED, COVER_DONE | in a status of another version         | None                                           |
    | DONE, FAILED, UNKNOWN |                                        | None                                           |

    A state stands for `Remember`. *Overdue*: the last event or attempt is more than an hour old.

    An ineligible playlist gets no cover and no image. Without a state, the decision is taken anew when the listener
    changes the rule or the setting. A playlist that `has_cover` is DONE instead of requested, unless `auto` is on.
    Calls `has_cover` only where that matters.
    """
    match record.standing:
        case None | AutomationState.TOO_FEW_SONGS if eligible:
            if song_count < _MIN_SONGS:
                return Remember(AutomationState.TOO_FEW_SONGS)
            return _request(record, has_cover)
        case AutomationState.PREEXISTING if eligible and record.auto is True and song_count >= _MIN_SONGS:
            return RequestCover()
        case AutomationState.REQUESTED | AutomationState.COVER_DONE:
            return _follow_up(record, cover, now, eligible, has_cover)
        case _:
            return None


def _follow_up(
    record: PlaylistRecord,
    cover: AutomaticCover | None,
    now: datetime,
    eligible: bool,
    has_cover: Callable[[], bool],
) -> Action | None:
    may_act = eligible and is_overdue(record, now)
    match cover:
        case AutomaticCover(status="running"):
            return None
        case AutomaticCover(status="done", is_image_unset=True):
            return SetAgain() if may_act else Remember(AutomationState.COVER_DONE)
        case AutomaticCover(status="done"):
            return Remember(AutomationState.DONE)
        case None | AutomaticCover(status="accepted") | AutomaticCover(status="failed", may_retry=True):
            return _request(record, has_cover) if may_act else None
        case AutomaticCover(status=None | "failed"):
            return Remember(AutomationState.FAILED)
        case _:
            return None


def _request(record: PlaylistRecord, has_cover: Callable[[], bool]) -> Action:
    # A cover that the listener asked for is not replaced by one that nobody asked for.
    if record.auto is not True and has_cover():
        return Remember(AutomationState.DONE)
    return RequestCover()


def find_unset_image(entries: Sequence[HistoryEntry], cover_id: str) -> HistoryEntry | None:
    """Return the history entry of an automatic cover whose image is not set yet.

    `entries`: the playlist's history. An entry whose status is "asked" counts: its execution may never have started. A
    later image takes precedence.
    """
    entry = next((entry for entry in entries if entry.entry_id == cover_id), None)
    if entry is None or any(later.asked_at > entry.asked_at and later.status != "not_set" for later in entries):
        return None
    may_retry = entry.status == "not_set" and entry.code in RETRYABLE_CODES and entry.tries < _MAX_SET_RETRIES
    return entry if may_retry or entry.status == "asked" else None
