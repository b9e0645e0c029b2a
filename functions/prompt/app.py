"""Door of prompt: songs, objects and artwork become what to paint."""

import coverart.quick_start

from typing import Literal

from coverart import aws
from coverart.bucket import Bucket, artwork_key
from coverart.cover import ArtworkObjects, Options, Prompt, Song
from coverart.covers import Covers
from coverart.settings import StepSettings
from coverart.step import StepInput, step
from prompt.artwork import lenders, read_artwork
from prompt.composer import compose
from prompt.look import look_of, style_albums
from prompt.palette import dominant
from prompt.plan import rng_for
from prompt.taste import built_in_taste, taste


class PromptSettings(StepSettings):
    data_mode: Literal["full", "words_only"]


class PromptInput(StepInput):
    songs: list[Song]
    title: str
    artworks: list[ArtworkObjects]
    options: Options


@step("prompt", takes=PromptInput, keeps="prompt")
def handler(event: PromptInput) -> Prompt:
    settings, options = PromptSettings.load(), event.options
    covers, bucket = Covers(aws.table(settings.covers_table)), Bucket(aws.client("s3"), settings.bucket_name)
    look = look_of(covers.get(event.listener_id, options.look)) if options.look else None
    if settings.data_mode == "words_only":
        look = None if look and look.from_spotify else look
        said = options.prompt or options.direction or ""
        written = compose(built_in_taste(said, rng_for(said, options.variation)), options, [], look)
        shared = look.prompt.bundled_style if look and options.style_albums is None else options.style_albums != []
        return written.model_copy(update={"bundled_style": shared})

    def is_stored(album_id: str) -> bool:
        return bucket.metadata(artwork_key(event.listener_id, album_id)) is not None

    pictures = read_artwork(event.songs, bucket.get)
    heard = taste(event.songs, event.title, event.artworks, dominant(pictures.values()))
    styles = style_albums(look, is_stored) if look and options.style_albums is None else None
    written = compose(heard, options, lenders(event.songs, options, pictures) if styles is None else styles, look)
    shared = bool(look and look.prompt.bundled_style and options.style_albums is None)
    return written.model_copy(update={"bundled_style": shared})
