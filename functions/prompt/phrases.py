"""Writes a plan as phrases, each with what it came from."""

from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Any, TypeVar

from coverart.images.color import from_hex, to_lch
from coverart.models import Phrase
from prompt.decisions import (
    PromptDecisions,
    create_rng,
    hash_to_number,
    is_at_least_half,
    list_genres,
    list_seed_inputs,
)
from prompt.lexicon import load_words, tokenize
from prompt.palette import name_colors

Choice = TypeVar("Choice")


class PhraseWriter:
    def __init__(self, plan: PromptDecisions) -> None:
        self.taste, self.variation, self.mood, self.why = plan.taste, plan.variation, plan.mood, plan.why
        self.composition = plan.composition
        self.parts = list_genres(plan.taste)
        self.rng = create_rng(list_seed_inputs(plan.taste), plan.variation)
        self.place: dict[str, Any] | None = load_words()["themes"][plan.place] if plan.place else None
        self.place_mood = self.place["mood"] if self.place else ""
        self.place_why = (plan.taste.imagery_from, plan.taste.imagery[plan.place][1]) if plan.place else plan.why

    def phrases(self, told: str, seen: Sequence[str]) -> list[Phrase]:
        """`told`: the listener's direction, which takes the place of subject and setting. `seen`: COCO labels."""
        written = [self._direction(told), *self._scene(seen)] if told else [*self._subject(seen), self._setting()]
        written += [self._composition(), self._told_mood(), self._medium(), *self._era(), self._light(written[-1].text)]
        return [*written, *self._colours(), self._phrase("avoid", load_words()["avoid"], "built_in", "always")]

    def _phrase(self, part: str, text: str, source: str, detail: str) -> Phrase:
        if self.taste.built_in and source not in {"listener", "look"}:
            source, detail = "built_in", "the built-in list"
        return Phrase(part=part, text=text, source=source, detail=detail)

    def _pick(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.rng.integers(len(choices)))]

    def _in_turn(self, choices: Sequence[Choice]) -> Choice:
        """Another one for the next variation."""
        return choices[(hash_to_number(list_seed_inputs(self.taste)) + self.variation) % len(choices)]

    def _direction(self, told: str) -> Phrase:
        return self._phrase("direction", _sentence(told), "listener", "your direction")

    def _scene(self, seen: Sequence[str]) -> list[Phrase]:
        """Beside a direction what was seen is a detail, and the place is the listener's."""
        if not seen:
            return []
        text = f"{load_words()['objects'][seen[0]]['phrase']} as a small detail"
        return [self._phrase("subject", _sentence(text), "objects", self._where(seen[:1]))]

    def _subject(self, seen: Sequence[str]) -> list[Phrase]:
        """One; a second thing is small beside it, and a third would make a list of a picture."""
        shown = [load_words()["objects"][label]["phrase"] for label in seen]
        if shown:
            relation = self._pick(load_words()["pair_templates"])
            text = relation.format(a=shown[0], b=_small(shown[1])) if len(shown) == 2 else shown[0]
            source = "objects" if seen[0] in self.taste.objects else "titles"
            return [self._phrase("subject", _sentence(text), source, self._where(seen))]
        if self.place:
            return [self._phrase("subject", _sentence(self._in_turn(self.place["emblems"])), *self.place_why)]
        return [
            self._phrase("subject", _sentence(self._in_turn(load_words()["moods"][self.mood]["emblems"])), *self.why)
        ]

    def _where(self, labels: Sequence[str]) -> str:
        seen, named = self.taste.objects, self.taste.named
        return "; ".join(f"{label} on {seen[label][1]}" if label in seen else named[label][1] for label in labels)

    def _setting(self) -> Phrase:
        if self.place:
            return self._phrase("setting", self._in_turn(self.place["settings"]), *self.place_why)
        return self._phrase("setting", self._in_turn(load_words()["moods"][self.mood]["settings"]), *self.why)

    def _composition(self) -> Phrase:
        text = load_words()["compositions"][self.composition]["text"]
        return self._phrase("composition", text, "built_in", f"{self.composition}, variation {self.variation}")

    def _told_mood(self) -> Phrase:
        """Adjectives of those genres alone that have the mood: one mood, not the sum of all."""
        led = [part for part in self.parts if part.mood == self.mood][:4]
        by_turns = chain.from_iterable(zip_longest(*(part.adjectives for part in led)))
        adjectives = [word for word in dict.fromkeys(by_turns) if word and word != self.mood]
        if not adjectives:
            return self._phrase("mood", _listed(load_words()["moods"][self.mood]["words"][:3]), *self.why)
        start = int(self.rng.integers(min(2, len(adjectives))))
        chosen = [self.mood, *[*adjectives[start:], *adjectives[:start]][:3]]
        return self._phrase("mood", _listed(chosen), "genres", ", ".join(part.word for part in led))

    def _medium(self) -> Phrase:
        """Of the genres that say most: wide ones ("pop") only where there are no others."""
        telling = [part for part in self.parts if part.word not in load_words()["broad_genres"]] or self.parts
        if not telling:
            return self._phrase("medium", "Screen print with soft paper grain", "built_in", "no genre is known")
        leading = self._pick([p for p in telling[:2] if is_at_least_half(self.taste.genres, p.word, telling[0].word)])
        return self._phrase("medium", _sentence(f"{leading.medium} with {leading.texture}"), "genres", leading.word)

    def _era(self) -> list[Phrase]:
        if not self.taste.decade:
            return []
        looks = {int(decade): look for decade, look in load_words()["eras"].items()}
        look = looks[max((decade for decade in looks if decade <= self.taste.decade), default=min(looks))]
        return [self._phrase("era", look, "era", f"median release year in the {self.taste.decade}s")]

    def _light(self, setting: str) -> Phrase:
        """Of the mood, as far as it goes with the setting's time of day; often the setting's own where that is in the
        mood.
        """
        fitting = [
            light for light in load_words()["moods"][self.mood]["lights"] if len(_times(setting) | _times(light)) < 2
        ]
        own = self.place["lights"] if self.place else []
        if own and (not fitting or (self.place_mood == self.mood and self.rng.random() < 0.6)):
            return self._phrase("light", self._pick(own), *self.place_why)
        return self._phrase("light", self._in_turn(fitting or load_words()["moods"][self.mood]["lights"]), *self.why)

    def _colours(self) -> list[Phrase]:
        """The most present ones, and the loudest as an accent where it is loud."""
        seen = list(self.taste.palette[:5])
        if not seen:
            return []
        chroma = {colour: to_lch(from_hex(colour))[1] for colour in seen}
        loudest = max(seen, key=lambda colour: chroma[colour])
        (accent,), named = name_colors([loudest]), name_colors(seen)
        quiet = [name for name in named if name != accent][:3]
        stands_out = chroma[loudest] > 0.1 and named[0] != accent and len(quiet) > 1
        told = f"{_listed(quiet)}, {accent} as the accent" if stands_out else _listed(named[:4])
        treatment = f"{self.parts[0].palette} " if self.parts else ""
        why = self.why if self.why[0] == "look" else ("palette", ", ".join(self.taste.palette))
        return [self._phrase("colours", f"{treatment}{told}", *why)]


def _times(text: str) -> set[str]:
    """day or night; none where it tells neither, or both ("evening sun")."""
    told = {time for time, signs in load_words()["times_of_day"].items() if set(tokenize(text)) & set(signs)}
    return told if len(told) == 1 else set()


def _small(thing: str) -> str:
    """ "a horse", "an open book" -> "a small horse", "a small open book"."""
    return f"a small {thing.split(' ', 1)[1].removeprefix('lone ').removeprefix('little ')}"


def _sentence(text: str) -> str:
    text = text.rstrip(". ")
    return text[:1].upper() + text[1:]


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
