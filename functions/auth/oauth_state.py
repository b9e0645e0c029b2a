"""OAuth's `state`, which protects the login against CSRF (RFC 6749, section 10.12).

A state is signed, valid for logging in only, used once, expires after ten minutes, and belongs to one browser.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from auth.oauth import LoginRefusedError
from coverart.aws.dynamodb import write_conditionally
from coverart.store.keys import oauth_state_key, sha256

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

STATE_LIFETIME = timedelta(minutes=10)
# So no signature for another purpose counts as a state.
_SALT = "log in with Spotify"


@dataclass(frozen=True)
class OAuthStates:
    """`keys_table`: KeysTable, which lists the unused states. `session_key`: signs the states."""

    keys_table: "Table"
    session_key: str

    def issue(self, now: datetime) -> tuple[str, str]:
        """Return a state, and the cookie value that the browser has to send with it."""
        cookie_value = secrets.token_urlsafe(32)
        payload = {"nonce": secrets.token_urlsafe(16), "browser": sha256(cookie_value)}
        state = str(self._serializer.dumps(payload))
        expires_at = int((now + STATE_LIFETIME).timestamp())
        self.keys_table.put_item(Item={**oauth_state_key(state), "expires_at": expires_at})
        return state, cookie_value

    def use(self, state: str, cookie_value: str | None) -> None:
        """Use up a state. Raises LoginRefusedError: state_foreign, state_expired or state_used."""
        try:
            payload = self._serializer.loads(state, max_age=int(STATE_LIFETIME.total_seconds()))
        except SignatureExpired:
            raise LoginRefusedError("state_expired") from None
        except (BadSignature, UnicodeEncodeError):
            raise LoginRefusedError("state_foreign") from None
        if cookie_value is None or not hmac.compare_digest(payload["browser"], sha256(cookie_value)):
            raise LoginRefusedError("state_foreign")
        is_unused = write_conditionally(
            self.keys_table.delete_item,
            Key=oauth_state_key(state),
            ConditionExpression="attribute_exists(#key)",
            ExpressionAttributeNames={"#key": "key"},
        )
        if not is_unused:
            raise LoginRefusedError("state_used")

    @property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.session_key, salt=_SALT)
