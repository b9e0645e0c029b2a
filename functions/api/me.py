"""The listener: who it is, what they prefer, and forgetting them."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import stack
from api.answers import SPOTIFYS, documented, no_content
from api.caller import AnyCaller, Listener
from coverart.errors import ForeignOriginError, InvalidRequestError
from coverart.listeners import ListenerSettings, Profile, Watched
from coverart.shapes import Shape

router = APIGatewayHttpRouter()

_REMINDED_BEFORE = timedelta(days=30)


class Me(Shape):
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
    watched: Watched | None


def me_of(profile: Profile, daily_limit: int, now: datetime) -> Me:
    cooling_down = profile.cool_down_until is not None and profile.cool_down_until > now
    return Me(
        listener_id=profile.listener_id,
        display_name=profile.display_name,
        state=profile.state,
        reconnect_by=profile.reconnect_by,
        remind=profile.state == "reconnect" or profile.reconnect_by - now <= _REMINDED_BEFORE,
        cool_down_until=profile.cool_down_until if cooling_down else None,
        covers_today=profile.covers_on(now.date()),
        daily_limit=daily_limit,
        settings=profile.settings,
        watched=profile.watched,
    )


@router.get(
    "/api/me", summary="Who is logged in", tags=["listener"], responses=documented(HTTPStatus.OK, "The listener")
)
def get_me(listener: Listener) -> Me:
    return me_of(listener, stack.ApiSettings.load().daily_cover_limit, datetime.now(UTC))


@router.put(
    "/api/settings",
    summary="Set what covers get where a request leaves it out, and whether new playlists get one by themselves",
    description="Where automatic covers are switched on, the playlists that Spotify lists now are the old ones.",
    tags=["listener"],
    responses=documented(HTTPStatus.OK, "The settings", InvalidRequestError, ForeignOriginError, *SPOTIFYS),
)
def put_settings(listener: Listener, settings: ListenerSettings) -> ListenerSettings:
    if settings.auto_cover and not listener.settings.auto_cover:
        # spotipy takes long to import, and nothing else here needs it.
        from coverart.newcomers import baseline
        from coverart.spotify import spotify_of

        baseline(listener.listener_id, spotify_of(listener.listener_id), stack.playlists())
    stack.listeners().save_settings(listener.listener_id, settings)
    return settings


@router.delete(
    "/api/me",
    summary="Forget the listener: covers, pictures, login, sessions and tokens",
    tags=["listener"],
    responses=documented(HTTPStatus.NO_CONTENT, "Nothing is left", ForeignOriginError, content={}),
)
def forget_me(caller: AnyCaller) -> Response[Any]:
    stack.removal().forget(caller.listener_id)
    return no_content()
