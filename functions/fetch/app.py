"""Door of fetch: the source becomes songs, their artwork lies in the bucket."""

from typing import Annotated, Literal

from pydantic import Field

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.images.download import ImageDownloader, Origins
from coverart.models import FetchResult, Source
from coverart.pipeline.step import StepInput, step
from coverart.spotify.client import create_spotify_client
from coverart.store.keys import artwork_prefix
from coverart.store.listeners import Listeners
from fetch.artwork import ArtworkStore
from fetch.musicbrainz import GenreCache, GenreSource, MusicBrainz, create_musicbrainz, with_genres
from fetch.song_selection import select_songs


class FetchSettings(StepSettings):
    listeners_table: str
    artwork_origins: Origins
    spotify_timeout_seconds: Annotated[float, Field(gt=0)]
    keys_table: str
    data_mode: Literal["full", "words_only"]
    genre_source: GenreSource
    musicbrainz_url: str
    stack_name: str
    public_url: str = ""

    @property
    def musicbrainz(self) -> MusicBrainz:
        """It is told the page's address, or at least which stack asks."""
        return create_musicbrainz(self.musicbrainz_url, self.public_url or f"stack {self.stack_name}")


class FetchInput(StepInput):
    source: Source


@step("fetch", input_model=FetchInput, result_attribute="fetched")
def handler(event: FetchInput) -> FetchResult:
    settings = FetchSettings.load()
    bucket = Bucket(clients.get_client("s3"), settings.bucket_name)
    library = select_songs(create_spotify_client(event.listener_id), event.source)
    # What no prompt will use is not asked for.
    source = "spotify" if settings.data_mode == "words_only" else settings.genre_source
    picks = with_genres(library.picks, source, settings.musicbrainz, GenreCache(clients.get_table(settings.keys_table)))
    store = ArtworkStore(bucket, ImageDownloader(settings.artwork_origins, settings.spotify_timeout_seconds))
    try:
        songs, left_out = store.keep(event.listener_id, picks)
    finally:
        # Who wants to be forgotten may have been, before this artwork came.
        if not Listeners(clients.get_table(settings.listeners_table)).exists(event.listener_id):
            bucket.delete_prefix(artwork_prefix(event.listener_id))
    return FetchResult(songs=songs, title=library.title, left_out=[*library.left_out, *left_out])
