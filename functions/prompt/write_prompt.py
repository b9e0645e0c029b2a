"""Writes the prompt of a cover, from the listener's music or from the listener's words alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from coverart.aws.s3 import Bucket
from coverart.models import ArtworkObjects, CoverOptions, CutOut, Prompt, Song
from coverart.store.keys import artwork_key
from prompt.art_direction import Recent
from prompt.artwork import choose_style_albums, read_artwork
from prompt.compose import compose
from prompt.looks import SeriesPart
from prompt.palette import find_dominant_colors
from prompt.seeding import create_rng
from prompt.shared_style import SharedStyle, find_stored_style_albums
from prompt.taste_profile import build_default_profile, build_taste_profile


@dataclass(frozen=True)
class Music:
    """What the earlier steps found out about a listener's music. `title`: the playlist's name, or empty."""

    listener_id: str
    songs: Sequence[Song]
    title: str
    artworks: Sequence[ArtworkObjects]


@dataclass(frozen=True)
class Circumstances:
    """What else decides a prompt.

    `shared_style`: that of the cover whose look the listener chose. `recent`: what their previous cover showed.
    `has_image_model`: an image model may paint. `series_part`: what a built-in look decides. `cut_out`: of the
    listener's picture, which the cover shows; None: it shows none.
    """

    shared_style: SharedStyle | None
    recent: Recent
    has_image_model: bool
    series_part: SeriesPart | None = None
    cut_out: CutOut | None = None


def write_from_music(
    music: Music, options: Sequence[CoverOptions], circumstances: Circumstances, bucket: Bucket
) -> list[Prompt]:
    """Return the prompts for DataMode full, one for each of the `options`, which differ in their seeds only.

    Raises NoArtworkError without readable artwork, and InvalidRequestError where a style album is not the cover's.
    """

    def is_stored(album_id: str) -> bool:
        return bucket.exists(artwork_key(music.listener_id, album_id))

    shared_style = circumstances.shared_style
    images = read_artwork(music.songs, bucket.get)
    profile = build_taste_profile(music.songs, music.title, music.artworks, find_dominant_colors(images.values()))
    # In a series, each cover's own style would give it other colors and another texture.
    is_in_series = circumstances.series_part is not None and options[0].style_albums is None
    style_albums: list[str] | None = [] if is_in_series else None
    is_bundled = False
    if shared_style and options[0].style_albums is None:
        style_albums = find_stored_style_albums(shared_style, is_stored)
        is_bundled = shared_style.prompt.bundled_style
    if style_albums is None:
        style_albums = choose_style_albums(music.songs, options[0], images)
    prompts = [
        compose(
            profile,
            candidate,
            style_albums,
            shared_style,
            recent=circumstances.recent,
            has_image_model=circumstances.has_image_model,
            title=music.title,
            series_part=circumstances.series_part,
            cut_out=circumstances.cut_out,
        )
        for candidate in options
    ]
    return [prompt.model_copy(update={"bundled_style": is_bundled}) for prompt in prompts]


def write_from_words(title: str, options: CoverOptions, circumstances: Circumstances) -> Prompt:
    """Return the prompt for DataMode words_only, which uses nothing from Spotify.

    The `title` is for the lettering alone, which no model sees. It ignores a shared style that may come from Spotify.
    The style is one of the app's own, unless there is none.
    """
    shared_style = circumstances.shared_style
    if shared_style and shared_style.uses_spotify_content:
        shared_style = None
    user_text = options.prompt or options.direction or ""
    profile = build_default_profile(user_text, create_rng(user_text, options.seed))
    is_bundled = options.style_albums != [] and not options.style_pictures and circumstances.series_part is None
    if shared_style and options.style_albums is None:
        is_bundled = shared_style.prompt.bundled_style
    prompt = compose(
        profile,
        options,
        [],
        shared_style,
        has_image_model=circumstances.has_image_model,
        title=title,
        series_part=circumstances.series_part,
        cut_out=circumstances.cut_out,
    )
    return prompt.model_copy(update={"bundled_style": is_bundled})
