"""Schemas of covers, playlists and the publish history, as the API returns them."""

from datetime import datetime
from typing import Literal

from api.errors import Error
from coverart.models import (
    CoverId,
    CoverOptions,
    DetectedObject,
    LetteringPlace,
    Phrase,
    SkippedAlbum,
    Source,
    SpotifyId,
    Step,
    StrictModel,
)
from coverart.store.playlists import AutomationState
from coverart.store.publish_history import EntryStatus, ImageOwner

ImageKind = Literal["cover", "master", "thumbnail", "painting", "steps", "story"]
CoverStatus = Literal["accepted", "running", "done", "failed"]
CandidateStatus = Literal["waiting", "running", "done", "failed"]


class CoverSummaryResponse(StrictModel):
    """A cover in the gallery. Image URLs are paths of this API.

    `thumbnail_url`: where the bucket has the thumbnail, for five minutes; only in pages of covers, else null.

    `step`: the last step that has started. `title`: the playlist's name, or empty for top artists. `alt`: what is on
    the chosen candidate's picture, in words; empty until it has a prompt. `error`: why the cover failed. Its code is
    unreadable for a cover of another version of the app that this one cannot read; then `source` is null.
    """

    cover_id: CoverId
    created_at: datetime
    status: CoverStatus
    step: Step | None
    title: str
    source: Source | None
    thumbnail: str | None
    thumbnail_url: str | None = None
    alt: str
    error: Error | None


class StepTimingResponse(StrictModel):
    """When a step started, and how long it took."""

    began_at: datetime
    seconds: float


class SongResponse(StrictModel):
    """`album_url`: the album's page at Spotify. `objects`: detected on the artwork, by descending score."""

    rank: int
    artist: str
    track: str
    album: str
    album_id: str
    album_url: str
    year: int | None
    genres: list[str]
    artwork: str
    objects: list[DetectedObject]


class LetteringResponse(StrictModel):
    """What is set in type. `second_line`: may be empty. `place`: where; a note of the cover says if it is elsewhere."""

    title: str
    second_line: str
    typeface: str
    place: LetteringPlace


class PromptResponse(StrictModel):
    """`text` and `phrases`: what the painting's backend received; the image model's brief until there is a painting.

    `palette`: the artwork's colors as `#rrggbb`. `style_albums`: albums whose artwork provides the style.
    `lettering`: null where nothing is set in type.
    """

    text: str
    phrases: list[Phrase]
    palette: list[str]
    mood: str
    style_albums: list[str]
    lettering: LetteringResponse | None


class PaintingResponse(StrictModel):
    """The result of generate.

    `note`: why the painter replaced the image model, why words were removed from the prompt, or what the painter cannot
    draw; else null. `credit`: whom the painter's pictogram is by, with its license; null where none is needed.
    """

    backend: Literal["openai", "painter"]
    model: str | None
    cost_usd: float
    note: str | None
    credit: str | None
    image: str


class CoverImagesResponse(StrictModel):
    """`master`: PNG, 1024x1024 pixels. `cover`: JPEG that Spotify accepts. `thumbnail`: JPEG, 300x300 pixels.

    `steps`: contact sheet of all steps. `story`: JPEG, 1080x1920 pixels, without any album artwork; null for covers of
    earlier versions.
    """

    cover: str
    master: str
    thumbnail: str
    steps: str
    story: str | None


class CandidateResponse(StrictModel):
    """One of the covers to choose from, with the results of its steps as they come.

    `status`: waiting (for another candidate or an earlier step), running, done, or failed, for the reason `error`.
    `step`: its own last step that has started. `style_note`: why the style could not be applied; null if it was.
    `lettering_note`: why the title was left out or changed; null if it was not. `alt`: what is on the picture, in
    words. `chosen`: by the listener, or the first that is done.
    """

    index: int
    status: CandidateStatus
    step: Step | None
    prompt: PromptResponse | None
    painting: PaintingResponse | None
    images: CoverImagesResponse | None
    style_note: str | None
    lettering_note: str | None
    alt: str
    error: Error | None
    chosen: bool


class PublishStatusResponse(StrictModel):
    """What happened to the playlist image.

    `playlist_id`: null for a cover of top artists. `entry`: the id of the cover's entry in the playlist's history.
    `status`, `code` and `message` are those of the entry. `undone`: the listener has undone it.
    """

    playlist_id: SpotifyId | None
    status: EntryStatus
    code: str | None
    message: str | None
    entry: str | None
    undone: bool


class CoverResponse(CoverSummaryResponse):
    """A cover with the result of each step, which is empty or null until the step has ended.

    `candidates`: the covers to choose from. The cover repeats the results of the chosen one as its own. `left_out`:
    albums whose artwork could not be used, and what else was not read. `published`: null also if nobody asked to set
    the cover as the playlist's image. `detect_note`: why no objects were detected; null if the artwork was looked at.
    `style_note`: why the style could not be applied; null if it was. `lettering_note`: why the title was left out or
    changed; null if it was not. `share_url`: path of the cover's public page, or null. `cover_url`: where the bucket
    has the picture, for five minutes; else null.
    """

    options: CoverOptions
    timings: dict[Step, StepTimingResponse]
    songs: list[SongResponse]
    left_out: list[SkippedAlbum]
    prompt: PromptResponse | None
    painting: PaintingResponse | None
    images: CoverImagesResponse | None
    published: PublishStatusResponse | None
    detect_note: str | None
    style_note: str | None
    lettering_note: str | None
    candidates: list[CandidateResponse]
    share_url: str | None
    cover_url: str | None = None


class PlaylistResponse(StrictModel):
    """A playlist on Spotify.

    `owned`, `collaborative`: a cover needs a playlist that the listener owns or collaborates on. `items`: number of
    entries. `image`: URL of the playlist image. `url`: the playlist's page at Spotify. `auto`: whether the playlist
    gets an automatic cover; null leaves it to the rule in the settings. `standing`: known (existed before automatic
    covers were switched on), waiting (too few songs yet), announced (its cover is requested), made (its cover is not
    yet set on Spotify), covered, given_up (its cover failed for good), unknown (a state of another version of the app),
    or null.
    """

    id: SpotifyId
    name: str
    owned: bool
    collaborative: bool
    items: int
    image: str | None
    url: str
    auto: bool | None
    standing: AutomationState | None


class ReplacedImageResponse(StrictModel):
    """The playlist image before an entry.

    `whose`: nobody (no image, a mosaic, or an album's artwork), ours, or the listener's own. `kept`: the stack has a
    copy, so the listener can set it again.
    """

    whose: ImageOwner
    kept: bool


class HistoryImagesResponse(StrictModel):
    """`set`: the entry's image. `replaced`: the stored copy of the listener's own image that it replaced, if any."""

    set: str
    replaced: str | None


class HistoryEntryResponse(StrictModel):
    """An entry of a playlist's history: a past or pending playlist image.

    `cover_id`: null for the listener's own image. `candidate`: which of the cover's; null if it is not known. `status`:
    asked, set (Spotify shows it), confirming (Spotify accepted it and does not show it yet), not_set (`code` and
    `message` say why). `note`: a further sentence. `undoes`: the entry that this one undoes. `undone`: another entry
    has undone this one.
    """

    entry: str
    cover_id: str | None
    candidate: int | None
    playlist_id: SpotifyId
    playlist_name: str
    status: EntryStatus
    code: str | None
    message: str | None
    note: str | None
    asked_at: datetime
    set_at: datetime | None
    undoes: str | None
    undone: bool
    replaced: ReplacedImageResponse | None
    images: HistoryImagesResponse
