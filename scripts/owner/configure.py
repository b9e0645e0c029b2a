"""`make configure`: checks the stack's secrets and stores them as SecureString parameters.

Secrets come from the environment or, in a terminal, from prompts; Enter keeps the stored value. A secret is never
printed and never passed to another program as an argument.
"""

from __future__ import annotations

import os
import secrets as random_secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from getpass import getpass

from scripts.owner.credentials import InvalidCredentialError, check_openai, check_spotify
from scripts.owner.deployed_stack import SECRET_VARIABLES, DeployedStack

_SPOTIFY_SECRETS = ("spotify_client_id", "spotify_client_secret")
_LABELS = {
    "spotify_client_id": "Spotify client ID",
    "spotify_client_secret": "Spotify client secret",
    "openai_api_key": "OpenAI API key",
}
_MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class SecretReader:
    """Reads secrets from the environment, and from prompts if `interactive`."""

    interactive: bool
    prompt: Callable[[str], str] = input
    prompt_hidden: Callable[[str], str] = getpass

    def read(self, name: str, default: str) -> str:
        """Return the secret of that name, or an empty string. `default` says in the prompt what Enter does."""
        if value := os.environ.get(SECRET_VARIABLES[name], "").strip():
            print(f"Using the {_LABELS[name]} from {SECRET_VARIABLES[name]}.")
            return value
        if not self.interactive:
            return ""
        prompt = self.prompt if name == "spotify_client_id" else self.prompt_hidden
        return prompt(f"{_LABELS[name]} (Enter: {default}): ").strip()

    @property
    def attempts(self) -> int:
        from_environment = any(os.environ.get(variable) for variable in SECRET_VARIABLES.values())
        return _MAX_ATTEMPTS if self.interactive and not from_environment else 1


def configure(stack: DeployedStack, reader: SecretReader) -> int:
    """Return 0 if all secrets are valid. Raise RuntimeError, BotoCoreError, ClientError."""
    print(f"Your Spotify app needs this redirect URI:\n  {stack.page_url}/callback")
    stored = stack.list_secrets()
    if "session_key" not in stored:  # never replaced, because that would log everyone out
        _store(stack, {"session_key": random_secrets.token_urlsafe(48)}, overwrite=False)
    if not _try_until_valid(reader, lambda: _configure_spotify(stack, stored, reader)):
        return 1
    has_valid_key = _try_until_valid(reader, lambda: _configure_openai(stack, stored, reader))
    print(f"\nThe page is ready: {stack.page_url}/")
    if stored & SECRET_VARIABLES.keys():
        print("Functions use a replaced secret within five minutes.")
    return 0 if has_valid_key else 1


def _try_until_valid(reader: SecretReader, check: Callable[[], str]) -> bool:
    """Print the result of a check, or its errors. Return whether it succeeded."""
    for attempt in range(reader.attempts):
        if attempt:
            print("Please try again:")
        try:
            print(check())
        except InvalidCredentialError as error:
            print(error, file=sys.stderr)
        else:
            return True
    return False


def _configure_spotify(stack: DeployedStack, stored: set[str], reader: SecretReader) -> str:
    """Raise InvalidCredentialError, and RuntimeError if a secret is neither entered nor stored."""
    defaults = {name: "keep the stored one" if name in stored else "leave it empty" for name in _SPOTIFY_SECRETS}
    values = {name: reader.read(name, default) for name, default in defaults.items()}
    if missing := [name for name in _SPOTIFY_SECRETS if not values[name] and name not in stored]:
        labels, variables = (" and ".join(names[name] for name in missing) for names in (_LABELS, SECRET_VARIABLES))
        raise RuntimeError(
            f"Nobody can log in without the {labels}. Run this again in a terminal, or with {variables} in the "
            "environment."
        )
    client_id, client_secret = (value or _read(stack, name) for name, value in values.items())
    parameters = stack.parameters
    message = check_spotify(parameters["SpotifyAccountsUrl"], parameters["SpotifyApiUrl"], client_id, client_secret)
    _store(stack, {name: value for name, value in values.items() if value})
    return message


def _configure_openai(stack: DeployedStack, stored: set[str], reader: SecretReader) -> str:
    """Raise InvalidCredentialError."""
    name = "openai_api_key"
    value = reader.read(name, "keep the stored one" if name in stored else "none; use the built-in painter")
    if not value and name not in stored:
        if stack.parameters["ImageBackend"] == "openai":
            raise InvalidCredentialError("The parameter ImageBackend is openai, which needs an OpenAI API key.")
        return "Without an OpenAI API key, the built-in painter is used."
    key = value or _read(stack, name)
    message = check_openai(stack.parameters["OpenAiBaseUrl"], stack.parameters["ImageModel"], key)
    _store(stack, {name: value} if value else {})
    return message


def _read(stack: DeployedStack, secret: str) -> str:
    response = stack.client("ssm").get_parameter(Name=f"/{stack.name}/{secret}", WithDecryption=True)
    return str(response["Parameter"]["Value"])


def _store(stack: DeployedStack, values: dict[str, str], overwrite: bool = True) -> None:
    for secret, value in values.items():
        name = f"/{stack.name}/{secret}"
        stack.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=overwrite)
