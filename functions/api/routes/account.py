"""The listener: who it is, what they prefer, and forgetting them."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import AnyCaller, Listener
from api.errors import SPOTIFY_ERRORS, document_responses, no_content
from coverart.errors import ForeignOriginError, InvalidRequestError
from coverart.models import StrictModel
from coverart.store.listeners import ListenerSettings, Profile, WatchStatus

router = APIGatewayHttpRouter()

_REMINDED_BEFORE = timedelta(days=30)


class AccountResponse(StrictModel):
    """`remind`: it is time to log in again, or nearly. `daily_limit` is per UTC day.

    `watched`: when new playlists were last looked for, and why that could not be; null before the first time.
    """

    listener_id: str
    display_name: str
    state: Literal["connected", "reconnect"]
    reconnect_by: datetime
    remind: bool
    cool_down_until: datetime | None
    covers_today: int
    daily_limit: int
    settings: ListenerSettings
    watched: WatchStatus | None


def to_account_response(profile: Profile, daily_limit: int, now: datetime) -> AccountResponse:
    cooling_down = profile.cool_down_until is not None and profile.cool_down_until > now
    return AccountResponse(
        listener_id=profile.listener_id,
        display_name=profile.display_name,
        state=profile.state,
        reconnect_by=profile.reconnect_by,
        remind=profile.state == "reconnect" or profile.reconnect_by - now <= _REMINDED_BEFORE,
        cool_down_until=profile.cool_down_until if cooling_down else None,
        covers_today=profile.count_covers_on(now.date()),
        daily_limit=daily_limit,
        settings=profile.settings,
        watched=profile.watched,
    )


@router.get(
    "/api/me",
    summary="Who is logged in",
    tags=["listener"],
    responses=document_responses(HTTPStatus.OK, "The listener"),
)
def get_account(listener: Listener) -> AccountResponse:
    return to_account_response(listener, dependencies.ApiSettings.load().daily_cover_limit, datetime.now(UTC))


@router.put(
    "/api/settings",
    summary="Set what covers get where a request leaves it out, and whether new playlists get one by themselves",
    description="Where automatic covers are switched on, the playlists that Spotify lists now are the old ones.",
    tags=["listener"],
    responses=document_responses(
        HTTPStatus.OK, "The settings", InvalidRequestError, ForeignOriginError, *SPOTIFY_ERRORS
    ),
)
def update_settings(listener: Listener, settings: ListenerSettings) -> ListenerSettings:
    if settings.auto_cover and not listener.settings.auto_cover:
        # spotipy takes long to import, and nothing else here needs it.
        from coverart.spotify.client import create_spotify_client
        from coverart.spotify.playlists import mark_existing_as_known

        mark_existing_as_known(
            listener.listener_id, create_spotify_client(listener.listener_id), dependencies.playlists()
        )
    dependencies.listeners().save_settings(listener.listener_id, settings)
    return settings


@router.delete(
    "/api/me",
    summary="Forget the listener: covers, pictures, login, sessions and tokens",
    tags=["listener"],
    responses=document_responses(HTTPStatus.NO_CONTENT, "Nothing is left", ForeignOriginError, content={}),
)
def delete_account(caller: AnyCaller) -> Response[Any]:
    dependencies.removal().forget(caller.listener_id)
    return no_content()
