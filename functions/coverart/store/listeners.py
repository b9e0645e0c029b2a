"""The listeners' profiles in ListenersTable: tokens, consent, settings, and what Spotify lets them do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from coverart.aws.dynamodb import CONDITION_FAILED, attempts, to_dynamodb, transact, write_conditionally
from coverart.errors import ListenerNotFoundError, StorageUnavailableError
from coverart.looks import load_looks
from coverart.models import CoverOptions, LookId, StrictModel, TextLine, Unit
from coverart.store.demo import DEMO_LIFETIME
from coverart.store.keys import profile_key
from coverart.store.stored_items import read_stored

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# Spotify ends a refresh token six months after consent. This is a few days less.
CONSENT_LIFETIME = timedelta(days=180)


class OAuthTokens(BaseModel):
    """`expires_at`: the end of the access token, in seconds since 1970. Tokens have no printable form."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    access_token: SecretStr
    refresh_token: SecretStr
    expires_at: Annotated[int, Field(ge=0, lt=2**40)]
    scope: str

    def to_item(self) -> dict[str, Any]:
        """Return the fields with the secrets in plain text, for the profile only."""
        return {
            "access_token": self.access_token.get_secret_value(),
            "refresh_token": self.refresh_token.get_secret_value(),
            "expires_at": self.expires_at,
            "scope": self.scope,
        }


class ListenerSettings(StrictModel):
    """The defaults of a request for a cover, and the settings of automatic covers.

    `auto_cover_pattern`: names of new playlists that get a cover; `*` matches any letters, "" matches every name.
    `second_line`: below the title of covers that have one. `look`: a built-in one.
    """

    style_strength: Unit | None = None
    keep_colours: bool = False
    lettering: Literal["none", "title"] = "none"
    second_line: TextLine | None = None
    look: LookId | None = None
    auto_cover: bool = False
    auto_cover_pattern: Annotated[str, Field(max_length=100)] = ""

    def complete(self, options: CoverOptions) -> CoverOptions:
        """Return the options with these settings in place of those that a request omits."""
        requested = options.model_dump(exclude_unset=True)
        values = {**self.model_dump(include=set(CoverOptions.model_fields)), **requested}
        if values["lettering"] == "none" and "second_line" not in requested:
            values["second_line"] = None
        # Another version may have stored a look that this one does not have.
        if "look" not in requested and (values.get("like") or self.look not in load_looks()):
            values["look"] = None
        return CoverOptions.model_validate(values)


class WatchStatus(StrictModel):
    """When watch last checked the listener's playlists. `code` and `message`: why it could not.

    `covers_requested`: for how many new playlists it requested a cover.
    """

    at: datetime
    code: str | None = None
    message: str | None = None
    covers_requested: int = 0


