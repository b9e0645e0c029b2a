"""Which playlists get a cover by themselves, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from coverart.errors import RETRYABLE_CODES
from coverart.spotify.models import PlaylistSummary
from coverart.store.listeners import ListenerSettings
from coverart.store.playlists import AutomationState, PlaylistRecord
from coverart.store.publish_history import HistoryEntry

# What became of an announced playlist: nobody took its event yet; its cover waits to be started, is being made, failed
# for what passes, failed for good (or is gone), is made but not set at Spotify yet, or nothing is left to be done.
Fate = Literal["not_taken", "not_started", "under_way", "failed_for_now", "given_up", "made", "covered"]

_LEAST_SONGS = 4
# Events are delivered within seconds; after an hour what passes has passed, or will last.
_PATIENCE = timedelta(hours=1)
# So often is an image asked for again that was not set for what passes.
_TRIES = 3


def matches(name: str, pattern: str) -> bool:
    """`*` stands for any letters, `?` for one, upper and lower case are the same; "" matches all."""
    # To fnmatch, brackets are a set of letters; to a listener, "[2026] Rain" is a name.
    literal = pattern.casefold().replace("[", "[[]")
    return not pattern or fnmatchcase(name.casefold(), literal)


def is_wanted(playlist: PlaylistSummary, known: PlaylistRecord, settings: ListenerSettings, user_id: str) -> bool:
    """Whether the listener's word on this playlist, or else the rule, asks for a cover.

    `user_id`: Spotify lets only a playlist's owner set its image.
    """
    if playlist.owner.id != user_id or known.auto is False:
        return False
    return known.auto is True or matches(playlist.name, settings.auto_cover_pattern)


def is_due(playlist: PlaylistSummary, known: PlaylistRecord, fate: Fate | None, now: datetime) -> bool:
    """Whether the event of a wanted playlist is to be put now. `fate` is None where it was not announced yet."""
    if fate is not None:
        return is_overdue(known, now) and fate in {"not_taken", "not_started", "failed_for_now"}
    is_new = known.standing in {None, "waiting"} or (known.standing == "known" and known.auto is True)
    return is_new and playlist.entries.total >= _LEAST_SONGS


def is_overdue(known: PlaylistRecord, now: datetime) -> bool:
    return known.announced_at is None or now - known.announced_at > _PATIENCE


def unset(entries: Sequence[HistoryEntry], cover_id: str) -> HistoryEntry | None:
    """The entry of an automatic cover that is still to be set; what the listener has set since goes before it.

    `entries`: the playlist's history. One that is asked for may be under way, or its execution was never started.
    """
    entry = next((entry for entry in entries if entry.entry_id == cover_id), None)
    if entry is None or any(later.asked_at > entry.asked_at and later.status != "not_set" for later in entries):
        return None
    passes = entry.status == "not_set" and entry.code in RETRYABLE_CODES and entry.tries < _TRIES
    return entry if passes or entry.status == "asked" else None


def standing_of(known: PlaylistRecord, fate: Fate | None, wanted: bool) -> AutomationState | None:
    """Of a playlist that is not due. What the rule leaves out has none: it is decided anew each time."""
    if fate == "made" or fate == "covered" or fate == "given_up":
        return fate
    return "waiting" if wanted and known.standing is None else known.standing
