"""The stack's parts that the routes use, from the environment."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator

from api.playlist_images import PlaylistImages
from api.removal import Removal
from coverart import aws
from coverart.apply_executions import ApplyExecutions
from coverart.bucket import Bucket
from coverart.budget import Budget
from coverart.covers import Covers
from coverart.history import History
from coverart.listeners import Listeners
from coverart.playlists import Playlists
from coverart.sessions import Sessions
from coverart.settings import Settings
from coverart.tokens import Tokens

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def _separated(value: Any) -> Any:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class ApiSettings(Settings):
    """`artwork_origins`: separated by commas."""

    covers_table: str
    listeners_table: str
    keys_table: str
    bucket_name: str
    state_machine_arn: str
    apply_state_machine_arn: str
    daily_cover_limit: int
    monthly_budget_usd: float
    image_backend: str
    image_quality: str
    artwork_origins: Annotated[list[str], BeforeValidator(_separated)]
    spotify_accounts_url: str
    secrets_path: str


def listeners() -> Listeners:
    return Listeners(aws.table(ApiSettings.load().listeners_table))


def playlists() -> Playlists:
    return Playlists(aws.table(ApiSettings.load().listeners_table))


def history() -> History:
    return History(aws.table(ApiSettings.load().listeners_table))


def playlist_images() -> PlaylistImages:
    machine = ApiSettings.load().apply_state_machine_arn
    return PlaylistImages(history(), bucket(), ApplyExecutions(history(), aws.client("stepfunctions"), machine))


def keys() -> "Table":
    return aws.table(ApiSettings.load().keys_table)


def budget() -> Budget:
    settings = ApiSettings.load()
    return Budget(aws.table(settings.keys_table), settings.monthly_budget_usd)


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
        history=history(),
        keys=aws.table(settings.keys_table),
        bucket=bucket(),
        step_functions=aws.client("stepfunctions"),
        state_machine_arn=settings.state_machine_arn,
        apply_state_machine_arn=settings.apply_state_machine_arn,
    )
