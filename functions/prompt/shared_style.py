"""The look of an earlier cover, which another one shares, so that a library looks like one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coverart.errors import InvalidRequestError
from coverart.models import Phrase, Prompt, read_model
from prompt.lexicon import load_words

# Of the prompt; subject, setting and composition stay each cover's own.
SHARED = ("mood", "medium", "era", "light", "colours")
_SPOTIFYS = {"objects", "genres", "titles", "era", "palette"}


@dataclass(frozen=True)
class SharedStyle:
    """`name`: how a phrase's detail calls it. `prompt`: the earlier cover's."""

    name: str
    prompt: Prompt

    @property
    def phrases(self) -> list[Phrase]:
        """Those that are shared; none where the listener had written the earlier prompt."""
        return [
            Phrase(part=phrase.part, text=phrase.text, source="look", detail=self.name)
            for phrase in self.prompt.phrases
            if phrase.part in SHARED
        ]

    @property
    def from_spotify(self) -> bool:
        """Whether anything of it may have come from Spotify. One written in DataMode words_only has a palette of the
        lexicon, also where it shares a look itself.
        """
        palette = list(self.prompt.palette)
        return palette not in load_words()["default_palettes"] or any(
            p.source in _SPOTIFYS for p in self.prompt.phrases
        )


def read_shared_style(item: Mapping[str, Any] | None) -> SharedStyle:
    """The look of the cover with this item. Raises InvalidRequestError where there is none (any more)."""
    if item is None:
        raise InvalidRequestError(
            "The cover whose look this one was to share is not there any more. Please choose another cover's look."
        )
    if "prompt" not in item:
        raise InvalidRequestError(
            "The cover whose look this one was to share has no prompt. Please choose a cover that is done."
        )
    title = item.get("fetched", {}).get("title", "")
    made = f"{item['created_at']:.10}"
    name = f"the look of “{title}”, {made}" if title else f"the look of your cover of {made}"
    return SharedStyle(name, read_model(Prompt, item["prompt"]))


def find_stored_style_albums(look: SharedStyle, is_stored: Callable[[str], bool]) -> list[str] | None:
    """The album ids that lend it its style, as far as their artwork is still stored; None where none is."""
    wanted = look.prompt.style_albums
    return [album for album in wanted if is_stored(album)] or (None if wanted else [])
