"""Routes of API tokens: list, create and revoke them. A token cannot use these."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import dependencies
from api.api_tokens import ApiToken
from api.authentication import ListenerWithSession, not_logged_in
from api.errors import document_responses, no_content
from coverart.errors import (
    ForeignOriginError,
    InvalidRequestError,
    NotFoundError,
    SessionNeededError,
    TooManyTokensError,
)
from coverart.models import StrictModel

router = APIGatewayHttpRouter()

TokenId = Annotated[
    str, Path(alias="id", description="The token's id", json_schema_extra={"pattern": "^[0-9a-f]{16}$"})
]


class CreateTokenRequest(StrictModel):
    """`name`: the listener's name for the program that will use the token. `days`: after which it expires, or null."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    days: Annotated[int, Field(ge=1, le=365)] | None = None


class CreateTokenResponse(StrictModel):
    """`token`: the value, which no later response contains."""

    id: str
    name: str
    token: str


class TokenListResponse(StrictModel):
    """The listener's tokens, oldest first."""

    items: list[ApiToken]


@router.get(
    "/api/tokens",
    summary="List the listener's tokens, without their values",
    tags=["tokens"],
    security=[{"session": []}],
    responses=document_responses(HTTPStatus.OK, "The tokens, oldest first", SessionNeededError),
)
def list_tokens(listener: ListenerWithSession) -> TokenListResponse:
    """Return the tokens."""
    return TokenListResponse(items=dependencies.get_tokens().list_tokens(listener.listener_id))


@router.post(
    "/api/tokens",
    summary="Create a token",
    description="Send its value as `Authorization: Bearer <token>`. A listener has at most 20 tokens.",
    tags=["tokens"],
    security=[{"session": []}],
    status_code=HTTPStatus.CREATED.value,
    responses=document_responses(
        HTTPStatus.CREATED,
        "The token with its value",
        InvalidRequestError,
        SessionNeededError,
        ForeignOriginError,
        TooManyTokensError,
    ),
)
def create_token(listener: ListenerWithSession, body: CreateTokenRequest) -> CreateTokenResponse:
    """Create a token."""
    tokens = dependencies.get_tokens()
    lifetime = None if body.days is None else timedelta(days=body.days)
    token, value = tokens.create(listener.listener_id, body.name, datetime.now(UTC), lifetime)
    # A listener who is gone meanwhile must not keep a token.
    if not dependencies.get_listeners().exists(listener.listener_id, datetime.now(UTC)):
        tokens.revoke(listener.listener_id, token.id)
        raise not_logged_in()
    return CreateTokenResponse(id=token.id, name=token.name, token=value)


@router.delete(
    "/api/tokens/<id>",
    summary="Revoke a token",
    tags=["tokens"],
    security=[{"session": []}],
    responses=document_responses(
        HTTPStatus.NO_CONTENT, "The token is revoked", NotFoundError, SessionNeededError, ForeignOriginError, content={}
    ),
)
def revoke_token(listener: ListenerWithSession, token_id: TokenId) -> Response[Any]:
    """Revoke a token."""
    if not dependencies.get_tokens().revoke(listener.listener_id, token_id):
        raise NotFoundError("You have no token with this id.")
    return no_content()
