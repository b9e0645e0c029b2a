"""The stack's secrets: SecureString parameters of Systems Manager named `<SECRETS_PATH>/<name>`."""

from functools import cache
from typing import Literal

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws import clients
from coverart.aws.errors import as_domain_error
from coverart.errors import ConfigurationError

SecretName = Literal["spotify_client_id", "spotify_client_secret", "openai_api_key", "session_key"]

# How long a warm function keeps using a secret that its owner has changed.
_MAX_AGE_SECONDS = 300


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
    try:
        value = _get_provider().get(f"{path.rstrip('/')}/{name}", decrypt=decrypt, max_age=_MAX_AGE_SECONDS)
    except GetParameterError as error:
        cause = error.__context__
        if isinstance(cause, ClientError) and cause.response["Error"]["Code"] == "ParameterNotFound":
            return None
        if isinstance(cause, ClientError | BotoCoreError):
            raise as_domain_error(cause) from cause
        raise
    return str(value) if value else None


def get_required_secret(path: str, name: SecretName) -> str:
    """Raises ConfigurationError where the owner has not stored the secret, and StorageUnavailableError."""
    if (value := get_secret(path, name)) is None:
        raise ConfigurationError(f"The stack is not set up yet: its owner has not stored {name}.")
    return value


@cache
def _get_provider() -> SSMProvider:
    return SSMProvider(boto3_client=clients.get_client("ssm"))
