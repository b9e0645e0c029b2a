"""From a taste to one prompt: subject, setting, mood, medium, light, colours.

Only words of the lexicon, COCO labels, colour names and the listener's own direction get into a prompt: a title can
choose among them, but nothing of it comes through.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any, TypeVar

import numpy as np

from coverart.colour import from_hex, to_lch
from coverart.cover import Options, Phrase, Prompt
from prompt.lexicon import Genre, genres, plain, tokens, words
from prompt.look import SHARED, Look
from prompt.palette import names
from prompt.taste import Taste, Weighed, clean, imagery_in, labels_in

LONGEST = 900
# A phrase's source and detail.
Why = tuple[str, str]
Choice = TypeVar("Choice")
# How the phrases become sentences; what is missing leaves no trace.
_FRAME = (
    (("direction",), "{}."),
    (("scene",), "{}."),
    (("composition",), "Composition: {}."),
    (("mood",), "Mood: {}."),
    (("medium", "era"), "{}."),
    (("light",), "Light: {}."),
    (("colours",), "Colours: {}."),
    (("avoid",), "{}."),
)
# What goes first where the prompt would be too long.
_EXPENDABLE = ("era", "light", "setting", "composition")


def compose(taste: Taste, options: Options, style_albums: Sequence[str], look: Look | None = None) -> Prompt:
    """The prompt, at most LONGEST characters unless the listener wrote it. `options.variation` is the seed."""
    told = clean(options.prompt or options.direction or "")
    if told:
        # The place is the listener's to tell.
        shown = dict.fromkeys(imagery_in(told), (1.0, "your direction"))
        taste = replace(taste, imagery=shown, imagery_from="listener", named={})
    if next(iter(taste.genres), None) in words()["timeless"]["words"]:
        taste = replace(taste, decade=None)
    mood, why = (look.prompt.mood, ("look", look.name)) if look else _mood(taste, set(tokens(told)))
    energy, era = _energy(taste, mood), f"{taste.decade}s" if taste.decade else ""
    if look:
        energy, era, taste = look.prompt.energy, look.prompt.era, replace(taste, palette=look.prompt.palette)
    place = _place(taste, mood)
    composition = _composition(taste, mood, place, options.variation)
    said, seen = labels_in(told), _cast(taste, options.variation)
    if options.prompt:
        phrases, text = [Phrase(part="direction", text=told, source="listener", detail="your own prompt")], told
        subjects = said or seen
    else:
        writer = _Writer(taste, options.variation, mood, why, place, composition)
        written = writer.phrases(told, [] if said else seen)
        phrases, text = _fitted(_unsettled(_shared(written, look) if look else written, told))
        subjects = said or seen
    return Prompt(
        text=text,
        phrases=phrases,
        subjects=subjects[:3],
        mood=mood,
        energy=round(energy, 3),
        era=era,
        palette=list(taste.palette),
        style_albums=list(style_albums),
        seed=options.variation,
        composition=composition,
    )


def rng_for(*inputs: object) -> np.random.Generator:
    """Chance that is the same in every process."""
    return np.random.default_rng(_number(*inputs))


def _names(taste: Taste) -> list[object]:
    """What chance goes by: no weights or colours, whose last digits may differ between machines."""
    return [list(taste.objects), list(taste.genres), list(taste.imagery), list(taste.named), taste.decade]


def _number(*inputs: object) -> int:
    return int.from_bytes(hashlib.sha256(json.dumps(inputs, default=repr).encode()).digest()[:8])


class _Writer:
    """Writes one phrase after the other, each with what it came from."""

    def __init__(self, taste: Taste, variation: int, mood: str, why: Why, place: str | None, composition: str) -> None:
        self.taste, self.variation, self.mood, self.why, self.composition = taste, variation, mood, why, composition
        self.parts = _parts(taste)
        self.rng = rng_for(_names(taste), variation)
        self.place: dict[str, Any] | None = words()["imagery"][place] if place else None
        self.place_why = (taste.imagery_from, taste.imagery[place][1]) if place else why

    def phrases(self, told: str, seen: Sequence[str]) -> list[Phrase]:
        written = [self._direction(told), *self._scene(seen)] if told else [*self._subject(seen), *self._setting()]
        written += [self._composition(), self._told_mood(), self._medium(), *self._era(), self._light()]
        return [*written, *self._colours(), self._phrase("avoid", words()["avoid"]["text"], "built_in", "always")]

    def _phrase(self, part: str, text: str, source: str, detail: str) -> Phrase:
        if self.taste.built_in and source not in {"listener", "look"}:
            source, detail = "built_in", "the built-in list"
        return Phrase(part=part, text=text, source=source, detail=detail)

    def _pick(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.rng.integers(len(choices)))]

    def _in_turn(self, choices: Sequence[Choice]) -> Choice:
        """Another one for the next variation."""
        return choices[(_number(_names(self.taste)) + self.variation) % len(choices)]

    def _direction(self, told: str) -> Phrase:
        return self._phrase("direction", _sentence(told), "listener", "your direction")

    def _scene(self, seen: Sequence[str]) -> list[Phrase]:
        """Beside a direction what was seen is a detail, and the place is the listener's."""
        if not seen:
            return []
        text = f"{words()['objects'][seen[0]][0]} as a small detail"
        return [self._phrase("subject", _sentence(text), "objects", self._where(seen[:1]))]

    def _subject(self, seen: Sequence[str]) -> list[Phrase]:
        """One; a second thing is small beside it, and a third would make a list of a picture."""
        shown = [words()["objects"][label][0] for label in seen]
        if shown:
            relation = self._pick(words()["relations"]["two"])
            text = relation.format(a=shown[0], b=_small(shown[1])) if len(shown) == 2 else shown[0]
            source = "objects" if seen[0] in self.taste.objects else "titles"
            return [self._phrase("subject", _sentence(text), source, self._where(seen))]
        if self.place:
            return [self._phrase("subject", _sentence(self._in_turn(self.place["emblems"])), *self.place_why)]
        return [self._phrase("subject", _sentence(self._in_turn(words()["moods"][self.mood]["emblems"])), *self.why)]

    def _where(self, labels: Sequence[str]) -> str:
        seen, named = self.taste.objects, self.taste.named
        return "; ".join(f"{label} on {seen[label][1]}" if label in seen else named[label][1] for label in labels)

    def _setting(self) -> list[Phrase]:
        if self.place:
            return [self._phrase("setting", self._in_turn(self.place["settings"]), *self.place_why)]
        return [self._phrase("setting", self._in_turn(words()["moods"][self.mood]["settings"]), *self.why)]

    def _composition(self) -> Phrase:
        text = words()["compositions"][self.composition]["text"]
        return self._phrase("composition", text, "built_in", f"{self.composition}, variation {self.variation}")

    def _told_mood(self) -> Phrase:
        """Adjectives of those genres alone that have the mood: one mood, not the sum of all."""
        led = [part for part in self.parts if part.mood == self.mood][:4]
        by_turns = chain.from_iterable(zip_longest(*(part.adjectives for part in led)))
        adjectives = [word for word in dict.fromkeys(by_turns) if word and word != self.mood]
        if not adjectives:
            return self._phrase("mood", _listed(words()["moods"][self.mood]["words"][:3]), *self.why)
        start = int(self.rng.integers(min(2, len(adjectives))))
        chosen = [self.mood, *[*adjectives[start:], *adjectives[:start]][:3]]
        return self._phrase("mood", _listed(chosen), "genres", ", ".join(part.word for part in led))

    def _medium(self) -> Phrase:
        """Of the genres that say most: wide ones ("pop") only where there are no others."""
        telling = [part for part in self.parts if part.word not in words()["wide"]["words"]] or self.parts
        if not telling:
            return self._phrase("medium", "Screen print with soft paper grain", "built_in", "no genre is known")
        leading = self._pick([p for p in telling[:2] if _near(self.taste.genres, p.word, telling[0].word)])
        return self._phrase("medium", _sentence(f"{leading.medium} with {leading.texture}"), "genres", leading.word)

    def _era(self) -> list[Phrase]:
        if not self.taste.decade:
            return []
        looks = {int(decade): look for decade, look in words()["eras"].items()}
        look = looks[max((decade for decade in looks if decade <= self.taste.decade), default=min(looks))]
        return [self._phrase("era", look, "era", f"median release year in the {self.taste.decade}s")]

    def _light(self) -> Phrase:
        if self.place and self.place["mood"] == self.mood and self.rng.random() < 0.6:
            return self._phrase("light", self._pick(self.place["lights"]), *self.place_why)
        return self._phrase("light", self._in_turn(words()["moods"][self.mood]["lights"]), *self.why)

    def _colours(self) -> list[Phrase]:
        """The most present ones, and the loudest as an accent where it is loud."""
        seen = list(self.taste.palette[:5])
        if not seen:
            return []
        chroma = {colour: to_lch(from_hex(colour))[1] for colour in seen}
        loudest = max(seen, key=lambda colour: chroma[colour])
        (accent,), named = names([loudest]), names(seen)
        quiet = [name for name in named if name != accent][:3]
        stands_out = chroma[loudest] > 0.1 and named[0] != accent and len(quiet) > 1
        told = f"{_listed(quiet)}, {accent} as the accent" if stands_out else _listed(named[:4])
        treatment = f"{self.parts[0].palette} " if self.parts else ""
        why = self.why if self.why[0] == "look" else ("palette", ", ".join(self.taste.palette))
        return [self._phrase("colours", f"{treatment}{told}", *why)]


