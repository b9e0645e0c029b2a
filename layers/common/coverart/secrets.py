"""The stack's secrets: SecureString parameters of Systems Manager under `<path>/<name>`, path being SECRETS_PATH."""

from functools import cache
from typing import Literal

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import BotoCoreError, ClientError

from coverart import aws
from coverart.errors import ConfigurationError

Name = Literal["spotify_client_id", "spotify_client_secret", "openai_api_key", "session_key"]

# How long a warm function goes on with a secret that its owner has changed.
_MAX_AGE_SECONDS = 300


def secret(path: str, name: Name) -> str | None:
    """None where the owner has not set it. What is there is cached for five minutes, what is missing is not.

    Raises ConfigurationError, StorageUnavailableError.
    """
    try:
        value = _provider().get(f"{path.rstrip('/')}/{name}", decrypt=True, max_age=_MAX_AGE_SECONDS)
    except GetParameterError as error:
        cause = error.__context__
        if isinstance(cause, ClientError) and cause.response["Error"]["Code"] == "ParameterNotFound":
            return None
        if isinstance(cause, ClientError | BotoCoreError):
            raise aws.named(cause) from cause
        raise
    return str(value) if value else None


def needed_secret(path: str, name: Name) -> str:
    """Raises ConfigurationError where the owner has not set it, StorageUnavailableError."""
    if (value := secret(path, name)) is None:
        raise ConfigurationError(f"The stack is not set up yet: its owner has not stored {name}.")
    return value


@cache
def _provider() -> SSMProvider:
    return SSMProvider(boto3_client=aws.client("ssm"))
