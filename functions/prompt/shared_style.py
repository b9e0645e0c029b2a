"""The style of an earlier cover, which another cover shares, so that a listener's covers can match."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coverart.errors import InvalidRequestError
from coverart.models import Phrase, Prompt, read_model
from coverart.store.candidates import find_chosen, read_candidates
from prompt.lexicon import load_words
from prompt.looks import SharedLettering

# Subject, setting, composition and light remain each cover's own.
SHARED_PARTS = ("mood", "medium", "era", "colours")
_SPOTIFY_SOURCES = {"objects", "genres", "titles", "era", "palette"}


@dataclass(frozen=True)
class SharedStyle:
    """`name`: the detail of the phrases that are shared. `prompt`: that of the earlier cover.

    `cap_height`: of its title; None where it has none.
    """

    name: str
    prompt: Prompt
    cap_height: float | None = None

    @property
    def lettering(self) -> SharedLettering | None:
        """How the earlier cover's title is set; None where it has none."""
        lettering = self.prompt.lettering
        if lettering is None:
            return None
        cap_height = lettering.cap_height or self.cap_height
        return SharedLettering(lettering.typeface, lettering.second_typeface, lettering.place, cap_height)

    @property
    def phrases(self) -> list[Phrase]:
        """The phrases that are shared; none where the listener wrote the earlier prompt."""
        return self._share(self.prompt)

    @property
    def brief_phrases(self) -> list[Phrase]:
        """The phrases that briefs share; those of the prompt where the earlier cover has no brief."""
        return self._share(self.prompt.for_backend("openai"))

    def _share(self, prompt: Prompt) -> list[Phrase]:
        return [
            Phrase(part=phrase.part, text=phrase.text, source="look", detail=self.name)
            for phrase in prompt.phrases
            if phrase.part in SHARED_PARTS
        ]

    @property
    def uses_spotify_content(self) -> bool:
        """Whether any part of the earlier prompt may come from Spotify.

        A prompt that was written with DataMode words_only has one of the default palettes, even where it shares a style
        itself.
        """
        return list(self.prompt.palette) not in load_words()["default_palettes"] or any(
            phrase.source in _SPOTIFY_SOURCES for phrase in self.prompt.phrases
        )


def read_shared_style(item: Mapping[str, Any] | None, candidate: int | None = None) -> SharedStyle:
    """Return the style of a candidate of the cover with this item; None is the chosen one.

    Raises InvalidRequestError where there is no item or no prompt.
    """
    if item is None:
        raise InvalidRequestError("The cover whose look you chose no longer exists. Please choose another cover.")
    candidates = dict(enumerate(read_candidates(item)))
    results = candidates.get(find_chosen(item) if candidate is None else candidate, {})
    prompt = results.get("prompt")
    if prompt is None:
        raise InvalidRequestError("The cover whose look you chose has no prompt. Please choose a finished cover.")
    title = item.get("fetched", {}).get("title", "")
    date = f"{item['created_at']:.10}"
    name = f"the look of “{title}”, {date}" if title else f"the look of your cover of {date}"
    return SharedStyle(name, read_model(Prompt, prompt), results.get("pictures", {}).get("cap_height"))


def find_stored_style_albums(shared_style: SharedStyle, is_stored: Callable[[str], bool]) -> list[str] | None:
    """Return the ids of the style's albums whose artwork is still stored.

    None where none is; empty where the earlier cover has no style.
    """
    album_ids = shared_style.prompt.style_albums
    return [album_id for album_id in album_ids if is_stored(album_id)] or (None if album_ids else [])
