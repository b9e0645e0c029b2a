"""Lambda handler: write a cover's prompt from its songs, its artwork and the objects on it."""

from typing import Literal

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.models import ArtworkObjects, CoverOptions, Prompt, Song
from coverart.pipeline.step import StepInput, step
from coverart.store.covers import Covers
from prompt.shared_style import read_shared_style
from prompt.write_prompt import Music, write_from_music, write_from_words


class PromptSettings(StepSettings):
    """`data_mode`: words_only keeps all content from Spotify out of the prompt."""

    data_mode: Literal["full", "words_only"]


class PromptInput(StepInput):
    """The results of fetch and detect. `title`: the playlist's name, or empty."""

    songs: list[Song]
    title: str
    artworks: list[ArtworkObjects]
    options: CoverOptions


@step("prompt", input_model=PromptInput, result_attribute="prompt")
def handler(event: PromptInput) -> Prompt:
    """Return the prompt."""
    settings, shared_style = PromptSettings.load(), None
    if event.options.look:
        covers = Covers(clients.get_table(settings.covers_table))
        shared_style = read_shared_style(covers.get(event.listener_id, event.options.look))
    if settings.data_mode == "words_only":
        return write_from_words(event.options, shared_style)
    music = Music(event.listener_id, event.songs, event.title, event.artworks)
    bucket = Bucket(clients.get_client("s3"), settings.bucket_name)
    return write_from_music(music, event.options, shared_style, bucket)
