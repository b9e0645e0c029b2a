"""Lambda handler: records why an execution failed, on the cover or the history entry, and cleans up on a schedule."""

from datetime import UTC, datetime
from typing import Any, Literal

from aws_lambda_powertools.metrics import MetricUnit

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import Settings
from coverart.aws.telemetry import log_and_translate_errors, logger, put_metric, start_invocation
from coverart.errors import CoverArtError, CoverDeletedError, NotFoundError
from coverart.models import StrictModel, read_model
from coverart.pipeline.execution_errors import explain_failure
from coverart.pipeline.executions import CoverExecutions
from coverart.store.covers import Covers
from coverart.store.keys import cover_prefix
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory
from settle.cleanup import Cleanup
from settle.execution_event import CoverInput, EntryInput, read_execution


class SettleSettings(Settings):
    """`state_machine_arn`: of the state machine that makes covers."""

    covers_table: str
    listeners_table: str
    bucket_name: str
    state_machine_arn: str


class CleanupEvent(StrictModel):
    """The input of a schedule in the template."""

    cleanup: Literal["stuck_covers", "orphans"]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the code of the failure, or the counts of a cleanup. Raises InvalidRequestError."""
    start_invocation(context)
    if "cleanup" in event:
        with log_and_translate_errors("cleanup failed"):
            return _clean_up(read_model(CleanupEvent, event))
    with log_and_translate_errors("failure was not recorded"):
        return {"code": _record_failure(event)}


def _clean_up(event: CleanupEvent) -> dict[str, int]:
    settings = SettleSettings.load()
    covers = Covers(clients.get_table(settings.covers_table))
    cleanup = Cleanup(
        covers=covers,
        listeners=Listeners(clients.get_table(settings.listeners_table)),
        executions=CoverExecutions(covers, clients.get_client("stepfunctions"), settings.state_machine_arn),
        bucket=_create_bucket(settings),
    )
    run = cleanup.resume_or_fail_stuck if event.cleanup == "stuck_covers" else cleanup.delete_orphans
    counts = run(datetime.now(UTC))
    logger.info("cleanup finished", extra=counts)
    return counts


def _record_failure(event: dict[str, Any]) -> str:
    execution, execution_input = read_execution(event)
    logger.append_keys(**execution_input.model_dump(exclude={"listener_id"}))
    failure = explain_failure(execution.status, execution.error, execution.cause)
    try:
        if isinstance(execution_input, EntryInput):
            _fail_entry(execution_input, failure)
        else:
            _fail_cover(execution_input, failure)
    except (CoverDeletedError, NotFoundError) as error:
        logger.info("already deleted", code=error.code)
        return error.code
    logger.info("failure recorded", code=failure.code, error=execution.error)
    return failure.code


def _fail_cover(cover: CoverInput, failure: CoverArtError) -> None:
    settings = SettleSettings.load()
    covers = Covers(clients.get_table(settings.covers_table))
    try:
        covers.mark_failed(cover.listener_id, cover.cover_id, failure.code, str(failure), datetime.now(UTC))
    except CoverDeletedError:
        # A step that crashed may have stored images and not deleted them again.
        _create_bucket(settings).delete_prefix(cover_prefix(cover.listener_id, cover.cover_id))
        raise
    put_metric("CoversFailed", MetricUnit.Count, 1, code=failure.code)


def _fail_entry(entry_input: EntryInput, failure: CoverArtError) -> None:
    # An entry that is confirming stays so: Spotify accepted its image.
    history = PublishHistory(clients.get_table(SettleSettings.load().listeners_table))
    entry = history.get(entry_input.listener_id, entry_input.playlist_id, entry_input.entry_id)
    if entry.status == "asked":
        history.update(entry_input.listener_id, entry, status="not_set", code=failure.code, message=str(failure))


def _create_bucket(settings: SettleSettings) -> Bucket:
    return Bucket(clients.get_client("s3"), settings.bucket_name)
