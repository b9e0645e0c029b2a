"""A round: all listeners who switched automatic covers on, each for themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.conditions import Attr

from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, ListenerNotFoundError
from coverart.store.listeners import Listeners, WatchStatus
from watch.check_listener import ListenerChecker

# No listener is begun with less left. A large library takes seconds; Spotify's slowest answers take longer.
_LEAST_SECONDS = 60
_UNFORESEEN = "Something went wrong that should not have. Your new playlists are looked at again soon."


@dataclass
class RunOutcome:
    """`passed_over`: the codes of the errors that listeners were passed over for. `unforeseen`: errors of no name.

    `not_reached`: listeners that there was no time for; they come first in the next round.
    """

    looked_at: int = 0
    announced: int = 0
    not_reached: int = 0
    passed_over: list[str] = field(default_factory=list)
    unforeseen: list[Exception] = field(default_factory=list)


@dataclass(frozen=True)
class WatchRun:
    listeners: Listeners
    watcher: ListenerChecker

    def make(self, seconds_left: Callable[[], float]) -> RunOutcome:
        """Whatever befalls one listener, the others have their turn."""
        outcome = RunOutcome()
        waiting = self._longest_ago_first()
        for number, listener_id in enumerate(waiting):
            if seconds_left() < _LEAST_SECONDS:
                outcome.not_reached = len(waiting) - number
                logger.warning("no time for all listeners", not_reached=outcome.not_reached)
                break
            try:
                self._visit(listener_id, outcome)
            except Exception as error:
                logger.exception("unforeseen")
                outcome.unforeseen.append(error)
        return outcome

    def _longest_ago_first(self) -> list[str]:
        wanted = Attr("item").eq("profile") & Attr("tokens").exists() & Attr("settings.auto_cover").eq(True)
        asked: dict[str, Any] = {"FilterExpression": wanted, "ProjectionExpression": "listener_id, watched"}
        found = sorted(self._scan(asked), key=lambda item: item.get("watched", {}).get("at", ""))
        return [str(item["listener_id"]) for item in found]

    def _scan(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            page = self.listeners.table.scan(**asked)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _visit(self, listener_id: str, outcome: RunOutcome) -> None:
        """Leaves on the profile when the listener was looked at, and what was in the way."""
        now = datetime.now(UTC)
        try:
            look = self.watcher.look(listener_id, now)
        except ListenerNotFoundError:
            logger.info("the listener was forgotten")
        except CoverArtError as error:
            logger.warning("listener passed over", error=type(error).__name__, reason=str(error))
            outcome.passed_over.append(error.code)
            self._remember(listener_id, now, error)
        except Exception:
            self._remember(listener_id, now, CoverArtError(_UNFORESEEN))
            raise
        else:
            outcome.looked_at += 1
            outcome.announced += look.announced
            self._remember(listener_id, now, look.held_back)

    def _remember(self, listener_id: str, now: datetime, in_the_way: CoverArtError | None) -> None:
        told = {"code": in_the_way.code, "message": str(in_the_way)} if in_the_way else {}
        self.listeners.save_watch_status(listener_id, WatchStatus(at=now, **told))
