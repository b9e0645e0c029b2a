"""One listener's playlists, compared with what is known of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from coverart.aws.telemetry import logger
from coverart.errors import BudgetSpentError, CoverArtError, DailyLimitError
from coverart.pipeline.events import PlaylistCoverRequested
from coverart.pipeline.executions import ApplyExecutions
from coverart.spotify.client import SpotifyClient
from coverart.spotify.playlists import list_all_playlists
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.idempotency import automatic_attempt_keys, automatic_idempotency_key, may_retry
from coverart.store.keys import idempotency_record_key
from coverart.store.listeners import Listeners
from coverart.store.playlists import PlaylistRecord, Playlists
from coverart.store.publish_history import PublishHistory
from watch.event_publisher import EventPublisher
from watch.rules import Fate, is_due, is_overdue, is_wanted, standing_of, unset

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


@dataclass(frozen=True)
class CheckResult:
    """`announced`: how many playlists. `held_back` is why others were not yet."""

    announced: int
    held_back: CoverArtError | None = None


@dataclass(frozen=True)
class ListenerChecker:
    """`daily_limit` and `budget` are accept's. `spotify_of` takes a listener's id."""

    listeners: Listeners
    playlists: Playlists
    history: PublishHistory
    executions: ApplyExecutions
    covers: Covers
    keys: "Table"
    announcer: EventPublisher
    daily_limit: int
    budget: Budget | None
    spotify_of: Callable[[str], SpotifyClient]

    def look(self, listener_id: str, now: datetime) -> CheckResult:
        """Announces what is due, has set again what is made, and remembers only what has changed.

        An event is put before it is remembered: a crash between the two repeats the event, and accept makes one
        cover of both. A try to set an image is remembered before it is made: a lost one comes again in an hour.
        Raises Spotify's named errors, ListenerNotFoundError, StorageUnavailableError.
        """
        spotify = self.spotify_of(listener_id)
        there = list_all_playlists(spotify)
        # Read now: Spotify may have taken its time, and the listener may have changed their mind.
        profile = self.listeners.get(listener_id)
        if not profile.settings.auto_cover:
            return CheckResult(0)
        user_id = profile.user_id or self._ask_user_id(listener_id, spotify)
        remembered = self.playlists.get_all(listener_id)
        due: list[PlaylistRecord] = []
        changed: list[PlaylistRecord] = []
        again: list[PlaylistRecord] = []
        not_taken = 0
        for playlist_id, playlist in there.items():
            known = remembered.get(playlist_id, PlaylistRecord(playlist_id=playlist_id))
            wanted = is_wanted(playlist, known, profile.settings, user_id)
            fate = self._fate(listener_id, playlist_id) if known.standing in {"announced", "made"} else None
            seen = known.model_copy(update={"name": playlist.name, "snapshot_id": playlist.snapshot_id})
            if wanted and fate == "made" and is_overdue(known, now):
                again.append(seen.model_copy(update={"standing": "made", "announced_at": now}))
                continue
            if wanted and is_due(playlist, known, fate, now):
                if known.auto is True or not self._has_a_cover(listener_id, playlist_id):
                    due.append(seen)
                    continue
                fate = "covered"
            not_taken += fate == "not_taken"
            seen = seen.model_copy(update={"standing": standing_of(known, fate, wanted)})
            if seen != known and seen.standing is not None:
                changed.append(seen)
        # What was announced and is not counted yet will be.
        left = max(self.daily_limit - profile.count_covers_on(now.date()) - not_taken, 0)
        held_back = self._held_back(due, left)
        announced = self._announce(listener_id, [] if isinstance(held_back, BudgetSpentError) else due[:left], now)
        self.playlists.save(listener_id, [*changed, *announced, *again])
        for made in again:
            self._set_again(listener_id, made.playlist_id)
        return CheckResult(len(announced), held_back)

    def _ask_user_id(self, listener_id: str, spotify: SpotifyClient) -> str:
        """Of a listener who logged in before it was remembered."""
        user_id = spotify.get_user().id
        self.listeners.save_user_id(listener_id, user_id)
        return user_id

    def _has_a_cover(self, listener_id: str, playlist_id: str) -> bool:
        """One that the listener asked for: it is not to be replaced by another that nobody asked for."""
        return any(
            entry.status in {"set", "confirming"} for entry in self.history.list_entries(listener_id, playlist_id)
        )

    def _fate(self, listener_id: str, playlist_id: str) -> Fate:
        claims, may_be_claimed = self._claims(listener_id, playlist_id)
        if not claims:
            return "not_taken"
        cover_id = claims[-1]["cover_id"]
        cover = self.covers.get(listener_id, cover_id)
        match cover and cover["status"]:
            case "accepted":
                return "not_started"
            case "running":
                return "under_way"
            case "done":
                return "made" if unset(self.history.list_entries(listener_id, playlist_id), cover_id) else "covered"
        return "failed_for_now" if cover and may_retry(cover) and may_be_claimed else "given_up"

    def _claims(self, listener_id: str, playlist_id: str) -> tuple[list[dict[str, Any]], bool]:
        """Those of the playlist's automatic covers, the newest last, and whether there may be another."""
        keys = automatic_attempt_keys(idempotency_record_key(listener_id, automatic_idempotency_key(playlist_id)))
        claims = [claim for key in keys if (claim := self._claim(key))]
        return claims, len(claims) < len(keys)

    def _claim(self, key: str) -> dict[str, Any] | None:
        return self.keys.get_item(Key={"key": key}, ConsistentRead=True).get("Item")

    def _set_again(self, listener_id: str, playlist_id: str) -> None:
        """Once, where two ticks do it at the same time; nobody asked for it, so the listener's own image stays."""
        claims, _ = self._claims(listener_id, playlist_id)
        entry = unset(self.history.list_entries(listener_id, playlist_id), claims[-1]["cover_id"])
        if entry is not None and entry.status == "not_set":
            entry = self.history.retry(listener_id, entry)
        if entry is not None:
            self.executions.start(listener_id, entry, replace_own=False)
            logger.info("playlist image asked for again", entry_id=entry.entry_id, tries=entry.tries)

    def _announce(self, listener_id: str, due: Sequence[PlaylistRecord], now: datetime) -> list[PlaylistRecord]:
        """Those whose events were taken, as they are to be remembered."""
        taken = self.announcer.announce(
            [
                PlaylistCoverRequested(
                    listener_id=listener_id,
                    playlist_id=playlist.playlist_id,
                    name=playlist.name,
                    snapshot_id=playlist.snapshot_id,
                )
                for playlist in due
            ]
        )
        ids = {playlist.playlist_id for playlist in taken}
        update = {"standing": "announced", "announced_at": now}
        return [playlist.model_copy(update=update) for playlist in due if playlist.playlist_id in ids]

    def _held_back(self, due: Sequence[PlaylistRecord], left: int) -> CoverArtError | None:
        """Why accept would refuse all of what is due, or what is more than the `left`."""
        if due and self.budget is not None:
            try:
                self.budget.check()
            except BudgetSpentError as error:
                return error
        more = len(due) - left
        if more <= 0:
            return None
        wait = "1 new playlist waits" if more == 1 else f"{more} new playlists wait"
        return DailyLimitError(f"{wait} until midnight UTC: {self.daily_limit} covers a day are the limit.")
