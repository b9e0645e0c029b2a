"""Tokens for programs, which a listener makes and revokes on the page."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import stack
from api.answers import documented, no_content
from api.caller import ListenerWithSession
from coverart.errors import (
    ForeignOriginError,
    InvalidRequestError,
    NotFoundError,
    NotLoggedInError,
    SessionNeededError,
)
from coverart.shapes import Shape
from coverart.tokens import Token

router = APIGatewayHttpRouter()


class NewToken(Shape):
    """`name`: what the listener calls the program."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class TokenValue(Shape):
    """`token` is shown here and never again."""

    id: str
    name: str
    token: str


class TokenList(Shape):
    items: list[Token]


@router.get(
    "/api/tokens",
    summary="The listener's tokens, without their values",
    tags=["tokens"],
    security=[{"session": []}],
    responses=documented(HTTPStatus.OK, "The tokens, the oldest first", SessionNeededError),
)
def list_tokens(listener: ListenerWithSession) -> TokenList:
    return TokenList(items=stack.tokens().all(listener.listener_id))


@router.post(
    "/api/tokens",
    summary="Make a token; send it as Authorization: Bearer",
    tags=["tokens"],
    security=[{"session": []}],
    status_code=HTTPStatus.CREATED.value,
    responses=documented(HTTPStatus.CREATED, "The token", InvalidRequestError, SessionNeededError, ForeignOriginError),
)
def create_token(listener: ListenerWithSession, wanted: NewToken) -> TokenValue:
    tokens = stack.tokens()
    token, value = tokens.create(listener.listener_id, wanted.name, datetime.now(UTC))
    # Who is being forgotten in this moment keeps none.
    if not stack.listeners().knows(listener.listener_id):
        tokens.revoke(listener.listener_id, token.id)
        raise NotLoggedInError("Nobody is logged in here. Please log in with Spotify.")
    return TokenValue(id=token.id, name=token.name, token=value)


@router.delete(
    "/api/tokens/<id>",
    summary="Revoke a token",
    tags=["tokens"],
    security=[{"session": []}],
    responses=documented(
        HTTPStatus.NO_CONTENT, "It no longer works", NotFoundError, SessionNeededError, ForeignOriginError, content={}
    ),
)
def revoke_token(
    listener: ListenerWithSession,
    id: Annotated[str, Path(description="A token's id", json_schema_extra={"pattern": "^[0-9a-f]{16}$"})],  # noqa: A002  # the path's name
) -> Response[Any]:
    if not stack.tokens().revoke(listener.listener_id, id):
        raise NotFoundError("You have no token with this id.")
    return no_content()
