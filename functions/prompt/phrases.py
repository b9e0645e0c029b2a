"""Puts decisions into phrases, each with its source: those of the painter's prompt, and what briefs share with it."""

from collections.abc import Collection, Sequence
from itertools import chain, zip_longest
from typing import Any

import numpy as np

from coverart.images.color import from_hex, to_lch
from coverart.models import Phrase
from prompt.decisions import PromptDecisions, list_genres
from prompt.lexicon import load_words
from prompt.own_picture import describe_photograph, find_picture_origin
from prompt.palette import name_colors
from prompt.seeding import create_rng, list_seed_inputs
from prompt.taste_profile import Origin

_MAX_MOOD_GENRES = 4
_MAX_ADJECTIVES = 3
# Of the palette, the most frequent ones; and how many of them the prompt names.
_MAX_COLORS, MAX_NAMES = 5, 4
# In OKLCH; below this no color stands out.
_MIN_ACCENT_CHROMA = 0.1


class PhraseWriter:
    """Writes the phrases of one prompt. Random choices are the same in every process."""

    def __init__(self, decisions: PromptDecisions) -> None:
        self.decisions, self.taste, self.mood_origin = decisions, decisions.taste, decisions.mood_origin
        self.mood: dict[str, Any] = load_words()["moods"][decisions.mood]
        self.genres = list_genres(decisions.taste)
        self.rng = create_rng(list_seed_inputs(decisions.taste), decisions.variation)
        self.theme_origin = decisions.mood_origin
        if decisions.theme:
            self.theme_origin = Origin(self.taste.themes_source, self.taste.themes[decisions.theme].detail)

    def write(self, direction: str) -> list[Phrase]:
        """Return the phrases of the painter's prompt, in its order. `direction`: the listener's, or empty.

        The painter has no lamps, so its light is that of the time of day, which is part of the setting. It knows a
        decade by the age of its materials.
        """
        return [
            *([self._write_direction(direction)] if direction else []),
            self._write_scene(),
            *self._write_setting(),
            self._write_mood(),
            self._write_medium(),
            *self._write_era("aged like a sleeve of the {decade}s"),
            self._write_colors(),
            self._create_phrase("avoid", load_words()["avoid"], Origin("built_in", "always")),
        ]

    def _create_phrase(self, part: str, text: str, origin: Origin) -> Phrase:
        if self.taste.built_in and origin.source not in {"listener", "look", "picture"}:
            origin = Origin("built_in", "the built-in list")
        return Phrase(part=part, text=text, source=origin.source, detail=origin.detail)

    def _write_direction(self, direction: str) -> Phrase:
        return self._create_phrase("direction", begin_sentence(direction), Origin("listener", "your direction"))

    def _write_scene(self) -> Phrase:
        """Write the layout, with the motif or the listener's picture where it shows one."""
        art, cut_out = self.decisions.art, self.decisions.cut_out
        if cut_out is not None:
            text = art.layout.phrase.format(motif=describe_photograph(cut_out))
            return self._create_phrase("subject", begin_sentence(text), find_picture_origin(cut_out))
        if art.subject is None:
            origin = Origin("built_in", f"{art.layout.name}, a layout of the medium")
            return self._create_phrase("composition", begin_sentence(art.layout.phrase), origin)
        text = art.layout.phrase.format(motif=art.subject.motif.phrase)
        return self._create_phrase("subject", begin_sentence(text), art.subject.origin)

    def _write_setting(self) -> list[Phrase]:
        """Write place, time of day and weather, as far as the layout shows them."""
        setting = self.decisions.art.setting
        phrases = load_words()["setting_phrases"]
        texts = [phrases[value] for value in (setting.place, setting.time, setting.weather) if value]
        if not texts:
            return []
        return [self._create_phrase("setting", ", ".join(texts), self.theme_origin)]

    def _write_mood(self, unsuitable: Collection[str] = ()) -> Phrase:
        """Name the mood, with adjectives of the genres that have it. Adjectives of other moods would contradict it.

        `unsuitable`: adjectives to leave out.
        """
        name = self.decisions.mood
        genres = [genre for genre in self.genres if genre.mood == name][:_MAX_MOOD_GENRES]
        # The first adjective of each genre, then the second of each, and so on.
        interleaved = chain.from_iterable(zip_longest(*(genre.adjectives for genre in genres)))
        adjectives = [word for word in dict.fromkeys(interleaved) if word and word not in {name, *unsuitable}]
        if not adjectives:
            return self._create_phrase("mood", join_words(self.mood["words"][:_MAX_ADJECTIVES]), self.mood_origin)
        start = int(self.rng.integers(min(2, len(adjectives))))
        rotation = [*adjectives[start:], *adjectives[:start]]
        origin = Origin("genres", ", ".join(genre.word for genre in genres))
        return self._create_phrase("mood", join_words([name, *rotation[:_MAX_ADJECTIVES]]), origin)

    def _write_medium(self) -> Phrase:
        technique = self.decisions.art.technique
        text = begin_sentence(f"{technique.medium} with {technique.texture}")
        return self._create_phrase("medium", text, self.decisions.art.technique_origin)

    def _write_era(self, template: str) -> list[Phrase]:
        decade = self.taste.decade
        if not decade:
            return []
        origin = Origin("era", f"median release year in the {decade}s")
        return [self._create_phrase("era", template.format(decade=decade), origin)]

    def _write_colors(self, limit: int = MAX_NAMES, unsuitable: Collection[str] = ()) -> Phrase:
        """Name the most frequent colors, at most `limit`. The most vivid one is an accent where it stands out.

        `unsuitable`: genres' words about their palettes to leave out, like those that the colors contradict.
        """
        palette = list(self.taste.palette[:_MAX_COLORS])
        chroma = {color: to_lch(from_hex(color))[1] for color in palette}
        most_vivid = max(palette, key=lambda color: chroma[color])
        (accent,), names = name_colors([most_vivid]), name_colors(palette)
        others = [name for name in names if name != accent][: limit - 1]
        stands_out = chroma[most_vivid] > _MIN_ACCENT_CHROMA and names[0] != accent and len(others) > 1
        text = f"{join_words(others)}, {accent} as the accent" if stands_out else join_words(names[:limit])
        treatment = self.genres[0].palette if self.genres else ""
        text = (
            f"{treatment} {text}" if treatment and treatment not in unsuitable and _suits(treatment, palette) else text
        )
        return self._create_phrase("colours", text, self.decisions.palette_origin)


def _suits(treatment: str, palette: Sequence[str]) -> bool:
    """Return whether a genre's word about its palette is true of the colors."""
    bounds = load_words()["treatments"].get(treatment, {})
    lightness, chroma, _ = np.mean([to_lch(from_hex(color)) for color in palette], axis=0)
    measures = {"lightness": lightness, "chroma": chroma}
    return all(
        measures[name] >= bound if kind == "min" else measures[name] <= bound
        for key, bound in bounds.items()
        for kind, name in [key.split("_")]
    )


def begin_sentence(text: str) -> str:
    """Return the text with a capital letter and without a full stop."""
    text = text.rstrip(". ")
    return text[:1].upper() + text[1:]


def join_words(words: Sequence[str]) -> str:
    """Return the words as a list in English."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
