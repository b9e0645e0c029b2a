"""What travels between the steps: small JSON. Pictures stay in the bucket and travel as keys.

Boxes are `(x0, y0, x1, y1)` in [0, 1], origin top left. Colours are `#rrggbb`. Keys are keys in the stack's bucket.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from coverart.shapes import Shape

SpotifyId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,64}$")]
COVER_ID = r"^[0-9]{8}T[0-9]{9}-[0-9a-f]{10}$"
CoverId = Annotated[str, Field(pattern=COVER_ID)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Unit = Annotated[float, Field(ge=0, le=1)]
Step = Literal["fetch", "detect", "prompt", "generate", "stylize", "publish"]
# 0 leaves the painting as it is; compared by eye, at 0.7 opposite colours turn grey.
STYLE_STRENGTH = 0.6
STEPS: tuple[Step, ...] = ("fetch", "detect", "prompt", "generate", "stylize", "publish")


class TopArtistsSource(Shape):
    kind: Literal["top_artists"]
    time_range: Literal["short_term", "medium_term", "long_term"] = "medium_term"
    count: Annotated[int, Field(ge=1, le=50)] = 10


class PlaylistSource(Shape):
    """At most `count` albums of the playlist, the most frequent first."""

    kind: Literal["playlist"]
    playlist_id: SpotifyId
    count: Annotated[int, Field(ge=1, le=50)] = 20


Source = Annotated[TopArtistsSource | PlaylistSource, Field(discriminator="kind")]


class Options(Shape):
    """`style_albums`: album ids whose artwork lends the style; None chooses automatically, [] leaves the painting
    as it is. `direction`: the listener's own words, which lead the prompt. `prompt`: replaces the written prompt.
    `variation`: the seed. `publish`: the cover becomes the image of its playlist. `look`: the cover whose style albums
    and whose prompt's medium, light, mood and colours this one shares, so that a library looks like one.
    """

    style_strength: Unit = STYLE_STRENGTH
    style_albums: Annotated[list[SpotifyId], Field(max_length=10)] | None = None
    keep_colours: bool = False
    direction: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    prompt: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    variation: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    publish: bool = False
    look: CoverId | None = None


class Song(Shape):
    """An artist's top song, or a playlist's album with its first song; `rank` 1 is the most important.

    `artwork` is the key of the album's artwork, `album_url` its page at Spotify (link back). `genres` may be empty.
    """

    rank: int
    artist: str
    genres: list[str]
    track: str
    album: str
    album_id: SpotifyId
    album_url: str
    year: int | None
    artwork: str


class LeftOut(Shape):
    """An album whose artwork could not be used, and why (a sentence)."""

    album: str
    reason: str


class Fetched(Shape):
    """What fetch gives. `title` is the playlist's name, or empty for top artists."""

    songs: list[Song]
    title: str
    left_out: list[LeftOut]


class DetectedObject(Shape):
    label: str
    score: Unit
    box: tuple[Unit, Unit, Unit, Unit]


class ArtworkObjects(Shape):
    """Most certain first."""

    album_id: SpotifyId
    objects: list[DetectedObject]


class Detected(Shape):
    """What detect gives: one entry for each song, in their order."""

    artworks: list[ArtworkObjects]


class Phrase(Shape):
    """A part of the prompt and what it came from.

    `part`: subject, setting, composition, mood, medium, light, colours, era, direction, avoid.
    `source`: objects, genres, titles, era, palette, listener, look, built_in. `detail` says which, for example
    "cat on 'Nine Lives'"; of a look, which cover's it is.
    """

    part: str
    text: str
    source: str
    detail: str


class Prompt(Shape):
    """`text` is what the image model gets; the rest is the same meaning in the painter's terms.

    `subjects`: COCO labels, the most important first. `energy`: 0 still, 1 wild. `era`: a decade such as "1970s",
    or "". `palette`: the artwork's colours, the most present first. `style_albums`: whose artwork lends the style.
    `composition`: the name of one of the lexicon's; "" in prompts that were written before there were names.
    `bundled_style`: no artwork may lend its style, so one of those that come with the app does.
    """

    text: str
    phrases: list[Phrase]
    subjects: list[str]
    mood: str
    energy: Unit
    era: str
    palette: list[Colour]
    style_albums: list[SpotifyId]
    seed: int
    composition: str = ""
    bundled_style: bool = False


class Painting(Shape):
    """`note` says in a sentence why another backend painted it, or why in fewer words than the prompt's; else None."""

    key: str
    backend: Literal["openai", "painter"]
    model: str | None
    usage: dict[str, Any] | None
    cost_usd: float
    note: str | None


class Pictures(Shape):
    """`master`: PNG 1024x1024. `cover`: JPEG that Spotify takes. `thumbnail`: JPEG 300x300. `steps`: contact sheet.

    `note` says in a sentence why the style could not be applied, else None.
    """

    master: str
    cover: str
    thumbnail: str
    steps: str
    note: str | None = None

    def files(self) -> tuple[str, ...]:
        """The keys."""
        return self.master, self.cover, self.thumbnail, self.steps


class Published(Shape):
    """What became of the playlist image.

    `entry`: the id of its entry in the playlist's history. `code` and `message`: why it was not set.
    """

    playlist_image: Literal["not_asked_for", "set", "confirming", "not_set"]
    entry: str | None = None
    code: str | None = None
    message: str | None = None
