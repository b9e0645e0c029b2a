"""Door of fetch: the source becomes songs, their artwork lies in the bucket."""

import coverart.quick_start

from typing import Annotated, Literal

from pydantic import Field

from coverart import aws
from coverart.bucket import Bucket, artwork_prefix
from coverart.cover import Fetched, Source
from coverart.downloads import Downloads, Origins
from coverart.listeners import Listeners
from coverart.settings import StepSettings
from coverart.spotify import spotify_of
from coverart.step import StepInput, step
from fetch.artwork import ArtworkStore
from fetch.genres import GenreSource, KnownGenres, MusicBrainz, described, musicbrainz_at
from fetch.library import read_library


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
        return musicbrainz_at(self.musicbrainz_url, self.public_url or f"stack {self.stack_name}")


class FetchInput(StepInput):
    source: Source


@step("fetch", takes=FetchInput, keeps="fetched")
def handler(event: FetchInput) -> Fetched:
    settings = FetchSettings.load()
    bucket = Bucket(aws.client("s3"), settings.bucket_name)
    library = read_library(spotify_of(event.listener_id), event.source)
    # What no prompt will use is not asked for.
    source = "spotify" if settings.data_mode == "words_only" else settings.genre_source
    picks = described(library.picks, source, settings.musicbrainz, KnownGenres(aws.table(settings.keys_table)))
    store = ArtworkStore(bucket, Downloads(settings.artwork_origins, settings.spotify_timeout_seconds))
    try:
        songs, left_out = store.keep(event.listener_id, picks)
    finally:
        # Who wants to be forgotten may have been, before this artwork came.
        if not Listeners(aws.table(settings.listeners_table)).knows(event.listener_id):
            bucket.delete_prefix(artwork_prefix(event.listener_id))
    return Fetched(songs=songs, title=library.title, left_out=[*library.left_out, *left_out])
