"""Lambda handler: write a cover's prompt from its songs, its artwork and the objects on it."""

from typing import Literal

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.models import ArtworkObjects, CoverOptions, CutOut, Prompt, PromptResult, Song
from coverart.pipeline.step import StepInput, step
from coverart.store.covers import Covers
from prompt.looks import plan_series_part
from prompt.recent_covers import find_recent
from prompt.retitle import retitle
from prompt.shared_style import read_shared_style
from prompt.taste_profile import build_taste_profile
from prompt.write_prompt import Circumstances, Music, write_from_music, write_from_words


class PromptSettings(StepSettings):
    """`data_mode`: words_only keeps all content from Spotify out of the prompt.

    `image_backend`: unless it is painter, the prompt has a brief for the image model.
    """

    data_mode: Literal["full", "words_only"]
    image_backend: Literal["auto", "openai", "painter"]


class PromptInput(StepInput):
    """The results of fetch and detect. `title`: the playlist's name, or empty. `cut_out`: of the listener's picture."""

    songs: list[Song]
    title: str
    artworks: list[ArtworkObjects]
    options: CoverOptions
    cut_out: CutOut | None = None


def _warm_up() -> None:
    write_from_words("", CoverOptions(), Circumstances(None, find_recent([]), has_image_model=True))


@step("prompt", input_model=PromptInput, result_attribute="prompted", warm_up=_warm_up)
def handler(event: PromptInput) -> PromptResult:
    """Return a prompt for each candidate. Their seeds follow each other, so that they differ as covers do."""
    settings = PromptSettings.load()
    covers = Covers(clients.get_table(settings.covers_table))
    if event.options.retitle:
        return PromptResult(prompts=[_retitle(event, event.options.retitle.cover_id, covers)])
    options = [event.options.for_candidate(index) for index in range(event.options.candidate_count)]
    shared_style = None
    if event.options.look and not event.options.has_built_in_look:
        shared_style = read_shared_style(covers.get(event.listener_id, event.options.look))
    elif event.options.like:
        item = covers.get(event.listener_id, event.options.like.cover_id)
        shared_style = read_shared_style(item, event.options.like.candidate)
    designs = covers.list_designs(event.listener_id, event.cover_id)
    circumstances = Circumstances(
        shared_style,
        find_recent(designs),
        has_image_model=settings.image_backend != "painter",
        series_part=plan_series_part(event.options, designs),
        cut_out=event.cut_out,
    )
    if settings.data_mode == "words_only":
        return PromptResult(prompts=[write_from_words(event.title, choice, circumstances) for choice in options])
    music = Music(event.listener_id, event.songs, event.title, event.artworks)
    bucket = Bucket(clients.get_client("s3"), settings.bucket_name)
    return PromptResult(prompts=write_from_music(music, options, circumstances, bucket))


def _retitle(event: PromptInput, cover_id: str, covers: Covers) -> Prompt:
    taste = build_taste_profile(event.songs, event.title, event.artworks, [])
    series_part = plan_series_part(event.options, [])
    prompt = retitle(covers.get(event.listener_id, cover_id), event.options, event.title, taste, series_part)
    return prompt if event.cut_out is None else prompt.model_copy(update={"cut_out": event.cut_out})
