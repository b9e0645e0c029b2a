"""Door of prompt: songs, objects and artwork become what to paint."""

from typing import Literal

from coverart import aws
from coverart.bucket import Bucket
from coverart.cover import ArtworkObjects, Options, Prompt, Song
from coverart.settings import StepSettings
from coverart.step import StepInput, step
from prompt.artwork import lenders, read_artwork
from prompt.composer import compose, rng_for
from prompt.palette import dominant
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
    if settings.data_mode == "words_only":
        said = options.prompt or options.direction or ""
        return compose(built_in_taste(said, rng_for(said, options.variation)), options, [])
    pictures = read_artwork(event.songs, Bucket(aws.client("s3"), settings.bucket_name).get)
    heard = taste(event.songs, event.title, event.artworks, dominant(pictures.values()))
    return compose(heard, options, lenders(event.songs, options, pictures))
