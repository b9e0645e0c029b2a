"""Door of fetch: the source becomes songs, their artwork lies in the bucket."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from coverart import aws
from coverart.bucket import Bucket, artwork_prefix
from coverart.cover import Fetched, Source
from coverart.listeners import Listeners
from coverart.settings import StepSettings
from coverart.spotify import spotify_of
from coverart.step import StepInput, step
from fetch.artwork import ArtworkStore, origin
from fetch.library import read_library


def _origins(value: Any) -> Any:
    return frozenset(origin(url.strip()) for url in value.split(",")) if isinstance(value, str) else value


class FetchSettings(StepSettings):
    """`artwork_origins`: separated by commas."""

    listeners_table: str
    artwork_origins: Annotated[frozenset[tuple[str, str, int]], BeforeValidator(_origins)]
    spotify_timeout: Annotated[float, Field(gt=0)]


class FetchInput(StepInput):
    source: Source


@step("fetch", takes=FetchInput, keeps="fetched")
def handler(event: FetchInput) -> Fetched:
    settings = FetchSettings.load()
    bucket = Bucket(aws.client("s3"), settings.bucket_name)
    library = read_library(spotify_of(event.listener_id), event.source)
    store = ArtworkStore(bucket, settings.artwork_origins, settings.spotify_timeout)
    try:
        songs, left_out = store.keep(event.listener_id, library.picks)
    finally:
        # Who wants to be forgotten may have been, before this artwork came.
        if not Listeners(aws.table(settings.listeners_table)).knows(event.listener_id):
            bucket.delete_prefix(artwork_prefix(event.listener_id))
    return Fetched(songs=songs, title=library.title, left_out=[*library.left_out, *left_out])
