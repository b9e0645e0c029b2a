"""The JSON that travels between the steps, and the base of all models of JSON.

Images stay in S3 and travel as keys. Boxes are `(x0, y0, x1, y1)` in [0, 1] with the origin at the top left. Colors are
`#rrggbb`.
"""

import json
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from coverart.errors import InvalidRequestError

Model = TypeVar("Model", bound=BaseModel)


class StrictModel(BaseModel):
    """An immutable model for which an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON types."""
        return self.model_dump(mode="json")


def read_model[Model: BaseModel](model: type[Model], data: Any) -> Model:
    """Validate `data`. Raises InvalidRequestError, which names the invalid fields and never repeats their values."""
    try:
        # JSON can escape a lone surrogate, which neither UTF-8 nor DynamoDB can store.
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidRequestError("The request cannot be read: it is not UTF-8.") from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, p['loc'])) or 'event'}: {p['msg']}" for p in error.errors()[:5])
        raise InvalidRequestError(f"The request cannot be read: {problems}.") from None


SpotifyId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,64}$")]
COVER_ID_PATTERN = r"^[0-9]{8}T[0-9]{9}-[0-9a-f]{10}$"
CoverId = Annotated[str, Field(pattern=COVER_ID_PATTERN)]
# A picture of the listener's own: a photograph or drawing.
PictureId = Annotated[str, Field(pattern=COVER_ID_PATTERN)]
_BUILT_IN_LOOK_PATTERN = r"^[a-z][a-z-]{1,39}$"
LookId = Annotated[str, Field(pattern=_BUILT_IN_LOOK_PATTERN)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Unit = Annotated[float, Field(ge=0, le=1)]
Box = tuple[Unit, Unit, Unit, Unit]
WHOLE_PICTURE: Box = (0.0, 0.0, 1.0, 1.0)
Step = Literal["fetch", "detect", "prompt", "generate", "stylize", "publish"]
STEPS: tuple[Step, ...] = ("fetch", "detect", "prompt", "generate", "stylize", "publish")


class TopArtistsSource(StrictModel):
    """The listener's `count` top artists over a time range."""

    kind: Literal["top_artists"]
    time_range: Literal["short_term", "medium_term", "long_term"] = "medium_term"
    count: Annotated[int, Field(ge=1, le=50)] = 10


class PlaylistSource(StrictModel):
    """Uses at most `count` albums of the playlist, the most frequent ones first."""

    kind: Literal["playlist"]
    playlist_id: SpotifyId
    count: Annotated[int, Field(ge=1, le=50)] = 20


class SampleSource(StrictModel):
    """Invented music that comes with the app. It needs no request to Spotify."""

    kind: Literal["sample"]


Source = Annotated[TopArtistsSource | PlaylistSource | SampleSource, Field(discriminator="kind")]


MAX_CANDIDATES = 4
MAX_STYLE_PICTURES = 3
# Of an uploaded picture.
MAX_UPLOAD_BYTES = 15 * 2**20
_SEEDS = 2**31
CandidateIndex = Annotated[int, Field(ge=0, lt=MAX_CANDIDATES)]


class CandidateReference(StrictModel):
    """A candidate of one of the listener's covers."""

    cover_id: CoverId
    candidate: CandidateIndex = 0


PaletteChoice = Literal["keep", "warmer", "black_and_white"]
LetteringChoice = Literal["none", "title", "text"]
LetteringPlace = Literal["foot", "head", "spine", "corner", "middle"]
# A line of lettering, without control characters such as line breaks.
TextLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
]


