"""Demo listeners: strangers who try a deployed stack with sample music (`AllowDemo`).

A demo listener has no account at Spotify, and everything about them expires after a day. All of them together have a
limit of covers and one of requests for each UTC day, which bound what they can cost (docs/costs.md).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coverart.errors import DailyLimitError
from coverart.store.keys import demo_requests_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

DEMO_LIFETIME = timedelta(days=1)
DEMO_COVERS_PER_DAY = 120
DEMO_REQUESTS_PER_DAY = 5000
# A larger response counts as several requests.
DEMO_RESPONSE_BYTES = 200_000

_PREFIX = "demo:"
# Each candidate has a seed, so four follow the first.
_SEEDS = 2**31 - 4


def new_demo_listener_id() -> str:
    """Return an id that no listener of Spotify has."""
    return f"{_PREFIX}{secrets.token_hex(16)}"


def is_demo(listener_id: str) -> bool:
    """Return whether this is a demo listener."""
    return listener_id.startswith(_PREFIX)


def count_owner(listener_id: str) -> str:
    """Return whose daily count of covers a listener's covers belong to: that of all demo listeners is one."""
    return _PREFIX if is_demo(listener_id) else listener_id


def random_seed() -> int:
    """Return a seed for the covers of a demo listener, who leaves no trace of those used before."""
    return secrets.randbelow(_SEEDS)


@dataclass(frozen=True)
class DemoRequests:
    """`keys_table`: KeysTable, which counts the requests of all demo listeners on a day."""

    keys_table: "Table"

    def count(self, now: datetime, response_bytes: int = 0) -> None:
        """Count a request, or what a response of this size is beyond one. Raises DailyLimitError.

        It only reads the limit, because a refused request must cost less than a served one. Requests at the same time
        may exceed it by a few.
        """
        key = demo_requests_key(now)
        item = self.keys_table.get_item(Key=key).get("Item", {})
        if int(str(item.get("requests", 0))) >= DEMO_REQUESTS_PER_DAY:
            raise DailyLimitError("The demo has reached its limit for today. Try again tomorrow.")
        units = response_bytes // DEMO_RESPONSE_BYTES if response_bytes else 1
        if units:
            self.keys_table.update_item(
                Key=key,
                UpdateExpression="ADD requests :units SET expires_at = if_not_exists(expires_at, :expires)",
                ExpressionAttributeValues={
                    ":units": units,
                    ":expires": int((now + 2 * DEMO_LIFETIME).timestamp()),
                },
            )
