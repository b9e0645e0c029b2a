"""Route of bulk requests: covers for all of the listener's own playlists, or for some of them."""

import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import dependencies
from api.authentication import Listener
from api.errors import SPOTIFY_ERRORS, document_responses
from api.routes.covers import add_default_options
from coverart.errors import (
    CoverArtError,
    ForeignOriginError,
    IdempotencyConflictError,
    InvalidRequestError,
    NotFoundError,
    PictureNotFoundError,
)
from coverart.models import CoverOptions, SpotifyId, StrictModel
from coverart.pipeline.start_cover import create_cover_starter
from coverart.store.budget import maximum_cost

router = APIGatewayHttpRouter()

_MAX_PLAYLISTS = 1000


class BulkCoversRequest(StrictModel):
    """`dry_run`: only report what it would do. Omitted options default to the listener's settings.

    `playlists`: ids of the listener's own playlists that get a cover, also where they have one; null is all that have
    none. `replace_own`: with the option `publish`, a cover may replace the listener's own playlist image, which is
    stored first. `cursor`: `next` of the previous response.
    """

    dry_run: bool = True
    options: CoverOptions = Field(default_factory=CoverOptions)
    playlists: Annotated[list[SpotifyId], Field(max_length=_MAX_PLAYLISTS)] | None = None
    replace_own: bool = False
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,5}$")] = "0"


class BulkCoverResponse(StrictModel):
    """A cover that this request started."""

    playlist_id: str
    cover_id: str


class BulkStopResponse(StrictModel):
    """Why a bulk request stopped. `retry_after`: seconds until a request can continue, if known."""

    code: str
    message: str
    retry_after: int | None


class BulkCoversResponse(StrictModel):
    """`next`: the `cursor` of a request that continues with the rest, or null if there is none.

    `playlists`: number of the listener's own playlists with songs that get a cover. `skipped`: that get none. Both
    count what there was time to look at: all, unless `stopped_by` is `out_of_time`.

    `accepted`: with chosen playlists also those that the same idempotency key started before. `left_today`: the rest of
    the daily limit. `cost_usd_at_most`: for all `playlists`, limited by what is left of the monthly budget. `left`:
    number of playlists that still get no cover; repeating the request continues with them.
    """

    dry_run: bool
    playlists: int
    skipped: int
    left_today: int
    cost_usd_at_most: float
    accepted: list[BulkCoverResponse]
    left: int
    next: str | None
    stopped_by: BulkStopResponse | None


@router.post(
    "/api/covers/bulk",
    summary="Create covers for all own playlists that have none, or for chosen ones",
    description=(
        "By default a dry run, which reports how many covers that would be and what they would cost. Playlists whose "
        "cover exists or is being made are skipped, so repeating the request continues where it stopped. Chosen "
        "playlists get a new cover; a request that is repeated with the same Idempotency-Key starts no other."
    ),
    tags=["covers"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "The covers that are being made, or would be",
        *(InvalidRequestError, NotFoundError, PictureNotFoundError, ForeignOriginError, IdempotencyConflictError),
        *SPOTIFY_ERRORS,
    ),
)
def create_covers_in_bulk(
    listener: Listener,
    body: BulkCoversRequest,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=100,
            description="Requests for chosen playlists with the same key within a day create one cover each",
        ),
    ] = None,
) -> Response[BulkCoversResponse]:
    """Start the covers, or report on a dry run."""
    # spotipy takes long to import, and most routes do not need it.
    from api.bulk_covers import BulkCoverStarter, BulkResult, plan_bulk_covers
    from coverart.spotify.client import create_spotify_client
    from coverart.spotify.playlists import iterate_library

    starter = BulkCoverStarter(create_cover_starter())
    options = add_default_options(listener, body.options)
    if options.retitle:
        raise InvalidRequestError("You can retitle one cover at a time, not in bulk.")
    if options.send_picture:
        raise InvalidRequestError("You can send a picture to the image model for one cover at a time, not in bulk.")
    if options.candidate_count > 1:
        raise InvalidRequestError("Bulk requests make one candidate for each cover.")
    spotify = create_spotify_client(listener.listener_id)
    covers = dependencies.get_covers().list_by_playlist(listener.listener_id)
    user_id = spotify.get_user_id()
    request_key = None if body.playlists is None else idempotency_key or str(uuid.uuid4())
    result = starter.cover_library(
        iterate_library(spotify, int(body.cursor)),
        lambda page: plan_bulk_covers(page.playlists.values(), user_id, covers, body.playlists, page.offset),
        lambda plan: (
            BulkResult()
            if body.dry_run
            else starter.start_covers(listener.listener_id, plan, options, body.replace_own, request_key)
        ),
    )
    response = BulkCoversResponse(
        dry_run=body.dry_run,
        playlists=result.selected,
        skipped=result.skipped,
        left_today=_count_left_today(listener.listener_id, options),
        cost_usd_at_most=_estimate_cost_usd(result.selected, options),
        accepted=[
            BulkCoverResponse(playlist_id=playlist_id, cover_id=cover_id) for playlist_id, cover_id in result.accepted
        ],
        left=result.selected - len(result.accepted),
        next=None if result.next_offset is None else str(result.next_offset),
        stopped_by=_to_stop_response(result.stopped_by),
    )
    return Response(status_code=HTTPStatus.ACCEPTED.value, content_type="application/json", body=response)


def _count_left_today(listener_id: str, options: CoverOptions) -> int:
    count, settings = dependencies.get_daily_count().get(listener_id, datetime.now(UTC)), dependencies.get_settings()
    limit = settings.painter_daily_limit if options.keeps_picture_here else settings.daily_limit
    return max(limit - count, 0)


def _estimate_cost_usd(cover_count: int, options: CoverOptions) -> float:
    """Return the most that the covers may cost: 0 where the painter paints them."""
    settings = dependencies.get_settings()
    if settings.effective_backend == "painter" or options.keeps_picture_here:
        return 0
    left_usd = max(settings.monthly_budget_usd - dependencies.get_budget().get_spent(), 0)
    return round(min(cover_count * maximum_cost(settings.image_quality), left_usd), 6)


def _to_stop_response(error: CoverArtError | None) -> BulkStopResponse | None:
    if error is None:
        return None
    return BulkStopResponse(code=error.code, message=str(error), retry_after=error.retry_after)
