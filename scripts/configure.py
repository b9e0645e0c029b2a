"""`make configure`: the stack's secrets, checked and then stored as SecureString parameters of Systems Manager.

They are taken from the environment, else asked for where there is somebody to ask; Enter keeps what is stored. None is
ever printed, and none is an argument of a program.
"""

import os
import secrets as randomness
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from getpass import getpass

from scripts import owner
from scripts.credentials import RefusedError, check_openai, check_spotify
from scripts.owner import OwnersStack

_SPOTIFY = ("spotify_client_id", "spotify_client_secret")
_QUESTIONS = {
    "spotify_client_id": "Spotify's client id",
    "spotify_client_secret": "Spotify's client secret",
    "openai_api_key": "OpenAI's key",
}
_TRIES = 3


@dataclass(frozen=True)
class Answers:
    """Where the secrets come from. `asks`: whether somebody is there to be asked."""

    asks: bool
    ask: Callable[[str], str] = input
    ask_secretly: Callable[[str], str] = getpass

    def given(self, secret: str, otherwise: str) -> str:
        """Empty where there is none. `otherwise`: what Enter means."""
        if value := os.environ.get(owner.VARIABLES[secret], "").strip():
            print(f"{_QUESTIONS[secret]} is taken from {owner.VARIABLES[secret]}.")
            return value
        if not self.asks:
            return ""
        asked = self.ask if secret == "spotify_client_id" else self.ask_secretly  # noqa: S105  # the name of one
        return asked(f"{_QUESTIONS[secret]} (Enter: {otherwise}): ").strip()

    @property
    def tries(self) -> Iterator[bool]:
        """For each try, whether another one follows."""
        from_environment = any(os.environ.get(variable) for variable in owner.VARIABLES.values())
        tries = _TRIES if self.asks and not from_environment else 1
        return (left > 0 for left in range(tries - 1, -1, -1))


def main() -> int:
    arguments = owner.options("Checks and stores the stack's secrets.").parse_args()
    # None where a program closed it.
    answers = Answers(asks=sys.stdin is not None and sys.stdin.isatty())
    return owner.run(lambda: configure(OwnersStack.saved_in(arguments.config), answers))


def configure(stack: OwnersStack, answers: Answers) -> int:
    """0 where all that was given is right. Raises RuntimeError, BotoCoreError, ClientError."""
    print(f"The app at Spotify needs this redirect URI:\n  {stack.redirect_uri}")
    stored = stack.stored()
    if "session_key" not in stored:
        _create_session_key(stack)
    if not _tried(answers, lambda: _spotify(stack, stored, answers)):
        return 1
    painting = _tried(answers, lambda: _openai(stack, stored, answers))
    print(f"\nThe page is ready: {stack.page}/")
    if stored & owner.VARIABLES.keys():
        print("What replaced an older secret is in use within five minutes.")
    return 0 if painting else 1


def _tried(answers: Answers, check: Callable[[], str]) -> bool:
    for another in answers.tries:
        try:
            print(check())
        except RefusedError as error:
            print(error, file=sys.stderr)
            if another:
                print("Once more:")
        else:
            return True
    return False


def _spotify(stack: OwnersStack, stored: set[str], answers: Answers) -> str:
    """Raises RefusedError, and RuntimeError where there is neither a new one nor an old one."""
    new = {name: answers.given(name, "keep the stored one" if name in stored else "leave") for name in _SPOTIFY}
    if missing := [name for name in _SPOTIFY if not new[name] and name not in stored]:
        variables = " and ".join(owner.VARIABLES[name] for name in missing)
        raise RuntimeError(
            f"Nobody can log in without {' and '.join(_QUESTIONS[name] for name in missing)}. "
            f"Run it again in a terminal, or with {variables} in the environment."
        )
    app = {name: value or _read(stack, name) for name, value in new.items()}
    said = check_spotify(stack.parameters["SpotifyAccountsUrl"], app["spotify_client_id"], app["spotify_client_secret"])
    _store(stack, {name: value for name, value in new.items() if value})
    return said


def _openai(stack: OwnersStack, stored: set[str], answers: Answers) -> str:
    """Raises RefusedError."""
    name = "openai_api_key"
    new = answers.given(name, "keep the stored one" if name in stored else "none, the built-in painter paints")
    if not new and name not in stored:
        if stack.parameters["ImageBackend"] == "openai":
            raise RefusedError("Without OpenAI's key there are no covers: the parameter ImageBackend is openai.")
        return "Without OpenAI's key, the built-in painter paints."
    key = new or _read(stack, name)
    said = check_openai(stack.parameters["OpenAiBaseUrl"], stack.parameters["ImageModel"], key)
    _store(stack, {name: new} if new else {})
    return said


def _create_session_key(stack: OwnersStack) -> None:
    """Never in the place of another: everybody would have to log in again."""
    ssm = stack.client("ssm")
    name = stack.parameter("session_key")
    ssm.put_parameter(Name=name, Value=randomness.token_urlsafe(48), Type="SecureString", Overwrite=False)


def _read(stack: OwnersStack, secret: str) -> str:
    found = stack.client("ssm").get_parameter(Name=stack.parameter(secret), WithDecryption=True)
    return str(found["Parameter"]["Value"])


def _store(stack: OwnersStack, values: dict[str, str]) -> None:
    for secret, value in values.items():
        name = stack.parameter(secret)
        stack.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


if __name__ == "__main__":
    sys.exit(main())
