"""Compares one listener's playlists at Spotify with the records about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from coverart.errors import BudgetSpentError, CoverArtError, DailyLimitError
from coverart.pipeline.events import PlaylistCoverRequested
from coverart.spotify.client import SpotifyClient
from coverart.spotify.models import PlaylistSummary
from coverart.spotify.playlists import mark_existing_as_known, read_playlists
from coverart.store.budget import Budget
from coverart.store.daily_count import DailyCount
from coverart.store.listeners import Listeners, Profile
from coverart.store.playlists import AutomationState, PlaylistRecord, Playlists
from watch.automatic_covers import AutomaticCovers
from watch.event_publisher import EventPublisher
from watch.rules import (
    UNFINISHED_STATES,
    Action,
    Remember,
    RequestCover,
    SetAgain,
    is_eligible,
    is_overdue,
    next_action,
)


@dataclass(frozen=True)
class CheckResult:
    """`covers_requested`: how many. `blocked_by`: why further playlists have to wait."""

    covers_requested: int
    blocked_by: CoverArtError | None = None


@dataclass(frozen=True)
class _Decision:
    """What to do for a playlist. `record`: the `stored` one with its present name, snapshot and state.

    `is_event_pending`: accept has not handled the playlist's event yet.
    """

    action: Action | None
    stored: PlaylistRecord
    record: PlaylistRecord
    is_event_pending: bool

    def is_changed(self) -> bool:
        """Return whether to store the record and do nothing else."""
        is_only_stored = isinstance(self.action, Remember | None)
        is_known = self.record.standing not in {None, AutomationState.UNKNOWN}
        return is_only_stored and is_known and self.record != self.stored


@dataclass(frozen=True)
class ListenerChecker:
    """`daily_count`, `daily_limit` and `budget` are those of accept. `connect` takes a listener's id."""

    listeners: Listeners
    playlists: Playlists
    automatic_covers: AutomaticCovers
    publisher: EventPublisher
    daily_count: DailyCount
    daily_limit: int
    budget: Budget | None
    connect: Callable[[str], SpotifyClient]

    def check(self, listener_id: str, now: datetime, has_time: Callable[[], bool] = lambda: True) -> CheckResult:
        """Request covers, start setting images again, and store what has changed.

        It publishes an event before it stores that: a crash between the two repeats the event, for which accept starts
        no second cover. It stores an attempt to set an image before it starts it: an hour later, a lost one gets
        another attempt. What there is no time for (`has_time` is called before each page of playlists but the first),
        the next check continues with. Raises Spotify's named errors, ListenerNotFoundError, StorageUnavailableError.
        """
        spotify = self.connect(listener_id)
        profile = self.listeners.get(listener_id)
        if profile.marking_offset is not None:
            offset = mark_existing_as_known(listener_id, spotify, self.playlists, profile.marking_offset, has_time)
            self.listeners.save_marking_offset(listener_id, offset)
            if offset is not None:
                return CheckResult(0)
        playlists, next_offset = read_playlists(spotify, profile.watch_offset, has_time)
        # Read after Spotify's response: the listener may have changed the settings or left in the meantime.
        profile = self.listeners.get(listener_id)
        if not profile.settings.auto_cover:
            return CheckResult(0)
        if not profile.user_id:
            profile = self._add_user_id(profile, spotify)
        records = self.playlists.get_all(listener_id)
        decisions = [
            self._decide(profile, playlist, records.get(playlist_id, PlaylistRecord(playlist_id=playlist_id)), now)
            for playlist_id, playlist in playlists.items()
        ]
        due = [decision.record for decision in decisions if isinstance(decision.action, RequestCover)]
        pending = sum(decision.is_event_pending for decision in decisions)
        pending += self._count_pending(listener_id, [records[name] for name in records.keys() - playlists.keys()], now)
        covers_left = max(self.daily_limit - self.daily_count.get(listener_id, now) - pending, 0)
        blocked_by = self._find_limit(due, covers_left)
        if isinstance(blocked_by, BudgetSpentError):
            covers_left = 0
        requested = self._request(listener_id, due[:covers_left], now)
        retried = [
            decision.record.model_copy(update={"standing": AutomationState.COVER_DONE, "announced_at": now})
            for decision in decisions
            if isinstance(decision.action, SetAgain)
        ]
        changed = [decision.record for decision in decisions if decision.is_changed()]
        self.playlists.save(listener_id, [*changed, *requested, *retried])
        for record in retried:
            self.automatic_covers.set_again(listener_id, record.playlist_id)
        if (next_offset or 0) != profile.watch_offset:
            self.listeners.save_watch_offset(listener_id, next_offset or 0)
        return CheckResult(len(requested), blocked_by)

    def _add_user_id(self, profile: Profile, spotify: SpotifyClient) -> Profile:
        """Store Spotify's id of a listener who logged in before profiles had it."""
        user_id = spotify.get_user().id
        self.listeners.save_user_id(profile.listener_id, user_id)
        return profile.model_copy(update={"user_id": user_id})

    def _decide(self, profile: Profile, playlist: PlaylistSummary, stored: PlaylistRecord, now: datetime) -> _Decision:
        listener_id, playlist_id = profile.listener_id, stored.playlist_id
        is_unfinished = stored.standing in UNFINISHED_STATES
        cover = self.automatic_covers.find(listener_id, playlist_id) if is_unfinished else None
        action = next_action(
            stored,
            cover,
            now,
            song_count=playlist.entries.total,
            eligible=is_eligible(playlist, stored, profile.settings, profile.user_id),
            has_cover=partial(self.automatic_covers.is_set, listener_id, playlist_id),
        )
        state = action.state if isinstance(action, Remember) else stored.standing
        changes = {"name": playlist.name, "snapshot_id": playlist.snapshot_id, "standing": state}
        is_event_pending = is_unfinished and cover is None and action is None
        return _Decision(action, stored, stored.model_copy(update=changes), is_event_pending)

    def _count_pending(self, listener_id: str, records: Sequence[PlaylistRecord], now: datetime) -> int:
        """Return for how many of the playlists accept has not handled an event yet that is not overdue."""
        return sum(
            record.standing == AutomationState.REQUESTED
            and not is_overdue(record, now)
            and self.automatic_covers.find(listener_id, record.playlist_id) is None
            for record in records
        )

    def _request(self, listener_id: str, records: Sequence[PlaylistRecord], now: datetime) -> list[PlaylistRecord]:
        """Publish an event for each playlist. Return the records to store for published events."""
        published = self.publisher.publish(
            [
                PlaylistCoverRequested(
                    listener_id=listener_id,
                    playlist_id=record.playlist_id,
                    name=record.name,
                    snapshot_id=record.snapshot_id,
                )
                for record in records
            ]
        )
        ids = {event.playlist_id for event in published}
        changes = {"standing": AutomationState.REQUESTED, "announced_at": now}
        return [record.model_copy(update=changes) for record in records if record.playlist_id in ids]

    def _find_limit(self, due: Sequence[PlaylistRecord], covers_left: int) -> CoverArtError | None:
        """Return why accept would refuse all playlists, or those beyond `covers_left`."""
        if due and self.budget is not None:
            try:
                self.budget.check()
            except BudgetSpentError as error:
                return error
        count = len(due) - covers_left
        if count <= 0:
            return None
        subject = "1 new playlist waits" if count == 1 else f"{count} new playlists wait"
        return DailyLimitError(f"{subject} until midnight UTC. The limit is {self.daily_limit} covers a day.")
