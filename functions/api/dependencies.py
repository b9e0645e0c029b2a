"""The parts of the stack that the routes use, created from the environment."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from api.api_tokens import ApiTokens
from api.deletion import Deletion
from api.picture_uploads import CONVERT_TIMEOUT_SECONDS, PictureUploads
from api.playlist_images import PlaylistImages
from api.shared_covers import SharedCovers
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.pipeline.executions import ApplyExecutions
from coverart.pipeline.start_cover import StartCoverSettings
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.daily_count import DailyCount
from coverart.store.demo import DemoRequests
from coverart.store.listeners import Listeners
from coverart.store.pictures import Pictures
from coverart.store.playlists import Playlists
from coverart.store.publish_history import PublishHistory
from coverart.store.sessions import Sessions


def _split_at_commas(value: Any) -> Any:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class ApiSettings(StartCoverSettings):
    """`artwork_origins`: where images of artwork and playlists may come from.

    ARTWORK_ORIGINS separates them by commas.
    """

    bucket_name: str
    apply_state_machine_arn: str
    watch_function: str
    convert_function: str
    image_quality: str
    artwork_origins: Annotated[list[str], BeforeValidator(_split_at_commas)]
    spotify_accounts_url: str
    allow_demo: bool


def get_settings() -> ApiSettings:
    """Raises ConfigurationError, as do all functions of this module."""
    return ApiSettings.load()


def get_listeners() -> Listeners:
    """Return the listeners' profiles."""
    return Listeners(clients.get_table(get_settings().listeners_table))


def get_playlists() -> Playlists:
    """Return what automatic covers know of playlists."""
    return Playlists(clients.get_table(get_settings().listeners_table))


def get_history() -> PublishHistory:
    """Return the publish history."""
    return PublishHistory(clients.get_table(get_settings().listeners_table))


def get_covers() -> Covers:
    """Return the covers."""
    return Covers(clients.get_table(get_settings().covers_table))


def get_bucket() -> Bucket:
    """Return the bucket of the images."""
    return Bucket(clients.get_client("s3"), get_settings().bucket_name)


def get_budget() -> Budget:
    """Return the owner's monthly budget."""
    settings = get_settings()
    return Budget(clients.get_table(settings.keys_table), settings.monthly_budget_usd)


def get_pictures() -> Pictures:
    """Return the listeners' own pictures."""
    return Pictures(clients.get_table(get_settings().listeners_table))


def get_picture_uploads() -> PictureUploads:
    """Return what takes in the listeners' own pictures, and deletes them."""
    # The function may take as long as the template allows it. API Gateway waits a little longer.
    lambda_client = clients.get_waiting_client("lambda", CONVERT_TIMEOUT_SECONDS + 1)
    return PictureUploads(get_pictures(), get_bucket(), lambda_client, get_settings().convert_function)


def get_daily_count() -> DailyCount:
    """Return the listeners' numbers of covers per day."""
    return DailyCount(clients.get_table(get_settings().keys_table))


def get_sessions() -> Sessions:
    """Return the browser sessions."""
    return Sessions(clients.get_table(get_settings().keys_table))


def get_demo_requests() -> DemoRequests:
    """Return the count of requests by demo listeners."""
    return DemoRequests(clients.get_table(get_settings().keys_table))


def get_tokens() -> ApiTokens:
    """Return the API tokens."""
    settings = get_settings()
    return ApiTokens(clients.get_table(settings.keys_table), clients.get_table(settings.listeners_table))


def get_playlist_images() -> PlaylistImages:
    """Return what sets playlist images."""
    step_functions = clients.get_client("stepfunctions")
    executions = ApplyExecutions(get_history(), step_functions, get_settings().apply_state_machine_arn)
    return PlaylistImages(get_history(), get_bucket(), executions)


def get_shared_covers() -> SharedCovers:
    """Return the covers' public pages."""
    return SharedCovers(get_covers(), clients.get_table(get_settings().keys_table))


def get_deletion() -> Deletion:
    """Return what deletes covers, histories and listeners."""
    settings = get_settings()
    return Deletion(
        covers=get_covers(),
        listeners=get_listeners(),
        history=get_history(),
        keys_table=clients.get_table(settings.keys_table),
        bucket=get_bucket(),
        step_functions=clients.get_client("stepfunctions"),
        state_machine_arn=settings.state_machine_arn,
        apply_state_machine_arn=settings.apply_state_machine_arn,
    )
