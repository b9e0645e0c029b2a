"""OAuth's `state`: signed, for logging in only, used once, ten minutes, and of one browser (RFC 6749, 10.12)."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from auth.oauth import LoginRefusedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

STATE_LIFETIME = timedelta(minutes=10)
_PURPOSE = "log in with Spotify"


@dataclass(frozen=True)
class OAuthStates:
    """Items `state#<sha256>` in KeysTable say which states have not been used."""

    keys_table: "Table"
    session_key: str

    def issue(self, now: datetime) -> tuple[str, str]:
        """The state, and what the browser has to show with it: the value of its cookie."""
        browser = secrets.token_urlsafe(32)
        state = self._signer.dumps({"nonce": secrets.token_urlsafe(16), "browser": _digest(browser)})
        expires_at = int((now + STATE_LIFETIME).timestamp())
        self.keys_table.put_item(Item={"key": f"state#{_digest(str(state))}", "expires_at": expires_at})
        return str(state), browser

    def use(self, state: str, browser: str | None) -> None:
        """Raises LoginRefusedError: state_foreign, state_expired, state_used."""
        try:
            told = self._signer.loads(state, max_age=int(STATE_LIFETIME.total_seconds()))
        except SignatureExpired:
            raise LoginRefusedError("state_expired") from None
        except (BadSignature, UnicodeEncodeError):
            raise LoginRefusedError("state_foreign") from None
        if browser is None or not hmac.compare_digest(told["browser"], _digest(browser)):
            raise LoginRefusedError("state_foreign")
        try:
            self.keys_table.delete_item(
                Key={"key": f"state#{_digest(state)}"}, ConditionExpression="attribute_exists(#key)",
                ExpressionAttributeNames={"#key": "key"},
            )  # fmt: skip
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise LoginRefusedError("state_used") from None

    @property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.session_key, salt=_PURPOSE)


def _digest(text: str) -> str:
    # What no browser sends may come all the same: half a character cannot be encoded.
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
