"""The events that request automatic covers, on the stack's bus."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING

from coverart.aws.dynamodb import attempts
from coverart.aws.telemetry import logger
from coverart.pipeline.events import PlaylistCoverRequested

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# The most entries that PutEvents accepts.
_BATCH_SIZE = 10


@dataclass(frozen=True)
class EventPublisher:
    """Publishes to one event bus."""

    events: "EventBridgeClient"
    bus_name: str
    sleep: Callable[[float], None] = time.sleep

    def publish(self, requests: Sequence[PlaylistCoverRequested]) -> list[PlaylistCoverRequested]:
        """Return the requests whose events EventBridge accepted. It attempted the others four times."""
        accepted: list[PlaylistCoverRequested] = []
        remaining = list(requests)
        for _ in attempts(4, 0.2, self.sleep):
            rejected: list[PlaylistCoverRequested] = []
            for batch in batched(remaining, _BATCH_SIZE, strict=False):
                response = self.events.put_events(Entries=[request.to_event_entry(self.bus_name) for request in batch])
                for request, entry in zip(batch, response["Entries"], strict=True):
                    (rejected if "ErrorCode" in entry else accepted).append(request)
            remaining = rejected
            if not remaining:
                break
        if remaining:
            logger.warning("events were not accepted", count=len(remaining))
        return accepted