def _near(weights: Mapping[str, float], name: str, first: str) -> bool:
    """Whether it weighs at least half as much as the first."""
    return weights[name] >= weights[first] / 2


def _cast(taste: Taste, variation: int) -> list[str]:
    """At most two labels: what leads, and what stands beside it. Those that weigh enough lead variations in turn; what
    titles name comes after what was seen.
    """
    strong = list(dict.fromkeys([*_strong(taste.objects), *_strong(taste.named)]))[:3]
    turn = variation % len(strong) if strong else 0
    return [*strong[turn:], *strong[:turn]][:2]


def _strong(weighed: Weighed) -> list[str]:
    weights = {name: weight for name, (weight, _) in weighed.items()}
    return [name for name in weights if _near(weights, name, next(iter(weights)))]


def _place(taste: Taste, mood: str) -> str | None:
    """The group of imagery that gives the setting: one in the mood counts double."""
    moods = {group: words()["imagery"][group]["mood"] for group in taste.imagery}
    weights = {group: weight * (2 if moods[group] == mood else 1) for group, (weight, _) in taste.imagery.items()}
    return max(weights, key=lambda group: weights[group], default=None)


def _unsettled(phrases: list[Phrase], told: str) -> list[Phrase]:
    """Without those whose part the listener's direction has settled ("a watercolour at dusk")."""
    line = f" {' '.join(re.findall('[a-z0-9]+', plain(told)))} "
    settled = {part for part, signs in words()["settled"].items() if any(f" {sign} " in line for sign in signs)}
    return [phrase for phrase in phrases if phrase.part not in settled]


