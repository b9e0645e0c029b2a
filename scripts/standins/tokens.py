"""The stand-in's tokens: signed, so that they outlive a restart."""

import secrets
import time
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

CLIENT_ID = "standin-client-id"
CLIENT_SECRET = "standin-client-secret"  # noqa: S105  # opens nothing but the stand-in
ACCESS_LASTS = 3600
REFRESH_LASTS = 182 * 86_400
CODE_LASTS = 600
SCOPE = (
    "user-top-read playlist-read-private playlist-read-collaborative "
    "playlist-modify-private playlist-modify-public ugc-image-upload"
)
_LASTS = {"access": ACCESS_LASTS, "app": ACCESS_LASTS, "refresh": REFRESH_LASTS, "code": CODE_LASTS}
_signer = URLSafeSerializer("stand-in")


def issue(kind: str, listener: str, scope: str, now: float | None = None, **more: Any) -> str:
    """`kind`: access, refresh, code, or app (of no listener); issued at `now`."""
    began = time.time() if now is None else now
    told = {"kind": kind, "listener": listener, "scope": scope, "until": began + _LASTS[kind], **more}
    return str(_signer.dumps({**told, "nonce": secrets.token_hex(6)}))


def read(kind: str, token: str) -> dict[str, Any] | None:
    """None where it is none of ours, of another kind, or expired."""
    try:
        told = _signer.loads(token)
    except BadSignature:
        return None
    return told if told["kind"] == kind and told["until"] > time.time() else None
