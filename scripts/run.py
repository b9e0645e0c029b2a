"""`make run`: the local stack, kept up until Ctrl-C; what it holds is there again at the next start."""

import argparse
import os
import signal
import sys
import webbrowser
from pathlib import Path
from typing import Any

from scripts.local import stack
from scripts.local.front_door import is_free
from scripts.local.paths import STATE
from scripts.owner import VARIABLES

# Spotify takes a redirect URI only as it is registered, port and all.
PORT = 8000
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(BaseException):
    """Somebody wants it to end."""


def main() -> int:
    parser = argparse.ArgumentParser(description="The local stack, kept up until Ctrl-C.")
    parser.add_argument("--state", type=Path, default=STATE, help="the folder of what it holds (default: %(default)s)")
    arguments = parser.parse_args()
    heed_signals()
    try:
        return _run(arguments.state)
    except StoppedError:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


def _run(state: Path) -> int:
    secrets = {name: value for name, variable in VARIABLES.items() if (value := os.environ.get(variable, ""))}
    spotify = {"spotify_client_id", "spotify_client_secret"} & secrets.keys()
    if len(spotify) == 1:
        raise RuntimeError("Set both SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, or neither for the demo listener.")
    free = is_free(PORT)
    if spotify and not free:
        raise RuntimeError(f"Port {PORT} is taken, and Spotify sends its listeners there. Please free it.")
    with stack.running(
        port=PORT if free else 0,
        mode=None if spotify else "development",
        secrets=secrets,
        state=state / ("spotify" if spotify else "demo"),
        say=lambda what: print(f"{what} …", flush=True),
    ) as local:
        print(f"\nThe page is {local.url}")
        if spotify:
            print(f"Your app at Spotify needs the redirect URI {local.url}/callback")
        print("The AWS CLI takes this stack for AWS with:")
        for name, value in local.emulator.environment().items():
            print(f"  export {name}={value}")
        print("Ctrl-C ends it.", flush=True)
        if _has_browser():
            webbrowser.open(local.url)
        local.emulator.process.wait()
        raise RuntimeError(f"The emulator has ended by itself; see {local.emulator.folder / 'emulator.log'}.")


def heed_signals() -> None:
    """From now on Ctrl-C and its like raise StoppedError."""
    for number in _SIGNALS:
        signal.signal(number, _stop)


def _stop(*_: Any) -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # once it is being taken down, it is taken down whole
    raise StoppedError


def _has_browser() -> bool:
    screen = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return screen and not os.environ.get("CI")


if __name__ == "__main__":
    sys.exit(main())