def _composition(taste: Taste, mood: str, place: str | None, variation: int) -> str:
    """The name of one that suits the mood; as many variations in a row have different ones."""
    known = words()["compositions"]
    suited: list[str] = [name for name in known if mood in known[name]["moods"]]
    turn = _number(_names(taste)) % len(suited)
    in_turn = sorted([*suited[turn:], *suited[:turn]], key=lambda name: known[name]["place"] != place)
    return in_turn[variation % len(in_turn)]


def _shared(written: list[Phrase], look: Look) -> list[Phrase]:
    """With the look's phrases in the place of those that it shares."""
    shared = look.phrases
    if not shared:
        return written
    own = [phrase for phrase in written if phrase.part not in SHARED]
    return [*own[:-1], *shared, own[-1]]


def _fitted(phrases: list[Phrase]) -> tuple[list[Phrase], str]:
    """The phrases that stay, and the text they make."""
    for part in ("", *_EXPENDABLE):
        phrases = [phrase for phrase in phrases if phrase.part != part]
        by_part = {phrase.part: phrase.text for phrase in phrases}
        scene = " ".join(by_part[part] for part in ("subject", "setting") if part in by_part)
        by_part |= {"scene": scene} if scene else {}
        sentences = [
            frame.format(", ".join(by_part[part] for part in parts if part in by_part))
            for parts, frame in _FRAME
            if any(part in by_part for part in parts)
        ]
        text = " ".join(sentences)
        if len(text) <= LONGEST:
            break
    return phrases, text


def _mood(taste: Taste, told: set[str]) -> tuple[str, Why]:
    """The mood and why: the listener's word, else the genres and titles, else the colours."""
    moods = words()["moods"]
    for mood, signs in moods.items():
        if told & set(signs["words"]):
            return mood, ("listener", "your direction")
    votes: dict[str, float] = defaultdict(float)
    for weights, mood_of, share in (
        (taste.genres, lambda word: genres()[word].mood, 1.0),
        ({group: weight for group, (weight, _) in taste.imagery.items()}, lambda g: words()["imagery"][g]["mood"], 0.3),
    ):
        for name, weight in weights.items():
            votes[mood_of(name)] += share * weight / sum(weights.values())
    if not votes:
        return _mood_of_colours(taste.palette), ("palette", ", ".join(taste.palette))
    mood = max(moods, key=lambda name: votes[name])
    led = [word for word in taste.genres if genres()[word].mood == mood]
    if led:
        return mood, ("genres", ", ".join(led[:3]))
    shown = dict.fromkeys(where for _, where in taste.imagery.values())
    return mood, (taste.imagery_from, "; ".join(list(shown)[:2]))


def _mood_of_colours(palette: Sequence[str]) -> str:
    if not palette:
        return "serene"
    lightness, chroma, _ = np.mean([to_lch(from_hex(colour)) for colour in palette], axis=0)
    hue = to_lch(from_hex(palette[0]))[2]
    if lightness < 0.35:
        return "dark"
    if chroma < 0.04:
        return "melancholic" if lightness < 0.6 else "serene"
    if chroma > 0.13:
        return "energetic"
    return "warm" if hue < 110 or hue > 330 else "dreamy"


def _energy(taste: Taste, mood: str) -> float:
    parts = _parts(taste)
    if not parts:
        return float(words()["moods"][mood]["energy"])
    return float(np.average([part.energy for part in parts], weights=[taste.genres[part.word] for part in parts]))


def _parts(taste: Taste) -> list[Genre]:
    return [genres()[word] for word in taste.genres]


def _small(thing: str) -> str:
    """ "a horse", "an open book" -> "a small horse", "a small open book"."""
    return f"a small {thing.split(' ', 1)[1].removeprefix('lone ').removeprefix('little ')}"


def _sentence(text: str) -> str:
    text = text.rstrip(". ")
    return text[:1].upper() + text[1:]


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
