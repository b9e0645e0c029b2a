"""An event on the stack's bus for each new playlist."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coverart.aws.telemetry import logger
from coverart.pipeline.events import PlaylistCoverRequested

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


# PutEvents takes no more.
_AT_ONCE = 10
_ATTEMPTS = 4


@dataclass(frozen=True)
class EventPublisher:
    events: "EventBridgeClient"
    bus_name: str
    sleep: Callable[[float], None] = time.sleep

    def announce(self, playlists: Sequence[PlaylistCoverRequested]) -> list[PlaylistCoverRequested]:
        """Gives those whose event the bus has taken; the others are put again a few times, and then left."""
        taken: list[PlaylistCoverRequested] = []
        left = list(playlists)
        for attempt in range(_ATTEMPTS):
            if not left:
                break
            self.sleep(random.uniform(0, 0.2 * attempt))  # noqa: S311  # jitter, no secret
            refused: list[PlaylistCoverRequested] = []
            for start in range(0, len(left), _AT_ONCE):
                batch = left[start : start + _AT_ONCE]
                answer = self.events.put_events(Entries=[playlist.to_event_entry(self.bus_name) for playlist in batch])
                for playlist, entry in zip(batch, answer["Entries"], strict=True):
                    (refused if "ErrorCode" in entry else taken).append(playlist)
            left = refused
        if left:
            logger.warning("events not taken", count=len(left))
        return taken
