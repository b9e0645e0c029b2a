"""Lambda handler: publish, the last step. It sets the playlist image if the request says so, and the cover is done.

It also records a candidate's failure at once, while the others continue.
"""

from datetime import UTC, datetime
from typing import Any, Literal

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import log_and_translate_errors, logger, start_invocation
from coverart.errors import InvalidRequestError, NotFoundError, StorageUnavailableError
from coverart.models import CoverImages, CoverOptions, PlaylistSource, PublishResult, Source, StrictModel, read_model
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.step import CandidateInput, StepInput, step
from coverart.store.covers import Covers
from coverart.store.publish_history import HistoryEntry


class CandidateResult(StrictModel):
    """How a candidate ended: its finished files, or why it failed."""

    pictures: CoverImages | None = None
    failure: TaskError | None = None


class PublishInput(StepInput):
    """`candidates`: at least one has `pictures`; the first of these is the cover until the listener chooses.

    `pictures`: instead of candidates, from an execution that began before the upgrade to a version with candidates.

    `replace_own`: the listener's own playlist image may be replaced; it is stored first. `failure`: why earlier
    attempts failed, after the last of them; the playlist image is then given up.
    """

    source: Source
    options: CoverOptions
    replace_own: bool
    title: str
    candidates: tuple[CandidateResult, ...] = ()
    pictures: CoverImages | None = None
    failure: TaskError | None = None

    @property
    def images(self) -> CoverImages:
        """The cover's files."""
        return self.pictures or next(candidate.pictures for candidate in self.candidates if candidate.pictures)


class FailedCandidateInput(CandidateInput):
    """A candidate that failed for good."""

    failure: TaskError


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish a cover or, where the event names a candidate, record that one's failure."""
    return record_failed_candidate(event, context) if "candidate" in event else publish(event, context)


def record_failed_candidate(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Store why a candidate failed, and return the code. Raises CoverDeletedError, InvalidRequestError."""
    start_invocation(context, step="publish", cover_id=event.get("cover_id"), candidate=event["candidate"])
    with log_and_translate_errors("failure was not recorded"):
        candidate = read_model(FailedCandidateInput, event)
        covers = Covers(clients.get_table(StepSettings.load().covers_table))
        _mark_failed(covers, candidate, candidate.candidate, candidate.failure)
    return {"code": candidate.failure.to_domain_error().code}


@step("publish", input_model=PublishInput, result_attribute="published")
def publish(event: PublishInput) -> PublishResult:
    """Set the playlist image. The cover is done if all of its images are in the bucket, whether this succeeds or not.

    Raises SpotifyUnavailableError, StorageUnavailableError.
    """
    settings = StepSettings.load()
    covers = Covers(clients.get_table(settings.covers_table))
    for index, candidate in enumerate(event.candidates):
        # Usually it is on record already.
        if candidate.failure is not None:
            _mark_failed(covers, event, index, candidate.failure)
    bucket = Bucket(clients.get_client("s3"), settings.bucket_name)
    if not all(bucket.exists(key) for key in event.images.files()):
        raise StorageUnavailableError("An image of this cover is missing. Please try again.")
    if not event.options.publish:
        return PublishResult(playlist_image="not_asked_for")
    try:
        entry = _set_playlist_image(event)
    except (InvalidRequestError, NotFoundError) as error:
        return PublishResult(playlist_image="not_set", code=error.code, message=str(error))
    logger.info("playlist image", status=entry.status, code=entry.code)
    status: Literal["set", "confirming", "not_set"] = (
        entry.status if entry.status in ("set", "confirming") else "not_set"
    )
    return PublishResult(playlist_image=status, entry=entry.entry_id, code=entry.code, message=entry.message)


def _mark_failed(covers: Covers, event: StepInput, index: int, failure: TaskError) -> None:
    error = failure.to_domain_error()
    logger.warning("candidate failed", candidate=index, code=error.code)
    covers.mark_candidate_failed(event.listener_id, event.cover_id, index, error.code, str(error))


def _set_playlist_image(event: PublishInput) -> HistoryEntry:
    """Set the playlist image or give it up, and return its history entry.

    The entry has the cover's id, so there is one, however often the step is attempted.
    """
    # Most covers are not set at once, and do without spotipy and Pillow.
    from coverart.pipeline.publish_image import create_image_publisher

    if not isinstance(event.source, PlaylistSource):
        raise InvalidRequestError("This cover was made from your top artists, so there is no playlist to set it on.")
    new_entry = HistoryEntry(
        playlist_id=event.source.playlist_id,
        entry_id=event.cover_id,
        playlist_name=event.title,
        cover_id=event.cover_id,
        candidate=0,
        picture=event.images.cover,
        asked_at=datetime.now(UTC),
    )
    publisher = create_image_publisher(event.listener_id)
    entry = publisher.history.add(event.listener_id, new_entry)
    if event.failure is None:
        return publisher.apply(entry.playlist_id, entry.entry_id, event.replace_own)
    failure = event.failure.to_domain_error()
    return publisher.give_up(entry, failure.code, str(failure))
