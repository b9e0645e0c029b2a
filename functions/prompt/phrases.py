"""Puts decisions into phrases, each with its source."""

from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Any

from coverart.images.color import from_hex, to_lch
from coverart.models import Phrase
from prompt.decisions import PromptDecisions, list_genres
from prompt.lexicon import load_words, tokenize
from prompt.palette import name_colors
from prompt.seeding import create_rng, hash_to_number, list_seed_inputs
from prompt.taste_profile import Origin

_THEME_LIGHT_PROBABILITY = 0.6
_MAX_MOOD_GENRES = 4
_MAX_ADJECTIVES = 3
# Of the palette; the most frequent ones.
_MAX_COLORS = 5
# In OKLCH; below this no color stands out.
_MIN_ACCENT_CHROMA = 0.1


class PhraseWriter:
    """Writes the phrases of one prompt. Random choices are the same in every process."""

    def __init__(self, decisions: PromptDecisions) -> None:
        self.decisions, self.taste, self.mood_origin = decisions, decisions.taste, decisions.mood_origin
        self.mood: dict[str, Any] = load_words()["moods"][decisions.mood]
        self.genres = list_genres(decisions.taste)
        self.rng = create_rng(list_seed_inputs(decisions.taste), decisions.variation)
        self.theme: dict[str, Any] | None = None
        self.theme_origin = decisions.mood_origin
        if decisions.theme:
            self.theme = load_words()["themes"][decisions.theme]
            self.theme_origin = Origin(self.taste.themes_source, self.taste.themes[decisions.theme].detail)

    def write(self, direction: str, *, is_for_painter: bool) -> list[Phrase]:
        """Return the phrases in the order of the prompt.

        `direction`: the listener's, or empty. `is_for_painter`: the painter has no lamps, so its light is that of the
        time of day, which is part of the setting.
        """
        return [
            *([self._write_direction(direction)] if direction else []),
            self._write_scene(),
            *self._write_setting(),
            self._write_mood(),
            self._write_medium(),
            *self._write_era(is_for_painter=is_for_painter),
            *([] if is_for_painter else [self._write_light()]),
            *self._write_colors(),
            self._create_phrase("avoid", load_words()["avoid"], Origin("built_in", "always")),
        ]

    def _create_phrase(self, part: str, text: str, origin: Origin) -> Phrase:
        if self.taste.built_in and origin.source not in {"listener", "look"}:
            origin = Origin("built_in", "the built-in list")
        return Phrase(part=part, text=text, source=origin.source, detail=origin.detail)

    def _choose_randomly[Choice](self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.rng.integers(len(choices)))]

    def _choose_in_turn[Choice](self, choices: Sequence[Choice]) -> Choice:
        """Choose another one for each variation."""
        return choices[(hash_to_number(list_seed_inputs(self.taste)) + self.decisions.variation) % len(choices)]

    def _write_direction(self, direction: str) -> Phrase:
        return self._create_phrase("direction", _begin_sentence(direction), Origin("listener", "your direction"))

    def _write_scene(self) -> Phrase:
        """Write the layout, with the motif where it shows one."""
        art = self.decisions.art
        if art.subject is None:
            origin = Origin("built_in", f"{art.layout.name}, a layout of the medium")
            return self._create_phrase("composition", _begin_sentence(art.layout.phrase), origin)
        text = art.layout.phrase.format(motif=art.subject.motif.phrase)
        return self._create_phrase("subject", _begin_sentence(text), art.subject.origin)

    def _write_setting(self) -> list[Phrase]:
        """Write place, time of day and weather, as far as the layout shows them."""
        setting = self.decisions.art.setting
        phrases = load_words()["setting_phrases"]
        texts = [phrases[value] for value in (setting.place, setting.time, setting.weather) if value]
        if not texts:
            return []
        return [self._create_phrase("setting", ", ".join(texts), self.theme_origin)]

    def _write_mood(self) -> Phrase:
        """Name the mood, with adjectives of the genres that have it. Adjectives of other moods would contradict it."""
        name = self.decisions.mood
        genres = [genre for genre in self.genres if genre.mood == name][:_MAX_MOOD_GENRES]
        # The first adjective of each genre, then the second of each, and so on.
        interleaved = chain.from_iterable(zip_longest(*(genre.adjectives for genre in genres)))
        adjectives = [word for word in dict.fromkeys(interleaved) if word and word != name]
        if not adjectives:
            return self._create_phrase("mood", _join_words(self.mood["words"][:_MAX_ADJECTIVES]), self.mood_origin)
        start = int(self.rng.integers(min(2, len(adjectives))))
        rotation = [*adjectives[start:], *adjectives[:start]]
        origin = Origin("genres", ", ".join(genre.word for genre in genres))
        return self._create_phrase("mood", _join_words([name, *rotation[:_MAX_ADJECTIVES]]), origin)

    def _write_medium(self) -> Phrase:
        technique = self.decisions.art.technique
        text = _begin_sentence(f"{technique.medium} with {technique.texture}")
        return self._create_phrase("medium", text, self.decisions.art.technique_origin)

    def _write_era(self, *, is_for_painter: bool) -> list[Phrase]:
        """Write the lexicon's phrase for the latest era that had begun, or for its first one.

        The painter knows a decade by the age of its materials.
        """
        decade = self.taste.decade
        if not decade:
            return []
        origin = Origin("era", f"median release year in the {decade}s")
        if is_for_painter:
            return [self._create_phrase("era", f"aged like a sleeve of the {decade}s", origin)]
        eras = {int(first_year): text for first_year, text in load_words()["eras"].items()}
        text = eras[max((year for year in eras if year <= decade), default=min(eras))]
        return [self._create_phrase("era", text, origin)]

    def _write_light(self) -> Phrase:
        """Choose a light of the mood or the theme that does not contradict the setting's time of day.

        A theme in the mood often gives its own light.
        """
        time = self.decisions.art.setting.time
        setting_times = {time} if time else set()
        lights = [light for light in self.mood["lights"] if len(setting_times | _find_time_of_day(light)) < 2]
        if self.theme:
            is_in_mood = self.theme["mood"] == self.decisions.mood
            if not lights or (is_in_mood and self.rng.random() < _THEME_LIGHT_PROBABILITY):
                return self._create_phrase("light", self._choose_randomly(self.theme["lights"]), self.theme_origin)
        return self._create_phrase("light", self._choose_in_turn(lights or self.mood["lights"]), self.mood_origin)

    def _write_colors(self) -> list[Phrase]:
        """Name the most frequent colors. The most vivid one is an accent where it stands out."""
        palette = list(self.taste.palette[:_MAX_COLORS])
        if not palette:
            return []
        chroma = {color: to_lch(from_hex(color))[1] for color in palette}
        most_vivid = max(palette, key=lambda color: chroma[color])
        (accent,), names = name_colors([most_vivid]), name_colors(palette)
        others = [name for name in names if name != accent][:3]
        stands_out = chroma[most_vivid] > _MIN_ACCENT_CHROMA and names[0] != accent and len(others) > 1
        text = f"{_join_words(others)}, {accent} as the accent" if stands_out else _join_words(names[:4])
        treatment = f"{self.genres[0].palette} " if self.genres else ""
        is_shared = self.mood_origin.source == "look"
        origin = self.mood_origin if is_shared else Origin("palette", ", ".join(self.taste.palette))
        return [self._create_phrase("colours", f"{treatment}{text}", origin)]


def _find_time_of_day(text: str) -> set[str]:
    """Return "day" or "night"; nothing where a text means neither, or both ("evening sun")."""
    words = set(tokenize(text))
    times = {name for name, time_words in load_words()["times_of_day"].items() if words & set(time_words)}
    return times if len(times) == 1 else set()


def _begin_sentence(text: str) -> str:
    text = text.rstrip(". ")
    return text[:1].upper() + text[1:]


def _join_words(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
