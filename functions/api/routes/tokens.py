"""Tokens for programs, which a listener makes and revokes on the page."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import dependencies
from api.api_tokens import ApiToken
from api.authentication import ListenerWithSession
from api.errors import document_responses, no_content
from coverart.errors import ForeignOriginError, InvalidRequestError, NotFoundError, NotLoggedInError, SessionNeededError
from coverart.models import StrictModel

router = APIGatewayHttpRouter()


class CreateTokenRequest(StrictModel):
    """`name`: what the listener calls the program."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class CreateTokenResponse(StrictModel):
    """`token` is shown here and never again."""

    id: str
    name: str
    token: str


class TokenListResponse(StrictModel):
    items: list[ApiToken]


@router.get(
    "/api/tokens",
    summary="The listener's tokens, without their values",
    tags=["tokens"],
    security=[{"session": []}],
    responses=document_responses(HTTPStatus.OK, "The tokens, the oldest first", SessionNeededError),
)
def list_tokens(listener: ListenerWithSession) -> TokenListResponse:
    return TokenListResponse(items=dependencies.tokens().all(listener.listener_id))


@router.post(
    "/api/tokens",
    summary="Make a token; send it as Authorization: Bearer",
    tags=["tokens"],
    security=[{"session": []}],
    status_code=HTTPStatus.CREATED.value,
    responses=document_responses(
        HTTPStatus.CREATED, "The token", InvalidRequestError, SessionNeededError, ForeignOriginError
    ),
)
def create_token(listener: ListenerWithSession, wanted: CreateTokenRequest) -> CreateTokenResponse:
    tokens = dependencies.tokens()
    token, value = tokens.create(listener.listener_id, wanted.name, datetime.now(UTC))
    # Who is being forgotten in this moment keeps none.
    if not dependencies.listeners().exists(listener.listener_id):
        tokens.revoke(listener.listener_id, token.id)
        raise NotLoggedInError("Nobody is logged in here. Please log in with Spotify.")
    return CreateTokenResponse(id=token.id, name=token.name, token=value)


@router.delete(
    "/api/tokens/<id>",
    summary="Revoke a token",
    tags=["tokens"],
    security=[{"session": []}],
    responses=document_responses(
        HTTPStatus.NO_CONTENT, "It no longer works", NotFoundError, SessionNeededError, ForeignOriginError, content={}
    ),
)
def revoke_token(
    listener: ListenerWithSession,
    id: Annotated[str, Path(description="A token's id", json_schema_extra={"pattern": "^[0-9a-f]{16}$"})],  # noqa: A002  # the path's name
) -> Response[Any]:
    if not dependencies.tokens().revoke(listener.listener_id, id):
        raise NotFoundError("You have no token with this id.")
    return no_content()
