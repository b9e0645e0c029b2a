"""The stack's parts that the routes use, from the environment."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator

from api.api_tokens import ApiTokens
from api.deletion import Deletion
from api.playlist_images import PlaylistImages
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import Settings
from coverart.pipeline.executions import ApplyExecutions
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.listeners import Listeners
from coverart.store.playlists import Playlists
from coverart.store.publish_history import PublishHistory
from coverart.store.sessions import Sessions

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
    return Listeners(clients.get_table(ApiSettings.load().listeners_table))


def playlists() -> Playlists:
    return Playlists(clients.get_table(ApiSettings.load().listeners_table))


def history() -> PublishHistory:
    return PublishHistory(clients.get_table(ApiSettings.load().listeners_table))


def playlist_images() -> PlaylistImages:
    machine = ApiSettings.load().apply_state_machine_arn
    return PlaylistImages(history(), bucket(), ApplyExecutions(history(), clients.get_client("stepfunctions"), machine))


def keys() -> "Table":
    return clients.get_table(ApiSettings.load().keys_table)


def budget() -> Budget:
    settings = ApiSettings.load()
    return Budget(clients.get_table(settings.keys_table), settings.monthly_budget_usd)


def covers() -> Covers:
    return Covers(clients.get_table(ApiSettings.load().covers_table))


def bucket() -> Bucket:
    return Bucket(clients.get_client("s3"), ApiSettings.load().bucket_name)


def sessions() -> Sessions:
    return Sessions(clients.get_table(ApiSettings.load().keys_table))


def tokens() -> ApiTokens:
    settings = ApiSettings.load()
    return ApiTokens(clients.get_table(settings.keys_table), clients.get_table(settings.listeners_table))


def removal() -> Deletion:
    settings = ApiSettings.load()
    return Deletion(
        covers=covers(),
        listeners=listeners(),
        history=history(),
        keys=clients.get_table(settings.keys_table),
        bucket=bucket(),
        step_functions=clients.get_client("stepfunctions"),
        state_machine_arn=settings.state_machine_arn,
        apply_state_machine_arn=settings.apply_state_machine_arn,
    )
