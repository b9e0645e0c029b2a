"""Route of the demo on a deployed stack (`AllowDemo`): it logs a stranger in as a new demo listener."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from api import dependencies
from coverart import web
from coverart.aws.telemetry import logger
from coverart.errors import ForeignOriginError, NotFoundError
from coverart.store.demo import DEMO_LIFETIME, new_demo_listener_id

router = APIGatewayHttpRouter()


@router.post("/demo", include_in_schema=False)
def start_demo() -> Response[Any]:
    """Redirect to the page with a session of a new demo listener.

    Raises NotFoundError where the owner does not allow it, ForeignOriginError, DailyLimitError.
    """
    event = router.current_event.raw_event
    page_url, now = web.get_public_url(event), datetime.now(UTC)
    if not dependencies.get_settings().allow_demo:
        raise NotFoundError("There is nothing at this address.")
    if not web.is_same_origin(event, page_url):
        raise ForeignOriginError("Please start the demo on the page itself.")
    dependencies.get_demo_requests().count(now)
    listener_id = new_demo_listener_id()
    dependencies.get_listeners().save_demo_listener(listener_id, now)
    session = dependencies.get_sessions().create(listener_id, now, DEMO_LIFETIME)
    logger.info("demo started")
    cookie = Cookie(
        name=web.session_cookie_name(page_url),
        value=session,
        path="/",
        secure=web.is_https(page_url),
        http_only=True,
        max_age=int(DEMO_LIFETIME.total_seconds()),
        same_site=SameSite.LAX_MODE,
    )
    return Response(
        status_code=HTTPStatus.SEE_OTHER.value, headers={"Location": f"{page_url}/"}, cookies=[cookie], body=""
    )
