"""Door of watch: at each tick of the schedule, an event for each playlist that is to get a cover by itself.

And where such a cover is made but could not be set at Spotify, another try.
"""

from collections import Counter
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from coverart.aws import clients
from coverart.aws.telemetry import logger, put_metric, start_invocation
from coverart.pipeline.executions import ApplyExecutions
from coverart.spotify.client import create_spotify_client
from coverart.store.budget import BudgetSettings
from coverart.store.covers import Covers
from coverart.store.listeners import Listeners
from coverart.store.playlists import Playlists
from coverart.store.publish_history import PublishHistory
from watch.check_listener import ListenerChecker
from watch.event_publisher import EventPublisher
from watch.run import WatchRun


class WatchSettings(BudgetSettings):
    """`daily_cover_limit` is per listener and UTC day."""

    covers_table: str
    listeners_table: str
    keys_table: str
    bus_name: str
    apply_state_machine_arn: str
    daily_cover_limit: int


def handler(_event: Any, context: Any) -> dict[str, int]:
    """Raises what nobody foresaw, after all listeners had their turn."""
    start_invocation(context)
    settings = WatchSettings.load()
    listeners = Listeners(clients.get_table(settings.listeners_table))
    keys = clients.get_table(settings.keys_table)
    history = PublishHistory(listeners.table)
    watcher = ListenerChecker(
        listeners=listeners,
        playlists=Playlists(listeners.table),
        history=history,
        executions=ApplyExecutions(history, clients.get_client("stepfunctions"), settings.apply_state_machine_arn),
        covers=Covers(clients.get_table(settings.covers_table)),
        keys=keys,
        announcer=EventPublisher(clients.get_client("events"), settings.bus_name),
        daily_limit=settings.daily_cover_limit,
        budget=settings.blocking_budget(keys),
        spotify_of=create_spotify_client,
    )
    outcome = WatchRun(listeners, watcher).make(lambda: context.get_remaining_time_in_millis() / 1000)
    if outcome.announced:  # a figure that is sent at every tick costs, whatever it is
        put_metric("CoverEventsPublished", MetricUnit.Count, outcome.announced)
    for code, count in Counter(outcome.passed_over).items():
        put_metric("ListenersSkipped", MetricUnit.Count, count, code=code)
    told = {
        "looked_at": outcome.looked_at,
        "passed_over": len(outcome.passed_over),
        "not_reached": outcome.not_reached,
        "announced": outcome.announced,
    }
    logger.info("watched", extra=told)
    if outcome.unforeseen:
        raise ExceptionGroup("Something went wrong that should not have; the log says what.", outcome.unforeseen)
    return told
