"""The stack's secrets: SecureString parameters of Systems Manager named `<SECRETS_PATH>/<name>`."""

import time
from math import inf
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws import clients
from coverart.aws.errors import as_domain_error
from coverart.errors import ConfigurationError

SecretName = Literal["spotify_client_id", "spotify_client_secret", "openai_api_key", "session_key"]

# How long a warm function keeps using a secret that its owner has changed.
_MAX_AGE_SECONDS = 300
# (parameter, is it decrypted?) -> value and when it was read.
_cache: dict[tuple[str, bool], tuple[str, float]] = {}


def get_secret(path: str, name: SecretName) -> str | None:
    """Return the secret, cached for five minutes, or None where the owner has not stored it.

    Raises ConfigurationError, StorageUnavailableError.
    """
    return _get_parameter(path, name, decrypt=True)


def is_secret_stored(path: str, name: SecretName) -> bool:
    """Return whether the owner has stored a secret that this function must not know. The cache holds that answer, too.

    Raises ConfigurationError, StorageUnavailableError.
    """
    return _get_parameter(path, name, decrypt=False) is not None


def _get_parameter(path: str, name: SecretName, *, decrypt: bool) -> str | None:
    parameter = f"{path.rstrip('/')}/{name}"
    value, read_at = _cache.get((parameter, decrypt), ("", -inf))
    if time.monotonic() - read_at > _MAX_AGE_SECONDS:
        try:
            response = clients.get_client("ssm").get_parameter(Name=parameter, WithDecryption=decrypt)
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise as_domain_error(error) from error
        value = str(response["Parameter"]["Value"])
        _cache[parameter, decrypt] = value, time.monotonic()
    return value or None


def get_required_secret(path: str, name: SecretName) -> str:
    """Raises ConfigurationError where the owner has not stored the secret, and StorageUnavailableError."""
    if (value := get_secret(path, name)) is None:
        raise ConfigurationError(f"The stack is not set up yet: its owner has not stored {name}.")
    return value
