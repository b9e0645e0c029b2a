"""The listeners' `profile` items in ListenersTable: tokens, consent, and what their Spotify allows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from coverart.cover import STYLE_STRENGTH, Options, Unit
from coverart.covers import numbers
from coverart.errors import ListenerNotFoundError
from coverart.shapes import Shape

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# Spotify lets a refresh token die six months after consent; we say so a few days early.
CONSENT_LASTS = timedelta(days=180)


class Tokens(BaseModel):
    """`expires_at` is the access token's end in seconds since 1970. Tokens have no printable form."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    access_token: SecretStr
    refresh_token: SecretStr
    expires_at: Annotated[int, Field(ge=0, lt=2**40)]
    scope: str

    def to_item(self) -> dict[str, Any]:
        return {
            "access_token": self.access_token.get_secret_value(),
            "refresh_token": self.refresh_token.get_secret_value(),
            "expires_at": self.expires_at,
            "scope": self.scope,
        }


class ListenerSettings(Shape):
    """What a request for a cover gets where it leaves them out, and automatic covers.

    `auto_cover_pattern`: of the names of new playlists that get one; `*` stands for any letters, "" matches all.
    """

    style_strength: Unit = STYLE_STRENGTH
    keep_colours: bool = False
    auto_cover: bool = False
    auto_cover_pattern: Annotated[str, Field(max_length=100)] = ""

    def options(self) -> dict[str, Any]:
        """Those of `Options`."""
        return self.model_dump(include=set(Options.model_fields))


class Watched(Shape):
    """When watch last looked at the listener's playlists; `code` and `message` say why it could not."""

    at: datetime
    code: str | None = None
    message: str | None = None


class Profile(BaseModel):
    """`user_id`: Spotify's `id`, which owns playlists; "" where it was not yet told.

    `routes`: which of Spotify's routes answer (True) or are closed (False) since this consent, where tried.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    listener_id: str
    user_id: str = ""
    tokens: Tokens
    state: Literal["connected", "reconnect"]
    consent_at: datetime
    reconnect_by: datetime
    display_name: str = ""
    settings: ListenerSettings = Field(default_factory=ListenerSettings)
    routes: dict[str, bool] = {}
    cool_down_until: datetime | None = None
    watched: Watched | None = None
    covers_day: str = ""
    covers_count: int = 0

    def covers_on(self, day: date) -> int:
        """How many covers were asked for on this day (UTC)."""
        return self.covers_count if self.covers_day == day.isoformat() else 0


@dataclass(frozen=True)
class Listeners:
    table: "Table"

    def get(self, listener_id: str) -> Profile:
        """Raises ListenerNotFoundError."""
        item = self.table.get_item(Key=_key(listener_id), ConsistentRead=True).get("Item")
        # Only counters, and no tokens: somebody who never logged in here, or was forgotten.
        if item is None or "tokens" not in item:
            raise _unknown()
        return Profile.model_validate(item)

    def connect(self, listener_id: str, user_id: str, display_name: str, tokens: Tokens, now: datetime) -> None:
        """A listener's consent: makes the profile, or renews it and keeps its settings and counters."""
        self.table.update_item(
            Key=_key(listener_id),
            UpdateExpression=(
                "SET tokens = :tokens, #state = :connected, consent_at = :now, reconnect_by = :by, routes = :routes,"
                " user_id = :user, display_name = :name, settings = if_not_exists(settings, :none)"
            ),
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={
                ":tokens": tokens.to_item(),
                ":connected": "connected",
                ":now": now.isoformat(),
                ":by": (now + CONSENT_LASTS).isoformat(),
                ":routes": {},
                ":user": user_id,
                ":name": display_name,
                ":none": {},
            },
        )

    def replace_tokens(self, listener_id: str, old: Tokens, new: Tokens) -> bool:
        """False where the stored tokens are no longer `old`: another function has renewed them, or nobody is there."""
        return self._update(listener_id, "SET tokens = :new", {":new": new.to_item()}, old)

    def mark_reconnect(self, listener_id: str, dead: Tokens) -> bool:
        """False where the stored tokens are no longer `dead`."""
        return self._update(listener_id, "SET #state = :reconnect", {":reconnect": "reconnect"}, dead, state="state")

    def cool_down(self, listener_id: str, until: datetime) -> None:
        """Never shortens one: of two functions that are told to wait, the longer wait holds."""
        self._update(
            listener_id,
            "SET cool_down_until = :until",
            {":until": until.isoformat()},
            condition="attribute_exists(tokens) AND (NOT cool_down_until >= :until)",
        )

    def remember_route(self, listener_id: str, route: str, answers: bool) -> None:
        self._update(listener_id, "SET routes.#route = :answers", {":answers": answers}, route=route)

    def save_settings(self, listener_id: str, settings: ListenerSettings) -> bool:
        """False where there is no such listener."""
        return self._update(listener_id, "SET settings = :settings", {":settings": numbers(settings.to_json())})

    def remember_user_id(self, listener_id: str, user_id: str) -> None:
        self._update(listener_id, "SET user_id = :user", {":user": user_id})

    def remember_watched(self, listener_id: str, watched: Watched) -> bool:
        """False where there is no such listener."""
        return self._update(listener_id, "SET watched = :watched", {":watched": watched.to_json()})

    def knows(self, listener_id: str) -> bool:
        """False for somebody who never logged in here, or was forgotten."""
        found = self.table.get_item(Key=_key(listener_id), ConsistentRead=True, ProjectionExpression="consent_at")
        return "consent_at" in found.get("Item", {})

    def forget(self, listener_id: str) -> None:
        """From now on accept refuses the listener, and no function can write to the profile."""
        self.table.delete_item(Key=_key(listener_id))

    def _update(
        self,
        listener_id: str,
        expression: str,
        values: dict[str, Any],
        old: Tokens | None = None,
        condition: str = "attribute_exists(tokens)",
        **names: str,
    ) -> bool:
        """Writes only where the profile is there and the `condition` holds; `old`: where it still has these tokens."""
        if old is not None:
            condition = "tokens.access_token = :old"
            values = {**values, ":old": old.access_token.get_secret_value()}
        placeholders = {f"#{name}": attribute for name, attribute in names.items()}
        try:
            self.table.update_item(
                Key=_key(listener_id),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                **({"ExpressionAttributeNames": placeholders} if placeholders else {}),  # type: ignore[arg-type]  # DynamoDB takes none that is empty
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def _key(listener_id: str) -> dict[str, str]:
    return {"listener_id": listener_id, "item": "profile"}


def _unknown() -> ListenerNotFoundError:
    return ListenerNotFoundError("Nobody with this listener id is logged in. Please log in with Spotify.")
