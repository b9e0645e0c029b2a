"""Covers for all of the listener's own playlists at once."""

from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import dependencies
from api.authentication import Listener
from api.errors import SPOTIFY_ERRORS, document_responses
from api.routes.covers import with_default_options
from coverart.errors import CoverArtError, ForeignOriginError, InvalidRequestError, NotFoundError
from coverart.models import CoverOptions, StrictModel
from coverart.pipeline.start_cover import create_cover_starter
from coverart.store import budget

router = APIGatewayHttpRouter()


class BulkCoversRequest(StrictModel):
    """`dry_run`: only tells what would be done. Options that are left out are the listener's settings.

    `replace_own`: with the option `publish`, also where a playlist has an image of the listener's own, which is kept.
    """

    dry_run: bool = True
    options: CoverOptions = Field(default_factory=CoverOptions)
    replace_own: bool = False


class BulkCoverResponse(StrictModel):
    playlist_id: str
    cover_id: str


class BulkStopResponse(StrictModel):
    """`retry_after`: seconds after which it goes on, where that is known."""

    code: str
    message: str
    retry_after: int | None


class BulkCoversResponse(StrictModel):
    """`playlists`: how many of the listener's own with songs have no cover, `skipped`: how many have one.

    `cost_usd_at_most`: of covers for all `playlists`, and no more than what is left of the month's budget.
    `left_today`: of the daily limit. `left`: how many playlists have no cover still; asking again goes on with them.
    """

    dry_run: bool
    playlists: int
    skipped: int
    left_today: int
    cost_usd_at_most: float
    accepted: list[BulkCoverResponse]
    left: int
    stopped_by: BulkStopResponse | None


@router.post(
    "/api/covers/bulk",
    summary="Ask for covers of all own playlists that have none, or for how many that would be",
    description="Asking again goes on where it stopped: playlists whose cover is made, or being made, are skipped.",
    tags=["covers"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "What is being made, or in a dry run would be",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        *SPOTIFY_ERRORS,
    ),
)
def create_covers_in_bulk(listener: Listener, wanted: BulkCoversRequest) -> Response[BulkCoversResponse]:
    # spotipy takes long to import, and most routes do not need it.
    from api.bulk_covers import BulkCoverStarter, BulkOutcome, split_library
    from coverart.spotify.client import create_spotify_client
    from coverart.spotify.playlists import list_all_playlists

    whole = BulkCoverStarter(dependencies.covers(), dependencies.keys(), create_cover_starter())
    options = with_default_options(listener, wanted.options)
    spotify = create_spotify_client(listener.listener_id)
    made_before = dependencies.covers().list_by_playlist(listener.listener_id)
    library = split_library(list_all_playlists(spotify).values(), spotify.get_user_id(), made_before)
    made = BulkOutcome() if wanted.dry_run else whole.cover(listener.listener_id, library, options, wanted.replace_own)
    bulk = BulkCoversResponse(
        dry_run=wanted.dry_run,
        playlists=len(library.bare),
        skipped=len(library.covered),
        left_today=_left_today(listener.listener_id),
        cost_usd_at_most=_cost(len(library.bare)),
        accepted=[
            BulkCoverResponse(playlist_id=playlist_id, cover_id=cover_id) for playlist_id, cover_id in made.accepted
        ],
        left=len(library.bare) - len(made.accepted),
        stopped_by=_stopped_by(made.stopped_by),
    )
    return Response(status_code=HTTPStatus.ACCEPTED.value, content_type="application/json", body=bulk)


def _left_today(listener_id: str) -> int:
    counted = dependencies.listeners().get(listener_id).count_covers_on(datetime.now(UTC).date())
    return max(dependencies.ApiSettings.load().daily_cover_limit - counted, 0)


def _cost(covers: int) -> float:
    """US dollars; nothing where the painter paints."""
    settings = dependencies.ApiSettings.load()
    if settings.image_backend == "painter":
        return 0
    left = max(settings.monthly_budget_usd - dependencies.budget().get_spent(), 0)
    return round(min(covers * budget.maximum_cost(settings.image_quality), left), 6)


def _stopped_by(error: CoverArtError | None) -> BulkStopResponse | None:
    if error is None:
        return None
    return BulkStopResponse(code=error.code, message=str(error), retry_after=error.retry_after)
