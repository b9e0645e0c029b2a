"""`make run`: runs the local stack until Ctrl-C. The next start restores its data.

The container image runs it, too. These variables are for it, and work everywhere: PUBLIC_URL is the page's address for
browsers, PARAMETERS holds parameters of the template (NAME=VALUE, separated by spaces).
"""

import argparse
import os
import shlex
import signal
import sys
import webbrowser
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from scripts.fakes.server import LOOPBACK
from scripts.local.local_proxy import is_port_free
from scripts.local.paths import STATE_DIR
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from scripts.owner.deploy import parse_parameters
from scripts.owner.deployed_stack import SECRET_VARIABLES

# Spotify accepts a redirect URI only exactly as registered, with its port.
PORT = 8000
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SECONDS_UNTIL_RETRY = 0.05


class StopSignalError(BaseException):
    """A signal asked the program to stop."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the local stack until Ctrl-C.")
    parser.add_argument("--host", default=LOOPBACK, help="the address that the page listens on (default: %(default)s)")
    parser.add_argument("--state", type=Path, default=STATE_DIR, help="the folder for its data (default: %(default)s)")
    arguments = parser.parse_args()
    handle_signals()
    try:
        _run(arguments.state, arguments.host)
    except StopSignalError:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


def _run(state: Path, host: str) -> NoReturn:
    secrets = {name: value for name, variable in SECRET_VARIABLES.items() if (value := os.environ.get(variable, ""))}
    spotify_secrets = {"spotify_client_id", "spotify_client_secret"} & secrets.keys()
    if len(spotify_secrets) == 1:
        raise RuntimeError("Set both SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, or neither for the demo listener.")
    if host != LOOPBACK and not spotify_secrets:
        raise RuntimeError(
            "Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET: the demo listener is for this machine only."
        )
    is_free = is_port_free(PORT, host)
    if spotify_secrets and not is_free:
        raise RuntimeError(f"Port {PORT} is taken, but Spotify redirects to it after a login. Please free it.")
    parameters: dict[str, Any] = parse_parameters(shlex.split(os.environ.get("PARAMETERS", "")))
    with run_stack(
        port=PORT if is_free else 0,
        mode=None if spotify_secrets else "development",
        secrets=secrets,
        state=state / ("spotify" if spotify_secrets else "demo"),
        page_host=host,
        public_url=_read_public_url(),
        **parameters,
        report=lambda message: print(f"{message} …", flush=True),
    ) as local:
        print(f"\nThe page is {local.url}")
        if spotify_secrets:
            print(f"Your Spotify app needs the redirect URI {local.url}/callback")
        if host == LOOPBACK:  # a container's logs must not hold keys
            print("To use the AWS CLI with this stack, set:")
            for name, value in local.emulator.environment().items():
                print(f"  export {name}={value}")
            print("Press Ctrl-C to stop.")
        sys.stdout.flush()
        # Without a display, a browser would take over the terminal.
        if any(os.environ.get(display) for display in ("DISPLAY", "WAYLAND_DISPLAY")) and not os.environ.get("CI"):
            webbrowser.open(local.url)
        wait_for_emulator(local)


def _read_public_url() -> str:
    """Return the variable PUBLIC_URL, or "". Raise RuntimeError for an address that Spotify does not redirect to."""
    url = os.environ.get("PUBLIC_URL", "").strip().rstrip("/")
    parts = urlsplit(url)
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == LOOPBACK)
    if url and (not is_secure or not parts.hostname or parts.path or parts.query):
        raise RuntimeError(f"PUBLIC_URL is {url}. Spotify redirects to https://NAME and http://{LOOPBACK}:PORT only.")
    return url


def wait_for_emulator(local: LocalStack) -> NoReturn:
    """Wait until the emulator ends, which it should not do by itself. Raise RuntimeError then."""
    local.emulator.process.wait()
    raise RuntimeError(f"The emulator ended unexpectedly; see {local.emulator.folder / 'emulator.log'}.")


def handle_signals() -> None:
    """Raise StopSignalError on Ctrl-C and similar signals from now on."""
    for number in (*_SIGNALS, signal.SIGALRM):
        signal.signal(number, _stop)
    sys.unraisablehook = _stop_later


def _stop(*_: Any) -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # a second signal must not interrupt the clean-up
    raise StopSignalError


def _stop_later(unraisable: Any) -> None:
    """Raise StopSignalError again after a finalizer, in which Python ignores it."""
    if unraisable.exc_type is StopSignalError:
        signal.setitimer(signal.ITIMER_REAL, _SECONDS_UNTIL_RETRY)
    else:
        sys.__unraisablehook__(unraisable)


if __name__ == "__main__":
    sys.exit(main())