class Profile(BaseModel):
    """`user_id`: Spotify's `id`, which owns playlists; "" where it is not known yet.

    `routes`: Spotify's routes that the app has tried since the last consent: True where they answer, False where they
    are closed to this app. `watch_offset`: the playlist at which watch continues. `marking_offset`: the playlist from
    which on existing ones still need the mark "known to automatic covers"; None where all have it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    listener_id: str
    user_id: str = ""
    tokens: OAuthTokens
    # Where it is unknown, Spotify's response to the next request tells.
    state: Literal["connected", "reconnect"] = "connected"
    consent_at: datetime
    reconnect_by: datetime
    display_name: str = ""
    settings: ListenerSettings = Field(default_factory=ListenerSettings)
    routes: dict[str, bool] = {}
    cool_down_until: datetime | None = None
    watched: WatchStatus | None = None
    watch_offset: int = 0
    marking_offset: int | None = None


@dataclass(frozen=True)
class Listeners:
    """`table`: ListenersTable."""

    table: "Table"

    def get(self, listener_id: str) -> Profile:
        """Raises ListenerNotFoundError."""
        item = self.table.get_item(Key=profile_key(listener_id), ConsistentRead=True).get("Item")
        # In earlier versions, a profile without tokens only counts covers.
        if item is None or "tokens" not in item:
            raise _not_found()
        return read_stored(Profile, item)

    def exists(self, listener_id: str, now: datetime) -> bool:
        """Return False for a listener who never logged in here, is gone, or has expired."""
        response = self.table.get_item(
            Key=profile_key(listener_id), ConsistentRead=True, ProjectionExpression="consent_at, expires_at"
        )
        profile = response.get("Item", {})
        return "consent_at" in profile and int(str(profile.get("expires_at", 2**40))) > now.timestamp()

    def save_login(self, listener_id: str, user_id: str, display_name: str, tokens: OAuthTokens, now: datetime) -> None:
        """Store a listener's consent. An existing profile keeps its settings."""
        self.table.update_item(
            Key=profile_key(listener_id),
            UpdateExpression=(
                "SET tokens = :tokens, #state = :connected, consent_at = :now, reconnect_by = :by, routes = :routes,"
                " user_id = :user, display_name = :name, settings = if_not_exists(settings, :none)"
            ),
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={
                ":tokens": tokens.to_item(),
                ":connected": "connected",
                ":now": now.isoformat(),
                ":by": (now + CONSENT_LIFETIME).isoformat(),
                ":routes": {},
                ":user": user_id,
                ":name": display_name,
                ":none": {},
            },
        )

    def save_demo_listener(self, listener_id: str, now: datetime) -> None:
        """Store the profile of a demo listener, who has no tokens at Spotify. It expires."""
        end = now + DEMO_LIFETIME
        tokens = OAuthTokens(access_token=SecretStr(""), refresh_token=SecretStr(""), expires_at=0, scope="")
        self.table.put_item(
            Item={
                **profile_key(listener_id),
                "tokens": tokens.to_item(),
                "state": "connected",
                "consent_at": now.isoformat(),
                "reconnect_by": end.isoformat(),
                "routes": {},
                "display_name": "Demo",
                "settings": {},
                "expires_at": int(end.timestamp()),
            }
        )

    def replace_tokens(self, listener_id: str, old: OAuthTokens, new: OAuthTokens) -> bool:
        """Return False where the stored tokens are no longer `old`: another function refreshed them first."""
        values = {":new": new.to_item(), ":connected": "connected"}
        # Another function may have marked the listener in the meantime, whose refresh token this one has used up.
        return self._update(listener_id, "SET tokens = :new, #state = :connected", values, old, state="state")

    def mark_reconnect(self, listener_id: str, dead: OAuthTokens) -> bool:
        """Return False where the stored tokens are no longer `dead`."""
        return self._update(listener_id, "SET #state = :reconnect", {":reconnect": "reconnect"}, dead, state="state")

    def save_cool_down(self, listener_id: str, until: datetime) -> None:
        """Store until when Spotify wants no requests. A longer cool-down is never shortened."""
        self._update(
            listener_id,
            "SET cool_down_until = :until",
            {":until": until.isoformat()},
            condition="attribute_exists(tokens) AND (NOT cool_down_until >= :until)",
        )

    def save_route(self, listener_id: str, route: str, is_open: bool) -> None:
        """Store whether one of Spotify's routes answers this app."""
        self._update(listener_id, "SET routes.#route = :open", {":open": is_open}, route=route)

    def save_settings(self, listener_id: str, settings: ListenerSettings) -> bool:
        """Return False where there is no such listener."""
        # Earlier versions, to which an upgrade may be rolled back, refuse settings that they do not know.
        values = settings.model_dump(mode="json", exclude_defaults=True)
        return self._update(listener_id, "SET settings = :settings", {":settings": to_dynamodb(values)})

    def save_user_id(self, listener_id: str, user_id: str) -> None:
        """Store Spotify's `id` of a listener whose profile lacks it."""
        self._update(listener_id, "SET user_id = :user", {":user": user_id})

    def save_watch_status(self, listener_id: str, status: WatchStatus) -> bool:
        """Return False where there is no such listener."""
        return self._update(listener_id, "SET watched = :watched", {":watched": status.to_json()})

    def save_watch_start(self, listener_id: str, now: datetime) -> bool:
        """Store that watch checks the listener now, however that ends. Return False where there is no such listener."""
        return self._update(listener_id, "SET watch_started_at = :now", {":now": now.isoformat()})

    def begin_requested_check(self, listener_id: str, now: datetime, pause: timedelta) -> bool:
        """Store that watch checks the listener now. Return False where the last check began less than `pause` ago."""
        return self._update(
            listener_id,
            "SET watch_started_at = :now",
            {":now": now.isoformat(), ":latest": (now - pause).isoformat()},
            condition="attribute_exists(tokens) AND NOT watch_started_at > :latest",
        )

    def save_watch_offset(self, listener_id: str, offset: int) -> None:
        """Store at which playlist watch continues."""
        self._update(listener_id, "SET watch_offset = :offset", {":offset": offset})

    def save_marking_offset(self, listener_id: str, offset: int | None) -> None:
        """Store from which playlist on existing ones still need the mark "known"; None where all have it."""
        self._update(listener_id, "SET marking_offset = :offset", {":offset": offset})

    def delete(self, listener_id: str) -> None:
        """Delete the profile. From now on no cover starts and no function can write to the profile."""
        self.table.delete_item(Key=profile_key(listener_id))

    def _update(
        self,
        listener_id: str,
        expression: str,
        values: dict[str, Any],
        old: OAuthTokens | None = None,
        condition: str = "attribute_exists(tokens)",
        **names: str,
    ) -> bool:
        """Return False where the `condition` does not hold, or the stored tokens are not `old`."""
        if old is not None:
            condition = "tokens.access_token = :old"
            values = {**values, ":old": old.access_token.get_secret_value()}
        placeholders = {f"#{name}": attribute for name, attribute in names.items()}
        return write_conditionally(
            self.table.update_item,
            Key=profile_key(listener_id),
            UpdateExpression=expression,
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
            # DynamoDB refuses an empty mapping.
            **({"ExpressionAttributeNames": placeholders} if placeholders else {}),
        )


class ConditionFailedError(Exception):
    """The item exists already, or no longer exists."""


def write_for_listener(table: "Table", listener_id: str, actions: Sequence[dict[str, Any]]) -> None:
    """Write up to 99 actions of a transaction, all or none, and only while the listener has a profile.

    Waits a moment where another transaction holds one of the items, as the profile during the start of a cover. Raises
    ListenerNotFoundError, ConditionFailedError, and StorageUnavailableError where the conflicts do not stop.
    """
    profile_exists = {
        "ConditionCheck": {
            "TableName": table.name,
            "Key": profile_key(listener_id),
            "ConditionExpression": "attribute_exists(tokens)",
        }
    }
    for _ in attempts():
        reasons = transact(table, [profile_exists, *actions])
        if reasons is None:
            return
        if reasons[:1] == [CONDITION_FAILED]:
            raise _not_found()
        if CONDITION_FAILED in reasons:
            raise ConditionFailedError
    raise StorageUnavailableError("Too many requests at once. Please try again in a minute.")


def _not_found() -> ListenerNotFoundError:
    return ListenerNotFoundError("Nobody with this listener id is logged in. Please log in with Spotify.")