class CoverOptions(StrictModel):
    """What the listener chose for a cover.

    `style_strength`: 0 leaves the painting unchanged; None is what suits its medium. `style_albums`: ids of the albums
    whose artwork provides the style; None chooses them automatically, [] applies no style. `keep_colours`: the style
    does not change the painting's colors. `palette`: what becomes of the artwork's colors; if they change, the style
    does not change them again. `direction`: the listener's own words, which lead the prompt. `prompt`:
    replaces the generated prompt. `variation`: the first candidate's seed, the others follow; None is the first that
    no cover of the same source has had. `publish`: set the cover as the image of its playlist. `look`: the id of a
    built-in look (coverart.looks), or of a cover whose style albums and whose prompt's medium, mood and colors this one
    shares. `position`: the cover's place among those with its built-in look, which decides its colors; None is the
    one that its playlist had, or the next. `candidates`: how many covers
    to choose from; None is one, or in a request to the API four where the painter paints. `like`: a candidate whose
    look this one shares, as with `look`. `lettering`: what is set in type on the cover: nothing, the playlist's name,
    or `lettering_text`. `second_line`: a small line below it. `retitle`: a candidate whose picture this cover repeats
    with other lettering; an image model's painting is used again, and not paid for a second time. `picture`: the
    listener's own picture that the cover shows. `style_pictures`: pictures of the listener's own that provide the
    style, beside the artwork, or alone where `style_albums` is []. `send_picture`: the image model may receive
    `picture`, for this cover only; otherwise the painter paints it.
    """

    style_strength: Unit | None = None
    style_albums: Annotated[list[SpotifyId], Field(max_length=10)] | None = None
    keep_colours: bool = False
    palette: PaletteChoice = "keep"
    direction: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    prompt: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    variation: Annotated[int, Field(ge=0, lt=_SEEDS)] | None = None
    publish: bool = False
    look: LookId | CoverId | None = None
    position: Annotated[int, Field(ge=0, le=9999)] | None = None
    candidates: Annotated[int, Field(ge=1, le=MAX_CANDIDATES)] | None = None
    like: CandidateReference | None = None
    lettering: LetteringChoice = "none"
    lettering_text: TextLine | None = None
    second_line: TextLine | None = None
    retitle: CandidateReference | None = None
    picture: PictureId | None = None
    style_pictures: Annotated[list[PictureId], Field(max_length=MAX_STYLE_PICTURES)] | None = None
    send_picture: bool = False

    @model_validator(mode="after")
    def _check_picture(self) -> Self:
        if self.send_picture and self.picture is None:
            raise ValueError("send_picture needs a picture")
        return self

    @model_validator(mode="after")
    def _check_lettering(self) -> Self:
        if self.lettering == "text" and self.lettering_text is None:
            raise ValueError("lettering_text is missing, which lettering 'text' sets")
        if self.lettering != "text" and self.lettering_text is not None:
            raise ValueError("lettering_text needs lettering 'text'")
        if self.lettering == "none" and self.second_line is not None:
            raise ValueError("second_line needs lettering 'title' or 'text'")
        return self

    @property
    def pictures(self) -> tuple[str, ...]:
        """The ids of the listener's own pictures that the cover needs."""
        subject = [] if self.picture is None else [self.picture]
        return tuple(dict.fromkeys([*subject, *(self.style_pictures or [])]))

    @property
    def keeps_picture_here(self) -> bool:
        """Whether the painter paints, because the image model may not receive the picture."""
        return self.picture is not None and not self.send_picture

    @property
    def has_built_in_look(self) -> bool:
        """Whether `look` is a built-in one."""
        return self.look is not None and self.look[0].isalpha()

    @property
    def candidate_count(self) -> int:
        """How many covers to make."""
        return self.candidates or 1

    @property
    def seed(self) -> int:
        """The first candidate's seed."""
        return self.variation or 0

    def for_candidate(self, index: int) -> Self:
        """Return the options of a single candidate, whose seed is its own."""
        return self.model_copy(update={"variation": (self.seed + index) % _SEEDS})


class Song(StrictModel):
    """An artist's top song, or an album of a playlist with its first song; `rank` 1 is the most important.

    `artwork`: the S3 key of the album's artwork. `album_url`: the album's page at Spotify. `genres` may be empty.
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


class SkippedAlbum(StrictModel):
    """An album with unusable artwork. `reason` is a sentence."""

    album: str
    reason: str


class FetchResult(StrictModel):
    """The result of fetch. `title`: the playlist's name, or empty for top artists."""

    songs: list[Song]
    title: str
    left_out: list[SkippedAlbum]


class DetectedObject(StrictModel):
    """An object on an album's artwork, or what the artwork as a whole shows; then the box is all of it.

    `label`: one of COCO's 80, "portrait", or a word of detect/words.toml.
    """

    label: str
    score: Unit
    box: Box


class ArtworkObjects(StrictModel):
    """The objects on an album's artwork, by descending score."""

    album_id: SpotifyId
    objects: list[DetectedObject]


class CutOut(StrictModel):
    """What detect found on the listener's picture.

    `key`: of the picture in S3. `mask`: S3 key of a gray 8-bit PNG, 255 where the subject is; None where nothing stands
    out. `box`: of the subject, else all of the picture. `label`: as of DetectedObject, or "". `faces`: boxes.
    """

    picture_id: PictureId
    key: str
    mask: str | None
    box: Box
    label: str
    faces: list[Box]


class DetectResult(StrictModel):
    """The result of detect: one entry for each song, in the same order; none where the detector failed.

    `note`: a sentence that says so; None otherwise. `cut_out`: of the listener's picture, if the cover shows one.
    """

    artworks: list[ArtworkObjects]
    note: str | None = None
    cut_out: CutOut | None = None


class Phrase(StrictModel):
    """A part of the prompt and its origin.

    `part`: subject, setting, composition, mood, medium, colours, era, direction, avoid; in briefs also purpose, genre,
    tradition, scene, time, action, framing, room, light.
    `source`: objects, genres, titles, era, palette, listener, look, picture, built_in. `detail` says which one, for
    example "cat on 'Nine Lives'", or for a shared look the cover that it comes from.
    """

    part: str
    text: str
    source: str
    detail: str


