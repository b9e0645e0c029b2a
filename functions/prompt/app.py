"""Door of prompt: songs, objects and artwork become what to paint."""

from typing import Literal

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.models import ArtworkObjects, CoverOptions, Prompt, Song
from coverart.pipeline.step import StepInput, step
from coverart.store.covers import Covers
from coverart.store.keys import artwork_key
from prompt.artwork import choose_style_albums, read_artwork
from prompt.compose import compose
from prompt.decisions import create_rng
from prompt.palette import find_dominant_colors
from prompt.shared_style import find_stored_style_albums, read_shared_style
from prompt.taste_profile import build_default_profile, build_taste_profile


class PromptSettings(StepSettings):
    data_mode: Literal["full", "words_only"]


class PromptInput(StepInput):
    songs: list[Song]
    title: str
    artworks: list[ArtworkObjects]
    options: CoverOptions


@step("prompt", input_model=PromptInput, result_attribute="prompt")
def handler(event: PromptInput) -> Prompt:
    settings, options = PromptSettings.load(), event.options
    covers, bucket = (
        Covers(clients.get_table(settings.covers_table)),
        Bucket(clients.get_client("s3"), settings.bucket_name),
    )
    look = read_shared_style(covers.get(event.listener_id, options.look)) if options.look else None
    if settings.data_mode == "words_only":
        look = None if look and look.from_spotify else look
        said = options.prompt or options.direction or ""
        written = compose(build_default_profile(said, create_rng(said, options.variation)), options, [], look)
        shared = look.prompt.bundled_style if look and options.style_albums is None else options.style_albums != []
        return written.model_copy(update={"bundled_style": shared})

    def is_stored(album_id: str) -> bool:
        return bucket.get_metadata(artwork_key(event.listener_id, album_id)) is not None

    pictures = read_artwork(event.songs, bucket.get)
    heard = build_taste_profile(event.songs, event.title, event.artworks, find_dominant_colors(pictures.values()))
    styles = find_stored_style_albums(look, is_stored) if look and options.style_albums is None else None
    written = compose(
        heard, options, choose_style_albums(event.songs, options, pictures) if styles is None else styles, look
    )
    shared = bool(look and look.prompt.bundled_style and options.style_albums is None)
    return written.model_copy(update={"bundled_style": shared})
