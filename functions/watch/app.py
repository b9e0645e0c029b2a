"""Door of watch: at each tick of the schedule, an event for each playlist that is to get a cover by itself.

And where such a cover is made but could not be set at Spotify, another try.
"""

import coverart.quick_start

from collections import Counter
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from coverart import aws
from coverart.apply_executions import ApplyExecutions
from coverart.budget import BudgetSettings
from coverart.covers import Covers
from coverart.history import History
from coverart.listeners import Listeners
from coverart.playlists import Playlists
from coverart.spotify import spotify_of
from coverart.telemetry import begin, logger, measure
from watch.announcing import Announcer
from watch.looking import Watcher
from watch.rounds import Rounds


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
    begin(context)
    settings = WatchSettings.load()
    listeners = Listeners(aws.table(settings.listeners_table))
    keys = aws.table(settings.keys_table)
    history = History(listeners.table)
    watcher = Watcher(
        listeners=listeners,
        playlists=Playlists(listeners.table),
        history=history,
        executions=ApplyExecutions(history, aws.client("stepfunctions"), settings.apply_state_machine_arn),
        covers=Covers(aws.table(settings.covers_table)),
        keys=keys,
        announcer=Announcer(aws.client("events"), settings.bus_name),
        daily_limit=settings.daily_cover_limit,
        budget=settings.stopping(keys),
        spotify_of=spotify_of,
    )
    outcome = Rounds(listeners, watcher).make(lambda: context.get_remaining_time_in_millis() / 1000)
    if outcome.announced:  # a figure that is sent at every tick costs, whatever it is
        measure("PlaylistsAnnounced", MetricUnit.Count, outcome.announced)
    for code, count in Counter(outcome.passed_over).items():
        measure("ListenersPassedOver", MetricUnit.Count, count, code=code)
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
