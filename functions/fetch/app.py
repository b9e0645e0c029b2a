"""Lambda handler: turns a source into songs and stores their artwork."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.images.download import ImageDownloader, Origins
from coverart.models import FetchResult, PlaylistSource, SampleSource, Source, TopArtistsSource
from coverart.pipeline.step import StepInput, step
from coverart.spotify.client import create_spotify_client
from coverart.store.keys import artwork_prefix
from coverart.store.listeners import Listeners
from fetch.artwork import ArtworkStore
from fetch.musicbrainz import GenreCache, GenreSource, MusicBrainz, add_genres, create_musicbrainz
from fetch.song_selection import select_songs


class FetchSettings(StepSettings):
    """The settings of fetch. `spotify_timeout_seconds`: for downloading an image as well."""

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
    def effective_genre_source(self) -> GenreSource:
        """Spotify where no prompt uses genres, so that nothing looks them up elsewhere."""
        return "spotify" if self.data_mode == "words_only" else self.genre_source

    def create_musicbrainz(self) -> MusicBrainz:
        """Return a client that identifies itself by the page's URL, or else by the stack's name."""
        return create_musicbrainz(self.musicbrainz_url, self.public_url or f"stack {self.stack_name}")


class FetchInput(StepInput):
    """The input of fetch."""

    source: Source


@step("fetch", input_model=FetchInput, result_attribute="fetched")
def handler(event: FetchInput) -> FetchResult:
    """Select the source's songs, add genres, and store the artwork."""
    settings = FetchSettings.load()
    bucket = Bucket(clients.get_client("s3"), settings.bucket_name)
    try:
        if isinstance(event.source, SampleSource):
            from fetch.sample_music import save_sample_music  # draws, which no other source does

            return save_sample_music(bucket, event.listener_id)
        return _fetch_from_spotify(settings, bucket, event.listener_id, event.source)
    finally:
        # The listener may have been deleted before this artwork was stored.
        listeners = Listeners(clients.get_table(settings.listeners_table))
        if not listeners.exists(event.listener_id, datetime.now(UTC)):
            bucket.delete_prefix(artwork_prefix(event.listener_id))


def _fetch_from_spotify(
    settings: FetchSettings, bucket: Bucket, listener_id: str, source: TopArtistsSource | PlaylistSource
) -> FetchResult:
    selection = select_songs(create_spotify_client(listener_id), source)
    cache = GenreCache(clients.get_table(settings.keys_table))
    selected_songs = add_genres(selection.songs, settings.effective_genre_source, settings.create_musicbrainz(), cache)
    store = ArtworkStore(bucket, ImageDownloader(settings.artwork_origins, settings.spotify_timeout_seconds))
    songs, skipped_albums = store.save(listener_id, selected_songs)
    return FetchResult(songs=songs, title=selection.title, left_out=[*selection.skipped_albums, *skipped_albums])
