"""Where the page is, and the API token: from the environment, or from a file that only its owner can read."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from coverart_cli.errors import CommandError

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Login:
    """`url`: the page's, without a slash at the end."""

    url: str
    token: str = field(repr=False)

    @classmethod
    def load(cls) -> "Login":
        """Raise CommandError if nobody is logged in."""
        if "COVERART_URL" in os.environ and "COVERART_TOKEN" in os.environ:
            return cls(check_url(os.environ["COVERART_URL"]), os.environ["COVERART_TOKEN"])
        try:
            saved = json.loads(_file().read_text(encoding="utf-8"))
            return cls(saved["url"], saved["token"])
        except FileNotFoundError:
            raise CommandError("You are not logged in. Run: coverart login URL") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise CommandError(f"{_file()} cannot be read. Run: coverart login URL") from None

    def save(self) -> Path:
        """Replace the file in one step, so that it never has other permissions or half of its content."""
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = file.with_name(f"{file.name}.{os.getpid()}")
        temporary.touch(mode=0o600, exist_ok=False)
        temporary.write_text(json.dumps({"url": self.url, "token": self.token}), encoding="utf-8")
        temporary.replace(file)
        return file


def delete() -> bool:
    """Return False if there was no login."""
    with suppress(FileNotFoundError):
        _file().unlink()
        return True
    return False


def check_url(url: str) -> str:
    """Return the page's address without a slash at the end. Raise CommandError if a token must not be sent there."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CommandError(f"{url} is not the page's address, which begins with https://.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise CommandError("Without https, anybody on the way could read your token. Use the page's https address.")
    return f"{parts.scheme}://{parts.netloc}"


def _file() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "coverart" / "login.json"