class Brief(StrictModel):
    """What an image model receives, with its phrases."""

    text: str
    phrases: list[Phrase]


class Lettering(StrictModel):
    """What is set in type on a cover, and how.

    `title`: its words. `second_line`: a small line, or "". `typeface`, `second_typeface`: keys of
    coverart/typefaces.toml. `place`: where the painter leaves room for them. `cap_height`: of the title's capitals, as
    a share of the cover's side; None: as its words need. `series`: covers share size, place and baseline.
    """

    title: str
    second_line: str = ""
    typeface: str
    second_typeface: str
    place: LetteringPlace
    cap_height: Unit | None = None
    series: bool = False


class Prompt(StrictModel):
    """`text` says what the painter paints; the other fields say the same in the painter's terms.

    `brief`: what an image model receives instead of `text`; None where the listener wrote the text, where the stack has
    no image model, and in prompts of earlier versions.

    `subjects`: the label of the object that the motif depicts, if any. `energy`: 0 calm, 1 wild. `era`: a decade, as
    "1970s", or "". `palette`: the artwork's colors, the most frequent first. `style_albums`: ids of the albums whose
    artwork provides the style. `bundled_style`: one of the app's own styles is used instead of artwork.

    `technique`: one of coverart.techniques, and `composition` one of its layouts. `motif`: one of coverart.motifs, or
    "". `place`, `time`, `weather`: what the layout shows of a setting, or "". All of these are "" in prompts of
    earlier versions. `undrawn`: the listener's words that the painter cannot draw. `lettering`: None where nothing is
    set in type. `painting`: the S3 key of the painting of a cover that this one repeats: an image model's is used
    again, the painter paints its own again; None: a new one. `cut_out`: of the listener's picture, which the cover
    shows; None where it shows none. `send_picture`: an image model may receive the picture.
    """

    text: str
    phrases: list[Phrase]
    subjects: list[str]
    mood: str
    energy: Unit
    era: str
    palette: list[Color]
    style_albums: list[SpotifyId]
    seed: int
    composition: str = ""
    bundled_style: bool = False
    technique: str = ""
    motif: str = ""
    place: str = ""
    time: str = ""
    weather: str = ""
    undrawn: list[str] = []
    brief: Brief | None = None
    lettering: Lettering | None = None
    painting: str | None = None
    # Left out unless they are used, so that an earlier version can read the prompt after a rollback.
    cut_out: CutOut | None = Field(default=None, exclude_if=lambda value: value is None)
    send_picture: bool = Field(default=False, exclude_if=lambda value: not value)

    def for_backend(self, backend: str) -> "Prompt":
        """Return the prompt with the text and the phrases that a backend receives."""
        if backend == "painter" or self.brief is None:
            return self
        return self.model_copy(update=dict(self.brief))


class PromptResult(StrictModel):
    """The result of prompt: one for each candidate."""

    prompts: Annotated[list[Prompt], Field(min_length=1, max_length=MAX_CANDIDATES)]


class Painting(StrictModel):
    """The result of generate.

    `key`: in S3. `note`: a sentence that says why the painter replaced the image model, or why words were removed
    from the prompt; None otherwise. `credit`: whom the painter's pictogram is by, with its license, where that asks for
    it.
    """

    key: str
    backend: Literal["openai", "painter"]
    model: str | None
    usage: dict[str, Any] | None
    cost_usd: float
    note: str | None
    credit: str | None = None


class CoverImages(StrictModel):
    """The result of stylize: S3 keys.

    `master`: PNG, 1024x1024 pixels. `cover`: JPEG that Spotify accepts. `thumbnail`: JPEG, 300x300 pixels.
    `steps`: contact sheet. `story`: JPEG, 1080x1920 pixels; None for covers of earlier versions.

    `note`: a sentence that says why the cover has no style; None otherwise. `lettering_note`: a sentence that says why
    lettering was left out or changed; None otherwise. `cap_height`: of the title's capitals, as a share of the side;
    None where there is no title.
    """

    master: str
    cover: str
    thumbnail: str
    steps: str
    story: str | None = None
    note: str | None = None
    lettering_note: str | None = None
    cap_height: float | None = None

    def files(self) -> tuple[str, ...]:
        """Return the keys."""
        keys = (self.master, self.cover, self.thumbnail, self.steps, self.story)
        return tuple(key for key in keys if key is not None)


class PublishResult(StrictModel):
    """What happened to the playlist image.

    `entry`: the id of its entry in the publish history. `code` and `message`: why it was not set.
    """

    playlist_image: Literal["not_asked_for", "set", "confirming", "not_set"]
    entry: str | None = None
    code: str | None = None
    message: str | None = None
