"""One run of watch: every listener whose automatic covers are on."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from boto3.dynamodb.conditions import Attr

from coverart.aws.dynamodb import paginate
from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, ListenerNotFoundError
from coverart.store.keys import PROFILE
from coverart.store.listeners import Listeners, WatchStatus
from watch.check_listener import ListenerChecker

# It reads a listener's playlists for half a minute; the next run continues with the rest. The last response may take
# another quarter.
_MAX_READING_SECONDS = 30
_MIN_SECONDS_PER_LISTENER = 90
_UNEXPECTED = "Something unexpected went wrong. Your new playlists will be checked again soon."


@dataclass
class RunOutcome:
    """`skip_codes`: how many listeners were skipped for which error code.

    `listeners_not_reached`: listeners for whom there was no time; the next run checks them first.
    """

    listeners_checked: int = 0
    covers_requested: int = 0
    listeners_not_reached: int = 0
    skip_codes: Counter[str] = field(default_factory=Counter)
    unexpected_errors: list[Exception] = field(default_factory=list)

    def summary(self) -> dict[str, int]:
        """Return the counts."""
        return {
            "listeners_checked": self.listeners_checked,
            "listeners_skipped": self.skip_codes.total(),
            "listeners_not_reached": self.listeners_not_reached,
            "covers_requested": self.covers_requested,
        }


@dataclass(frozen=True)
class WatchRun:
    """Checks one listener after the other."""

    listeners: Listeners
    checker: ListenerChecker

    def run_all(self, seconds_left: Callable[[], float]) -> RunOutcome:
        """Check all listeners. An error for one of them does not stop the others.

        `seconds_left`: returns how long the invocation may still take.
        """
        outcome = RunOutcome()
        listener_ids = self._list_least_recent_first()
        for index, listener_id in enumerate(listener_ids):
            seconds = seconds_left()
            if seconds < _MIN_SECONDS_PER_LISTENER:
                outcome.listeners_not_reached = len(listener_ids) - index
                logger.warning("no time for all listeners", listeners_not_reached=outcome.listeners_not_reached)
                break
            self._run(listener_id, outcome, seconds_left, seconds)
        return outcome

    def run_one(self, listener_id: str, seconds_left: Callable[[], float]) -> RunOutcome:
        """Check one listener, who asked for it."""
        outcome = RunOutcome()
        self._run(listener_id, outcome, seconds_left, seconds_left())
        return outcome

    def _run(self, listener_id: str, outcome: RunOutcome, seconds_left: Callable[[], float], start: float) -> None:
        try:
            self._check(listener_id, outcome, partial(_has_time, seconds_left, start - _MAX_READING_SECONDS))
        except Exception as error:
            logger.exception("unexpected error")
            outcome.unexpected_errors.append(error)

    def _list_least_recent_first(self) -> list[str]:
        """Return the listeners with automatic covers, the one whose last check began longest ago first."""
        is_on = Attr("item").eq(PROFILE) & Attr("tokens").exists() & Attr("settings.auto_cover").eq(True)
        profiles = paginate(
            self.listeners.table.scan,
            FilterExpression=is_on,
            ProjectionExpression="listener_id, watch_started_at, watched.#at",
            ExpressionAttributeNames={"#at": "at"},
        )
        ordered = sorted(
            profiles, key=lambda item: str(item.get("watch_started_at") or item.get("watched", {}).get("at", ""))
        )
        return [str(item["listener_id"]) for item in ordered]

    def _check(self, listener_id: str, outcome: RunOutcome, has_time: Callable[[], bool]) -> None:
        """Check a listener, and store on the profile when that was and what prevented covers."""
        now = datetime.now(UTC)
        # Before the check: one that ends the process must not come first again in the next run.
        self.listeners.save_watch_start(listener_id, now)
        try:
            result = self.checker.check(listener_id, now, has_time)
        except ListenerNotFoundError:
            logger.info("listener was deleted")
        except CoverArtError as error:
            logger.warning("listener skipped", error=type(error).__name__, reason=str(error))
            outcome.skip_codes[error.code] += 1
            self._save_status(listener_id, now, error)
        except Exception:
            self._save_status(listener_id, now, CoverArtError(_UNEXPECTED))
            raise
        else:
            outcome.listeners_checked += 1
            outcome.covers_requested += result.covers_requested
            self._save_status(listener_id, now, result.blocked_by, result.covers_requested)

    def _save_status(
        self, listener_id: str, now: datetime, error: CoverArtError | None, covers_requested: int = 0
    ) -> None:
        problem = {"code": error.code, "message": str(error)} if error else {}
        status = WatchStatus(at=now, covers_requested=covers_requested, **problem)
        self.listeners.save_watch_status(listener_id, status)


def _has_time(seconds_left: Callable[[], float], end: float) -> bool:
    return seconds_left() > end
