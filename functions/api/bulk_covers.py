"""A cover for each of the listener's own playlists that has none."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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
from coverart.store.covers import Covers
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.keys import idempotency_record_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# API Gateway waits for 29.
_SECONDS = 20.0
# Covers of one playlist that may be asked for and deleted within a day.
_DELETED_A_DAY = 100


@dataclass(frozen=True)
class Library:
    """The listener's own playlists with songs: `bare` have no cover, in Spotify's order; `covered` have one.

    `latest`: the ids of the latest covers of the bare ones, all of which failed. `unstarted`: covers that are accepted
    and of which it is not known that they were started.
    """

    bare: list[str]
    covered: list[str]
    latest: dict[str, str]
    unstarted: list[str]


@dataclass
class BulkOutcome:
    """`accepted`: playlist and cover. `stopped_by`: why there are not more."""

    accepted: list[tuple[str, str]] = field(default_factory=list)
    stopped_by: CoverArtError | None = None


def split_library(
    playlists: Iterable[PlaylistSummary], user_id: str, covers: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Library:
    """`user_id`: what Spotify calls the listener as an owner. `covers`: as `Covers.list_by_playlist` gives them."""
    own = [found.id for found in playlists if found.id and found.owner.id == user_id and found.entries.total]
    good = {found: [cover for cover in covers.get(found, []) if cover["status"] != "failed"] for found in own}
    bare = [found for found in own if not good[found]]
    return Library(
        bare=bare,
        covered=[found for found in own if good[found]],
        latest={found: covers[found][-1]["cover_id"] for found in bare if found in covers},
        unstarted=[cover["cover_id"] for mine in good.values() for cover in mine if cover["status"] == "accepted"],
    )


class BulkCoverStarter:
    """To be made when the request comes: its time begins. `clock` counts seconds."""

    def __init__(
        self, covers: Covers, keys: "Table", acceptance: CoverStarter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._covers = covers
        self._keys = keys
        self._acceptance = acceptance
        self._clock = clock
        self._ends = clock() + _SECONDS

    def cover(self, listener_id: str, library: Library, options: CoverOptions, replace_own: bool) -> BulkOutcome:
        """Accepts a cover for each bare playlist, as far as time, daily limit and budget go.

        Two at once, or a repeat, make one cover each. Raises ListenerNotFoundError.
        """
        made = BulkOutcome()
        try:
            # Where an earlier try ended between accepting and starting.
            for cover_id in library.unstarted:
                self._check_time()
                self._acceptance.start_execution(listener_id, cover_id)
            for playlist_id in library.bare:
                self._check_time()
                new = self._accept(listener_id, playlist_id, library.latest.get(playlist_id), options, replace_own)
                if new is not None:
                    made.accepted.append((playlist_id, new))
        except (OutOfTimeError, DailyLimitError, BudgetSpentError, StorageUnavailableError) as error:
            made.stopped_by = error
        return made

    def _check_time(self) -> None:
        if self._clock() >= self._ends:
            raise OutOfTimeError("These are as many as go at once. Please ask again for the rest.", retry_after=0)

    def _accept(
        self, listener_id: str, playlist_id: str, latest: str | None, options: CoverOptions, replace_own: bool
    ) -> str | None:
        """None where another request makes a cover of it in this moment."""
        key = self._key(listener_id, playlist_id, latest)
        if key is None:
            return None
        request = CoverRequest(
            listener_id=listener_id,
            source=PlaylistSource(kind="playlist", playlist_id=playlist_id),
            options=options,
            idempotency_key=key,
            # The same key as an event's: whichever comes first makes the cover.
            automatic=key == automatic_idempotency_key(playlist_id),
            replace_own=replace_own,
        )
        try:
            return self._acceptance.start_cover(request)
        except IdempotencyConflictError:
            return None

    def _key(self, listener_id: str, playlist_id: str, latest: str | None) -> str | None:
        """The idempotency key of the cover that comes after the `latest`; None where it is being made.

        The first is the playlist's automatic one. One that was deleted is in no list, but its claim is there: the
        next comes after it.
        """
        for _ in range(_DELETED_A_DAY):
            key = f"bulk#{playlist_id}#{latest}" if latest else automatic_idempotency_key(playlist_id)
            claim = self._keys.get_item(Key={"key": idempotency_record_key(listener_id, key)}, ConsistentRead=True).get(
                "Item"
            )
            if claim is None or int(str(claim.get("expires_at", 2**40))) <= datetime.now(UTC).timestamp():
                return key
            latest = str(claim["cover_id"])
            if self._covers.get(listener_id, latest) is not None:
                return None
        return None
