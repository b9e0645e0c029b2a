"""Routes of the listener's account: profile, settings, deletion."""

import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import AnyCaller, Listener
from api.cover_page import CoverPageResponse, read_cover_page
from api.errors import SPOTIFY_ERRORS, document_responses, no_content
from coverart.errors import ForeignOriginError, InvalidRequestError
from coverart.looks import find_look
from coverart.models import MAX_CANDIDATES, StrictModel
from coverart.pipeline.warm_up import WarmUp
from coverart.store.budget import estimate_cost
from coverart.store.demo import DEMO_COVERS_PER_DAY, count_owner, is_demo
from coverart.store.listeners import ListenerSettings, Profile, WatchStatus

router = APIGatewayHttpRouter()

_REMINDER_PERIOD = timedelta(days=30)
# API Gateway waits 29 seconds, of which one page of playlists may take up to 15.
_MARKING_SECONDS = 10


class AccountResponse(StrictModel):
    """The logged-in listener.

    `state`: connected, or reconnect (the listener has to log in again). `reconnect_by`: when Spotify's login expires.
    `remind`: it has expired, or will within 30 days. `cool_down_until`: until when Spotify refuses requests.
    `covers_today`, `daily_limit`: covers of this UTC day and the most that there may be; each candidate counts.
    `is_demo`: a demo listener, who has sample music only. `may_send_pictures`: the image model may receive a picture of
    the listener's own, if a request for a cover says so. `image_backend`: who paints. `cover_cost_usd`: what a
    painting usually costs, 0 by the painter.
    `candidates_default`: how many candidates a cover has where the request does not say. `watched`: when the listener's
    playlists were last checked, and why that failed; null before the first time. `covers`: the first page of covers,
    where the request asks for it.
    """

    listener_id: str
    display_name: str
    state: Literal["connected", "reconnect"]
    reconnect_by: datetime
    remind: bool
    cool_down_until: datetime | None
    covers_today: int
    daily_limit: int
    is_demo: bool
    may_send_pictures: bool
    image_backend: Literal["openai", "painter"]
    cover_cost_usd: float
    candidates_default: int
    settings: ListenerSettings
    watched: WatchStatus | None
    covers: CoverPageResponse | None = None


class UpdateSettingsRequest(ListenerSettings):
    """Omitted settings are reset to their defaults."""


class SettingsResponse(ListenerSettings):
    """The settings that are in effect."""


def to_account_response(
    profile: Profile, covers_today: int, stack: dependencies.ApiSettings, now: datetime
) -> AccountResponse:
    """Create the response from the listener's profile, their number of covers of today and the stack's settings."""
    is_demo_listener = is_demo(profile.listener_id)
    backend: Literal["openai", "painter"] = "painter" if is_demo_listener else stack.effective_backend
    is_cooling_down = profile.cool_down_until is not None and profile.cool_down_until > now
    return AccountResponse(
        listener_id=profile.listener_id,
        display_name=profile.display_name,
        state=profile.state,
        reconnect_by=profile.reconnect_by,
        remind=not is_demo_listener
        and (profile.state == "reconnect" or profile.reconnect_by - now <= _REMINDER_PERIOD),
        cool_down_until=profile.cool_down_until if is_cooling_down else None,
        covers_today=covers_today,
        daily_limit=DEMO_COVERS_PER_DAY if is_demo_listener else stack.daily_limit,
        is_demo=is_demo_listener,
        may_send_pictures=not is_demo_listener and stack.may_send_pictures,
        image_backend=backend,
        cover_cost_usd=0 if backend == "painter" else estimate_cost(stack.image_quality),
        candidates_default=MAX_CANDIDATES if backend == "painter" else 1,
        settings=profile.settings,
        watched=profile.watched,
    )


@router.get(
    "/api/me",
    summary="Get the logged-in listener",
    tags=["listener"],
    responses=document_responses(HTTPStatus.OK, "The listener", InvalidRequestError),
)
def get_account(
    listener: Listener,
    covers: Annotated[int, Query(ge=0, le=50, description="How many covers the response has as well")] = 0,
) -> AccountResponse:
    """Return the listener."""
    now = datetime.now(UTC)
    covers_today = dependencies.get_daily_count().get(count_owner(listener.listener_id), now)
    account = to_account_response(listener, covers_today, dependencies.get_settings(), now)
    if covers:
        account = account.model_copy(update={"covers": read_cover_page(listener.listener_id, None, covers, now)})
    return account


@router.put(
    "/api/settings",
    summary="Update the default options and the settings of automatic covers",
    description=(
        "When automatic covers are switched on, the playlists that exist then get no automatic cover; only new ones do."
    ),
    tags=["listener"],
    responses=document_responses(
        HTTPStatus.OK, "The settings", InvalidRequestError, ForeignOriginError, *SPOTIFY_ERRORS
    ),
)
def update_settings(listener: Listener, body: UpdateSettingsRequest) -> SettingsResponse:
    """Store the settings, and mark existing playlists when they switch automatic covers on."""
    if body.look is not None:
        find_look(body.look)
    if body.auto_cover and not listener.settings.auto_cover:
        # spotipy takes long to import, and nothing else here needs it.
        from coverart.spotify.client import create_spotify_client
        from coverart.spotify.playlists import mark_existing_as_known

        deadline = time.monotonic() + _MARKING_SECONDS
        offset = mark_existing_as_known(
            listener.listener_id,
            create_spotify_client(listener.listener_id),
            dependencies.get_playlists(),
            has_time=lambda: time.monotonic() < deadline,
        )
        # Watch marks the rest of a large library.
        dependencies.get_listeners().save_marking_offset(listener.listener_id, offset)
    dependencies.get_listeners().save_settings(listener.listener_id, body)
    return SettingsResponse(**body.model_dump())


@router.post(
    "/api/warm-up",
    summary="Start the functions that a cover needs, so that the next cover takes less time",
    description="The page sends this when a listener opens it. It has an effect at most once in five minutes.",
    tags=["covers"],
    responses=document_responses(HTTPStatus.NO_CONTENT, "Done, or not needed", ForeignOriginError, content={}),
)
def warm_up(_caller: AnyCaller) -> Response[Any]:
    """Start the functions."""
    WarmUp.create().start(datetime.now(UTC))
    return no_content()


@router.delete(
    "/api/me",
    summary="Delete everything about the listener",
    description="Stops running work and deletes profile, covers, images, history, sessions and tokens.",
    tags=["listener"],
    responses=document_responses(HTTPStatus.NO_CONTENT, "Everything is deleted", ForeignOriginError, content={}),
)
def delete_account(caller: AnyCaller) -> Response[Any]:
    """Delete the listener. A caller whose deletion failed halfway can repeat it."""
    dependencies.get_deletion().delete_listener(caller.listener_id)
    return no_content()
