"""Covers for all of the listener's own playlists at once."""

from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import stack
from api.answers import SPOTIFYS, documented
from api.caller import Listener
from api.covers import chosen
from coverart import prices
from coverart.accept import acceptance
from coverart.cover import Options
from coverart.errors import CoverArtError, ForeignOriginError, InvalidRequestError, NotFoundError
from coverart.shapes import Shape

router = APIGatewayHttpRouter()


class BulkWanted(Shape):
    """`dry_run`: only tells what would be done. Options that are left out are the listener's settings.

    `replace_own`: with the option `publish`, also where a playlist has an image of the listener's own, which is kept.
    """

    dry_run: bool = True
    options: Options = Field(default_factory=Options)
    replace_own: bool = False


class BulkAccepted(Shape):
    playlist_id: str
    cover_id: str


class StoppedBy(Shape):
    """`retry_after`: seconds after which it goes on, where that is known."""

    code: str
    message: str
    retry_after: int | None


class Bulk(Shape):
    """`playlists`: how many of the listener's own with songs have no cover, `skipped`: how many have one.

    `cost_usd_at_most`: of covers for all `playlists`, and no more than what is left of the month's budget.
    `left_today`: of the daily limit. `left`: how many playlists have no cover still; asking again goes on with them.
    """

    dry_run: bool
    playlists: int
    skipped: int
    left_today: int
    cost_usd_at_most: float
    accepted: list[BulkAccepted]
    left: int
    stopped_by: StoppedBy | None


@router.post(
    "/api/covers/bulk",
    summary="Ask for covers of all own playlists that have none, or for how many that would be",
    description="Asking again goes on where it stopped: playlists whose cover is made, or being made, are skipped.",
    tags=["covers"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=documented(
        HTTPStatus.ACCEPTED,
        "What is being made, or in a dry run would be",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        *SPOTIFYS,
    ),
)
def ask_for_covers(listener: Listener, wanted: BulkWanted) -> Response[Bulk]:
    # spotipy takes long to import, and most routes do not need it.
    from api.whole_library import Made, WholeLibrary, library_of
    from coverart.newcomers import present
    from coverart.spotify import spotify_of

    whole = WholeLibrary(stack.covers(), stack.keys(), acceptance())
    options = chosen(listener, wanted.options)
    spotify = spotify_of(listener.listener_id)
    made_before = stack.covers().of_playlists(listener.listener_id)
    library = library_of(present(spotify).values(), spotify.user_id(), made_before)
    made = Made() if wanted.dry_run else whole.cover(listener.listener_id, library, options, wanted.replace_own)
    bulk = Bulk(
        dry_run=wanted.dry_run,
        playlists=len(library.bare),
        skipped=len(library.covered),
        left_today=_left_today(listener.listener_id),
        cost_usd_at_most=_cost(len(library.bare)),
        accepted=[BulkAccepted(playlist_id=playlist_id, cover_id=cover_id) for playlist_id, cover_id in made.accepted],
        left=len(library.bare) - len(made.accepted),
        stopped_by=_stopped_by(made.stopped_by),
    )
    return Response(status_code=HTTPStatus.ACCEPTED.value, content_type="application/json", body=bulk)


def _left_today(listener_id: str) -> int:
    counted = stack.listeners().get(listener_id).covers_on(datetime.now(UTC).date())
    return max(stack.ApiSettings.load().daily_cover_limit - counted, 0)


def _cost(covers: int) -> float:
    """US dollars; nothing where the painter paints."""
    settings = stack.ApiSettings.load()
    if settings.image_backend == "painter":
        return 0
    left = max(settings.monthly_budget_usd - stack.budget().spent(), 0)
    return round(min(covers * prices.at_most(settings.image_quality), left), 6)


def _stopped_by(error: CoverArtError | None) -> StoppedBy | None:
    if error is None:
        return None
    return StoppedBy(code=error.code, message=str(error), retry_after=error.retry_after)
