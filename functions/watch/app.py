"""Lambda handler: on a schedule, requests covers for new playlists, and sets covers that failed to be set before.

A listener can ask for it at once.
"""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from coverart.aws import clients
from coverart.aws.telemetry import logger, put_metric, start_invocation
from coverart.pipeline.executions import ApplyExecutions
from coverart.pipeline.image_backend import ImageBackendSettings
from coverart.spotify.client import create_spotify_client
from coverart.store.covers import Covers
from coverart.store.daily_count import DailyCount
from coverart.store.listeners import Listeners
from coverart.store.playlists import Playlists
from coverart.store.publish_history import PublishHistory
from watch.automatic_covers import AutomaticCovers
from watch.check_listener import ListenerChecker
from watch.event_publisher import EventPublisher
from watch.run import WatchRun


class WatchSettings(ImageBackendSettings):
    """The settings of watch."""

    covers_table: str
    listeners_table: str
    keys_table: str
    bus_name: str
    apply_state_machine_arn: str


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Check all listeners, or the one that the event names.

    Raises unexpected errors after the last listener, so that the invocation fails.
    """
    start_invocation(context)
    run = _create_run(WatchSettings.load())

    def seconds_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    listener_id = event.get("listener_id")
    outcome = run.run_one(listener_id, seconds_left) if listener_id else run.run_all(seconds_left)
    # CloudWatch bills a metric for each hour with a value, so it sends no zeros.
    if outcome.covers_requested:
        put_metric("CoverEventsPublished", MetricUnit.Count, outcome.covers_requested)
    for code, count in outcome.skip_codes.items():
        put_metric("ListenersSkipped", MetricUnit.Count, count, code=code)
    logger.info("watch run finished", extra=outcome.summary())
    if outcome.unexpected_errors:
        raise ExceptionGroup("Unexpected errors; the log has them.", outcome.unexpected_errors)
    return outcome.summary()


def _create_run(settings: WatchSettings) -> WatchRun:
    listeners = Listeners(clients.get_table(settings.listeners_table))
    keys_table = clients.get_table(settings.keys_table)
    history = PublishHistory(listeners.table)
    automatic_covers = AutomaticCovers(
        covers=Covers(clients.get_table(settings.covers_table)),
        history=history,
        executions=ApplyExecutions(history, clients.get_client("stepfunctions"), settings.apply_state_machine_arn),
        keys_table=keys_table,
    )
    checker = ListenerChecker(
        listeners=listeners,
        playlists=Playlists(listeners.table),
        automatic_covers=automatic_covers,
        publisher=EventPublisher(clients.get_client("events"), settings.bus_name),
        daily_count=DailyCount(keys_table),
        daily_limit=settings.daily_limit,
        budget=settings.blocking_budget(keys_table),
        connect=create_spotify_client,
    )
    return WatchRun(listeners, checker)
