"""Start a cover for each of the listener's own playlists that has none, or for each of those that they chose."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from coverart.errors import (
    BudgetSpentError,
    CoverArtError,
    DailyLimitError,
    IdempotencyConflictError,
    OutOfTimeError,
    StorageUnavailableError,
)
from coverart.models import CoverOptions, PlaylistSource
from coverart.pipeline.start_cover import CoverRequest, CoverStarter
from coverart.spotify.models import PlaylistSummary
from coverart.spotify.playlists import LibraryPage
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.keys import idempotency_record_key

# API Gateway waits 29 seconds for a response, of which one page of playlists may take 15.
_TIME_LIMIT_SECONDS = 20.0
_READING_TIME_LIMIT_SECONDS = 12.0
# How many covers of one playlist a listener can request in bulk and delete within a day, before requests skip the
# playlist.
_MAX_DELETED_COVERS = 100


@dataclass(frozen=True)
class BulkPlan:
    """What to do for the listener's own playlists with songs.

    `selected`, `skipped`: ids of the playlists that get a cover or do not, in Spotify's order. `latest_failed`: the
    latest cover of each playlist whose covers have all failed. `unstarted`: covers that perhaps did not start.
    `positions`: of the playlists in a series.
    """

    selected: list[str]
    skipped: list[str]
    latest_failed: dict[str, str]
    unstarted: list[str]
    positions: Mapping[str, int]


@dataclass
class BulkResult:
    """`accepted`: ids of playlist and cover. `stopped_by`: why there are no more, or None.

    `selected`, `skipped`: how many of the playlists read so far. `next_offset`: the playlist from which on another
    request has to continue; None where there is nothing left.
    """

    accepted: list[tuple[str, str]] = field(default_factory=list)
    stopped_by: CoverArtError | None = None
    selected: int = 0
    skipped: int = 0
    next_offset: int | None = None


def plan_bulk_covers(
    playlists: Iterable[PlaylistSummary],
    user_id: str,
    covers: Mapping[str, Sequence[Mapping[str, Any]]],
    playlist_ids: Sequence[str] | None = None,
    offset: int = 0,
) -> BulkPlan:
    """Select the listener's own playlists with these ids, or else those that have no cover, or only failed ones.

    `user_id`: the listener's id as Spotify names the owners of playlists. `covers`: from `Covers.list_by_playlist`.
    `offset`: the number of the first playlist in the library, which decides the positions in a series unless the
    playlists were chosen.
    """
    own = [
        playlist.id for playlist in playlists if playlist.id and playlist.owner.id == user_id and playlist.entries.total
    ]
    usable = {
        playlist_id: [cover for cover in covers.get(playlist_id, []) if cover["status"] != "failed"]
        for playlist_id in own
    }
    without_cover = [playlist_id for playlist_id in own if not usable[playlist_id]]
    selected = set(without_cover if playlist_ids is None else playlist_ids)
    return BulkPlan(
        selected=[playlist_id for playlist_id in own if playlist_id in selected],
        skipped=[playlist_id for playlist_id in own if playlist_id not in selected],
        latest_failed={
            playlist_id: covers[playlist_id][-1]["cover_id"] for playlist_id in without_cover if playlist_id in covers
        },
        unstarted=[
            cover["cover_id"]
            for playlist_covers in usable.values()
            for cover in playlist_covers
            if cover["status"] == "accepted"
        ],
        positions=(
            {playlist_id: offset + place for place, playlist_id in enumerate(own)}
            if playlist_ids is None
            else {playlist_id: place for place, playlist_id in enumerate(playlist_ids)}
        ),
    )


class BulkCoverStarter:
    """Serves one request: its creation starts the time limit. `clock`: seconds."""

    def __init__(self, cover_starter: CoverStarter, clock: Callable[[], float] = time.monotonic) -> None:
        self._cover_starter = cover_starter
        self._clock = clock
        start = clock()
        self._deadline, self._reading_deadline = start + _TIME_LIMIT_SECONDS, start + _READING_TIME_LIMIT_SECONDS

    def cover_library(
        self,
        pages: Iterable[LibraryPage],
        make_plan: Callable[[LibraryPage], BulkPlan],
        start_covers: Callable[[BulkPlan], BulkResult],
    ) -> BulkResult:
        """Plan each page of the library and start its covers, as far as there is time.

        After a limit, it only counts the playlists of further pages. Raises what the arguments raise.
        """
        result = BulkResult()
        for page in pages:
            plan = make_plan(page)
            result.selected += len(plan.selected)
            result.skipped += len(plan.skipped)
            if result.stopped_by is None:
                page_result = start_covers(plan)
                result.accepted += page_result.accepted
                result.stopped_by = page_result.stopped_by
                result.next_offset = page.offset if page_result.stopped_by else None
            if page.next_offset is not None and self._clock() >= self._reading_deadline:
                if result.stopped_by is None:
                    result.stopped_by, result.next_offset = _out_of_time(), page.next_offset
                break
        return result

    def start_covers(
        self,
        listener_id: str,
        plan: BulkPlan,
        options: CoverOptions,
        replace_own: bool,
        request_key: str | None = None,
    ) -> BulkResult:
        """Start a cover for each selected playlist, as far as time, daily limit and budget allow.

        Two requests at the same time, or a repeated one, start one cover for each playlist: the first that it gets, or
        with a `request_key` the one that requests with this key start. Raises ListenerNotFoundError, and
        IdempotencyConflictError where the key was used with other options.
        """
        result = BulkResult()
        try:
            # An earlier request may have ended between accepting a cover and starting it.
            for cover_id in plan.unstarted:
                self._check_time()
                self._cover_starter.start_execution(listener_id, cover_id)
            for playlist_id in plan.selected:
                self._check_time()
                if request_key is None:
                    key = self._choose_key(listener_id, playlist_id, plan.latest_failed.get(playlist_id))
                else:
                    key = f"chosen#{playlist_id}#{request_key}"
                if key is None:
                    continue
                try:
                    cover_id = self._start_cover(
                        listener_id,
                        playlist_id,
                        key,
                        _place_in_series(options, plan.positions[playlist_id]),
                        replace_own,
                    )
                except IdempotencyConflictError:
                    if request_key is not None:
                        raise
                    continue  # another request is making a cover for this playlist
                result.accepted.append((playlist_id, cover_id))
        except (OutOfTimeError, DailyLimitError, BudgetSpentError, StorageUnavailableError) as error:
            result.stopped_by = error
        return result

    def _check_time(self) -> None:
        if self._clock() >= self._deadline:
            raise _out_of_time()

    def _start_cover(
        self, listener_id: str, playlist_id: str, key: str, options: CoverOptions, replace_own: bool
    ) -> str:
        request = CoverRequest(
            listener_id=listener_id,
            source=PlaylistSource(kind="playlist", playlist_id=playlist_id),
            options=options,
            idempotency_key=key,
            # An event for the playlist has the same key, so whichever comes first makes the cover.
            automatic=key == automatic_idempotency_key(playlist_id),
            replace_own=replace_own,
        )
        return self._cover_starter.start_cover(request)

    def _choose_key(self, listener_id: str, playlist_id: str, latest_id: str | None) -> str | None:
        """Return the key of the cover after the `latest_id`, or None where that cover exists already.

        A playlist's first cover has its automatic key. A deleted cover is no longer listed, but its idempotency record
        still exists, so its successor's key is tried next.
        """
        for _ in range(_MAX_DELETED_COVERS):
            key = f"bulk#{playlist_id}#{latest_id}" if latest_id else automatic_idempotency_key(playlist_id)
            record_key = {"key": idempotency_record_key(listener_id, key)}
            record = self._cover_starter.keys.get_item(Key=record_key, ConsistentRead=True).get("Item")
            if record is None or int(str(record.get("expires_at", 2**40))) <= datetime.now(UTC).timestamp():
                return key
            latest_id = str(record["cover_id"])
            if self._cover_starter.covers.get(listener_id, latest_id) is not None:
                return None
        return None


def _place_in_series(options: CoverOptions, position: int) -> CoverOptions:
    return options.model_copy(update={"position": position}) if options.has_built_in_look else options


def _out_of_time() -> OutOfTimeError:
    return OutOfTimeError("One request cannot do more. Please repeat it for the rest.", retry_after=0)
