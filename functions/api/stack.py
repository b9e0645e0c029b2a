"""The stack's parts that the routes use, from the environment."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from api.removal import Removal
from coverart import aws
from coverart.bucket import Bucket
from coverart.covers import Covers
from coverart.listeners import Listeners
from coverart.sessions import Sessions
from coverart.settings import Settings
from coverart.tokens import Tokens


def _separated(value: Any) -> Any:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class ApiSettings(Settings):
    """`artwork_origins`: separated by commas."""

    covers_table: str
    listeners_table: str
    keys_table: str
    bucket_name: str
    state_machine_arn: str
    daily_cover_limit: int
    artwork_origins: Annotated[list[str], BeforeValidator(_separated)]
    spotify_accounts_url: str


def listeners() -> Listeners:
    return Listeners(aws.table(ApiSettings.load().listeners_table))


def covers() -> Covers:
    return Covers(aws.table(ApiSettings.load().covers_table))


def bucket() -> Bucket:
    return Bucket(aws.client("s3"), ApiSettings.load().bucket_name)


def sessions() -> Sessions:
    return Sessions(aws.table(ApiSettings.load().keys_table))


def tokens() -> Tokens:
    settings = ApiSettings.load()
    return Tokens(aws.table(settings.keys_table), aws.table(settings.listeners_table))


def removal() -> Removal:
    settings = ApiSettings.load()
    return Removal(
        covers=covers(),
        listeners=listeners(),
        keys=aws.table(settings.keys_table),
        bucket=bucket(),
        step_functions=aws.client("stepfunctions"),
        state_machine_arn=settings.state_machine_arn,
    )
