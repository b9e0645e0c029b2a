"""The tokens of the fake Spotify. A signature proves them without storage, so that they survive a restart."""

import secrets
import time
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

CLIENT_ID = "fake-client-id"
CLIENT_SECRET = "fake-client-secret"  # noqa: S105  # opens nothing but the fake
ACCESS_SECONDS = 3600
SCOPE = (
    "user-top-read playlist-read-private playlist-read-collaborative "
    "playlist-modify-private playlist-modify-public ugc-image-upload"
)
_LIFETIME_SECONDS = {"access": ACCESS_SECONDS, "app": ACCESS_SECONDS, "refresh": 182 * 86_400, "code": 600}
_signer = URLSafeSerializer("fake")


def issue_token(kind: str, listener: str, scope: str, now: float | None = None, **claims: Any) -> str:
    """Issue a token of `kind` access, refresh, code or app (which belongs to no listener) at the time `now`."""
    issued_at = time.time() if now is None else now
    payload = {"kind": kind, "listener": listener, "scope": scope, "until": issued_at + _LIFETIME_SECONDS[kind]}
    return str(_signer.dumps({**payload, **claims, "nonce": secrets.token_hex(6)}))


def read_token(kind: str, token: str) -> dict[str, Any] | None:
    """Return a token's payload, or None if it is invalid, of another kind, or expired."""
    try:
        payload: dict[str, Any] = _signer.loads(token)
    except BadSignature:
        return None
    return payload if payload["kind"] == kind and payload["until"] > time.time() else None
